"""Planning duty, signing on and off, being ready."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from luchang.apps.force import policies
from luchang.apps.force.models import Officer, Shift, ShiftMember, Unit, Vehicle
from luchang.apps.force.selectors import duty_unit
from luchang.apps.force.services.refusals import NotOnDuty, ShiftRefused
from luchang.apps.force.states import Readiness
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.live import services as live
from luchang.kernel.records.moves import begin

LONGEST_SHIFT = timedelta(hours=24)


@transaction.atomic
def plan_shift(
    *,
    unit_id: int,
    vehicle_id: int | None,
    officer_ids: Sequence[int],
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    at: datetime,
) -> Shift:
    """Plan a crew's duty; the first officer leads it.

    The database refuses a person, car or unit that another shift already holds at that time.

    Raises:
        Forbidden: `by` does not manage the organisation of the unit, the car or an officer.
        ShiftRefused: nobody named, times reversed or too long, the unit or car is out of use, or
            somebody is already planned.
    """
    unit = Unit.objects.select_related("organisation").get(pk=unit_id)
    policies.check_can_manage(by, unit.organisation)
    _check_times(starts_at, ends_at)
    if not officer_ids:
        raise ShiftRefused("nobody")
    if len(set(officer_ids)) < len(officer_ids):
        raise ShiftRefused("named_twice")
    if unit.disbanded_at is not None:
        raise ShiftRefused("already_disbanded", unit=unit)
    vehicle = _vehicle(vehicle_id, by=by) if vehicle_id else None
    try:
        with transaction.atomic():
            shift = Shift.objects.create(
                unit=unit,
                vehicle=vehicle,
                organisation=unit.organisation,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            _man(shift, officer_ids, by=by, at=at)
    except IntegrityError as clash:
        raise _refused(clash, unit) from clash
    begin(shift, by=by, at=at)
    audit.record(by=by, action=Action.CREATE, subject="force.shift", subject_id=shift.pk, at=at)
    return shift


@transaction.atomic
def sign_on(*, shift_id: int, by: Actor, at: datetime) -> Shift:
    """The crew begins its duty; from now on it can be sent.

    Raises:
        Forbidden: `by` neither belongs to the crew nor manages its organisation.
        IllegalTransition: the shift has begun, ended or was cancelled.
    """
    shift = _locked(shift_id, by=by)
    shift.sign_on(by=by, at=at)
    _tell(shift, at=at)
    return shift


@transaction.atomic
def sign_off(*, shift_id: int, by: Actor, at: datetime) -> Shift:
    """The crew ends its duty.

    Raises:
        Forbidden, IllegalTransition: as in `sign_on`.
    """
    shift = _locked(shift_id, by=by)
    shift.sign_off(by=by, at=at)
    _tell(shift, at=at)
    return shift


@transaction.atomic
def cancel_shift(*, shift_id: int, reason: str, by: Actor, at: datetime) -> Shift:
    """Take a planned shift out of the plan; its people and car are free again."""
    shift = _locked(shift_id, by=by)
    policies.check_can_manage(by, shift.organisation)
    shift.cancel(by=by, at=at, reason=reason)
    ShiftMember.objects.filter(shift=shift).update(cancelled=True)
    return shift


@transaction.atomic
def set_readiness(*, shift_id: int, readiness: Readiness, by: Actor, at: datetime) -> Shift:
    """A crew says whether it can be sent right now.

    Raises:
        NotOnDuty: the shift has not begun or has ended.
    """
    shift = _locked(shift_id, by=by)
    if duty_unit(unit_id=shift.unit_id, at=at) is None:
        raise NotOnDuty("not_on_duty", unit=shift.unit)
    shift.become(readiness)
    _tell(shift, at=at)
    return shift


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise ShiftRefused("ends_before_start")
    if ends_at - starts_at > LONGEST_SHIFT:
        raise ShiftRefused("too_long")


def _vehicle(vehicle_id: int, *, by: Actor) -> Vehicle:
    vehicle = Vehicle.objects.select_related("organisation").get(pk=vehicle_id)
    policies.check_can_manage(by, vehicle.organisation)
    if vehicle.retired_at is not None:
        raise ShiftRefused("already_retired", vehicle=vehicle)
    return vehicle


def _man(shift: Shift, officer_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    serving = (
        Officer.objects.serving(at=at).select_related("organisation").in_bulk(list(officer_ids))
    )
    for pk in officer_ids:
        if pk not in serving:
            raise ShiftRefused("not_serving", officer=pk)
        policies.check_can_manage(by, serving[pk].organisation)
    ShiftMember.objects.bulk_create(
        ShiftMember(
            shift=shift,
            officer_id=pk,
            leads=place == 0,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
        )
        for place, pk in enumerate(officer_ids)
    )


def _refused(clash: IntegrityError, unit: Unit) -> ShiftRefused:
    text = str(clash)
    for constraint, code in _CLASHES.items():
        if constraint in text:
            return ShiftRefused(code, unit=unit)
    raise clash  # pragma: no cover - no other constraint can fail on rows looked at before


_CLASHES = {
    "officer_in_one_crew_at_once": "officer_busy",
    "vehicle_in_one_shift_at_once": "vehicle_busy",
    "unit_in_one_shift_at_once": "unit_busy",
}
"""What the database refuses, by the name of its constraint."""


def _locked(shift_id: int, *, by: Actor) -> Shift:
    shift = (
        Shift.objects.select_for_update(of=("self",))
        .select_related("unit", "organisation")
        .get(pk=shift_id)
    )
    crew = set(shift.members.values_list("officer__user_id", flat=True))
    if by.user_id not in crew and not policies.can_manage(by, shift.organisation):
        raise Forbidden(f"{by.name} does not belong to {shift}")
    return shift


def _tell(shift: Shift, *, at: datetime) -> None:
    live.tell(
        topic="units",
        kind="duty",
        data={
            "unit_id": shift.unit_id,
            "call_sign": shift.unit.call_sign,
            "status": shift.status,
            "readiness": shift.readiness,
        },
        at=at,
        permission=policies.SEE_FORCE,
        organisation_id=shift.organisation_id,
        organisation_path=shift.organisation.path,
    )
