"""Travel times of links, turning counts of junctions, volumes of cameras.

A link is two different cameras that one vehicle passes one after the other within
`LINK_MS`. Its travel time belongs to the quarter hour (or five minutes) in which the vehicle
arrives. The median is exact: times are selected, not sampled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from luchang.core.common.compiled import compiled
from luchang.core.passages.links import (
    SLICE_BITS,
    Columns,
    LinkRows,
    grouped_links,
    links_by_camera,
    summed,
)
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
    by_camera = links_by_camera(order, tail, slice_ms)
    return _travel_table(order.day, grouped_links(by_camera, order.cameras, slice_ms))


def travel_table(day: int, keys: NDArray[np.uint64]) -> pa.Table:
    """Rows of one day from its sorted keys (`links.link_keys`)."""
    return _travel_table(day, summed(keys))


def _travel_table(day: int, rows: LinkRows) -> pa.Table:
    days = np.full(len(rows.vehicles), day, np.int32)
    return pa.table([pa.array(one) for one in (days, *rows)], schema=TRAVEL_TIMES)


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
            "camera_a": (turn >> np.uint64(32 + SLICE_BITS)).astype(np.uint16),
            "camera_b": ((turn >> np.uint64(16 + SLICE_BITS)) & mask).astype(np.uint16),
            "camera_c": ((turn >> np.uint64(SLICE_BITS)) & mask).astype(np.uint16),
            "slice": (turn & np.uint64((1 << SLICE_BITS) - 1)).astype(np.uint16),
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


def _columns(order: DayOrder) -> Columns:
    return order.vehicles, order.first, order.camera, order.time


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
