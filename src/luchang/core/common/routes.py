"""A route as people read it: its shape on the map, its roads by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.coordinates import haversine_m

if TYPE_CHECKING:
    from luchang.core.common.roads import Floats, RoadGraph


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of one arc; fractions run in the section's drawn direction [-]."""

    arc: int
    begin: float
    end: float

    @property
    def share(self) -> float:
        return abs(self.end - self.begin)


@dataclass(frozen=True, slots=True)
class RouteLeg:
    """A run of stretches of one road name: what a driver would call one road."""

    name: str
    length_m: float
    travel_s: float


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a goal.

    Attributes
    ----------
    travel_s, length_m
        Driving time [s] and length [m].
    legs
        The roads driven, in order; a road without a name has an empty one.
    lon, lat
        Its shape [WGS-84 degrees], start and goal included.
    stretches
        The arcs driven, the first and the last of them in part.
    """

    travel_s: float
    length_m: float
    legs: tuple[RouteLeg, ...]
    lon: Floats
    lat: Floats
    stretches: tuple[Stretch, ...]


def describe(graph: RoadGraph, stretches: Sequence[Stretch], arc_s: Floats) -> Route:
    """Route over `stretches` with times by `arc_s` [s per whole arc]."""
    driven = [part for part in stretches if part.share > 0] or list(stretches)
    legs = tuple(
        _leg(name, list(run), graph, arc_s)
        for name, run in groupby(
            driven, key=lambda part: graph.name_of(int(graph.arc_section[part.arc]))
        )
    )
    lon, lat = _shape(graph, stretches)
    return Route(
        travel_s=sum(leg.travel_s for leg in legs),
        length_m=sum(leg.length_m for leg in legs),
        legs=legs,
        lon=lon,
        lat=lat,
        stretches=tuple(stretches),
    )


def _leg(name: str, run: Sequence[Stretch], graph: RoadGraph, arc_s: Floats) -> RouteLeg:
    return RouteLeg(
        name=name,
        length_m=float(sum(part.share * graph.arc_length_m[part.arc] for part in run)),
        travel_s=float(sum(part.share * arc_s[part.arc] for part in run)),
    )


def _shape(graph: RoadGraph, stretches: Sequence[Stretch]) -> tuple[Floats, Floats]:
    parts = [_points(graph, part) for part in stretches]
    lon = np.concatenate([part[0] for part in parts])
    lat = np.concatenate([part[1] for part in parts])
    moved = np.ones(len(lon), dtype=bool)
    moved[1:] = (np.diff(lon) != 0) | (np.diff(lat) != 0)
    return lon[moved], lat[moved]


def _points(graph: RoadGraph, part: Stretch) -> tuple[Floats, Floats]:
    """Points of a stretch in the direction it is driven."""
    lon, lat = graph.shape_of(int(graph.arc_section[part.arc]))
    steps = haversine_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    at = np.concatenate([[0.0], np.cumsum(steps)]) / max(float(steps.sum()), 1e-9)
    low, high = sorted((part.begin, part.end))
    inner = at[(at > low) & (at < high)]
    places = np.concatenate([[low], inner, [high]])
    if part.begin > part.end:
        places = places[::-1]
    return np.interp(places, at, lon), np.interp(places, at, lat)
