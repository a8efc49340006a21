"""Accompanying vehicles (伴随): two that pass the same cameras close together, and little else.

Common cameras alone name every platoon on the ring road. Two vehicles belong together when the
cameras they share are most of the cameras either of them passed that day, and when that is more
than one coincidence: whoever happens to follow another on his only trip of the day meets him at
one camera after the other. So either they travelled together on separate trips, or the gap between
them hardly changed, as it does between strangers whom every junction moves closer or apart.

Everybody on a main road is near to hundreds of others at every camera. Therefore each vehicle is
looked up only at the quietest few of its cameras: a pair that shares enough of them must have met
at some of those, and only such pairs are compared camera by camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from luchang.core.common.compiled import compiled, counted_by_nobody
from luchang.core.passages.layout import DayOrder, grouped
from luchang.core.passages.passage import MOST_CAMERAS

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMPANIONS = pa.schema(
    [
        ("day", pa.int32()),
        ("vehicle_a", pa.uint32()),
        ("vehicle_b", pa.uint32()),
        ("common", pa.uint32()),
        ("jaccard", pa.float64()),
        ("trips", pa.uint32()),
        ("spread_ms", pa.float64()),
    ]
)


_ROOM = 1024
"""Pairs there is room for before it is doubled."""

_MEETINGS, _HALF = 4, 0.5
"""Meetings at quiet cameras before a pair is compared, where half of all cameras have to agree."""

PAUSE_MS = 30 * 60_000
"""Together again after so long without a meeting: another trip [ms]; elsewhere this is a stop."""

STEADY = 5
"""A gap is steady while its standard deviation is at most this part of the gap allowed.

