"""What the store holds, counted by the quarter hour; an hour is counted again when it changed.

Counting is repeatable: an hour's rows are replaced by those of its segments as they are now, in
one transaction. What says that an hour has to be counted again is a digest of the names of the
segments it was counted from and of what was counted, so that late rows, a rewritten segment and a
link confirmed today all reach the quarters they belong to, and nothing else is touched.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from luchang.apps.passages.models import (
    Camera,
    CameraVolume,
    CountedHour,
    Link,
    LinkTime,
    Movement,
    TurnCount,
)
from luchang.apps.passages.selectors.store import the_store
from luchang.apps.passages.services.demo_counts import MARK
from luchang.apps.passages.services.estimating import estimate_quarter
from luchang.apps.passages.services.quarters import (
    HOURS,
    hour_begins,
    instant_of,
    local_of,
    seen_in,
)
from luchang.apps.passages.states import CountQuality, LinkStatus
from luchang.core.passages import quarters
from luchang.core.passages.passage import DAY_MS, HOUR_MS, day_named
from luchang.core.passages.quarters import Turned, Turning
from luchang.core.passages.spans import LINK_MS, QUARTER_MS

if TYPE_CHECKING:
    from django.db.models import QuerySet

SETTLES = timedelta(minutes=2)
"""A quarter hour is counted this long after it is over: passages take a while to arrive."""

PATIENCE = 8.0
"""A drive may take so many times the free time before it is taken for a stop, within limits."""

FULLY_FOLLOWED = 0.98
"""From this part of vehicles seen again downstream on, a count is measured, not scaled up."""

FEWEST_FOLLOWED = 5

Stamps = Mapping[date, Mapping[int, str]]
"""Which segments each hour of each day lies in."""


@dataclass(frozen=True)
class Counted:
    """What is counted: links and movements in use."""

    links: Mapping[tuple[int, int], Link]
    movements: Sequence[Movement]

    @property
    def limits(self) -> dict[tuple[int, int], int]:
        """Longest drive of each link [ms]."""
        return {
            pair: int(min(max(LINK_MS, PATIENCE * link.free_s * 1000), quarters.LONGEST_MS))
            for pair, link in self.links.items()
        }

    @property
    def stamp(self) -> str:
        ways = [[m.pk, turning_of(m).camera, sorted(m.lanes), m.onto_id] for m in self.movements]
        links = [[link.pk, *pair] for pair, link in sorted(self.links.items())]
        return json.dumps([links, ways])


@dataclass(frozen=True)
class Hour:
    """An hour that was not counted as it is now."""

    day: date
    hour: int
    until_ms: int
    """Quarters that end by then are counted [ms, Shanghai]."""
    followed_ms: int
    """Movements of quarters that end by then: who passed has been seen downstream."""
    stamp: str


def what_is_counted() -> Counted:
    """Links and movements in use; what was invented for a demo has no passages to count."""
    links = Link.objects.filter(status=LinkStatus.CONFIRMED).select_related("start", "end")
    links = links.exclude(source=MARK)
    ways = Movement.objects.filter(ended_at=None).select_related("camera", "onto").order_by("pk")
    ways = ways.exclude(camera__in=_invented())
    return Counted({(one.start.number, one.end.number): one for one in links}, list(ways))


def _invented() -> "QuerySet[Link, int]":
    """Cameras of demo roads, whose counts are made up and stay so."""
    return Link.objects.filter(source=MARK).values_list("start", flat=True)


def stale_hours(*, at: datetime) -> list[Hour]:
    """Hours to count, today's first, then the oldest first: usual counts grow from the past."""
    stamps = the_store().stamps()
    settled = local_of(at - SETTLES) // QUARTER_MS * QUARTER_MS
    rows = CountedHour.objects.filter(day__in=list(stamps))
    known = {(one.day, one.hour): one.stamp for one in rows}
    found = [
        hour
        for hour in _hours(stamps, settled, what_is_counted().stamp)
        if known.get((hour.day, hour.hour)) != hour.stamp
    ]
    today = day_named(settled // DAY_MS)
    return sorted(found, key=lambda one: (one.day != today, one.day, one.hour))


def _hours(stamps: Stamps, settled: int, counted: str) -> Iterator[Hour]:
    """Every hour something arrived in or beside, up to the present."""
    for day in stamps:
        for hour in range(HOURS):
            until = min(hour_begins(day, hour + 1), settled)
            names = [_near(stamps, day, hour + step) for step in (-1, 0, 1)]
            if until > hour_begins(day, hour) and any(names):
                followed = min(until, settled - LINK_MS)
                stamp = _digest([*names, f"{until} {followed}", counted])
                yield Hour(day, hour, until, followed, stamp)


@transaction.atomic
def count_hour(hour: Hour, *, at: datetime) -> CountedHour:
    """Replace what was counted of an hour by what its segments say now."""
    counted = what_is_counted()
    row, _ = CountedHour.objects.select_for_update().get_or_create(
        day=hour.day,
        hour=hour.hour,
        defaults={"stamp": "", "until": instant_of(hour.until_ms), "passages": 0, "at": at},
    )
    first, last = hour_begins(hour.day, hour.hour), hour.until_ms
    rows = seen_in(hour.day, (hour.hour - 1, hour.hour, hour.hour + 1))
    moves = quarters.moves_of(rows)
    passages = _store_volumes(quarters.volumes(rows, first, last), first)
    _store_times(counted, quarters.drives(moves, counted.limits, first, last), first)
    _store_turns(counted, rows, moves, (first, hour.followed_ms))
    for begins_ms in range(first, last, QUARTER_MS):
        estimate_quarter(begins_at=instant_of(begins_ms))
    row.stamp, row.until = hour.stamp, instant_of(hour.until_ms)
    row.passages, row.at = passages, at
    row.save()
    return row


def count_stale(*, at: datetime, is_enough: Callable[[], bool] = lambda: False) -> int:
    """Count what is stale until it is enough; how many hours were counted.

    The present comes first. What its silent cameras would have counted is estimated again once
    earlier days, from which usual counts come, have been counted after it.
    """
    hours = stale_hours(at=at)
    done: list[Hour] = []
    for hour in hours:
        if is_enough():
            break
        count_hour(hour, at=at)
        done.append(hour)
    if done and done[-1].day != hours[0].day:
        for hour in (one for one in done if one.day == hours[0].day):
            for begins_ms in range(hour_begins(hour.day, hour.hour), hour.until_ms, QUARTER_MS):
                estimate_quarter(begins_at=instant_of(begins_ms))
    return len(done)


def turning_of(movement: Movement) -> Turning:
    onto = movement.onto.number if movement.onto else None
    return Turning(movement.camera.number, frozenset(movement.lanes), onto)


def _store_volumes(found: Sequence[quarters.Volume], first: int) -> int:
    numbers = {one.camera for one in found}
    known = Camera.objects.filter(number__in=numbers).exclude(pk__in=_invented())
    cameras = dict(known.values_list("number", "pk"))
    span = instant_of(first), instant_of(first + HOUR_MS)
    counted = CameraVolume.objects.filter(begins_at__gte=span[0], begins_at__lt=span[1])
    counted.exclude(camera__in=_invented()).delete()
    rows = [
        CameraVolume(
            camera_id=cameras[one.camera],
            begins_at=instant_of(one.begins_ms),
            vehicles=one.vehicles,
            quality=CountQuality.MEASURED,
            by_lane={str(lane): n for lane, n in sorted(one.by_lane.items())},
            by_type={f"{kind:02d}": n for kind, n in sorted(one.by_type.items())},
        )
        for one in found
        if one.camera in cameras
    ]
    CameraVolume.objects.bulk_create(rows)
    return sum(row.vehicles for row in rows)


def _store_times(counted: Counted, found: Sequence[quarters.Drive], first: int) -> None:
    """Times of links that are counted; those of links out of use stay as they are."""
    span = instant_of(first), instant_of(first + HOUR_MS)
    LinkTime.objects.filter(
        link__in=list(counted.links.values()), begins_at__gte=span[0], begins_at__lt=span[1]
    ).delete()
    LinkTime.objects.bulk_create(
        LinkTime(
            link=counted.links[one.link],
            begins_at=instant_of(one.begins_ms),
            vehicles=one.vehicles,
            mean_s=one.mean_ms / 1000.0,
            median_s=one.median_ms / 1000.0,
        )
        for one in found
        if one.median_ms > 0
    )


def _store_turns(
    counted: Counted, rows: quarters.Seen, moves: quarters.Moves, span: tuple[int, int]
) -> None:
    """Movements whose followers had the time to be seen downstream."""
    first, last = span
    TurnCount.objects.filter(
        movement__in=counted.movements,
        begins_at__gte=instant_of(first),
        begins_at__lt=instant_of(first + HOUR_MS),
    ).delete()
    if last <= first:
        return
    heard = set(np.unique(rows.camera).tolist())
    TurnCount.objects.bulk_create(
        _turn_count(movement, one, is_heard=_ends_of(movement) <= heard)
        for movement in counted.movements
        for one in quarters.turned(rows, moves, turning_of(movement), first, last)
    )


def _ends_of(movement: Movement) -> set[int]:
    return {one.number for one in (movement.camera, movement.onto) if one is not None}


def _turn_count(movement: Movement, one: Turned, *, is_heard: bool) -> TurnCount:
    """Where a second camera tells, vehicles it did not see are shared out like those it saw.

    A camera that was not heard of for hours counts nothing rather than nobody.
    """
    fives, share = list(one.fives), None
    quality = CountQuality.MEASURED if is_heard else CountQuality.MISSING
    if is_heard and movement.onto_id is not None and one.passed:
        share = one.followed / one.passed
        if share < FULLY_FOLLOWED and one.followed < FEWEST_FOLLOWED:
            quality = CountQuality.MISSING
        elif share < FULLY_FOLLOWED:
            quality, fives = CountQuality.SCALED, [round(n / share) for n in fives]
    return TurnCount(
        movement=movement,
        begins_at=instant_of(one.begins_ms),
        vehicles=None if quality == CountQuality.MISSING else sum(fives),
        fives=fives,
        quality=quality,
        share=share,
    )


def _near(stamps: Stamps, day: date, hour: int) -> str:
    return stamps.get(day + timedelta(days=hour // HOURS), {}).get(hour % HOURS, "")


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
