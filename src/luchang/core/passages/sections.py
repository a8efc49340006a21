"""Mean speed over certified sections: which limit a vehicle has, and how fast it was.

The walk itself is `moves.walk`; it hands back drives faster than the lowest limit of a section,
and each is judged here by the limit of its own class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from luchang.core.passages.passage import VehicleKind


class VehicleClass(StrEnum):
    """Groups of vehicles that signs of a section give limits for."""

    CAR = "CAR"
    COACH = "COACH"
    GOODS = "GOODS"
    UNTOLD = "UNTOLD"
    """The camera told no kind, and the plate type leaves more than one."""


LIMITED = (VehicleClass.CAR, VehicleClass.COACH, VehicleClass.GOODS)
"""Those a section has a limit for."""

_OF_KIND: Mapping[int, VehicleClass] = {
    VehicleKind.CAR: VehicleClass.CAR,
    VehicleKind.COACH: VehicleClass.COACH,
    VehicleKind.LIGHT_GOODS: VehicleClass.GOODS,
    VehicleKind.HEAVY_GOODS: VehicleClass.GOODS,
}
_TRAILER = 15
_CARS = frozenset({2, 52})
"""Plate types only small vehicles have: 小型汽车, 小型新能源汽车 (GA/T 16.7)."""


def class_of(kind: int, plate_type: int) -> VehicleClass:
    """Class of a vehicle by what the camera told; by its plate type where it told no kind."""
    told = _OF_KIND.get(kind)
    if told is not None:
        return told
    if plate_type in _CARS:
        return VehicleClass.CAR
    return VehicleClass.GOODS if plate_type == _TRAILER else VehicleClass.UNTOLD


@dataclass(frozen=True, slots=True)
class Limits:
    """Permitted speeds of a section [km/h]."""

    car_kmh: int
    coach_kmh: int
    goods_kmh: int

    @property
    def lowest(self) -> int:
        return min(self.car_kmh, self.coach_kmh, self.goods_kmh)

    def of(self, vehicle: VehicleClass) -> int:
        """The limit of a class; the highest, in the driver's favour, where the class is untold."""
        told = {
            VehicleClass.CAR: self.car_kmh,
            VehicleClass.COACH: self.coach_kmh,
            VehicleClass.GOODS: self.goods_kmh,
        }
        return told.get(vehicle, max(told.values()))


def mean_kmh(length_m: float, took_ms: int) -> float:
    """Mean speed over a length [km/h]: length [m] / time [ms] x 3600.

    Raises
    ------
    ValueError
        No time passed.
    """
    if took_ms <= 0:
        raise ValueError(f"{took_ms} ms")
    return length_m / took_ms * 3_600.0


def over_percent(speed_kmh: float, limit_kmh: int) -> float:
    """How much faster than permitted [%]."""
    return (speed_kmh / limit_kmh - 1.0) * 100.0
