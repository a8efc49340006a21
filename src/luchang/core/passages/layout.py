"""A day of passages in two orders: by vehicle and time, by camera and time.

Times are milliseconds of the day in Asia/Shanghai (32 bits), cameras and vehicles dense numbers
(16 and 32 bits). Both orders leave out double captures: the same vehicle at the same camera
within `DOUBLE_MS` of its capture there before, whichever others saw it in between: so that rows
spread by camera lose the same ones as rows spread by vehicle. The segments keep them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.common.compiled import compiled
from luchang.core.passages import sorting
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.spans import TAIL_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Times = NDArray[np.uint32]
    Vehicles = NDArray[np.uint32]
    Cameras = NDArray[np.uint16]
    Places = NDArray[np.uint32]


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
    order = sorting.time_order(rows.time, rows.camera)
    of_vehicles, doubles = sorting.by_vehicle(rows, order, before or no_tail(), day * DAY_MS)
    of_cameras = sorting.by_camera(rows, order, doubles)
    return DayOrder(
        day=day,
        vehicles=of_vehicles.vehicles,
        first=of_vehicles.first,
        camera=of_vehicles.camera,
        time=of_vehicles.time,
        row=of_vehicles.row,
        cameras=of_cameras.cameras,
        camera_first=of_cameras.first,
        by_camera_time=of_cameras.time,
        by_camera_vehicle=of_cameras.vehicle,
        by_camera_row=of_cameras.row,
    )


def tail_of(order: DayOrder, length_ms: int = TAIL_MS) -> Tail:
    """Take the last rows of a day for the day after."""
    columns = order.vehicles, order.first, order.camera, order.time
    sizes, camera, time = last_rows(columns, DAY_MS - length_ms)
    present = np.flatnonzero(sizes)
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes[present])])
    return Tail(order.vehicles[present], first, camera, time + order.begins_ms)


def grouped(keys: NDArray[np.uint32], count: int) -> tuple[Places, Places]:
    """Places of rows by key, in their order within a key; where each of `count` keys begins."""
    starts, place = np.zeros(count + 1, np.int64), np.empty(len(keys), np.uint32)
    counting_sort(keys, starts, place)
    return place, np.append(np.zeros(1, np.uint32), starts[:-1]).astype(np.uint32)


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
def counting_sort(keys: NDArray[np.uint32], starts: NDArray[np.int64], place: Places) -> None:
    """Places of the rows by key, in their order within a key; `starts` becomes where each ends."""
    for i in range(len(keys)):
        starts[keys[i] + 1] += 1
    for key in range(len(starts) - 1):
        starts[key + 1] += starts[key]
    for i in range(len(keys)):
        place[starts[keys[i]]] = i
        starts[keys[i]] += 1
