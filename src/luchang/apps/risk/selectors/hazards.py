"""Questions about hazards. Whoever found one and whoever has to rectify it see the same record."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from luchang.apps.risk.models import (
    Hazard,
    ListVersion,
    MayorsEntry,
    RiskList,
    SupervisedListing,
)
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.states.hazards import OPEN, WITH_RECEIVER, SupervisionStatus
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ui.search import Hit

M = TypeVar("M", bound=Model)
MOST_ON_MAP = 2_000


def in_reach(
    rows: "QuerySet[M]", actor: Actor, permission: str, *, hazard: str = ""
) -> "QuerySet[M]":
    """Those whose finder or whose receiver lies in reach, and those one reported oneself.

    `hazard` leads from the rows to their hazard; empty where they are hazards.
    """
    reach = actor.reach(permission)
    if reach.everything:
        return rows
    step = f"{hazard}__" if hazard else ""
    reached = within(Organisation.objects.all(), actor, permission, organisation="").values("pk")
    condition = Q(**{f"{step}organisation__in": reached}) | Q(**{f"{step}receiver__in": reached})
    if reach.own and actor.user_id is not None:
        condition |= Q(**{f"{step}reporter": actor.user_id})
    return rows.filter(condition)


def hazards(actor: Actor) -> "QuerySet[Hazard]":
    rows = Hazard.objects.select_related("organisation", "receiver", "version__risk_list")
    return in_reach(rows, actor, SEE_RISK)


def overdue(actor: Actor, *, at: datetime) -> "QuerySet[Hazard]":
    """Longest overdue first."""
    rows = hazards(actor).filter(status__in=WITH_RECEIVER, due_at__lt=at)
    return rows.order_by("due_at", "pk")


def supervised(actor: Actor) -> "QuerySet[SupervisedListing]":
    rows = SupervisedListing.objects.select_related(
        "organisation", "hazard__receiver", "hazard__organisation", "hazard__version__risk_list"
    )
    return in_reach(rows, actor, SEE_RISK, hazard="hazard")


def mayors_list(actor: Actor) -> "QuerySet[MayorsEntry]":
    rows = MayorsEntry.objects.select_related("organisation", "receiver", "hazard")
    reach = actor.reach(SEE_RISK)
    if reach.everything:
        return rows
    reached = within(Organisation.objects.all(), actor, SEE_RISK, organisation="").values("pk")
    condition = Q(organisation__in=reached) | Q(receiver__in=reached)
    return rows.filter(condition)


def risk_lists(actor: Actor) -> "QuerySet[RiskList]":
    """The lists are the city's: whoever works with hazards sees by what they are sought."""
    rows = RiskList.objects.select_related("organisation")
    return rows if actor.may(SEE_RISK) else rows.none()


def versions(actor: Actor) -> "QuerySet[ListVersion]":
    rows = ListVersion.objects.select_related("risk_list__organisation")
    return rows if actor.may(SEE_RISK) else rows.none()


def open_versions() -> "QuerySet[ListVersion]":
    rows = ListVersion.objects.select_related("risk_list").filter(closed_at=None)
    return rows.order_by("risk_list__order", "risk_list__code")


def on_map(actor: Actor) -> list[Hazard]:
    """The open ones that have a place, newest first, no more than a map can bear."""
    rows = hazards(actor).filter(status__in=OPEN, longitude__isnull=False)
    return list(rows.order_by("-found_at", "-pk")[:MOST_ON_MAP])


def names_of(actor: Actor, place: str) -> Mapping[int, str]:
    """The organisations that stand at `place` in one's hazards, in the order of their trees."""
    named = hazards(actor).order_by().values(place).distinct()
    rows = Organisation.objects.filter(pk__in=named).order_by("path")
    return dict(rows.values_list("pk", "name"))


def listing_of(hazard: Hazard) -> SupervisedListing | None:
    """Its place on the board, if it is there now."""
    return hazard.listings.filter(status=SupervisionStatus.LISTED).first()


def find_hazards(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by number, name, place or document."""
    return [
        Hit(
            title=each.title,
            address=reverse("risk.hazard", args=[each.pk]),
            note=f"{each.number} {each.place}",
            icon="alert-triangle",
        )
        for each in hazards(actor).filter(search__found=text)[:most]
    ]
