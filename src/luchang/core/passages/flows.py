"""Travel times of links, turning counts of junctions, volumes of cameras.

A link is two different cameras that one vehicle passes one after the other within
`LINK_MS`. Its travel time belongs to the quarter hour (or five minutes) in which the vehicle
arrives. The median is exact: times are sorted, not sampled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from luchang.core.common.compiled import compiled
from luchang.core.passages.passage import DAY_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.passages.layout import DayOrder, Tail

LINK_MS = 15 * 60_000
"""Longer between two cameras is a stop on the way, not a travel time [ms]."""

FIVE_MINUTES_MS, QUARTER_MS = 5 * 60_000, 15 * 60_000

TRAVEL_TIMES = pa.schema(
    [
        ("day", pa.int32()),
        ("camera_a", pa.uint16()),
        ("camera_b", pa.uint16()),
        ("slice", pa.uint16()),
        ("vehicles", pa.uint32()),
        ("mean_ms", pa.float64()),
        ("median_ms", pa.float64()),
    ]
)
TURNS = pa.schema(
    [
        ("day", pa.int32()),
        ("camera_a", pa.uint16()),
        ("camera_b", pa.uint16()),
        ("camera_c", pa.uint16()),
        ("slice", pa.uint16()),
        ("vehicles", pa.uint32()),
    ]
)
VOLUMES = pa.schema(
    [
        ("day", pa.int32()),
        ("camera", pa.uint16()),
        ("hour", pa.uint8()),
        ("plate_type", pa.uint8()),
        ("vehicles", pa.uint32()),
    ]
)

_SLICE_BITS = 10
"""A day has at most 720 slices; keys are 16 bits a camera, 10 a slice, 20 a time below LINK_MS."""


def travel_times(order: DayOrder, tail: Tail, slice_ms: int = FIVE_MINUTES_MS) -> pa.Table:
    """Count, mean and median time of every link and slice of the day (`TRAVEL_TIMES`).

    Parameters
    ----------
    order
        The day.
    tail
        Of the day before (`layout.tail_of`): links that run over midnight belong to the day of
        arrival.
    slice_ms
        Length of a slice [ms]; 5 or 15 minutes, at least 2.
    """
    if not 2 * 60_000 <= slice_ms <= DAY_MS:
        raise ValueError(f"slices of {slice_ms} ms")
    camera_first = np.zeros(65_537, np.int64)
    camera_first[order.cameras.astype(np.int64) + 1] = np.diff(order.camera_first)
    np.cumsum(camera_first, out=camera_first)
    keys, filled = links_by_camera(_columns(order), order.begins_ms, tail, slice_ms, camera_first)
    sort_cameras(keys, camera_first, filled, order.cameras, DAY_MS // slice_ms + 1)
    found = [np.zeros(0, np.uint64)]
    found += [keys[camera_first[c] : filled[c]] for c in order.cameras.tolist() if filled[c]]
    return travel_table(order.day, np.concatenate(found))


def travel_table(day: int, keys: NDArray[np.uint64]) -> pa.Table:
    """Rows of one day from its sorted keys (`link_keys`)."""
    link, vehicles, total, median = summed(keys)
    return pa.table(
        {
            "day": np.full(len(link), day, np.int32),
            "camera_a": (link >> np.uint64(16 + _SLICE_BITS)).astype(np.uint16),
            "camera_b": ((link >> np.uint64(_SLICE_BITS)) & np.uint64(0xFFFF)).astype(np.uint16),
            "slice": (link & np.uint64((1 << _SLICE_BITS) - 1)).astype(np.uint16),
            "vehicles": vehicles,
            "mean_ms": total / np.maximum(vehicles, 1),
            "median_ms": median,
        },
        schema=TRAVEL_TIMES,
    )


def turning_counts(order: DayOrder, tail: Tail, slice_ms: int = QUARTER_MS) -> pa.Table:
    """Vehicles that came from camera a, passed b and went on to c (`TURNS`).

    The movement belongs to the slice in which the vehicle reached c, so that one over midnight
    stands with the day whose rows complete it.
    """
    turn, vehicles = turns(order, tail, slice_ms)
    return turn_table(np.full(len(turn), order.day, np.int32), turn, vehicles)


def turns(
    order: DayOrder, tail: Tail, slice_ms: int
) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Movements with their slice as one word, and the vehicles of each."""
    keys = turn_keys(_columns(order), order.begins_ms, tail, slice_ms)
    turn, vehicles = np.unique(keys, return_counts=True)
    return turn, vehicles.astype(np.uint32)


