"""A lower bound: delay no control can undercut, whatever it knows.

Traffic that is green only in some stages and traffic that is green only in the others share the
junction's time. With every arrival known beforehand, the least total delay of the two is found
exactly by dynamic programming over how many of each have passed: between one side and the other
lie the unused amber and the start of those that stood, and a side that was let in stays so for
its minimum green. Headways within a side count lane by lane: every m-th vehicle of m lanes keeps
those of one lane. Both relaxations - all vehicles without headways, every m-th with them - are
bounds, the higher is taken. Whatever else a controller must keep only adds to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.common.compiled import counted_by_nobody, inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.signals.junction import Junction

    Floats = NDArray[np.float64]

NEVER = 1e15
FRONT = 8
"""States kept where waiting pays later; more are merged into a better one than any, which keeps
the bound a bound."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What every controller keeps.

    Attributes
    ----------
    headway_s
        Between vehicles of one lane [s].
    change_s
        From the last vehicle of one side to the green of the other: amber that is not used [s].
    start_s
        From green until the first that stood passes [s].
    hold_s
        Minimum green [s].
    """

    headway_s: float = 1.5
    change_s: float = 1.0
    start_s: float = 1.0
    hold_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Stream:
    """Vehicles whose lamp it is.

    Attributes
    ----------
    arrivals_s
        When each would pass the stop line at free speed [s].
    lanes
        Lanes they can use.
    """

    arrivals_s: tuple[float, ...]
    lanes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bound:
    """Least total delay of a junction [veh s], and the stages that were held against the rest."""

    total_s: float
    stages: frozenset[int]

    def per_vehicle_s(self, vehicles: int) -> float:
        """Spread over all vehicles of a run [s/veh]."""
        return self.total_s / vehicles if vehicles else 0.0


class Front(NamedTuple):
    """Of each state: times of the last passage, earliest returns of the other side, delays."""

    time_s: Floats
    back_s: Floats
    cost_s: Floats
    size: NDArray[np.int64]


@inlined
def _insert(front: Front, at: int, time_s: float, back_s: float, cost_s: float) -> None:
    """Keep a state unless another is as good in all; one too many is merged into its nearest."""
    nearest, least, kept = 0, NEVER, 0
    for place in range(front.size[at]):
        times, backs, costs = front.time_s[at], front.back_s[at], front.cost_s[at]
        if times[place] <= time_s and backs[place] <= back_s and costs[place] <= cost_s:
            return
        if times[place] >= time_s and backs[place] >= back_s and costs[place] >= cost_s:
            continue
        times[kept], backs[kept], costs[kept] = times[place], backs[place], costs[place]
        apart = abs(times[kept] - time_s) + abs(backs[kept] - back_s) + abs(costs[kept] - cost_s)
        if apart < least:
            nearest, least = kept, apart
        kept += 1
    front.size[at] = kept
    if kept == FRONT:
        front.time_s[at, nearest] = min(front.time_s[at, nearest], time_s)
        front.back_s[at, nearest] = min(front.back_s[at, nearest], back_s)
        front.cost_s[at, nearest] = min(front.cost_s[at, nearest], cost_s)
        return
    front.time_s[at, kept], front.back_s[at, kept] = time_s, back_s
    front.cost_s[at, kept] = cost_s
    front.size[at] = kept + 1


@inlined
def _pass(
    source: Front,
    target: Front,
    places: tuple[int, int],
    arrival_s: float,
    rules: tuple[float, float, float, float, float],
    stays: int,
) -> None:
    """Let one vehicle pass after every state of a front: of the same side, or of the other."""
    headway_s, change_s, start_s, hold_s, end_s = rules
    for place in range(source.size[places[0]]):
        last_s = source.time_s[places[0], place]
        back_s = source.back_s[places[0], place]
        if stays:
            time_s = max(arrival_s, last_s + headway_s)
        else:
            green_s = max(last_s + change_s, back_s)
            time_s = green_s + start_s if arrival_s < green_s else arrival_s
            back_s = green_s + hold_s + change_s
        delay_s = max(0.0, min(time_s, end_s) - arrival_s)
        cost_s = source.cost_s[places[0], place] + delay_s
        _insert(target, places[1], time_s, back_s, cost_s)


@inlined
def _copy(source: Front, target: Front) -> None:
    """Take over the states of another row."""
    for at in range(len(source.size)):
        target.size[at] = source.size[at]
        for place in range(source.size[at]):
            target.time_s[at, place] = source.time_s[at, place]
            target.back_s[at, place] = source.back_s[at, place]
            target.cost_s[at, place] = source.cost_s[at, place]


@counted_by_nobody
def _sweep(  # noqa: C901 - the recursion in one piece
    one_s: Floats,
    other_s: Floats,
    rules: tuple[float, float, float, float, float],
    row: Front,
    after: Front,
) -> float:
    """Fill row after row; states are 2 j + side, side 0 after a vehicle of `one`."""
    n, m = len(one_s), len(other_s)
    for i in range(n + 1):
        after.size[:] = 0
        for j in range(m + 1):
            for side in range(2):
                at = 2 * j + side
                if i < n:
                    _pass(row, after, (at, 2 * j), one_s[i], rules, 1 - side)
                if j < m:
                    _pass(row, row, (at, 2 * j + 3), other_s[j], rules, side)
        if i < n:
            _copy(after, row)
    best = NEVER
    for at in range(2 * m, 2 * m + 2):
        for place in range(row.size[at]):
            best = min(best, row.cost_s[at, place])
    return best


def least_delay(one_s: Floats, other_s: Floats, rules: Rules, end_s: float) -> float:
    """Least total delay of two sides of one lane each that are never green together [veh s].

    Parameters
    ----------
    one_s, other_s
        Arrivals at the stop lines, ascending [s].
    rules
        What lies between passages.
    end_s
        Delay after this is not counted [s].

    Notes
    -----
    F(i, j, side): front of (last passage, earliest return of the other side, delay so far) after
    i and j vehicles. A vehicle of the same side passes at max(arrival, last + headway); of the
    other at its arrival, or `start_s` after the begin of its green if that comes later; green
    begins at max(last + change, return), and the side that lost it returns no earlier than
    minimum green and change after that. Passing as early as possible is never worse, so the
    minimum over F(n, m, .) is the least of all orders of passing.
    """
    width = 2 * (len(other_s) + 1)
    shape = (width, FRONT)
    sizes = np.zeros(width, np.int64)
    row = Front(np.zeros(shape), np.zeros(shape), np.zeros(shape), sizes)
    after = Front(np.zeros(shape), np.zeros(shape), np.zeros(shape), sizes.copy())
    row.time_s[:2, 0], row.back_s[:2, 0] = -NEVER, -NEVER
    row.size[:2] = 1
    times = (rules.headway_s, rules.change_s, rules.start_s, rules.hold_s, end_s)
    return float(_sweep(one_s, other_s, times, row, after))


def sides_bound(
    one: Sequence[Stream], other: Sequence[Stream], rules: Rules, end_s: float
) -> float:
    """Least delay of two sides of a junction that are never green together [veh s]."""
    times = [np.sort([at for part in side for at in part.arrivals_s]) for side in (one, other)]
    lanes = [max(1, len({lane for part in side for lane in part.lanes})) for side in (one, other)]
    joint = least_delay(times[0], times[1], replace(rules, headway_s=0.0), end_s)
    size = max(lanes)
    split = 0.0
    for rest in range(size):
        first, second = (
            side[rest::number] if rest < number else np.zeros(0)
            for side, number in zip(times, lanes, strict=True)
        )
        split += least_delay(first, second, rules, end_s)
    return max(joint, split)


def junction_bound(
    junction: Junction, streams: Mapping[int, Stream], rules: Rules, end_s: float
) -> Bound:
    """Least delay of a junction: its stages in two sides, as they cost most.

    Parameters
    ----------
    junction
        Its stages are all it may show.
    streams
        By lamp; delay of a vehicle is counted where it stands, in one stream.
    rules, end_s
        As in `least_delay`.
    """
    size = len(junction.stages)
    best = Bound(0.0, frozenset())
    for number in range(1, size // 2 + 1):
        for chosen in combinations(range(size), number):
            sides = _sides(junction, streams, frozenset(chosen))
            if sides[0] and sides[1]:
                total = sides_bound(sides[0], sides[1], rules, end_s)
                if total > best.total_s:
                    best = Bound(total, frozenset(chosen))
    return best


def _sides(
    junction: Junction, streams: Mapping[int, Stream], chosen: frozenset[int]
) -> tuple[list[Stream], list[Stream]]:
    """Streams green in the chosen stages only, and in the others only."""
    sides: tuple[list[Stream], list[Stream]] = ([], [])
    for lamp, stream in streams.items():
        shown = {place for place, stage in enumerate(junction.stages) if lamp in stage.green}
        if shown and shown <= chosen:
            sides[0].append(stream)
        elif shown and not shown & chosen:
            sides[1].append(stream)
    return sides


def uniform_arrivals(vehicles: Sequence[float], interval_s: float) -> tuple[float, ...]:
    """Arrivals spread evenly within intervals, where only counts are known."""
    found: list[float] = []
    for place, number in enumerate(vehicles):
        whole = round(number)
        found += [(place + (k + 0.5) / whole) * interval_s for k in range(whole)]
    return tuple(found)
