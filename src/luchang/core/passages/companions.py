"""Accompanying vehicles (伴随): two that pass the same cameras close together, and little else.

Common cameras alone name every platoon on the ring road. Two vehicles belong together when the
cameras they share are most of the cameras either of them passed that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from luchang.core.common.compiled import compiled
from luchang.core.passages.layout import DayOrder, grouped

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMPANIONS = pa.schema(
    [
        ("day", pa.int32()),
        ("vehicle_a", pa.uint32()),
        ("vehicle_b", pa.uint32()),
        ("common", pa.uint32()),
        ("jaccard", pa.float64()),
    ]
)


_ROOM = 1024
"""Pairs there is room for before it is doubled."""


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
    """

    common: int = 8
    within_ms: int = 30_000
    jaccard: float = 0.7

    def __post_init__(self) -> None:
        if not (self.common >= 1 and self.within_ms >= 0 and 0.0 <= self.jaccard <= 1.0):
            raise ValueError(f"no such company: {self}")


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
    """
    camera = np.repeat(order.cameras, np.diff(order.camera_first))
    distinct = distinct_cameras(order.first, order.camera)
    busy = np.zeros(int(order.vehicles[-1]) + 1 if len(order.vehicles) else 1, np.bool_)
    busy[order.vehicles[distinct >= parameters.common]] = True
    busy[0] = False
    held = busy[order.by_camera_vehicle] if len(order.by_camera_vehicle) else busy[:0]
    vehicle, camera, time = order.by_camera_vehicle[held], camera[held], order.by_camera_time[held]
    number = np.cumsum(busy, dtype=np.uint32)[vehicle] - 1 if len(vehicle) else vehicle
    own = np.flatnonzero(busy).astype(np.uint32)
    place, _, first = grouped(number.astype(np.uint32))
    lengths = distinct[(distinct >= parameters.common) & (order.vehicles != 0)]
    begin, end = len(own) * part // parts, len(own) * (part + 1) // parts
    pairs = count_pairs(
        (number.astype(np.uint32), camera, time),
        (place, first),
        lengths.astype(np.uint32),
        (parameters.common, parameters.within_ms, parameters.jaccard),
        (begin, end),
    )
    a, b, common = own[pairs[:, 0]], own[pairs[:, 1]], pairs[:, 2]
    union = lengths[pairs[:, 0]].astype(np.int64) + lengths[pairs[:, 1]] - common
    table = pa.table(
        {
            "day": np.full(len(a), order.day, np.int32),
            "vehicle_a": a,
            "vehicle_b": b,
            "common": common.astype(np.uint32),
            "jaccard": common / np.maximum(union, 1),
        },
        schema=COMPANIONS,
    )
    return table.sort_by([("vehicle_a", "ascending"), ("vehicle_b", "ascending")])


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


@compiled
def count_pairs(  # noqa: C901, PLR0915 - one walk
    rows: tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]],
    own: tuple[NDArray[np.uint32], NDArray[np.uint32]],
    lengths: NDArray[np.uint32],
    limits: tuple[int, int, float],
    part: tuple[int, int],
) -> NDArray[np.int64]:
    """Pairs of numbers that keep the limits: a, b, common cameras.

    One counter a vehicle: its upper half is the camera that counted last, so that a camera
    counts once however often the two met there.
    """
    vehicle, camera, time = rows
    place, first = own
    common, within, jaccard = limits
    counter = np.zeros(len(lengths), np.uint32)
    touched = np.empty(len(lengths), np.uint32)
    found, pairs = np.empty((_ROOM, 3), np.int64), 0
    for v in range(part[0], part[1]):
        met = 0
        for i in range(first[v], first[v + 1]):
            k = np.int64(place[i])
            at, here = np.int64(time[k]), camera[k]
            for step in (-1, 1):
                j = k + step
                while (
                    0 <= j < len(time)
                    and camera[j] == here
                    and abs(np.int64(time[j]) - at) <= within
                ):
                    w = vehicle[j]
                    if w > v:
                        known = counter[w]
                        if known == 0:
                            touched[met] = w
                            met += 1
                            counter[w] = (np.uint32(here) << np.uint32(16)) | np.uint32(1)
                        elif (known >> np.uint32(16)) != here:
                            low = (known & np.uint32(0xFFFF)) + np.uint32(1)
                            counter[w] = (np.uint32(here) << np.uint32(16)) | low
                    j += step
        for q in range(met):
            w = touched[q]
            count = np.int64(counter[w] & np.uint32(0xFFFF))
            counter[w] = 0
            union = np.int64(lengths[v]) + np.int64(lengths[w]) - count
            if count >= common and count / union >= jaccard:
                if pairs == len(found):
                    wider = np.empty((2 * pairs, 3), np.int64)
                    wider[:pairs] = found
                    found = wider
                found[pairs, 0], found[pairs, 1], found[pairs, 2] = v, w, count
                pairs += 1
    return found[:pairs]
