"""Links travelled and their times: the kernels behind `flows.travel_times`.

Ten million passages are some nine million links. They are thrown into the room of the camera they
arrive at, and there, in the nearest cache, put in order by two counting passes: by a coarse time,
then by origin and slice. What is left of a median is to order those few times that share the
second of the middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.common.compiled import compiled, counted_by_nobody
from luchang.core.passages.passage import DAY_MS, MOST_CAMERAS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.passages.layout import DayOrder, Tail

SLICE_BITS = 10
"""A day has at most 720 slices; keys are 16 bits a camera, 10 a slice, 20 a time."""

Columns = tuple[
    "NDArray[np.uint32]", "NDArray[np.uint32]", "NDArray[np.uint16]", "NDArray[np.uint32]"
]


class LinkRows(NamedTuple):
    """Links and slices: where from, where to, when, how many, their mean and median [ms]."""

    camera_a: NDArray[np.uint16]
    camera_b: NDArray[np.uint16]
    slice: NDArray[np.uint16]
    vehicles: NDArray[np.uint32]
    mean_ms: NDArray[np.float64]
    median_ms: NDArray[np.float64]


class ByCamera(NamedTuple):
    """Links (origin, slice and time in one word) in the room of the camera they arrive at.

    Those of camera c are `keys[begin[c]:end[c]]`; a camera has room for all its passages, which no
    number of arrivals exceeds.
    """

    keys: NDArray[np.uint64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


class Bench(NamedTuple):
    """What one camera after another is sorted on.

    `rank` is the number of an origin among those of the camera, -1 for none; `origins` are they.
    """

    rank: NDArray[np.int32]
    origins: NDArray[np.int64]
    coarse: NDArray[np.int32]
    cells: NDArray[np.int32]
    by_time: NDArray[np.uint64]
    times: NDArray[np.uint32]


def links_by_camera(order: DayOrder, tail: Tail, slice_ms: int) -> ByCamera:
    """Every link travelled on a day."""
    begin = np.zeros(MOST_CAMERAS + 1, np.int64)
    begin[order.cameras.astype(np.int64) + 1] = np.diff(order.camera_first)
    np.cumsum(begin, out=begin)
    # allocated here: numpy asks for large pages, kernels do not
    rooms = ByCamera(np.empty(begin[-1], np.uint64), begin, begin[:-1].copy())
    columns = order.vehicles, order.first, order.camera, order.time
    throw_links(columns, order.begins_ms, tail, inverse_of(slice_ms), rooms.keys, rooms.end)
    return rooms


def inverse_of(slice_ms: int) -> int:
    """Factor of which (at * factor) >> 53 is at // slice_ms.

    Notes
    -----
    It is exact for all times and slices up to a day, because at * slice_ms < 2^53: the factor is
    ceil(2^53 / slice_ms), too large by e / slice_ms with e < slice_ms, and at * e < 2^53.
    """
    return -(-(1 << 53) // slice_ms)


def grouped_links(rooms: ByCamera, cameras: NDArray[np.uint16], slice_ms: int) -> LinkRows:
    """Count, mean and median of each link and slice, by arrival, origin and slice."""
    sizes = rooms.end - rooms.begin[:-1]
    slices, most = -(-DAY_MS // slice_ms), int(sizes.max())
    bench = Bench(
        np.full(MOST_CAMERAS, -1, np.int32),
        np.empty(MOST_CAMERAS, np.int64),
        np.empty(1024, np.int32),
        np.empty(min(most, MOST_CAMERAS) * slices, np.int32),
        np.empty(most, np.uint64),
        np.empty(most, np.uint32),
    )
    rows = _room_for(int(sizes.sum()))
    count = group_links(rooms, cameras, slices, bench, rows)
    return LinkRows._make(column[:count] for column in rows)


def _room_for(links: int) -> LinkRows:
    """Room that is not touched before it is filled costs nothing."""
    return LinkRows(
        np.empty(links, np.uint16),
        np.empty(links, np.uint16),
        np.empty(links, np.uint16),
        np.empty(links, np.uint32),
        np.empty(links, np.float64),
        np.empty(links, np.float64),
    )


def summed(keys: NDArray[np.uint64]) -> LinkRows:
    """Count, mean and median of each link and slice of sorted keys (`link_keys`)."""
    link, vehicles, total, median = sum_keys(keys)
    camera_b = ((link >> np.uint64(SLICE_BITS)) & np.uint64(0xFFFF)).astype(np.uint16)
    return LinkRows(
        (link >> np.uint64(16 + SLICE_BITS)).astype(np.uint16),
        camera_b,
        (link & np.uint64((1 << SLICE_BITS) - 1)).astype(np.uint16),
        vehicles,
        total / np.maximum(vehicles, 1),
        median,
    )


@counted_by_nobody
def throw_links(
    order: Columns,
    begins_ms: int,
    tail: Tail,
    inverse: int,
    keys: NDArray[np.uint64],
    end: NDArray[np.int64],
) -> None:
    """Write each link where its camera's last one ended; a division would take half the time."""
    vehicles, first, camera, time = order
    t = 0
    for i in range(len(vehicles)):
        v = vehicles[i]
        if v == 0:
            continue
        while t < len(tail.vehicle) and tail.vehicle[t] < v:
            t += 1
        last, seen = np.int64(-1), np.int64(-900_000)
        if t < len(tail.vehicle) and tail.vehicle[t] == v:
            last = np.int64(tail.camera[tail.first[t + 1] - 1])
            seen = tail.time[tail.first[t + 1] - 1] - begins_ms
        for k in range(first[i], first[i + 1]):
            c, at = np.int64(camera[k]), np.int64(time[k])
            gap = at - seen
            if c != last and gap < 900_000:  # noqa: PLR2004 - flows.LINK_MS
                part = (at * inverse) >> 53
                keys[end[c]] = np.uint64((last << 30) | (part << 20) | gap)
                end[c] += 1
            last, seen = c, at


