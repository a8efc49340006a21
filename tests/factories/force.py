"""Officers, vehicles, units and crews on duty for every test."""

from datetime import UTC, datetime, timedelta
from itertools import count

from luchang.apps.force import services
from luchang.apps.force.models import Officer, Qualification, Shift, Skill, Unit, Vehicle
from luchang.apps.force.states import OfficerKind, UnitKind, VehicleKind
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation, User
from tests.factories.identity import LONG_AGO, organisation

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon in Zhuzhou: crews of these factories are on duty then."""

HOURS = timedelta(hours=1)

_number = count(1)


def officer(*, at: Organisation | None = None, user: User | None = None) -> Officer:
    number = next(_number)
    return Officer.objects.create(
        badge=f"D{number:05d}",
        name=f"警员{number}",
        kind=OfficerKind.OFFICER,
        organisation=at or organisation(),
        user=user,
        joined_at=LONG_AGO,
    )


def vehicle(*, at: Organisation | None = None) -> Vehicle:
    number = next(_number)
    return Vehicle.objects.create(
        plate=f"湘B·D{number:04d}", kind=VehicleKind.CAR, organisation=at or organisation()
    )


def unit(
    *,
    at: Organisation | None = None,
    longitude: float = 113.13,
    latitude: float = 27.83,
    kind: UnitKind = UnitKind.CAR_PATROL,
) -> Unit:
    return Unit.objects.create(
        call_sign=f"巡{next(_number):03d}",
        kind=kind,
        organisation=at or organisation(),
        home_longitude=longitude,
        home_latitude=latitude,
    )


def qualified(who: Officer, code: str, *, expires_at: datetime | None = None) -> Officer:
    skill, _ = Skill.objects.get_or_create(code=code, defaults={"name": code, "name_en": code})
    Qualification.objects.create(
        officer=who, skill=skill, granted_at=LONG_AGO, expires_at=expires_at
    )
    return who


def shift(
    *,
    of: Unit | None = None,
    officers: list[Officer] | None = None,
    starts_at: datetime = NOON - 4 * HOURS,
    ends_at: datetime = NOON + 4 * HOURS,
) -> Shift:
    """A planned shift with a car and at least one officer."""
    planned = of or unit()
    crew = officers or [officer(at=planned.organisation)]
    return services.plan_shift(
        unit_id=planned.pk,
        vehicle_id=vehicle(at=planned.organisation).pk,
        officer_ids=[each.pk for each in crew],
        starts_at=starts_at,
        ends_at=ends_at,
        by=SYSTEM,
        at=starts_at,
    )


def crew_on_duty(*, of: Unit | None = None, officers: list[Officer] | None = None) -> Shift:
    """A crew that has signed on and stands at its home."""
    planned = shift(of=of, officers=officers)
    return services.sign_on(shift_id=planned.pk, by=SYSTEM, at=planned.starts_at)
