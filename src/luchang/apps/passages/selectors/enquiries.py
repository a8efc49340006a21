"""Which enquiries there are, and who sees them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from luchang.apps.passages.models import Enquiry
from luchang.apps.passages.policies import SEARCH
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.policies import SEE_AUDIT
from luchang.kernel.records import codes

PURPOSES = "passages.purpose"
NEEDS_CASE = "CASE_NUMBER"
"""Purposes below this one are stated with a case number."""
FRESH_S = 30.0
"""How long the names of purposes are kept before the table is asked again [s]."""
SHOWN_FOR = timedelta(hours=24)
"""How long who asked may look at the answer; afterwards he asks again, with its reason."""

WITH = ("asked_by", "organisation")


def own_enquiries(actor: Actor) -> QuerySet[Enquiry]:
    """What somebody asked himself; nobody else's concern but the auditor's."""
    own = Enquiry.objects.filter(asked_by=actor.user_id or 0)
    return own.select_related(*WITH) if actor.may(SEARCH) else own.none()


def audited_enquiries(actor: Actor) -> QuerySet[Enquiry]:
    """Everybody's enquiries, for the auditor."""
    return within(Enquiry.objects.select_related(*WITH), actor, SEE_AUDIT)


def seen_enquiries(actor: Actor) -> QuerySet[Enquiry]:
    """Those one may open: one's own, and those one audits."""
    rows = Enquiry.objects.select_related(*WITH)
    return rows.filter(
        Q(pk__in=own_enquiries(actor).order_by().values("pk"))
        | Q(pk__in=audited_enquiries(actor).order_by().values("pk"))
    )


def is_shown(enquiry: Enquiry, actor: Actor, *, at: datetime) -> bool:
    """Whether the answer itself is still to be seen by this person."""
    return enquiry.asked_by_id == actor.user_id and at < enquiry.at + SHOWN_FOR


def purposes_now() -> Mapping[str, str]:
    """Purposes by code, for filters and lists: every row asks, so they are kept for a moment."""
    language = get_language() or ""
    kept_at, names = _purposes.get(language, (0.0, {}))
    if not names or monotonic() - kept_at > FRESH_S:
        names = {each.code: each.label for each in codes.codes(PURPOSES, at=clock.now())}
        _purposes[language] = (monotonic(), names)
    return names


_purposes: dict[str, tuple[float, Mapping[str, str]]] = {}