def turn_table(
    day: NDArray[np.int32], turn: NDArray[np.uint64], vehicles: NDArray[np.uint32]
) -> pa.Table:
    """Rows of movements (`turns`)."""
    mask = np.uint64(0xFFFF)
    return pa.table(
        {
            "day": day,
            "camera_a": (turn >> np.uint64(32 + _SLICE_BITS)).astype(np.uint16),
            "camera_b": ((turn >> np.uint64(16 + _SLICE_BITS)) & mask).astype(np.uint16),
            "camera_c": ((turn >> np.uint64(_SLICE_BITS)) & mask).astype(np.uint16),
            "slice": (turn & np.uint64((1 << _SLICE_BITS) - 1)).astype(np.uint16),
            "vehicles": vehicles,
        },
        schema=TURNS,
    )


def volumes(order: DayOrder, types: NDArray[np.uint8]) -> pa.Table:
    """Vehicles of each camera, hour and plate type (`VOLUMES`); unread plates have type 0.

    Parameters
    ----------
    order
        The day.
    types
        Plate type by vehicle number (`Dictionary.types`).
    """
    counts = volume_counts(
        order.cameras, order.camera_first, order.by_camera_time, order.by_camera_vehicle, types
    )
    at, hour, plate_type = np.nonzero(counts)
    return pa.table(
        {
            "day": np.full(len(at), order.day, np.int32),
            "camera": order.cameras[at],
            "hour": hour.astype(np.uint8),
            "plate_type": plate_type.astype(np.uint8),
            "vehicles": counts[at, hour, plate_type],
        },
        schema=VOLUMES,
    )


Columns = tuple[
    "NDArray[np.uint32]", "NDArray[np.uint32]", "NDArray[np.uint16]", "NDArray[np.uint32]"
]


def _columns(order: DayOrder) -> Columns:
    return order.vehicles, order.first, order.camera, order.time


