"""One vehicle: where it was, how it travelled, when it was seen at all, where it stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from luchang.apps.passages.selectors.asking import answered, cameras_within
from luchang.apps.passages.selectors.cameras import by_number
from luchang.apps.passages.selectors.store import the_store
from luchang.apps.passages.selectors.ways import ways_between
from luchang.kernel.clock import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from luchang.apps.passages.models import Camera
    from luchang.apps.passages.selectors.asking import Asked
    from luchang.apps.passages.selectors.ways import RoadWay
    from luchang.core.passages.routines import NightPlace, Stay, UsualCamera
    from luchang.core.passages.travelling import Leg, Seen
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.segments import Found


@dataclass(frozen=True)
class Track:
    """Passages of one vehicle, oldest first, and the moves between them."""

    found: tuple[Found, ...]
    legs: tuple[Leg, ...]
    cameras: Mapping[int, Camera]
    ways: Mapping[tuple[int, int], RoadWay]


@dataclass(frozen=True)
class DaySeen:
    """A day on which a vehicle was seen, with its first and last passage."""

    day: date
    passages: int
    first: datetime
    first_camera: int
    last: datetime
    last_camera: int


@dataclass(frozen=True)
class Absence:
    """Days without a passage between two with one."""

    last_seen: DaySeen
    back: DaySeen

    @property
    def days(self) -> int:
        return (self.back.day - self.last_seen.day).days - 1


@dataclass(frozen=True)
class Presence:
    """Days on which a vehicle was seen, oldest first, and its absences, the latest first."""

    days: tuple[DaySeen, ...]
    absences: tuple[Absence, ...]


@dataclass(frozen=True)
class Routine:
    """Where a vehicle stays, where it spends its nights, which cameras it usually passes."""

    stays: tuple[Stay, ...]
    nights: tuple[NightPlace, ...]
    usual: tuple[UsualCamera, ...]
    days: int


@answered
def passages_of(asked: Asked, actor: Actor) -> tuple[Found, ...]:
    """Passages of the vehicle asked about, oldest first, at cameras within reach.

    Raises:
        EnquiryRefused: the actor reaches no camera, or the store is damaged.
    """
    reached = cameras_within(asked, actor)
    if asked.plate_type is None:
        return ()
    found = the_store().track(asked.plate, asked.plate_type, asked.first_day, asked.last_day)
    return tuple(
        one
        for one in found
        if asked.first <= one.at < asked.last and (not reached or one.passage.camera in reached)
    )


def days_of(found: Sequence[Found]) -> Counter[date]:
    """How many passages each day has."""
    return Counter(_day(one) for one in found)


def track_of(found: Sequence[Found], day: date | None = None) -> Track:
    """Passages, of one day or of all, with the moves between them."""
    from luchang.core.passages.travelling import Way, legs  # noqa: PLC0415 - kernels take a second to load

    held = tuple(one for one in found if day is None or _day(one) == day)
    cameras = by_number(one.passage.camera for one in held)
    seen = seen_in(held)
    pairs = {(one.camera, other.camera) for one, other in pairwise(seen)}
    ways = ways_between(pairs, cameras)

    def way(one: int, other: int) -> Way | None:
        known = ways.get((one, other))
        return None if known is None else Way(known.length_m, known.travel_s)

    return Track(held, tuple(legs(seen, way)), cameras, ways)


def seen_in(found: Sequence[Found]) -> list[Seen]:
    """Cameras and times by the clocks of Asia/Shanghai."""
    from luchang.core.passages.passage import SHANGHAI_MS  # noqa: PLC0415 - as below
    from luchang.core.passages.travelling import Seen  # noqa: PLC0415 - kernels take a second to load

    return [Seen(one.passage.camera, one.passage.at_ms + SHANGHAI_MS) for one in found]


def routine_of(found: Sequence[Found]) -> Routine:
    from luchang.core.passages import routines  # noqa: PLC0415 - kernels take a second to load

    seen = seen_in(found)
    stays = routines.stays(seen)
    return Routine(
        stays=tuple(sorted(stays, key=lambda one: -one.lasted_ms)),
        nights=routines.night_places(stays),
        usual=routines.usual_cameras(seen),
        days=len(days_of(found)),
    )


@answered
def presence_of(asked: Asked, actor: Actor) -> Presence:
    """Days on which a vehicle was seen.

    Raises:
        EnquiryRefused: the actor reaches no camera, or the store is damaged.
    """
    reached = cameras_within(asked, actor)
    if asked.plate_type is None:
        return Presence((), ())
    kept = set(the_store().days()) | {asked.last_day}  # today may stand in the log only
    days = [
        seen
        for day in asked.days
        if day in kept and (seen := _day_seen(asked, day, reached)) is not None
    ]
    absences = [Absence(one, other) for one, other in pairwise(days)]
    long = [each for each in absences if each.days >= asked.absent_days]
    return Presence(tuple(days), tuple(reversed(long)))


def _day_seen(asked: Asked, day: date, reached: frozenset[int]) -> DaySeen | None:
    """By the order of the day; from its segments and the log where it has none yet."""
    store = the_store()
    assert asked.plate_type is not None  # noqa: S101 - asked before
    number = store.number_of(asked.plate, asked.plate_type)
    order = store.order(day)
    if order is None or day in store.unarranged() or day == asked.last_day:
        found = store.track(asked.plate, asked.plate_type, day, day)
        times = [(one.passage.camera, one.at) for one in found]
    elif number is None or number in store.hidden(day):
        return None
    else:
        times = _times(order, number, day)
    held = [(camera, at) for camera, at in times if not reached or camera in reached]
    if not held:
        return None
    (first_camera, first), (last_camera, last) = held[0], held[-1]
    return DaySeen(day, len(held), first, first_camera, last, last_camera)


def _times(order: object, number: int, day: date) -> list[tuple[int, datetime]]:
    import numpy as np  # noqa: PLC0415 - only where the store is

    from luchang.core.passages.layout import DayOrder  # noqa: PLC0415 - kernels take a second to load

    assert isinstance(order, DayOrder)  # noqa: S101 - for the reader of types
    at = int(np.searchsorted(order.vehicles, number))
    if at == len(order.vehicles) or order.vehicles[at] != number:
        return []
    rows = slice(int(order.first[at]), int(order.first[at + 1]))
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return [
        (camera, midnight + timedelta(milliseconds=ms))
        for camera, ms in zip(order.camera[rows].tolist(), order.time[rows].tolist(), strict=True)
    ]


def _day(found: Found) -> date:
    return found.at.astimezone(SHANGHAI).date()
