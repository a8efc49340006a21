"""Where a vehicle stays and what it does again and again (落脚点、活动规律)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from luchang.core.passages.passage import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from luchang.core.passages.travelling import Seen

LEAST_STAY_MS = 2 * HOUR_MS
"""Unseen for less than this a vehicle was on its way [ms]."""

MOST_STAY_MS = 3 * DAY_MS
"""Unseen for longer it has left the city, for all anybody knows [ms]."""

NIGHT_BEGINS_MS, NIGHT_ENDS_MS = 22 * HOUR_MS, 30 * HOUR_MS
"""Ten in the evening to six in the morning, by the clock of the evening's day [ms]."""

LEAST_NIGHT_MS = 4 * HOUR_MS
"""Of a night so much has to be spent at a place [ms]."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Unseen between two passages: near the way from one camera to the other.

    Attributes
    ----------
    from_ms, until_ms
        Last and first passage [ms since 1970, clocks of Asia/Shanghai].
    """

    last_camera: int
    next_camera: int
    from_ms: int
    until_ms: int

    @property
    def lasted_ms(self) -> int:
        return self.until_ms - self.from_ms


@dataclass(frozen=True, slots=True)
class NightPlace:
    """A pair of cameras between which nights were spent, and how many."""

    last_camera: int
    next_camera: int
    nights: int


@dataclass(frozen=True, slots=True)
class UsualCamera:
    """A camera passed on many days.

    Attributes
    ----------
    days
        Days on which it was passed at all.
    by_hour
        For each hour of the day the number of days on which it was passed then.
    """

    camera: int
    days: int
    by_hour: tuple[int, ...]

    @property
    def usual_hour(self) -> int:
        return max(range(24), key=lambda hour: (self.by_hour[hour], -hour))


def stays(
    seen: Sequence[Seen], *, least_ms: int = LEAST_STAY_MS, most_ms: int = MOST_STAY_MS
) -> tuple[Stay, ...]:
    """Times between consecutive passages in which the vehicle stood somewhere, oldest first."""
    return tuple(
        Stay(one.camera, other.camera, one.at_ms, other.at_ms)
        for one, other in pairwise(seen)
        if least_ms <= other.at_ms - one.at_ms <= most_ms
    )


def night_places(found: Iterable[Stay]) -> tuple[NightPlace, ...]:
    """Where nights were spent, the most frequent first; a night counts once a place."""
    nights: Counter[tuple[int, int]] = Counter()
    for stay in found:
        for evening in range(stay.from_ms // DAY_MS - 1, stay.until_ms // DAY_MS + 1):
            begins, ends = evening * DAY_MS + NIGHT_BEGINS_MS, evening * DAY_MS + NIGHT_ENDS_MS
            spent = min(stay.until_ms, ends) - max(stay.from_ms, begins)
            if spent >= LEAST_NIGHT_MS:
                nights[stay.last_camera, stay.next_camera] += 1
    ranked = sorted(nights.items(), key=lambda item: (-item[1], item[0]))
    return tuple(NightPlace(*cameras, count) for cameras, count in ranked)


def usual_cameras(seen: Iterable[Seen], *, most: int = 10) -> tuple[UsualCamera, ...]:
    """Cameras passed on the most days, by hour of the day."""
    days: defaultdict[int, set[int]] = defaultdict(set)
    hours: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for one in seen:
        day, within = divmod(one.at_ms, DAY_MS)
        days[one.camera].add(day)
        hours[one.camera].add((day, within // HOUR_MS))
    ranked = sorted(days, key=lambda camera: (-len(days[camera]), camera))[:most]
    return tuple(
        UsualCamera(camera, len(days[camera]), _by_hour(hours[camera])) for camera in ranked
    )


def _by_hour(held: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    counts = Counter(hour for _, hour in held)
    return tuple(counts[hour] for hour in range(24))
