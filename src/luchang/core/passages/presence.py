"""Restricted driving, vehicles seen for the first time, vehicles long unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from luchang.core.common.compiled import compiled
from luchang.core.passages.passage import DAY_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.passages.layout import DayOrder

RESTRICTED = pa.schema(
    [
        ("day", pa.int32()),
        ("vehicle", pa.uint32()),
        ("passages", pa.uint32()),
        ("first_time", pa.uint32()),
        ("camera", pa.uint16()),
    ]
)
SEEN = pa.schema(
    [
        ("day", pa.int32()),
        ("vehicle", pa.uint32()),
        ("days_absent", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Restriction:
    """Hours in which some vehicles may not drive; over midnight when `until_ms` is the smaller.

    Attributes
    ----------
    from_ms, until_ms
        Of the day in Asia/Shanghai [ms]; `until_ms` is free again.
    cameras
        Where it holds; empty: everywhere.
    """

    from_ms: int
    until_ms: int
    cameras: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not (0 <= self.from_ms < DAY_MS and 0 < self.until_ms <= DAY_MS):
            raise ValueError(f"no such hours: {self.from_ms} to {self.until_ms}")


class Presence:
    """Last day each vehicle was seen, day by day; a new object a day, the old one stays."""

    def __init__(self, last_day: NDArray[np.int32] | None = None) -> None:
        self.last_day = last_day if last_day is not None else np.full(1, -1, np.int32)

    def after(self, order: DayOrder) -> Presence:
        """Return the state once this day has been seen."""
        count = int(order.vehicles[-1]) + 1 if len(order.vehicles) else 1
        last = np.full(max(count, len(self.last_day)), -1, np.int32)
        last[: len(self.last_day)] = self.last_day
        last[order.vehicles] = np.maximum(last[order.vehicles], order.day)
        last[0] = -1
        return Presence(last)

    def before(self, vehicles: NDArray[np.uint32]) -> NDArray[np.int32]:
        """Last day of each vehicle, -1 where there is none."""
        known = vehicles < len(self.last_day)
        return np.where(known, self.last_day[np.where(known, vehicles, 0)], -1)


def restricted(order: DayOrder, restriction: Restriction, bound: NDArray[np.bool_]) -> pa.Table:
    """Vehicles of the bound ones that drove in forbidden hours (`RESTRICTED`).

    Parameters
    ----------
    order
        The day.
    restriction
        Hours and cameras.
    bound
        By vehicle number: True where the restriction holds for it; numbers beyond are free.
    """
    places = np.ones(65_536, np.bool_)
    if restriction.cameras:
        places[:] = False
        places[sorted(restriction.cameras)] = True
    columns = restricted_rows(
        (order.vehicles, order.first, order.camera, order.time),
        (restriction.from_ms, restriction.until_ms),
        places,
        bound,
    )
    names = ("vehicle", "passages", "first_time", "camera")
    table = dict(zip(names, columns.T, strict=True))
    days = np.full(len(columns), order.day, np.int32)
    return pa.table({"day": days, **table}).select(RESTRICTED.names).cast(RESTRICTED)


def first_seen(order: DayOrder, presence: Presence) -> pa.Table:
    """Vehicles of the day never seen before it (`SEEN`, without days of absence)."""
    vehicles = order.vehicles[order.vehicles != 0]
    new = vehicles[presence.before(vehicles) < 0]
    return _seen(order.day, new, None)


def reappeared(order: DayOrder, presence: Presence, days: int) -> pa.Table:
    """Vehicles of the day not seen for `days` days or more before it (`SEEN`)."""
    vehicles = order.vehicles[order.vehicles != 0]
    last = presence.before(vehicles)
    back = (last >= 0) & (order.day - last >= days)
    return _seen(order.day, vehicles[back], order.day - last[back])


def long_unseen(presence: Presence, day: int, days: int) -> pa.Table:
    """Vehicles known, and not seen for `days` days or more at the end of `day` (`SEEN`)."""
    absent = (presence.last_day >= 0) & (day - presence.last_day >= days)
    vehicles = np.flatnonzero(absent).astype(np.uint32)
    return _seen(day, vehicles, day - presence.last_day[vehicles])


def _seen(day: int, vehicles: NDArray[np.uint32], absent: NDArray[np.int32] | None) -> pa.Table:
    return pa.table(
        {
            "day": np.full(len(vehicles), day, np.int32),
            "vehicle": vehicles,
            "days_absent": pa.nulls(len(vehicles), pa.int32()) if absent is None else absent,
        },
        schema=SEEN,
    )


@compiled
def restricted_rows(
    order: tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]],
    hours: tuple[int, int],
    places: NDArray[np.bool_],
    bound: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Vehicle, passages, first time and its camera."""
    vehicles, first, camera, time = order
    begin, end = hours
    found = np.empty((len(vehicles), 4), np.int64)
    rows = 0
    for i in range(len(vehicles)):
        v = vehicles[i]
        if v == 0 or v >= len(bound) or not bound[v]:
            continue
        count = 0
        for k in range(first[i], first[i + 1]):
            at = np.int64(time[k])
            within = begin <= at < end if begin < end else (at >= begin or at < end)
            if within and places[camera[k]]:
                if count == 0:
                    found[rows, 0], found[rows, 2], found[rows, 3] = v, at, camera[k]
                count += 1
        if count > 0:
            found[rows, 1] = count
            rows += 1
    return found[:rows]
