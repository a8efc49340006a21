"""Ten million rows of a day into its two orders: the kernels behind `layout.arrange`.

Everything moves as few times as possible and, where it can, within the nearest cache: rows are
thrown into some ten thousand parts of the day and sorted there; then, in the order of time, each
is written once where its vehicle stands and once where its camera stands. Room is made by numpy,
which asks for large pages; kernels do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.common.compiled import compiled, counted_by_nobody, inlined
from luchang.core.passages.passage import DAY_MS, MOST_CAMERAS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Times = NDArray[np.uint32]
    Vehicles = NDArray[np.uint32]
    Cameras = NDArray[np.uint16]
    Places = NDArray[np.uint32]
    Columns = tuple[Vehicles, Cameras, Times]
    Before = tuple[Vehicles, NDArray[np.int64], Cameras, NDArray[np.int64]]

_PARTS = (DAY_MS >> 13) + 1
"""A part of a day is 8,192 ms, of which each of 1,024 cells takes eight."""


class VehicleOrder(NamedTuple):
    """Rows by vehicle and time, double captures left out."""

    vehicles: Vehicles
    first: Places
    camera: Cameras
    time: Times
    row: Places


class CameraOrder(NamedTuple):
    """Rows by camera and time."""

    cameras: Cameras
    first: Places
    time: Times
    vehicle: Vehicles
    row: Places


def local_times(at_ms: NDArray[np.int64]) -> tuple[NDArray[np.int32], Times]:
    """Hours since 1970 and milliseconds of the day on the clocks of Asia/Shanghai."""
    hours, time = np.empty(len(at_ms), np.int32), np.empty(len(at_ms), np.uint32)
    split_times(at_ms, hours, time)
    return hours, time


def time_order(time: Times, camera: Cameras) -> Places:
    """Rows by time, camera and place.

    Raises:
        ValueError: a time is beyond the day.
    """
    if int(time.max(initial=0)) >= DAY_MS:
        raise ValueError("a time beyond the day")
    begins = np.zeros(_PARTS + 1, np.int64)
    keys, order = np.empty(len(time), np.uint64), np.empty(len(time), np.uint32)
    throw_times(time, camera, begins, keys)
    most = int(np.diff(begins, prepend=0).max())
    sort_parts(keys, begins, np.empty(most, np.uint64), np.empty(1025, np.int32))
    low_words(keys, order)
    return order


def by_vehicle(
    columns: Columns, order: Places, before: Before, begins_ms: int
) -> tuple[VehicleOrder, NDArray[np.bool_]]:
    """Rows by vehicle and time, and which rows are double captures."""
    vehicle, camera, time = columns
    rows, count = len(order), int(vehicle.max(initial=0)) + 1
    ends = np.zeros(count + 1, np.int64)
    records = np.empty((rows, 3), np.uint32)
    throw_vehicles(vehicle, camera, time, order, ends, records)
    doubles = np.zeros(rows, np.bool_)
    room = VehicleOrder(
        np.empty(min(rows, count), np.uint32),
        np.empty(min(rows, count) + 1, np.uint32),
        np.empty(rows, np.uint16),
        np.empty(rows, np.uint32),
        np.empty(rows, np.uint32),
    )
    found = settle_vehicles(records, ends, before, begins_ms, room, doubles)
    kept = room.first[found]
    settled = VehicleOrder(
        room.vehicles[:found],
        room.first[: found + 1],
        room.camera[:kept],
        room.time[:kept],
        room.row[:kept],
    )
    return settled, doubles


def by_camera(columns: Columns, order: Places, doubles: NDArray[np.bool_]) -> CameraOrder:
    """Rows by camera and time, without the doubles."""
    vehicle, camera, time = columns
    begins = np.zeros(MOST_CAMERAS + 1, np.int64)
    rows = count_cameras(camera, doubles, begins)
    room = np.empty(rows, np.uint32), np.empty(rows, np.uint32), np.empty(rows, np.uint32)
    present = np.flatnonzero(np.diff(begins))
    first = np.append(begins[present], rows).astype(np.uint32)
    throw_cameras(vehicle, camera, time, (order, doubles), begins, room)
    return CameraOrder(present.astype(np.uint16), first, *room)


@counted_by_nobody
def split_times(at_ms: NDArray[np.int64], hours: NDArray[np.int32], time: Times) -> None:
    """Divisors are written out: known to the compiler, they cost a multiplication."""
    for i in range(len(at_ms)):
        local = at_ms[i] + 28_800_000
        hours[i] = local // 3_600_000
        time[i] = local % 86_400_000


@counted_by_nobody
def throw_times(
    time: Times, camera: Cameras, begins: NDArray[np.int64], keys: NDArray[np.uint64]
) -> None:
    """Time within the part, camera and place in one word, by parts of the day; where each ends."""
    for i in range(len(time)):
        begins[(time[i] >> np.uint32(13)) + 1] += 1
    for part in range(len(begins) - 1):
        begins[part + 1] += begins[part]
    for i in range(len(time)):
        part = time[i] >> np.uint32(13)
        at = np.uint64(time[i] & np.uint32(8191))
        keys[begins[part]] = (
            (at << np.uint64(48)) | (np.uint64(camera[i]) << np.uint64(32)) | np.uint64(i)
        )
        begins[part] += 1


@compiled
def sort_parts(
    keys: NDArray[np.uint64],
    ends: NDArray[np.int64],
    spare: NDArray[np.uint64],
    cells: NDArray[np.int32],
) -> None:
    """Sort each part: into cells of eight milliseconds, then the few of a cell.

    A part of which one moment holds a crowd (a clock that stands still) is sorted as a whole.
    """
    begin = np.int64(0)
    for part in range(len(ends) - 1):
        end = ends[part]
        if end - begin > 1 and into_cells(keys, begin, end, spare, cells) > 64:  # noqa: PLR2004 - see above
            keys[begin:end].sort()
        else:
            insert(keys, begin, end)
        begin = end


@counted_by_nobody
def into_cells(
    keys: NDArray[np.uint64],
    begin: np.int64,
    end: np.int64,
    spare: NDArray[np.uint64],
    cells: NDArray[np.int32],
) -> int:
    """Put keys of a part in the order of their cells; the most that one cell holds."""
    cells[:] = 0
    for i in range(begin, end):
        spare[i - begin] = keys[i]
        cells[(keys[i] >> np.uint64(51)) + np.uint64(1)] += np.int32(1)
    most = np.int32(0)
    for cell in range(len(cells) - 1):
        most = max(most, cells[cell + 1])
        cells[cell + 1] += cells[cell]
    for i in range(end - begin):
        cell = spare[i] >> np.uint64(51)
        keys[begin + cells[cell]] = spare[i]
        cells[cell] += np.int32(1)
    return int(most)


@counted_by_nobody
def insert(keys: NDArray[np.uint64], begin: np.int64, end: np.int64) -> None:
    """Sort keys that are nearly in order."""
    for i in range(begin + 1, end):
        key, j = keys[i], i
        while j > begin and keys[j - 1] > key:
            keys[j] = keys[j - 1]
            j -= 1
        keys[j] = key


@counted_by_nobody
def low_words(keys: NDArray[np.uint64], order: Places) -> None:
    """Places in the order of sorted keys (`throw_times`)."""
    for i in range(len(keys)):
        order[i] = np.uint32(keys[i] & np.uint64(0xFFFFFFFF))


@counted_by_nobody
def throw_vehicles(
    vehicle: Vehicles,
    camera: Cameras,
    time: Times,
    order: Places,
    ends: NDArray[np.int64],
    records: NDArray[np.uint32],
) -> None:
    """Time, camera and row by vehicle, one record beside the other; where each vehicle ends."""
    for i in range(len(vehicle)):
        ends[vehicle[i] + 1] += 1
    for v in range(len(ends) - 1):
        ends[v + 1] += ends[v]
    for i in range(len(order)):
        row = order[i]
        v = vehicle[row]
        at = ends[v]
        records[at, 0], records[at, 1], records[at, 2] = time[row], camera[row], row
        ends[v] = at + 1


@inlined
def _just_here(records: NDArray[np.uint32], begin: np.int64, k: int) -> bool:
    """Whether a row before, of the same vehicle, is of the same camera and at most 3 s older."""
    at = np.int64(records[k, 0])
    j = k - 1
    while j >= begin and at - np.int64(records[j, 0]) <= 3_000:  # noqa: PLR2004 - spans.DOUBLE_MS
        if records[j, 1] == records[k, 1]:
            return True
        j -= 1
    return False


@inlined
def _was_here(
    camera: Cameras, time_ms: NDArray[np.int64], here: np.int64, at_ms: np.int64
) -> bool:
    """The same of the rows of the day before, for the first moments of a day."""
    j = len(camera) - 1
    while j >= 0 and at_ms - time_ms[j] <= 3_000:  # noqa: PLR2004 - spans.DOUBLE_MS
        if camera[j] == here:
            return True
        j -= 1
    return False


@counted_by_nobody
def settle_vehicles(
    records: NDArray[np.uint32],
    ends: NDArray[np.int64],
    before: Before,
    begins_ms: int,
    room: VehicleOrder,
    doubles: NDArray[np.bool_],
) -> int:
    """Write the rows that are no double captures; how many vehicles have any.

    A double was at the same camera a moment before, whoever else saw it in between; of a chain of
    them the first one counts.
    """
    tail_vehicle, tail_first, tail_camera, tail_time = before
    found, kept, t, begin = 0, 0, 0, np.int64(0)
    for v in range(len(ends) - 1):
        end = ends[v]
        if begin == end:
            continue
        while t < len(tail_vehicle) and tail_vehicle[t] < v:
            t += 1
        first, after = np.int64(0), np.int64(0)
        if t < len(tail_vehicle) and tail_vehicle[t] == v:
            first, after = np.int64(tail_first[t]), np.int64(tail_first[t + 1])
        room.vehicles[found], room.first[found] = v, kept
        for k in range(begin, end):
            at, c, row = np.int64(records[k, 0]), np.int64(records[k, 1]), records[k, 2]
            if v != 0 and (
                _just_here(records, begin, k)
                or _was_here(tail_camera[first:after], tail_time[first:after], c, at + begins_ms)
            ):
                doubles[row] = True
            else:
                room.time[kept], room.camera[kept], room.row[kept] = at, c, row
                kept += 1
        if kept > room.first[found]:
            found += 1
        begin = end
    room.first[found] = kept
    return found


@counted_by_nobody
def count_cameras(camera: Cameras, doubles: NDArray[np.bool_], begins: NDArray[np.int64]) -> int:
    """Where the rows of each camera begin; how many there are."""
    for i in range(len(camera)):
        if not doubles[i]:
            begins[camera[i] + 1] += 1
    for c in range(len(begins) - 1):
        begins[c + 1] += begins[c]
    return int(begins[-1])


@counted_by_nobody
def throw_cameras(
    vehicle: Vehicles,
    camera: Cameras,
    time: Times,
    which: tuple[Places, NDArray[np.bool_]],
    begins: NDArray[np.int64],
    room: tuple[Times, Vehicles, Places],
) -> None:
    """Time, vehicle and row by camera."""
    order, doubles = which
    times, vehicles, rows = room
    for i in range(len(order)):
        row = order[i]
        if doubles[row]:
            continue
        at = begins[camera[row]]
        times[at], vehicles[at], rows[at] = time[row], vehicle[row], row
        begins[camera[row]] = at + 1
