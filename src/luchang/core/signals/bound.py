"""A lower bound: delay no control can undercut, whatever it knows.

Two streams of a junction that are never green together share its time. With every arrival known
beforehand, each vehicle passing at least one headway after the one before it in its lane, and
the other stream at least the unused amber later, the least total delay is found exactly by
dynamic programming over how many of each have passed. Streams of several lanes are split into
every m-th vehicle, which keeps one lane's headways; pairs that share no vehicle are added.
Whatever else a controller must keep - minimum green, start-up, gaps, room - only adds to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.signals.junction import Junction

    Floats = NDArray[np.float64]

NEVER = 1e300
FRONT = 12
"""States kept where waiting pays later; more are merged into a better one than any, which keeps
the bound a bound."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Vehicles of one approach whose links are green in the same stages.

    Attributes
    ----------
    arrivals_s
        When each would pass the stop line at free speed, ascending [s].
    lanes
        Lanes they can use.
    """

    name: str
    arrivals_s: tuple[float, ...]
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Bound:
    """Least total delay of a junction [veh s], and of which streams it was made."""

    total_s: float
    pairs: tuple[tuple[str, str, float], ...]

    def per_vehicle_s(self, vehicles: int) -> float:
        """Spread over all vehicles of a run [s/veh]."""
        return self.total_s / vehicles if vehicles else 0.0


@compiled
def _insert(  # noqa: C901 - one plain piece, to be checked by eye
    times: Floats, costs: Floats, sizes: NDArray[np.int64], at: int, time_s: float, cost_s: float
) -> None:
    """Keep a state unless one is both earlier and cheaper; merge the closest two when full."""
    size = sizes[at]
    kept = 0
    for place in range(size):
        if times[at, place] <= time_s and costs[at, place] <= cost_s:
            return
    for place in range(size):
        if times[at, place] >= time_s and costs[at, place] >= cost_s:
            continue
        times[at, kept], costs[at, kept] = times[at, place], costs[at, place]
        kept += 1
    place = kept
    while place > 0 and times[at, place - 1] > time_s:
        times[at, place], costs[at, place] = times[at, place - 1], costs[at, place - 1]
        place -= 1
    times[at, place], costs[at, place] = time_s, cost_s
    kept += 1
    if kept > FRONT:
        closest, least = 0, NEVER
        for one in range(kept - 1):
            apart = (times[at, one + 1] - times[at, one]) * (costs[at, one] - costs[at, one + 1])
            if apart < least:
                closest, least = one, apart
        costs[at, closest] = costs[at, closest + 1]
        for one in range(closest + 1, kept - 1):
            times[at, one], costs[at, one] = times[at, one + 1], costs[at, one + 1]
        kept -= 1
    sizes[at] = kept


@compiled
def _step(
    source: tuple[Floats, Floats, NDArray[np.int64]],
    target: tuple[Floats, Floats, NDArray[np.int64]],
    at: int,
    to: int,
    arrival_s: float,
    apart_s: float,
    end_s: float,
) -> None:
    """Let one vehicle pass after every state of a front."""
    times, costs, sizes = source
    for place in range(sizes[at]):
        time_s = max(arrival_s, times[at, place] + apart_s)
        delay_s = max(0.0, min(time_s, end_s) - arrival_s)
        _insert(target[0], target[1], target[2], to, time_s, costs[at, place] + delay_s)


@compiled
def least_delay(  # noqa: C901 - the recursion in one piece
    one_s: Floats, other_s: Floats, headway_s: float, change_s: float, end_s: float
) -> float:
    """Least total delay of two lanes that are never green together [veh s].

    Parameters
    ----------
    one_s, other_s
        Arrivals at the stop lines, ascending [s].
    headway_s
        Between vehicles of one lane [s].
    change_s
        From a vehicle of one lane to one of the other [s].
    end_s
        Delay after this is not counted [s].

    Notes
    -----
    F(i, j, last): front of (time of the last passage, delay so far) after i and j vehicles; a
    vehicle passes at max(arrival, time + headway or change). Both order within a lane and order
    of a front are kept, so the minimum over F(n, m, .) is the least of all orders of passing.
    """
    n, m = len(one_s), len(other_s)
    width = 2 * (m + 1)  # row i: states (j, last), last 0 for `one`, 1 for `other`
    row = (np.zeros((width, FRONT + 2)), np.zeros((width, FRONT + 2)), np.zeros(width, np.int64))
    after = (np.zeros((width, FRONT + 2)), np.zeros((width, FRONT + 2)), np.zeros(width, np.int64))
    row[0][0, 0], row[0][1, 0] = -1e9, -1e9
    row[2][0], row[2][1] = 1, 1
    for i in range(n + 1):
        after[2][:] = 0
        for j in range(m + 1):
            for last in range(2):
                at = 2 * j + last
                if i < n:
                    apart = headway_s if last == 0 else change_s
                    _step(row, after, at, 2 * j, one_s[i], apart, end_s)
                if j < m:
                    apart = headway_s if last == 1 else change_s
                    _step(row, row, at, 2 * j + 3, other_s[j], apart, end_s)
        if i < n:
            row, after = after, row
    best = NEVER
    for last in range(2):
        for place in range(row[2][2 * m + last]):
            best = min(best, row[1][2 * m + last, place])
    return best


def pair_bound(
    one: Stream, other: Stream, headway_s: float, change_s: float, end_s: float
) -> float:
    """Least delay of two streams that are never green together [veh s].

    The k-th to pass of a stream with m lanes passes a headway after the (k-m)-th: every m-th
    vehicle is a lane of its own, and each such lane of one stream may be held against a different
    one of the other.
    """
    parts = [
        [np.array(stream.arrivals_s[rest :: stream.lanes]) for rest in range(stream.lanes)]
        for stream in (one, other)
    ]
    size = max(len(part) for part in parts)
    padded = [part + [np.zeros(0)] * (size - len(part)) for part in parts]
    return sum(
        float(least_delay(first, second, headway_s, change_s, end_s))
        for first, second in zip(*padded, strict=True)
    )


def junction_bound(
    junction: Junction,
    streams: Mapping[frozenset[int], Stream],
    *,
    headway_s: float,
    change_s: float,
    end_s: float,
) -> Bound:
    """Least delay of a junction: the best way to pair streams that are never green together.

    `streams` by the lamps of their links, a lamp in one stream only; the rest as in
    `least_delay`.
    """
    lamps = list(streams)
    weights = {
        (a, b): pair_bound(streams[lamps[a]], streams[lamps[b]], headway_s, change_s, end_s)
        for a, b in combinations(range(len(lamps)), 2)
        if are_apart(junction, lamps[a], lamps[b])
    }
    total, pairs = _matching(weights, frozenset(range(len(lamps))))
    named = tuple(
        (streams[lamps[a]].name, streams[lamps[b]].name, weights[a, b]) for a, b in pairs
    )
    return Bound(total, named)


def are_apart(junction: Junction, some: frozenset[int], others: frozenset[int]) -> bool:
    """Whether no stage shows green to a lamp of each."""
    return not any(some & stage.green and others & stage.green for stage in junction.stages)


def _matching(
    weights: Mapping[tuple[int, int], float], free: frozenset[int]
) -> tuple[float, tuple[tuple[int, int], ...]]:
    """Heaviest set of pairs that share nothing; approaches are few, so all are tried."""
    best: tuple[float, tuple[tuple[int, int], ...]] = (0.0, ())
    if not free:
        return best
    first = min(free)
    best = _matching(weights, free - {first})
    for second in free - {first}:
        pair = (first, second)
        if pair in weights:
            total, pairs = _matching(weights, free - {first, second})
            if total + weights[pair] > best[0]:
                best = (total + weights[pair], (pair, *pairs))
    return best


def uniform_arrivals(vehicles: Sequence[float], interval_s: float) -> tuple[float, ...]:
    """Arrivals spread evenly within intervals, where only counts are known."""
    found: list[float] = []
    for place, number in enumerate(vehicles):
        whole = round(number)
        found += [(place + (k + 0.5) / whole) * interval_s for k in range(whole)]
    return tuple(found)
