"""Junctions rearranged on the street: planned, built, accepted with drawings before and after."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction

from luchang.apps.signals.models import Reorganisation
from luchang.apps.signals.policies import APPROVE, MANAGE, is_not_own_building
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.life import WORK_LIFE, locked_work
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import WorkKind, WorkStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.following import follow
from luchang.kernel.records.numbering import next_number

SUBJECT = "signals.reorganisation"


@transaction.atomic
def plan_work(
    *, junction_id: int, kind: WorkKind, description: str, by: Actor, at: datetime
) -> Reorganisation:
    """Begin to rearrange a junction."""
    junction = locked_junction(junction_id, by, MANAGE)
    year = local(at).year
    row = Reorganisation(
        number=f"LK{year}{next_number(f'reorganisation-{year}'):05d}",
        junction=junction,
        organisation=junction.organisation,
        kind=kind,
        description=description.strip(),
        planned_at=at,
    )
    try:
        row.plan(by=by, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    follow(row, WORK_LIFE, by=by, at=at)
    return row


@transaction.atomic
def build(*, work_id: int, result: str, by: Actor, at: datetime) -> Reorganisation:
    """Declare it built; the state before has to be on file by then.

    Raises:
        Unreached.
        Refused: `no_drawing_before`.
    """
    row = locked_work(work_id, by, MANAGE)
    if not _files(row).exists():
        raise Refused("no_drawing_before")
    row.result, row.built_at, row.built_by_id = result.strip(), at, by.user_id
    row.go(WorkStatus.BUILT, by=by, at=at, reason=result[:300])
    follow(row, WORK_LIFE, by=by, at=at)
    return row


@transaction.atomic
def accept_work(*, work_id: int, by: Actor, at: datetime) -> Reorganisation:
    """Accept it: only now does it count.

    Raises:
        Unreached.
        Refused: `own_work`, or nothing on file shows how it is now.
    """
    row = locked_work(work_id, by, APPROVE)
    if not is_not_own_building(by, row):
        raise Refused("own_work")
    if not _files(row).filter(uploaded_at__gte=row.built_at).exists():
        raise Refused("no_drawing_after")
    row.go(WorkStatus.ACCEPTED, by=by, at=at)
    follow(row, WORK_LIFE, by=by, at=at)
    return row


@transaction.atomic
def send_work_back(*, work_id: int, reason: str, by: Actor, at: datetime) -> Reorganisation:
    row = locked_work(work_id, by, APPROVE)
    row.built_by_id, row.built_at = None, None
    row.go(WorkStatus.PLANNED, by=by, at=at, reason=reason)
    follow(row, WORK_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def cancel_work(*, work_id: int, reason: str, by: Actor, at: datetime) -> Reorganisation:
    row = locked_work(work_id, by, MANAGE)
    row.go(WorkStatus.CANCELLED, by=by, at=at, reason=reason)
    follow(row, WORK_LIFE, by=by, at=at, is_met=False)
    return row


def _files(row: Reorganisation) -> "models.QuerySet[Attachment]":
    return Attachment.objects.of(SUBJECT, row.pk).present()