@counted_by_nobody
def group_links(
    rooms: ByCamera, cameras: NDArray[np.uint16], slices: int, bench: Bench, rows: LinkRows
) -> int:
    """Fill rows camera by camera; how many."""
    count = 0
    for one in range(len(cameras)):
        c = np.int64(cameras[one])
        begin, end = rooms.begin[c], rooms.end[c]
        origins = rank_origins(rooms.keys, begin, end, slices, bench)
        sort_camera(rooms.keys, begin, end, origins * slices, bench)
        put_in_order(bench, origins)
        for q in range(origins):
            a = bench.origins[q]
            count = summed_origin(a, c, slices, bench, rows, count)
            bench.rank[a] = np.int32(-1)
    return count


@counted_by_nobody
def rank_origins(keys: NDArray[np.uint64], begin: int, end: int, slices: int, bench: Bench) -> int:
    """Number the origins of a camera, put cells (origin and slice) into the keys, count both."""
    rank, coarse, cells = bench.rank, bench.coarse, bench.cells
    origins = 0
    coarse[:] = 0
    for i in range(begin, end):
        key = keys[i]
        a = np.int64(key >> np.uint64(30))
        r = np.int64(rank[a])
        if r < 0:
            r = np.int64(origins)
            rank[a] = np.int32(origins)
            bench.origins[origins] = a
            origins += 1
            cells[r * slices : (r + 1) * slices] = 0
        coarse[(key >> np.uint64(10)) & np.uint64(1023)] += np.int32(1)
        cell = r * slices + np.int64((key >> np.uint64(20)) & np.uint64(1023))
        cells[cell] += np.int32(1)
        keys[i] = (np.uint64(cell) << np.uint64(20)) | (key & np.uint64(0xFFFFF))
    return origins


@counted_by_nobody
def sort_camera(keys: NDArray[np.uint64], begin: int, end: int, filled: int, bench: Bench) -> None:
    """Times by cell and, within a cell, by the 1,024 ms they fall into; where each cell ends."""
    coarse, cells, by_time, times = bench.coarse, bench.cells, bench.by_time, bench.times
    total = np.int32(0)
    for b in range(len(coarse)):
        here = coarse[b]
        coarse[b] = total
        total += here
    for i in range(begin, end):
        key = keys[i]
        b = (key >> np.uint64(10)) & np.uint64(1023)
        at = coarse[b]
        by_time[at] = key
        coarse[b] = at + np.int32(1)
    total = np.int32(0)
    for cell in range(filled):
        here = cells[cell]
        cells[cell] = total
        total += here
    for i in range(end - begin):
        key = by_time[i]
        at = cells[key >> np.uint64(20)]
        times[at] = np.uint32(key & np.uint64(0xFFFFF))
        cells[key >> np.uint64(20)] = at + np.int32(1)


@counted_by_nobody
def put_in_order(bench: Bench, count: int) -> None:
    """Origins of a camera, ascending; they are a few."""
    origins = bench.origins
    for i in range(1, count):
        one, j = origins[i], i
        while j > 0 and origins[j - 1] > one:
            origins[j] = origins[j - 1]
            j -= 1
        origins[j] = one


@counted_by_nobody
def summed_origin(
    a: np.int64, c: np.int64, slices: int, bench: Bench, rows: LinkRows, count: int
) -> int:
    """Rows of one link, slice by slice."""
    first = np.int64(bench.rank[a]) * slices
    begin = np.int64(bench.cells[first - 1]) if first > 0 else np.int64(0)
    for s in range(slices):
        end = np.int64(bench.cells[first + s])
        if begin == end:
            continue
        total = np.int64(0)
        for i in range(begin, end):
            total += np.int64(bench.times[i])
        rows.camera_a[count], rows.camera_b[count], rows.slice[count] = a, c, s
        rows.vehicles[count] = end - begin
        rows.mean_ms[count] = total / (end - begin)
        rows.median_ms[count] = middle(bench.times, begin, end)
        count += 1
        begin = end
    return count


@counted_by_nobody
def middle(times: NDArray[np.uint32], begin: np.int64, end: np.int64) -> float:
    """Median of times in the order of their 1,024 ms: only those that share the middle's move."""
    low, high = begin + (end - begin - 1) // 2, begin + (end - begin) // 2
    least, most = times[low] >> np.uint32(10), times[high] >> np.uint32(10)
    first, last = low, high + 1
    while first > begin and times[first - 1] >> np.uint32(10) == least:
        first -= 1
    while last < end and times[last] >> np.uint32(10) == most:
        last += 1
    for i in range(first + 1, last):
        one, j = times[i], i
        while j > first and times[j - 1] > one:
            times[j] = times[j - 1]
            j -= 1
        times[j] = one
    return (np.float64(times[low]) + np.float64(times[high])) / 2.0


@compiled
def link_keys(order: Columns, begins_ms: int, tail: Tail, slice_ms: int) -> NDArray[np.uint64]:
    """Every link travelled: camera a, camera b, slice and time in one word, for shards."""
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
            if last >= 0 and c != last and gap < 900_000:  # noqa: PLR2004 - flows.LINK_MS
                link = (last << 26) | (c << 10) | (at // slice_ms)
                keys[count] = np.uint64((link << 20) | gap)
                count += 1
            last, seen = c, at
    return keys[:count]


@compiled
def sum_keys(
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
