"""Keeping the demo city's units manned around the clock."""

from datetime import datetime, time, timedelta

from luchang.apps.force import services as force
from luchang.apps.force.models import Officer, Shift, Unit, Vehicle
from luchang.apps.force.states import ShiftStatus
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM

WATCH = timedelta(hours=8)
WATCHES_A_DAY = 3
CREW = 2


def keep_on_duty(*, at: datetime) -> int:
    """End watches that are over, man every unit for the present one; returns who signed on."""
    for over in Shift.objects.on_duty().filter(ends_at__lte=at):
        force.sign_off(shift_id=over.pk, by=SYSTEM, at=at)
    manned = set(Shift.objects.on_duty().values_list("unit_id", flat=True))
    starts_at = watch_start(at)
    signed_on = 0
    for unit in Unit.objects.standing().exclude(pk__in=manned).order_by("pk"):
        signed_on += _man(unit, starts_at, at=at)
    return signed_on


def watch_start(at: datetime) -> datetime:
    """The beginning of the watch `at` lies in: 0, 8 or 16 o'clock local time."""
    local = clock.local(at)
    hour = local.hour // 8 * 8
    return datetime.combine(local.date(), time(hour), tzinfo=clock.SHANGHAI)


def _man(unit: Unit, starts_at: datetime, *, at: datetime) -> int:
    planned = Shift.objects.filter(unit=unit, starts_at=starts_at).first()
    if planned is None:
        planned = _plan(unit, starts_at)
    if planned is None or planned.status != ShiftStatus.PLANNED:
        return 0
    force.sign_on(shift_id=planned.pk, by=SYSTEM, at=at)
    return 1


def _plan(unit: Unit, starts_at: datetime) -> Shift | None:
    """The unit's crew of this watch: officers and cars are dealt out in a fixed order."""
    siblings = list(
        Unit.objects.standing().filter(organisation=unit.organisation_id).order_by("pk")
    )
    place = [each.pk for each in siblings].index(unit.pk)
    everybody = Officer.objects.filter(organisation=unit.organisation_id).order_by("pk")
    people = [officer for officer in everybody if officer.user_id is None]
    cars = list(Vehicle.objects.in_use().filter(organisation=unit.organisation_id).order_by("pk"))
    watch = starts_at.hour // 8
    first = (place * WATCHES_A_DAY + watch) * CREW
    crew = people[first : first + CREW]
    if place == 0:  # whoever has an account is on duty whenever a visitor signs in
        crew = [officer for officer in everybody if officer.user_id] + crew
    if not crew:
        return None
    return force.plan_shift(
        unit_id=unit.pk,
        vehicle_id=cars[place].pk if place < len(cars) else None,
        officer_ids=[officer.pk for officer in crew],
        starts_at=starts_at,
        ends_at=starts_at + WATCH,
        by=SYSTEM,
        at=starts_at,
    )
