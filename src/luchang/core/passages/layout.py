"""A day of passages in two orders: by vehicle and time, by camera and time.

Times are milliseconds of the day in Asia/Shanghai (32 bits), cameras and vehicles dense numbers
(16 and 32 bits). Both orders leave out double captures: the same vehicle at the same camera
within `DOUBLE_MS` of its capture before. The segments keep them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from luchang.core.common.compiled import compiled
from luchang.core.passages.passage import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Times = NDArray[np.uint32]
    Vehicles = NDArray[np.uint32]
    Cameras = NDArray[np.uint16]
    Places = NDArray[np.uint32]

DOUBLE_MS = 3_000
"""A camera sees a vehicle again within this [ms]: one passage, captured twice."""

TAIL_MS = 30 * 60_000
"""What of a day the next day may look back at [ms]: the longest section drive."""

_ROW_BITS, _CAMERA_BITS = 26, 16


class Rows(NamedTuple):
    """Rows of a day in any order, one array a column."""

    vehicle: Vehicles
    camera: Cameras
    time: Times


class Tail(NamedTuple):
    """Last `TAIL_MS` of a day by vehicle and time; times are absolute [ms, local].

    `first[i]:first[i + 1]` are the rows of `vehicle[i]`.
    """

    vehicle: Vehicles
    first: NDArray[np.int64]
    camera: Cameras
    time: NDArray[np.int64]


def no_tail() -> Tail:
    """Nothing before: the first day there is."""
    none = np.zeros(0, np.uint32)
    return Tail(none, np.zeros(1, np.int64), np.zeros(0, np.uint16), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class DayOrder:
    """One day in both orders.

    Attributes
    ----------
    day
        Days since 1970-01-01.
    vehicles, first
        Vehicles seen that day, ascending; rows `first[i]:first[i + 1]` are those of
        `vehicles[i]`. Number 0, the unread plates, is among them when there are any.
    camera, time
        Rows by vehicle and time.
    row
        Which row of the day's segments, one after another, each of them is.
    cameras, camera_first
        Cameras that saw something, ascending, and where their rows begin.
    by_camera_time, by_camera_vehicle
        Rows by camera and time.
    """

    day: int
    vehicles: Vehicles
    first: Places
    camera: Cameras
    time: Times
    row: Places
    cameras: Cameras
    camera_first: Places
    by_camera_time: Times
    by_camera_vehicle: Vehicles
    by_camera_row: Places = field(default_factory=lambda: np.zeros(0, np.uint32))

    @property
    def begins_ms(self) -> int:
        """Midnight on the clocks of Asia/Shanghai [ms since 1970, local]."""
        return self.day * DAY_MS

    @property
    def row_vehicle(self) -> Vehicles:
        """Vehicle of every row of the vehicle order."""
        return np.repeat(self.vehicles, np.diff(self.first))


def arrange(day: int, rows: Rows, *, before: Tail | None = None) -> DayOrder:
    """Put rows of one day, in any order, into both orders.

    Parameters
    ----------
    day
        Days since 1970-01-01.
    rows
        All passages of the day.
    before
        Tail of the day before, to see double captures over midnight.
    """
    order = time_order(rows)
    vehicle, camera = picked(rows.vehicle, order), picked(rows.camera, order)
    time = picked(rows.time, order)
    place, vehicles, first = grouped(vehicle)
    kept = np.ones(len(place), np.bool_)
    mark_doubles(day * DAY_MS, vehicles, first, place, camera, time, before or no_tail(), kept)
    if not kept.all():
        place = place[picked(kept, place)]
        vehicles, first = _index(picked(vehicle, place))
    by_camera, cameras, camera_first = grouped(camera, kept)
    return DayOrder(
        day=day,
        vehicles=vehicles,
        first=first,
        camera=picked(camera, place),
        time=picked(time, place),
        row=picked(order, place),
        cameras=cameras.astype(np.uint16),
        camera_first=camera_first,
        by_camera_time=picked(time, by_camera),
        by_camera_vehicle=picked(vehicle, by_camera),
        by_camera_row=picked(order, by_camera),
    )


def time_order(rows: Rows) -> Places:
    """Places of the rows by time, camera and place; one sort of packed 64-bit keys an hour."""
    if len(rows.time) and int(rows.time.max()) >= DAY_MS:
        raise ValueError("a time beyond the day")
    hour = (rows.time // np.uint32(HOUR_MS)).astype(np.uint8)
    place, hours, first = grouped(hour)
    ordered = np.empty(len(place), np.uint32)
    for at, which in enumerate(hours.tolist()):
        begin, end = int(first[at]), int(first[at + 1])
        if end - begin >= 1 << _ROW_BITS:
            raise ValueError(f"{end - begin} passages in one hour")
        keys = hour_keys(place[begin:end], rows.time, rows.camera, which * HOUR_MS)
        keys.sort()
        unpack_keys(keys, place[begin:end], ordered[begin:end])
    return ordered


def tail_of(order: DayOrder, length_ms: int = TAIL_MS) -> Tail:
    """Take the last rows of a day for the day after."""
    columns = order.vehicles, order.first, order.camera, order.time
    sizes, camera, time = last_rows(columns, DAY_MS - length_ms)
    present = np.flatnonzero(sizes)
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes[present])])
    return Tail(order.vehicles[present], first, camera, time + order.begins_ms)


def grouped(
    keys: NDArray[np.unsignedinteger], kept: NDArray[np.bool_] | None = None
) -> tuple[Places, NDArray[np.uint32], Places]:
    """Places of rows by key, in their order within a key; keys there are; where each begins."""
    count = int(keys.max()) + 1 if len(keys) else 0
    starts, place = counting_sort(keys, kept if kept is not None else _ALL, count)
    present = np.flatnonzero(np.diff(starts)).astype(keys.dtype)
    first = np.append(starts[present], starts[-1]).astype(np.uint32)
    return place, present, first


_ALL = np.zeros(0, np.bool_)


def _index(ordered: Vehicles) -> tuple[Vehicles, Places]:
    begins = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    starts = np.concatenate([np.zeros(min(len(ordered), 1), np.int64), begins])
    first = np.append(starts, len(ordered)).astype(np.uint32)
    return ordered[first[:-1]], first


_Value = TypeVar("_Value", bound=np.generic)


@compiled
def picked(values: NDArray[_Value], place: Places) -> NDArray[_Value]:
    """`values[place]`, in a third of the time."""
    found = np.empty(len(place), values.dtype)
    for i in range(len(place)):
        found[i] = values[place[i]]
    return found


@compiled
def unpack_keys(keys: NDArray[np.uint64], place: Places, ordered: Places) -> None:
    """Places in the order of sorted keys (`hour_keys`)."""
    for i in range(len(keys)):
        ordered[i] = place[keys[i] & np.uint64((1 << 26) - 1)]


@compiled
def last_rows(
    order: tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]],
    since_ms: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.int64]]:
    """How many rows each vehicle has from a time of the day on, and those rows."""
    vehicles, first, camera, time = order
    sizes = np.zeros(len(vehicles), np.int64)
    total = 0
    for i in range(len(vehicles)):
        if vehicles[i] == 0:
            continue
        while sizes[i] < first[i + 1] - first[i] and time[first[i + 1] - sizes[i] - 1] >= since_ms:
            sizes[i] += 1
        total += sizes[i]
    cameras, times = np.empty(total, np.uint16), np.empty(total, np.int64)
    at = 0
    for i in range(len(vehicles)):
        for back in range(sizes[i], 0, -1):
            cameras[at] = camera[first[i + 1] - back]
            times[at] = time[first[i + 1] - back]
            at += 1
    return sizes, cameras, times


@compiled
def hour_keys(place: Places, time: Times, camera: Cameras, hour_ms: int) -> NDArray[np.uint64]:
    """Time within the hour, camera and number of the row, in one word."""
    keys = np.empty(len(place), np.uint64)
    for i in range(len(place)):
        at = np.uint64(time[place[i]] - hour_ms)
        keys[i] = (
            (at << np.uint64(42)) | (np.uint64(camera[place[i]]) << np.uint64(26)) | np.uint64(i)
        )
    return keys


@compiled
def counting_sort(
    keys: NDArray[np.unsignedinteger], kept: NDArray[np.bool_], count: int
) -> tuple[NDArray[np.int64], Places]:
    """Stable: where each key begins, and the places of the rows; an empty `kept` keeps all."""
    starts = np.zeros(count + 1, np.int64)
    for i in range(len(keys)):
        if len(kept) == 0 or kept[i]:
            starts[keys[i] + 1] += 1
    for key in range(count):
        starts[key + 1] += starts[key]
    free = starts.copy()
    place = np.empty(starts[count], np.uint32)
    for i in range(len(keys)):
        if len(kept) == 0 or kept[i]:
            place[free[keys[i]]] = i
            free[keys[i]] += 1
    return starts, place


@compiled
def mark_doubles(  # noqa: PLR0913, PLR0917 - columns, not arguments
    begins_ms: int,
    vehicles: Vehicles,
    first: Places,
    place: Places,
    camera: Cameras,
    time: Times,
    before: Tail,
    kept: NDArray[np.bool_],
) -> None:
    """Set `kept` to False where a vehicle was at the same camera a moment before."""
    t = 0
    for i in range(len(vehicles)):
        if vehicles[i] == 0:
            continue
        while t < len(before.vehicle) and before.vehicle[t] < vehicles[i]:
            t += 1
        last_camera, last_ms = np.int64(-1), np.int64(-1_000_000_000)
        if t < len(before.vehicle) and before.vehicle[t] == vehicles[i]:
            last_camera = np.int64(before.camera[before.first[t + 1] - 1])
            last_ms = before.time[before.first[t + 1] - 1] - begins_ms
        for k in range(first[i], first[i + 1]):
            at, seen = np.int64(time[place[k]]), np.int64(camera[place[k]])
            if seen == last_camera and at - last_ms <= DOUBLE_MS:
                kept[place[k]] = False
            last_camera, last_ms = seen, at
