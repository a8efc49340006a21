"""Who accompanied one vehicle: what `companions` says of all pairs, asked of a single vehicle.

The pairs of a whole city take minutes; those of one vehicle are found along its own passages in
milliseconds, with every meeting that speaks for them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.passages.companions import PAUSE_MS
from luchang.core.passages.dictionary import UNREAD_VEHICLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.passages.companions import CompanionParameters
    from luchang.core.passages.layout import DayOrder

    Columns = tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Both at one camera, at the times of the day [ms] that lie closest together."""

    camera: int
    at_ms: int
    other_ms: int


@dataclass(frozen=True, slots=True)
class Companion:
    """A vehicle that belongs to the one asked about, on one day.

    Attributes
    ----------
    meetings
        One a common camera, in the order of the day.
    either
        Cameras that either of them passed that day.
    trips
        Trips they shared, past two cameras or more each.
    spread_ms
        Standard deviation of the gap between them, over every time they met [ms].
    """

    vehicle: int
    day: int
    meetings: tuple[Meeting, ...]
    either: int
    trips: int
    spread_ms: float

    @property
    def common(self) -> int:
        return len(self.meetings)

    @property
    def jaccard(self) -> float:
        return self.common / self.either


def companions_of(
    order: DayOrder,
    vehicle: int,
    parameters: CompanionParameters,
    cameras_seen: NDArray[np.uint16] | None = None,
) -> tuple[Companion, ...]:
    """Companions of one vehicle on one day, the closest first.

    The same pairs as `companions.companions` finds with these parameters; vehicles whose plates
    were not read accompany nobody. `cameras_seen` are the only cameras to look at, None for all.
    """
    own = _rows_of(order, vehicle, cameras_seen)
    if vehicle == UNREAD_VEHICLE:
        return ()
    cameras = np.unique(order.camera[own])
    if len(cameras) < parameters.common:
        return ()
    met = _met(order, own, parameters.within_ms)
    found = []
    for other in _often(met, vehicle, parameters.common):
        theirs = np.unique(order.camera[_rows_of(order, other, cameras_seen)])
        meetings = _meetings(met, other)
        either = len(cameras) + len(theirs) - len(meetings)
        if len(meetings) / either < parameters.jaccard:
            continue
        chance = _trips(met, vehicle, other), _spread_ms(met, other)
        one = Companion(other, order.day, meetings, either, *chance)
        if belong([one], parameters):
            found.append(one)
    return tuple(sorted(found, key=lambda one: (-one.jaccard, -one.common, one.vehicle)))


def belong(days: Sequence[Companion], parameters: CompanionParameters) -> bool:
    """Whether trips of all days, or a steady gap on one of them, rule out chance."""
    trips = sum(one.trips for one in days)
    return trips >= parameters.trips or any(one.spread_ms <= parameters.steady_ms for one in days)


def _rows_of(
    order: DayOrder, vehicle: int, cameras: NDArray[np.uint16] | None
) -> NDArray[np.int64]:
    at = int(np.searchsorted(order.vehicles, vehicle))
    if at == len(order.vehicles) or order.vehicles[at] != vehicle:
        return np.zeros(0, np.int64)
    rows = np.arange(int(order.first[at]), int(order.first[at + 1]))
    return rows if cameras is None else rows[np.isin(order.camera[rows], cameras)]


def _met(order: DayOrder, own: NDArray[np.int64], within_ms: int) -> Columns:
    """Whoever passed a camera of ours within the time: vehicle, camera, our time, theirs."""
    parts: list[Columns] = []
    for camera, time in zip(order.camera[own].tolist(), order.time[own].tolist(), strict=True):
        at = int(np.searchsorted(order.cameras, camera))
        first, last = int(order.camera_first[at]), int(order.camera_first[at + 1])
        times = order.by_camera_time[first:last]
        begin = first + int(np.searchsorted(times, max(time - within_ms, 0)))
        end = first + int(np.searchsorted(times, time + within_ms, side="right"))
        count = end - begin
        parts.append(
            (
                order.by_camera_vehicle[begin:end],
                np.full(count, camera, np.uint16),
                np.full(count, time, np.int64),
                order.by_camera_time[begin:end].astype(np.int64),
            )
        )
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))  # type: ignore[return-value]  # four columns in, four out


def _often(met: Columns, vehicle: int, common: int) -> list[int]:
    """Vehicles met at so many different cameras."""
    others, camera = met[0], met[1]
    pairs = np.unique((others.astype(np.uint64) << np.uint64(16)) | camera)
    vehicles, counts = np.unique(pairs >> np.uint64(16), return_counts=True)
    often = vehicles[counts >= common].tolist()
    return [one for one in often if one not in (vehicle, UNREAD_VEHICLE)]


def _meetings(met: Columns, other: int) -> tuple[Meeting, ...]:
    held = met[0] == other
    closest: dict[int, Meeting] = {}
    for camera, at, theirs in zip(*(column[held].tolist() for column in met[1:]), strict=True):
        known = closest.get(camera)
        if known is None or abs(theirs - at) < abs(known.other_ms - known.at_ms):
            closest[camera] = Meeting(camera, at, theirs)
    return tuple(sorted(closest.values(), key=lambda one: (one.at_ms, one.camera)))


def _trips(met: Columns, vehicle: int, other: int) -> int:
    """Trips past two cameras or more, by the clock of the lower number, as of all pairs."""
    held = met[0] == other
    at = met[2 if vehicle < other else 3][held]
    places = np.argsort(at, kind="stable")
    begins = np.diff(at[places], prepend=at[places][:1]) >= PAUSE_MS
    trip = np.cumsum(begins).astype(np.uint64)
    cameras = np.unique((trip << np.uint64(16)) | met[1][held][places])
    return int((np.unique(cameras >> np.uint64(16), return_counts=True)[1] > 1).sum())


def _spread_ms(met: Columns, other: int) -> float:
    held = met[0] == other
    gap = met[3][held] - met[2][held]
    return math.sqrt(len(gap) * int((gap * gap).sum()) - int(gap.sum()) ** 2) / len(gap)
