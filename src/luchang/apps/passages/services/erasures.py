"""Erasing what the cameras saw of one vehicle: asked for by one person, granted by another."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import Erasure
from luchang.apps.passages.policies import ERASE_VEHICLE, is_not_own_request
from luchang.apps.passages.services.clones import forget_moves
from luchang.apps.passages.services.refusals import ErasureRefused
from luchang.apps.passages.services.watch_erasing import forget_watched
from luchang.apps.passages.states import ErasureStatus
from luchang.core.common.identifiers import plain
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.services import start_job
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.numbering import next_number

if TYPE_CHECKING:
    from luchang.kernel.segments import Store

SUBJECT = "passages.erasure"
ERASING = "passages.erase"

LIFE = Following(
    address=lambda row: reverse("passages.erasure", args=[row.pk]),
    waits={
        ErasureStatus.PROPOSED: Wait(SUBJECT, _("过车记录删除待审批：%(record)s"), ERASE_VEHICLE),
    },
)


@transaction.atomic
def propose_erasure(  # noqa: PLR0913 - each is named at the call
    *,
    plate: str,
    plate_type: int,
    first_day: date,
    last_day: date,
    basis: str,
    organisation: Organisation,
    by: Actor,
    at: datetime,
) -> Erasure:
    """Ask for a vehicle's passages of some days to be erased, for a legal reason.

    The store belongs to the whole city, so that a request is one of the unit above all others.

    Raises:
        Forbidden: `by` may not erase for that unit.
        ErasureRefused: malformed, days reversed, or a unit below others.
    """
    if not by.covers(ERASE_VEHICLE, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{by.name} may not erase for {organisation}")
    if organisation.parent_id is not None:
        raise ErasureRefused("not_whole_city", organisation=organisation.short_name)
    if last_day < first_day:
        raise ErasureRefused("days_reversed")
    year = local(at).year
    row = Erasure(
        number=f"SC{year}{next_number(f'passage-erasure-{year}'):05d}",
        organisation=organisation,
        plate=plain(plate),
        plate_type=plate_type,
        first_day=first_day,
        last_day=last_day,
        basis=basis.strip(),
        proposed_by_id=by.user_id,
        proposed_at=at,
    )
    try:
        row.propose(by=by, at=at)
    except ValidationError as wrong:
        raise ErasureRefused("malformed", why="; ".join(wrong.messages)) from wrong
    _note(row, Action.CREATE, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def approve_erasure(*, erasure_id: int, by: Actor, at: datetime) -> Erasure:
    """Grant it; the passages are erased by a job behind the commit, and cannot be had back.

    Raises:
        Unreached.
        ErasureRefused: `own_request`.
        IllegalTransition: it is decided already.
    """
    row = _locked(erasure_id, by)
    if by.user_id is None or not is_not_own_request(by, row):
        raise ErasureRefused("own_request")
    row.decide(ErasureStatus.APPROVED, by=by, at=at)
    _note(row, Action.MOVE, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    start_job(kind=ERASING, by=by, at=at, arguments={"erasure_id": row.pk})
    return row


@transaction.atomic
def deny_erasure(*, erasure_id: int, reason: str, by: Actor, at: datetime) -> Erasure:
    """Refuse it; nobody denies his own, he withdraws it.

    Raises:
        Unreached.
        ErasureRefused: `own_request`.
    """
    row = _locked(erasure_id, by)
    if not is_not_own_request(by, row):
        raise ErasureRefused("own_request")
    row.decide(ErasureStatus.DENIED, by=by, at=at, reason=reason)
    _note(row, Action.MOVE, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def withdraw_erasure(*, erasure_id: int, reason: str, by: Actor, at: datetime) -> Erasure:
    """Take back one's own request.

    Raises:
        Unreached.
        ErasureRefused: `not_own_request`.
    """
    row = _locked(erasure_id, by)
    if row.proposed_by_id != by.user_id:
        raise ErasureRefused("not_own_request")
    row.decide(ErasureStatus.WITHDRAWN, by=by, at=at, reason=reason)
    _note(row, Action.MOVE, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


def carry_out_erasure(*, erasure_id: int, store: "Store", by: Actor, at: datetime) -> int:
    """Erase what was granted; passages erased. Begun again after a death, it does the rest.

    Its watches end, and they and its alarms name the vehicle no more.

    Raises:
        Busy: another process works on the store's files.
    """
    row = Erasure.objects.get(pk=erasure_id, status=ErasureStatus.APPROVED)
    hidden = store.erase(row.plate, row.plate_type, row.first_day, row.last_day)
    store.rewrite()
    with transaction.atomic():
        row = Erasure.objects.select_for_update().get(pk=erasure_id)
        watches, alarms = forget_watched(row, at=at)
        row.finish(rows=hidden, by=by, at=at)
        forget_moves(
            plate=row.plate,
            plate_type=row.plate_type,
            first=_midnight(row.first_day),
            last=_midnight(row.last_day + timedelta(days=1)),
            by=by,
            at=at,
        )
        _note(row, Action.CHANGE, by=by, at=at, rows=hidden, watches=watches, alarms=alarms)
        follow(row, LIFE, by=by, at=at)
    return hidden


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _locked(erasure_id: int, by: Actor) -> Erasure:
    rows = Erasure.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, ERASE_VEHICLE, pk=erasure_id)


def _note(row: Erasure, action: Action, *, by: Actor, at: datetime, **more: object) -> None:
    detail = {
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "basis": row.basis,
        "status": row.status,
        **more,
    }
    audit.record(by=by, action=action, subject=SUBJECT, subject_id=row.pk, at=at, detail=detail)
