"""Changing the force; the only writers of its tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from luchang.apps.force import policies
from luchang.apps.force.models import Fix, Officer, Shift, ShiftMember, Unit, Vehicle
from luchang.apps.force.selectors import duty_unit
from luchang.apps.force.states import PositionSource, Readiness
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.live import services as live
from luchang.kernel.records.moves import begin

LONGEST_SHIFT = timedelta(hours=24)
LONGITUDE_LIMIT, LATITUDE_LIMIT = 180.0, 90.0
AHEAD_LIMIT = timedelta(minutes=2)
"""A fix dated further in the future than this has a wrong clock and is refused."""


class ShiftRefused(Exception):
    """The shift cannot be planned like this; the text names who or what stands in the way."""


class FixRefused(Exception):
    """A position cannot be believed; the text says why."""


class NotOnDuty(Exception):
    """The unit has no crew on duty."""


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
        Forbidden: `by` does not manage the unit's organisation.
        ShiftRefused: nobody named, times reversed or too long, or somebody is already planned.
    """
    unit = Unit.objects.select_related("organisation").get(pk=unit_id)
    policies.check_can_manage(by, unit.organisation)
    _check_times(starts_at, ends_at)
    if not officer_ids:
        raise ShiftRefused(f"{unit}: a shift needs at least one officer")
    vehicle = Vehicle.objects.in_use().filter(pk=vehicle_id).first() if vehicle_id else None
    try:
        with transaction.atomic():
            shift = Shift.objects.create(
                unit=unit,
                vehicle=vehicle,
                organisation=unit.organisation,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            _man(shift, officer_ids, at=at)
    except IntegrityError as clash:
        raise ShiftRefused(_clash(clash, unit)) from clash
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
        raise NotOnDuty(f"{shift.unit} is not on duty")
    shift.become(readiness)
    _tell(shift, at=at)
    return shift


@dataclass(frozen=True)
class ReportedFix:
    """A position as a device reports it."""

    unit_id: int
    longitude: float
    latitude: float
    at: datetime
    heading: float | None = None
    speed_kmh: float | None = None


@transaction.atomic
def report_positions(
    *, fixes: Iterable[ReportedFix], source: PositionSource, by: Actor, at: datetime
) -> int:
    """Keep a batch of positions durably; returns how many were new.

    A fix reported twice is kept once; an older fix never replaces a newer position. Nothing of
    the batch is kept when one of it is refused.

    Raises:
        FixRefused: coordinates off the globe, or a clock far ahead.
        Forbidden: `by` may not report for one of the units.
    """
    batch = list(fixes)
    for fix in batch:
        _check_fix(fix, at=at)
    units = Unit.objects.select_related("organisation").in_bulk({fix.unit_id for fix in batch})
    _check_may_report(batch, units, by=by, at=at)
    rows = [
        Fix(
            unit_id=fix.unit_id,
            longitude=fix.longitude,
            latitude=fix.latitude,
            heading=fix.heading,
            speed_kmh=fix.speed_kmh,
            source=source,
            at=fix.at,
            received_at=at,
        )
        for fix in batch
    ]
    before = Fix.objects.filter(unit__in=units, at__in={fix.at for fix in batch}).count()
    Fix.objects.bulk_create(rows, ignore_conflicts=True)
    after = Fix.objects.filter(unit__in=units, at__in={fix.at for fix in batch}).count()
    newest = _newest_of_each(batch)
    _move_positions(newest, source=source, at=at)
    for fix in newest:
        _tell_position(fix, units[fix.unit_id])
    return after - before


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise ShiftRefused("the shift ends before it starts")
    if ends_at - starts_at > LONGEST_SHIFT:
        raise ShiftRefused("a shift lasts at most 24 hours; plan two")


def _man(shift: Shift, officer_ids: Sequence[int], *, at: datetime) -> None:
    serving = set(
        Officer.objects.serving(at=at).filter(pk__in=officer_ids).values_list("pk", flat=True)
    )
    missing = [pk for pk in officer_ids if pk not in serving]
    if missing:
        raise ShiftRefused(f"no serving officer with number {missing[0]}")
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


def _clash(clash: IntegrityError, unit: Unit) -> str:
    text = str(clash)
    if "officer_in_one_crew_at_once" in text:
        return f"{unit}: one of the officers is in another crew at that time"
    if "vehicle_in_one_shift_at_once" in text:
        return f"{unit}: the vehicle is in another shift at that time"
    if "unit_in_one_shift_at_once" in text:
        return f"{unit} already has a shift at that time"
    return f"{unit}: the same officer is named twice"


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


def _check_fix(fix: ReportedFix, *, at: datetime) -> None:
    on_earth = abs(fix.longitude) <= LONGITUDE_LIMIT and abs(fix.latitude) <= LATITUDE_LIMIT
    if not on_earth:  # asked this way round, NaN is refused too
        raise FixRefused(f"unit {fix.unit_id}: {fix.longitude}, {fix.latitude} is not on Earth")
    if fix.at > at + AHEAD_LIMIT:
        raise FixRefused(f"unit {fix.unit_id}: its clock is ahead of ours ({fix.at:%F %T})")


def _check_may_report(
    batch: Sequence[ReportedFix], units: dict[int, Unit], *, by: Actor, at: datetime
) -> None:
    if by.is_system:
        return
    for unit_id in {fix.unit_id for fix in batch}:
        unit = units.get(unit_id)
        on_duty = duty_unit(unit_id=unit_id, at=at) if unit else None
        crew = on_duty.users if on_duty else frozenset()
        if unit is None or not policies.can_report_for(by, unit.organisation, crew):
            raise Forbidden(f"{by.name} may not report for unit {unit_id}")


def _newest_of_each(batch: Sequence[ReportedFix]) -> list[ReportedFix]:
    newest: dict[int, ReportedFix] = {}
    for fix in batch:
        if fix.unit_id not in newest or fix.at > newest[fix.unit_id].at:
            newest[fix.unit_id] = fix
    return [newest[unit_id] for unit_id in sorted(newest)]


_MOVE = """
INSERT INTO force_position
    (unit_id, longitude, latitude, heading, speed_kmh, source, at, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (unit_id) DO UPDATE SET
    longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, heading = EXCLUDED.heading,
    speed_kmh = EXCLUDED.speed_kmh, source = EXCLUDED.source, at = EXCLUDED.at,
    received_at = EXCLUDED.received_at
WHERE force_position.at < EXCLUDED.at
"""


def _move_positions(fixes: Sequence[ReportedFix], *, source: PositionSource, at: datetime) -> None:
    """Replace older positions, in key order so that two batches cannot wait for each other."""
    with connection.cursor() as cursor:
        cursor.executemany(
            _MOVE,
            [
                (f.unit_id, f.longitude, f.latitude, f.heading, f.speed_kmh, source, f.at, at)
                for f in fixes
            ],
        )


def _tell_position(fix: ReportedFix, unit: Unit) -> None:
    live.tell_in_passing(
        topic="positions",
        kind="moved",
        data={
            "unit_id": fix.unit_id,
            "call_sign": unit.call_sign,
            "longitude": fix.longitude,
            "latitude": fix.latitude,
            "heading": fix.heading,
            "speed_kmh": fix.speed_kmh,
            "at": fix.at.isoformat(),
        },
        permission=policies.SEE_FORCE,
        organisation_id=unit.organisation_id,
        organisation_path=unit.organisation.path,
    )


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