@compiled
def link_keys(order: Columns, begins_ms: int, tail: Tail, slice_ms: int) -> NDArray[np.uint64]:
    """Every link travelled: camera a, camera b, slice and time in one word."""
    vehicles, first, camera, time = order
    keys = np.empty(len(time), np.uint64)
    count, t = 0, 0
    for i in range(len(vehicles)):
        if vehicles[i] == 0:
            continue
        while t < len(tail.vehicle) and tail.vehicle[t] < vehicles[i]:
            t += 1
        last, seen = np.int64(-1), np.int64(0)
        if t < len(tail.vehicle) and tail.vehicle[t] == vehicles[i]:
            last = np.int64(tail.camera[tail.first[t + 1] - 1])
            seen = tail.time[tail.first[t + 1] - 1] - begins_ms
        for k in range(first[i], first[i + 1]):
            c, at = np.int64(camera[k]), np.int64(time[k])
            gap = at - seen
            if last >= 0 and c != last and gap < 900_000:  # noqa: PLR2004 - LINK_MS
                link = (last << 26) | (c << 10) | (at // slice_ms)
                keys[count] = np.uint64((link << 20) | gap)
                count += 1
            last, seen = c, at
    return keys[:count]


@compiled
def links_by_camera(
    order: Columns,
    begins_ms: int,
    tail: Tail,
    slice_ms: int,
    camera_first: NDArray[np.int64],
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The keys of `link_keys`, each in the room of the camera it arrives at; where each ends.

    A camera has room for all its passages, which no number of arrivals exceeds.
    """
    vehicles, first, camera, time = order
    keys = np.empty(camera_first[-1], np.uint64)
    filled = camera_first[:-1].copy()
    t = 0
    for i in range(len(vehicles)):
        if vehicles[i] == 0:
            continue
        while t < len(tail.vehicle) and tail.vehicle[t] < vehicles[i]:
            t += 1
        last, seen = np.int64(-1), np.int64(0)
        if t < len(tail.vehicle) and tail.vehicle[t] == vehicles[i]:
            last = np.int64(tail.camera[tail.first[t + 1] - 1])
            seen = tail.time[tail.first[t + 1] - 1] - begins_ms
        for k in range(first[i], first[i + 1]):
            c, at = np.int64(camera[k]), np.int64(time[k])
            gap = at - seen
            if last >= 0 and c != last and gap < 900_000:  # noqa: PLR2004 - LINK_MS
                link = (last << 26) | (c << 10) | (at // slice_ms)
                keys[filled[c]] = np.uint64((link << 20) | gap)
                filled[c] += 1
            last, seen = c, at
    return keys, filled


@compiled
def sort_cameras(  # noqa: C901, PLR0915 - one walk
    keys: NDArray[np.uint64],
    camera_first: NDArray[np.int64],
    filled: NDArray[np.int64],
    cameras: NDArray[np.uint16],
    slices: int,
) -> None:
    """Sort the keys of every camera by origin, slice and time.

    Two counting sorts, by slice and by origin, within the few thousand keys of one camera, and
    an insertion sort within the handful of equal origin and slice: a third of the time of
    sorting all keys at once.
    """
    origin = np.full(65_536, -1, np.int64)
    for one in range(len(cameras)):
        begin, end = camera_first[cameras[one]], filled[cameras[one]]
        own = keys[begin:end]
        spare = np.empty(len(own), np.uint64)
        starts = np.zeros(slices + 1, np.int64)
        names = np.empty(len(own), np.int64)
        origins = 0
        for i in range(len(own)):
            starts[((own[i] >> np.uint64(20)) & np.uint64(1023)) + np.uint64(1)] += 1
            a = np.int64(own[i] >> np.uint64(46))
            if origin[a] < 0:
                origin[a] = 0
                names[origins] = a
                origins += 1
        for i in range(slices):
            starts[i + 1] += starts[i]
        for i in range(len(own)):
            part = (own[i] >> np.uint64(20)) & np.uint64(1023)
            spare[starts[part]] = own[i]
            starts[part] += 1
        ordered = np.sort(names[:origins])
        counts = np.zeros(origins + 1, np.int64)
        for i in range(origins):
            origin[ordered[i]] = i
        for i in range(len(own)):
            counts[origin[np.int64(own[i] >> np.uint64(46))] + 1] += 1
        for i in range(origins):
            counts[i + 1] += counts[i]
        for i in range(len(spare)):
            part_of = origin[np.int64(spare[i] >> np.uint64(46))]
            own[counts[part_of]] = spare[i]
            counts[part_of] += 1
        for i in range(origins):
            origin[ordered[i]] = -1
        for i in range(1, len(own)):
            key, j = own[i], i
            while j > 0 and own[j - 1] > key:
                own[j] = own[j - 1]
                j -= 1
            own[j] = key


@compiled
def summed(
    keys: NDArray[np.uint64],
) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.int64], NDArray[np.float64]]:
    """Per link and slice of sorted keys: how many, their sum, their median."""
    groups = 0
    for i in range(len(keys)):
        if i == 0 or (keys[i] >> np.uint64(20)) != (keys[i - 1] >> np.uint64(20)):
            groups += 1
    link, vehicles = np.empty(groups, np.uint64), np.empty(groups, np.uint32)
    total, median = np.empty(groups, np.int64), np.empty(groups, np.float64)
    mask = np.uint64((1 << 20) - 1)
    at, group = 0, 0
    while at < len(keys):
        which, end, time = keys[at] >> np.uint64(20), at, np.int64(0)
        while end < len(keys) and (keys[end] >> np.uint64(20)) == which:
            time += np.int64(keys[end] & mask)
            end += 1
        upper = keys[at + (end - at) // 2] & mask
        lower = keys[at + (end - at - 1) // 2] & mask
        link[group], vehicles[group], total[group] = which, end - at, time
        median[group] = (np.float64(upper) + np.float64(lower)) / 2.0
        group += 1
        at = end
    return link, vehicles, total, median


@compiled
def turn_keys(  # noqa: C901 - one walk
    order: Columns, begins_ms: int, tail: Tail, slice_ms: int
) -> NDArray[np.uint64]:
    """Every movement over three cameras: a, b, c and slice in one word."""
    vehicles, first, camera, time = order
    keys = np.empty(len(time), np.uint64)
    count, t = 0, 0
    for i in range(len(vehicles)):
        if vehicles[i] == 0:
            continue
        while t < len(tail.vehicle) and tail.vehicle[t] < vehicles[i]:
            t += 1
        before, last, seen = np.int64(-1), np.int64(-1), np.int64(0)
        begin, end = np.int64(0), np.int64(0)
        if t < len(tail.vehicle) and tail.vehicle[t] == vehicles[i]:
            begin, end = tail.first[t], tail.first[t + 1]
        for k in range(begin - end, np.int64(first[i + 1]) - np.int64(first[i])):
            if k < 0:
                c, at = np.int64(tail.camera[end + k]), tail.time[end + k] - begins_ms
            else:
                row = np.int64(first[i]) + k
                c, at = np.int64(camera[row]), np.int64(time[row])
            if last < 0 or c == last or at - seen >= 900_000:  # noqa: PLR2004 - LINK_MS
                before = np.int64(-1)
            else:
                if before >= 0 and k >= 0:
                    turn = (before << 42) | (last << 26) | (c << 10) | (at // slice_ms)
                    keys[count] = np.uint64(turn)
                    count += 1
                before = last
            last, seen = c, at
    return keys[:count]


@compiled
def volume_counts(
    cameras: NDArray[np.uint16],
    first: NDArray[np.uint32],
    time: NDArray[np.uint32],
    vehicle: NDArray[np.uint32],
    types: NDArray[np.uint8],
) -> NDArray[np.uint32]:
    """Cameras x hours x plate types."""
    counts = np.zeros((len(cameras), 24, 100), np.uint32)
    for i in range(len(cameras)):
        for k in range(first[i], first[i + 1]):
            plate_type = types[vehicle[k]] if vehicle[k] != 0 else np.uint8(0)
            counts[i, time[k] // 3_600_000, plate_type] += 1
    return counts
