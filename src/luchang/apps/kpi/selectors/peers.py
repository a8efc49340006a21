"""The units a rank is about."""

from django.db.models import QuerySet

from luchang.apps.kpi.policies import SEE_FIGURES
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation


def ranked_units(actor: Actor) -> "QuerySet[Organisation]":
    """The units of one's reach, and those beside one's own: a place is a place among them."""
    rows = Organisation.objects.filter(closed_at__isnull=True)
    reached = within(rows, actor, SEE_FIGURES, organisation="")
    if not actor.may(SEE_FIGURES) or actor.organisation_id is None:
        return reached
    beside = Organisation.objects.filter(pk=actor.organisation_id).values("parent")
    return reached | rows.filter(parent__in=beside)