Gaps that take every value from -w to w evenly have w / sqrt(3) = 0.58 w; a fifth of w is about a
third of that.
"""


@dataclass(frozen=True, slots=True)
class CompanionParameters:
    """When two vehicles belong together.

    Attributes
    ----------
    common
        Least number of cameras that saw both, within `within_ms` of each other.
    within_ms
        [ms]
    jaccard
        Least share of common cameras among all cameras either of them passed that day [-].
    trips
        From so many shared trips on, each past two cameras or more, it does not matter how steady
        the gap between them was; 1: it never does.
    """

    common: int = 5
    within_ms: int = 30_000
    jaccard: float = 0.7
    trips: int = 2

    def __post_init__(self) -> None:
        possible = self.common >= 1 and self.within_ms >= 0 and 0.0 <= self.jaccard <= 1.0
        if not (possible and self.trips >= 1):
            raise ValueError(f"no such company: {self}")

    @property
    def steady_ms(self) -> int:
        """Standard deviation up to which the gap between two is steady [ms]."""
        return self.within_ms // STEADY

    @property
    def meetings(self) -> int:
        """Meetings that make a pair worth comparing; all of them, where few are few anyway."""
        return min(self.common, _MEETINGS) if self.jaccard >= _HALF else self.common


class Quiet(NamedTuple):
    """Passages by camera and time, at the quietest cameras of each vehicle; numbers, not vehicles.

    `place[first[n]:first[n + 1]]` are the rows of number n.
    """

    number: NDArray[np.uint32]
    camera: NDArray[np.uint16]
    time: NDArray[np.uint32]
    place: NDArray[np.uint32]
    first: NDArray[np.uint32]


class Journeys(NamedTuple):
    """Passages by vehicle and time; `at` is where a number stands among the vehicles."""

    at: NDArray[np.int64]
    first: NDArray[np.uint32]
    camera: NDArray[np.uint16]
    time: NDArray[np.uint32]
    lengths: NDArray[np.uint32]


def companions(
    order: DayOrder,
    parameters: CompanionParameters,
    *,
    part: int = 0,
    parts: int = 1,
) -> pa.Table:
    """Pairs that belong together on one day (`COMPANIONS`), `vehicle_a` the lower number.

    Both directions of time are looked at from the lower number, so each pair is counted by one
    vehicle alone and the work can be split: of `parts` this is `part`, by the place of vehicle_a.

    Notes
    -----
    With A and B the sets of cameras two vehicles passed that day and M the cameras at which both
    passed within `within_ms`, the pair is kept if |M| >= common and
    |M| / (|A| + |B| - |M|) >= jaccard. Vehicles of fewer cameras than `common` cannot be in any
    pair and are left out before pairs are counted.

    A pair that is left meets n times, each time a gap g apart. Meetings `PAUSE_MS` or more after
    the one before begin another trip; a trip counts when two cameras of it saw both. With fewer
    trips than `trips` the pair is kept while sqrt(n sum(g^2) - sum(g)^2) / n <= steady_ms.

    Such a pair has |M| >= o(A) = max(common, jaccard |A|), and so for B. In an order of all
    cameras from quiet to busy, the m-th camera of M is therefore among the first |A| - o(A) + m of
    A, and likewise of B: only passages there are brought together, and only pairs that met at m
    of them (`CompanionParameters.meetings`) are compared in full [1]_.

    References
    ----------
    .. [1] Chaudhuri, S., Ganti, V., Kaushik, R. (2006). A primitive operator for similarity joins
       in data cleaning. ICDE 2006.
    """
    distinct = distinct_cameras(order.first, order.camera)
    at = np.flatnonzero((distinct >= parameters.common) & (order.vehicles != 0))
    own = Journeys(at, order.first, order.camera, order.time, distinct[at])
    begin, end = len(at) * part // parts, len(at) * (part + 1) // parts
    pairs = count_pairs(
        _quiet(order, own, parameters),
        own,
        (parameters.common, parameters.within_ms, parameters.jaccard, parameters.meetings),
        (parameters.trips, parameters.steady_ms),
        (begin, end),
    )
    common = pairs[:, 2]
    union = own.lengths[pairs[:, 0]].astype(np.int64) + own.lengths[pairs[:, 1]] - common
    table = pa.table(
        {
            "day": np.full(len(pairs), order.day, np.int32),
            "vehicle_a": order.vehicles[at[pairs[:, 0]]],
            "vehicle_b": order.vehicles[at[pairs[:, 1]]],
            "common": common.astype(np.uint32),
            "jaccard": common / np.maximum(union, 1),
            "trips": pairs[:, 3].astype(np.uint32),
            "spread_ms": np.sqrt(pairs[:, 5]) / np.maximum(pairs[:, 4], 1),
        },
        schema=COMPANIONS,
    )
    return table.sort_by([("vehicle_a", "ascending"), ("vehicle_b", "ascending")])


def _quiet(order: DayOrder, own: Journeys, parameters: CompanionParameters) -> Quiet:
    """Rows that are brought together."""
    rank = np.zeros(MOST_CAMERAS, np.int32)
    busy = np.argsort(np.diff(order.camera_first.astype(np.int64)), kind="stable")
    rank[order.cameras[busy]] = np.arange(len(busy))
    limits = parameters.common, parameters.jaccard, parameters.meetings
    busiest = np.full(int(order.vehicles[-1]) + 1 if len(order.vehicles) else 1, -1, np.int32)
    bits, last = np.zeros(len(busy) // 64 + 1, np.uint64), np.empty(len(own.at), np.int32)
    busiest_ranks(own, rank, limits, bits, last)
    busiest[order.vehicles[own.at]] = last
    number = np.zeros(len(busiest), np.uint32)
    number[order.vehicles[own.at]] = np.arange(len(own.at))
    rows = len(order.by_camera_time)
    room = np.empty(rows, np.uint32), np.empty(rows, np.uint16), np.empty(rows, np.uint32)
    places = order.cameras, order.camera_first, rank
    kept = keep_quiet(
        places, (order.by_camera_vehicle, order.by_camera_time), (busiest, number), room
    )
    numbers = room[0][:kept]
    place, first = grouped(numbers, len(own.at))
    return Quiet(numbers, room[1][:kept], room[2][:kept], place, first)


@compiled
def distinct_cameras(first: NDArray[np.uint32], camera: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """How many different cameras each vehicle passed."""
    counts = np.zeros(max(len(first) - 1, 0), np.uint32)
    stamp = np.full(65_536, -1, np.int64)
    for i in range(len(counts)):
        for k in range(first[i], first[i + 1]):
            if stamp[camera[k]] != i:
                stamp[camera[k]] = i
                counts[i] += 1
    return counts


@counted_by_nobody
def busiest_ranks(
    own: Journeys,
    rank: NDArray[np.int32],
    limits: tuple[int, float, int],
    bits: NDArray[np.uint64],
    found: NDArray[np.int32],
) -> None:
    """Find of each number the rank of the busiest camera at which it is still looked up.

    `bits` has one bit a rank and is all zero before and after.
    """
    common, jaccard, meetings = limits
    for n in range(len(own.at)):
        for k in range(own.first[own.at[n]], own.first[own.at[n] + 1]):
            one = rank[own.camera[k]]
            bits[one >> 6] |= np.uint64(1) << np.uint64(one & 63)
        count = np.int64(own.lengths[n])
        needed = max(common, int(np.ceil(jaccard * count - 1e-9)))
        left = min(count, count - needed + meetings)
        for word in range(len(bits)):
            rest, bits[word] = bits[word], np.uint64(0)
            while rest != 0 and left > 0:
                others = rest & (rest - np.uint64(1))
                left -= 1
                if left == 0:
                    found[n] = 64 * word + int(np.log2(np.float64(rest - others)))
                rest = others


@counted_by_nobody
def keep_quiet(
    places: tuple[NDArray[np.uint16], NDArray[np.uint32], NDArray[np.int32]],
    rows: tuple[NDArray[np.uint32], NDArray[np.uint32]],
    vehicles: tuple[NDArray[np.int32], NDArray[np.uint32]],
    room: tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]],
) -> int:
    """Write the rows of the camera order that are looked up; how many."""
    cameras, first, rank = places
    vehicle, time = rows
    busiest, number = vehicles
    numbers, camera, times = room
    kept = 0
    for c in range(len(cameras)):
        here = rank[cameras[c]]
        for k in range(first[c], first[c + 1]):
            v = vehicle[k]
            if busiest[v] >= here:
                numbers[kept], camera[kept], times[kept] = number[v], cameras[c], time[k]
                kept += 1
    return kept


@compiled
def count_pairs(
    quiet: Quiet,
    own: Journeys,
    limits: tuple[int, int, float, int],
    chance: tuple[int, int],
    part: tuple[int, int],
) -> NDArray[np.int64]:
    """Pairs of numbers that keep the limits: a, b, and what `shared` says of them."""
    common, within, jaccard, meetings = limits
    counter = np.zeros(len(own.at), np.uint32)
    touched = np.empty(len(own.at), np.uint32)
    seen = np.full(65_536, -1, np.int64)
    found, pairs, compared = np.empty((_ROOM, 6), np.int64), 0, 0
    for v in range(part[0], part[1]):
        for q in range(meet(v, quiet, within, counter, touched)):
            w = touched[q]
            met = np.int64(counter[w] & np.uint32(0xFFFF))
            counter[w] = 0
            least = max(common, jaccard * max(own.lengths[v], own.lengths[w]) - 1e-9)
            if met < meetings or min(own.lengths[v], own.lengths[w]) < least:
                continue
            compared += 1
            count, trips, times, spread = shared(
                own, np.int64(v), np.int64(w), within, seen, compared
            )
            union = np.int64(own.lengths[v]) + np.int64(own.lengths[w]) - count
            if count < common or count / union < jaccard:
                continue
            if trips >= chance[0] or spread <= (times * chance[1]) ** 2:
                if pairs == len(found):
                    found = widened(found)
                found[pairs, 0], found[pairs, 1], found[pairs, 2] = v, w, count
                found[pairs, 3], found[pairs, 4], found[pairs, 5] = trips, times, spread
                pairs += 1
    return found[:pairs]


@counted_by_nobody
def meet(
    v: int,
    quiet: Quiet,
    within: int,
    counter: NDArray[np.uint32],
    touched: NDArray[np.uint32],
) -> int:
    """Count the cameras at which each higher number met v; how many numbers did.

    One counter a number: its upper half is the camera that counted last, so that a camera counts
    once however often the two met there.
    """
    number, camera, time = quiet.number, quiet.camera, quiet.time
    met = 0
    for i in range(quiet.first[v], quiet.first[v + 1]):
        k = np.int64(quiet.place[i])
        at, here = np.int64(time[k]), camera[k]
        for step in (-1, 1):
            j = k + step
            while (
                0 <= j < len(time) and camera[j] == here and abs(np.int64(time[j]) - at) <= within
            ):
                w = number[j]
                j += step
                if w <= v:
                    continue
                known = counter[w]
                if known == 0:
                    touched[met] = w
                    met += 1
                if known == 0 or (known >> np.uint32(16)) != here:
                    low = (known & np.uint32(0xFFFF)) + np.uint32(1)
                    counter[w] = (np.uint32(here) << np.uint32(16)) | low
    return met


@counted_by_nobody
def shared(
    own: Journeys, v: np.int64, w: np.int64, within: int, seen: NDArray[np.int64], turn: int
) -> tuple[int, int, int, np.int64]:
    """How two numbers passed the same cameras close together, walking both journeys at once.

    Common cameras; trips past two of them; meetings n; n sum(g^2) - sum(g)^2 of the gaps g [ms^2].
    `seen` remembers by camera the turn in which it was counted.
    """
    camera, time = own.camera, own.time
    begin, end = np.int64(own.first[own.at[w]]), np.int64(own.first[own.at[w] + 1])
    count, trips, met, total, squares = 0, 0, 0, np.int64(0), np.int64(0)
    last, place = np.int64(-PAUSE_MS), np.int64(-1)
    for k in range(own.first[own.at[v]], own.first[own.at[v] + 1]):
        at = np.int64(time[k])
        while begin < end and np.int64(time[begin]) < at - within:
            begin += 1
        j = begin
        while j < end and np.int64(time[j]) <= at + within:
            if camera[j] == camera[k]:
                if seen[camera[j]] != turn:
                    seen[camera[j]] = turn
                    count += 1
                gap = np.int64(time[j]) - at
                met, total, squares = met + 1, total + gap, squares + gap * gap
                if at - last >= PAUSE_MS:
                    place = np.int64(camera[k])  # where this trip was first seen
                elif place >= 0 and place != camera[k]:
                    trips, place = trips + 1, np.int64(-1)
                last = at
            j += 1
    return count, trips, met, met * squares - total * total


@compiled
def widened(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """Room for twice as many pairs."""
    wider = np.empty((2 * len(found), found.shape[1]), np.int64)
    wider[: len(found)] = found
    return wider
