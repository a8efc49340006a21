"""Junctions along a road as one corridor: their order, the roads between them, who drives along.

Traffic keeps to the right; a corridor is driven in both directions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.coordinates import bearing_deg, haversine_m
from luchang.core.signals.junction import Turn

if TYPE_CHECKING:
    from luchang.core.signals.layout import Direction, Layout, Way

FEWEST = 2
MOST = 12
FARTHEST_M = 1_500.0
"""Platoons have dissolved after a longer way without a signal: no wave carries so far."""

NEAREST_M = 40.0
WIDEST_MISS = 50.0
"""How far an arm may point beside the next junction [degrees]."""

STRAIGHTEST = (Turn.THROUGH, Turn.LEFT, Turn.RIGHT)


class BrokenCorridor(ValueError):
    """The junctions make no corridor: a code, and what it is about.

    Codes: few, many, apart, same_place, no_arm, one_way, no_way.
    """

    def __init__(self, code: str, **named: object) -> None:
        super().__init__(f"{code} {named}")
        self.code, self.named = code, named


@dataclass(frozen=True)
class Place:
    """A junction of a corridor and where it lies."""

    junction_id: str
    layout: Layout
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Leg:
    """The road from one junction to the next.

    Attributes
    ----------
    leaves, arrives
        The arm of the first that leads to the second, and the arm of the second it arrives by.
    length_m
        From stop line to stop line [m].
    """

    leaves: Direction
    arrives: Direction
    length_m: float


@dataclass(frozen=True)
class Corridor:
    """Junctions in order along a road, with the ways that follow it out and back.

    Attributes
    ----------
    out, back
        The movement of each junction that goes on along the road, away from the first junction
        and towards it.
    at_m
        Distance of each from the first [m].
    """

    places: tuple[Place, ...]
    legs: tuple[Leg, ...]
    out: tuple[str, ...]
    back: tuple[str, ...]

    @property
    def at_m(self) -> tuple[float, ...]:
        found = [0.0]
        for leg in self.legs:
            found.append(found[-1] + leg.length_m)
        return tuple(found)


def corridor_of(
    places: Sequence[Place], metres: Mapping[tuple[str, str], float] | None = None
) -> Corridor:
    """The corridor that junctions make, whatever the order they are named in.

    Parameters
    ----------
    places
        Junctions with their layouts.
    metres
        Lengths of roads from one junction to the next [m], where they are known; between others
        the straight line is taken.

    Raises
    ------
    BrokenCorridor
        Too few or too many; two at one place, or too far apart; no arm towards the next, no way
        through, or one direction only.
    """
    if len(places) < FEWEST:
        raise BrokenCorridor("few", count=len(places), least=FEWEST)
    if len(places) > MOST:
        raise BrokenCorridor("many", count=len(places), most=MOST)
    row = _in_order(places)
    known = metres or {}
    legs = tuple(
        _leg(one, other, known.get((one.junction_id, other.junction_id)))
        for one, other in pairwise(row)
    )
    leaves = [leg.leaves for leg in legs]
    arrives = [leg.arrives for leg in legs]
    out = tuple(
        _along(place, arm_in, arm_out)
        for place, arm_in, arm_out in zip(row, [None, *arrives], [*leaves, None], strict=True)
    )
    back = tuple(
        _along(place, arm_in, arm_out)
        for place, arm_in, arm_out in zip(row, [*leaves, None], [None, *arrives], strict=True)
    )
    return Corridor(tuple(row), legs, out, back)


def _in_order(places: Sequence[Place]) -> list[Place]:
    """Along the line between the two that lie farthest apart, from west or south."""
    lon = np.array([each.lon for each in places])
    lat = np.array([each.lat for each in places])
    x = (lon - lon.mean()) * np.cos(np.radians(lat.mean()))
    y = lat - lat.mean()
    apart = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    first, last = (int(one) for one in np.unravel_index(int(apart.argmax()), apart.shape))
    along = (x - x[first]) * (x[last] - x[first]) + (y - y[first]) * (y[last] - y[first])
    row = [places[place] for place in np.argsort(along, kind="stable")]
    is_east_west = abs(x[last] - x[first]) >= abs(y[last] - y[first])
    begins, ends = row[0], row[-1]
    runs_back = begins.lon > ends.lon if is_east_west else begins.lat > ends.lat
    return row[::-1] if runs_back else row


def _leg(one: Place, other: Place, known_m: float | None) -> Leg:
    straight = float(haversine_m(one.lon, one.lat, other.lon, other.lat))
    metres = straight if known_m is None else known_m
    named = {"first": one.junction_id, "second": other.junction_id, "metres": round(metres)}
    if metres < NEAREST_M:
        raise BrokenCorridor("same_place", **named, least=int(NEAREST_M))
    if metres > FARTHEST_M:
        raise BrokenCorridor("apart", **named, most=int(FARTHEST_M))
    bearing = float(bearing_deg(one.lon, one.lat, other.lon, other.lat))
    leaves = _arm_towards(one, bearing, other)
    arrives = _arm_towards(other, bearing + 180.0, one)
    for place, arm, far in ((one, leaves, other), (other, arrives, one)):
        approach = place.layout.arms[arm]
        if not approach.lanes or not approach.exit_lanes:
            raise BrokenCorridor("one_way", first=place.junction_id, second=far.junction_id)
    return Leg(leaves, arrives, metres)


def _arm_towards(place: Place, bearing: float, far: Place) -> Direction:
    def miss(arm: Direction) -> float:
        gap = abs(arm.bearing - bearing) % 360.0
        return min(gap, 360.0 - gap)

    nearest = min(place.layout.arms, key=miss, default=None)
    if nearest is None or miss(nearest) > WIDEST_MISS:
        raise BrokenCorridor("no_arm", first=place.junction_id, second=far.junction_id)
    return nearest


def _along(place: Place, arrives: Direction | None, leaves: Direction | None) -> str:
    """The movement that follows the road; at its ends the straightest into or out of it."""
    layout = place.layout
    fitting = [
        way
        for way in layout.ways
        if way.turn in STRAIGHTEST
        and (arrives is None or way.arm == arrives)
        and (leaves is None or layout.exit_of(way) == leaves)
        and way.key in layout.lamp_of
    ]
    if not fitting:
        raise BrokenCorridor("no_way", first=place.junction_id)
    return min(fitting, key=_straightness).key


def _straightness(way: Way) -> tuple[int, int]:
    return STRAIGHTEST.index(way.turn), int(way.arm)
