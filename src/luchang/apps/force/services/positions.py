"""Where units are: kept durably before anybody hears of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from luchang.apps.force import policies
from luchang.apps.force.models import Fix, Unit
from luchang.apps.force.selectors import duty_unit
from luchang.apps.force.states import PositionSource
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.live import services as live

LONGITUDE_LIMIT, LATITUDE_LIMIT = 180.0, 90.0
AHEAD_LIMIT = timedelta(minutes=2)
"""A fix dated further in the future than this has a wrong clock and is refused."""


class FixRefused(Exception):
    """A position cannot be believed; the text says why."""


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
