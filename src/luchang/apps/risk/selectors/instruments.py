"""Questions about interviews, exposures, notices and transfers."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from luchang.apps.risk.models import (
    Commitment,
    Exposure,
    Interview,
    Interviewee,
    RectificationNotice,
    Transfer,
)
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.states.instruments import CommitmentStatus, TargetKind
from luchang.apps.subjects import selectors as subjects
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.ui.search import Hit

MOST = 20
"""Rows of each kind on the page of a subject."""


def interviews(actor: Actor) -> QuerySet[Interview]:
    rows = Interview.objects.select_related("organisation").annotate(
        called=Count("interviewees", distinct=True),
        waiting=Count(
            "commitments", filter=Q(commitments__status=CommitmentStatus.OPEN), distinct=True
        ),
    )
    return within(rows, actor, SEE_RISK)


def interviewees(actor: Actor) -> QuerySet[Interviewee]:
    rows = Interviewee.objects.select_related("interview__organisation")
    return within(rows, actor, SEE_RISK, organisation="interview__organisation")


def commitments(actor: Actor) -> QuerySet[Commitment]:
    rows = Commitment.objects.select_related("organisation", "interview", "interviewee")
    return within(rows, actor, SEE_RISK)


def exposures(actor: Actor) -> QuerySet[Exposure]:
    return within(Exposure.objects.select_related("organisation"), actor, SEE_RISK)


def notices(actor: Actor) -> QuerySet[RectificationNotice]:
    return within(RectificationNotice.objects.select_related("organisation"), actor, SEE_RISK)


def transfers(actor: Actor) -> QuerySet[Transfer]:
    return within(Transfer.objects.select_related("organisation"), actor, SEE_RISK)


def enterprise_key(kind: TargetKind, name: str, *, by: Actor) -> int | None:
    """The register's entry of that name, if there is exactly one in sight."""
    if kind != TargetKind.ENTERPRISE or not name.strip():
        return None
    return _only(subjects.listed_enterprises(by).filter(name=name.strip()))


def vehicle_key(plate: str, *, by: Actor) -> int | None:
    """The register's entry of that plate, if there is exactly one in sight."""
    return _only(subjects.listed_vehicles(by).filter(plate=plate.strip()))


def about_enterprise(enterprise_id: int, actor: Actor) -> dict[str, object] | None:
    """What was done about an enterprise, within reach; None where nothing was."""
    found: dict[str, object] = {
        "interviewed": list(
            interviewees(actor).filter(enterprise_id=enterprise_id).order_by("-pk")[:MOST]
        ),
        "notices": list(notices(actor).filter(enterprise_id=enterprise_id)[:MOST]),
        "exposures": list(exposures(actor).filter(enterprise_id=enterprise_id)[:MOST]),
    }
    return found if any(found.values()) else None


def about_vehicle(vehicle_id: int, actor: Actor) -> dict[str, object] | None:
    """How often a vehicle was exposed, within reach; None where it never was."""
    rows = list(exposures(actor).filter(vehicle_id=vehicle_id)[:MOST])
    return {"exposures": rows} if rows else None


def _only(rows: "QuerySet[Any]") -> int | None:
    keys = list(rows.values_list("pk", flat=True)[:2])
    return keys[0] if len(keys) == 1 else None


def find_instruments(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by number and by whom they are turned to."""
    found = [
        Hit(title=each.title, address=reverse("risk.interview", args=[each.pk]),
            note=each.number, icon="message")
        for each in within(Interview.objects.all(), actor, SEE_RISK).filter(search__found=text)[
            :most
        ]
    ]  # fmt: skip
    found += [
        Hit(
            title=each.target_name,
            address=reverse("risk.notice", args=[each.pk]),
            note=each.number,
            icon="file-text",
        )
        for each in notices(actor).filter(search__found=text)[:most]
    ]
    return found[:most]
