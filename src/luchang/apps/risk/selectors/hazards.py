"""Questions about hazards. Whoever found one and whoever has to rectify it see the same record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from luchang.apps.risk.models import (
    Hazard,
    ListVersion,
    MayorsEntry,
    RiskList,
    SupervisedListing,
)
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.selectors.labels import categories
from luchang.apps.risk.states.hazards import (
    KEYS,
    OPEN,
    REGISTERED,
    WITH_RECEIVER,
    HazardStatus,
    SubjectKind,
    SupervisionStatus,
)
from luchang.apps.subjects import selectors as subjects
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ui.search import Hit

M = TypeVar("M", bound=Model)
MOST_PROPOSED = 10
MOST_ON_CARD = 10
MOST_ON_WALL = 500
ON_WALL = ("category", "severity", "status", "due_at", "longitude", "latitude")
MAJOR = "2"
TONES = {
    HazardStatus.SIGNED: "warning",
    HazardStatus.HANDED_OVER: "warning",
    HazardStatus.SUBMITTED: "success",
    HazardStatus.ACCEPTED: "success",
    HazardStatus.STRUCK_OFF: "neutral",
    HazardStatus.CANCELLED: "neutral",
}
SEE_SUBJECTS = "subjects.see_subjects"


def in_reach(
    rows: "QuerySet[M]", actor: Actor, permission: str, *, hazard: str = ""
) -> "QuerySet[M]":
    """Those whose finder or whose receiver lies in reach, and those one reported oneself.

    `hazard` leads from the rows to their hazard; empty where they are hazards. The organisations
    are asked for first: named one by one, the database sees how few rows they leave and takes
    them from the indexes; told to find them out itself, it goes through the whole table.
    """
    reach = actor.reach(permission)
    if reach.everything:
        return rows
    step = f"{hazard}__" if hazard else ""
    places = within(Organisation.objects.all(), actor, permission, organisation="")
    reached = list(places.order_by("pk").values_list("pk", flat=True))
    condition = Q(**{f"{step}organisation__in": reached}) | Q(**{f"{step}receiver__in": reached})
    if reach.own and actor.user_id is not None:
        condition |= Q(**{f"{step}reporter": actor.user_id})
    return rows.filter(condition)


def hazards(actor: Actor) -> "QuerySet[Hazard]":
    rows = Hazard.objects.select_related("organisation", "receiver", "version__risk_list")
    return in_reach(rows, actor, SEE_RISK)


def tone_of(row: Any, at: datetime) -> str:
    """Red where it is open and late or major."""
    status = HazardStatus(row.status)
    is_late = status in WITH_RECEIVER and row.due_at is not None and row.due_at < at
    if status in OPEN and (is_late or row.severity == MAJOR):
        return "danger"
    return TONES.get(status, "info")


@dataclass(frozen=True)
class OnWall:
    """An open hazard as a wall shows it: of what kind and where, nobody's name."""

    pk: int
    category: str
    longitude: float
    latitude: float
    tone: str


def on_wall(actor: Actor, *, at: datetime) -> list[OnWall]:
    """The open ones that have a place; the gravest and those due first, where there are many."""
    if not actor.may(SEE_RISK):
        return []
    labels = categories()
    rows = hazards(actor).select_related(None).filter(status__in=OPEN, longitude__isnull=False)
    found = rows.order_by("-severity", "due_at", "pk").only(*ON_WALL)[:MOST_ON_WALL]
    return [
        OnWall(
            each.pk,
            labels.get(each.category, each.category),
            each.longitude or 0.0,
            each.latitude or 0.0,
            tone_of(each, at),
        )
        for each in found
    ]


def told_hazards(actor: Actor) -> "QuerySet[Hazard]":
    """The same with the key subject each is about."""
    return with_subjects(hazards(actor), actor)


def with_subjects(rows: "QuerySet[Hazard]", actor: Actor) -> "QuerySet[Hazard]":
    """Joined to the key subject each is about, and told whether `actor` sees that one."""
    organisations = [F(f"{key}__organisation") for key in KEYS]
    rows = rows.select_related(*KEYS).alias(overseer=Coalesce(*organisations))
    seen = subjects.organisations_in_sight(actor).filter(pk=OuterRef("overseer"))
    return rows.annotate(sees_subject=Exists(seen))


def of_subject(key: str, subject: Any, actor: Actor) -> dict[str, object] | None:
    """The hazards of a key subject and of the doubles that were merged into it, newest first."""
    about = Q(**{key: subject.pk}) | Q(**{f"{key}__merged_into": subject.pk})
    found = list(hazards(actor).filter(about)[: MOST_ON_CARD + 1])
    if not found:
        return None
    return {
        "rows": found[:MOST_ON_CARD],
        "is_cut": len(found) > MOST_ON_CARD,
        "asked": urlencode({"registered": subjects.known_as(subject)}),
    }


def about_alike(rows: "QuerySet[Hazard]", text: str, actor: Actor) -> "QuerySet[Hazard]":
    """Those about a key subject in his sight that `text` finds."""
    found = Q(pk__in=[])
    for keys in REGISTERED.values():
        for key, kind in keys.items():
            found |= Q(**{f"{key}__in": subjects.alike(kind, text, actor).values("pk")})
    return rows.filter(found)


def proposed(text: str, version: int | None, actor: Actor) -> list[tuple[str, str]]:
    """Key subjects in sight that `text` finds: what each is known by, and its name and unit.

    Of the registers that the list of the version is about; of all where none is chosen yet.
    """
    if not actor.may(SEE_SUBJECTS):
        return []
    chosen = open_versions().filter(pk=version).first() if version else None
    kinds = [SubjectKind(chosen.risk_list.subject)] if chosen else list(SubjectKind)
    rows = [
        each
        for kind in kinds
        for register in REGISTERED[kind].values()
        for each in subjects.alike(register, text, actor)[:MOST_PROPOSED]
    ]
    return [(subjects.known_as(each), f"{each} {each.organisation.short_name}") for each in rows]


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
