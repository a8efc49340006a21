"""Invented areas for real names: polygons that fit together, the same for the same seed.

The polygons of a real city are not ours to give away; its names and the rough places of its
county towns are common knowledge. Townships get a point each, near the county town or spread over
the county's ground, and the land nearest to it; counties are the sums of their townships,
villages the parts. A smooth warp takes the straightness out of the borders and cannot tear them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KM_PER_DEGREE = 111.2
BORDER_STEP_DEG = 0.004
_WAVES_DEG = ((0.003, 0.061), (0.0008, 0.019))
"""Amplitude and wave length of the warp [degrees]; the slopes sum to less than 1: no fold."""

_CANDIDATES = 24
_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a county lies: its seat, and the ellipse its townships spread over [degrees]."""

    seat: tuple[float, float]
    middle: tuple[float, float]
    reach: tuple[float, float]
    sector_deg: tuple[float, float] = (0.0, 360.0)
    """For the districts of one city: the directions, anticlockwise from east, that are theirs."""
    urban_km: float = 2.5


@dataclass(frozen=True, slots=True)
class InventedDivision:
    """One area; `centre` is where its people live."""

    code: str
    name: str
    polygon: shapely.Polygon | shapely.MultiPolygon
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class InventedDivisions:
    """Areas of one city, by level."""

    city: InventedDivision
    counties: tuple[InventedDivision, ...]
    townships: tuple[InventedDivision, ...]
    villages: tuple[InventedDivision, ...]


def invent_divisions(
    city: tuple[str, str],
    grounds: Mapping[str, Ground],
    counties: Sequence[tuple[str, str]],
    townships: Sequence[tuple[str, str]],
    villages: Sequence[tuple[str, str]],
    seed: int,
) -> InventedDivisions:
    """Polygons for codes and names.

    Parameters
    ----------
    city, counties, townships, villages
        Code and name each; a township's code begins with its county's, a village's with its
        township's.
    grounds
        By county code.
    seed
        The same names and seed give the same polygons.

    Raises
    ------
    KeyError
        A county has no ground.
    """
    generator = np.random.default_rng(seed)
    outline = _outline(grounds)
    points = _township_points(grounds, townships, generator)
    cells = _cells(points, outline)
    phases = generator.uniform(0, 2 * np.pi, (len(_WAVES_DEG), 2, 2))
    drawn = [_warped(cell, phases) for cell in cells]
    centres = _warp(points, phases)
    made = tuple(
        InventedDivision(code, name, polygon, (float(centre[0]), float(centre[1])))
        for (code, name), polygon, centre in zip(townships, drawn, centres, strict=True)
    )
    sums = tuple(_sum(code, name, made, grounds[code].seat) for code, name in counties)
    whole = shapely.union_all([county.polygon for county in sums])
    return InventedDivisions(
        city=InventedDivision(*city, whole, sums[0].centre),
        counties=sums,
        townships=made,
        villages=_villages(townships, villages, cells, phases, generator),
    )


def sum_of(code: str, name: str, parts: Sequence[InventedDivision]) -> InventedDivision:
    """One area made of others, such as a development zone made of townships."""
    polygon = shapely.union_all([part.polygon for part in parts])
    return InventedDivision(code, name, polygon, parts[0].centre)


def _sum(
    code: str, name: str, townships: Sequence[InventedDivision], seat: tuple[float, float]
) -> InventedDivision:
    parts = [township.polygon for township in townships if township.code.startswith(code)]
    return InventedDivision(code, name, shapely.union_all(parts), seat)


def _outline(grounds: Mapping[str, Ground]) -> shapely.Geometry:
    """The city's ground: the ellipses of its counties grown together."""
    angles = np.linspace(0, 2 * np.pi, 73)[:-1]
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    ellipses = [
        shapely.Polygon(ground.middle + circle * ground.reach) for ground in grounds.values()
    ]
    return shapely.union_all(ellipses).buffer(0.32).buffer(-0.30)


def _township_points(
    grounds: Mapping[str, Ground],
    townships: Sequence[tuple[str, str]],
    generator: np.random.Generator,
) -> Floats:
    """Street offices in a spiral around the seat, towns far from each other."""
    points: list[Floats] = []
    offices = dict.fromkeys(grounds, 0)
    for code, name in townships:
        ground = grounds[code[:6]]
        if name.endswith("街道"):
            points.append(_in_town(ground, offices[code[:6]]))
            offices[code[:6]] += 1
        else:
            points.append(_in_country(ground, points, generator))
    return np.array(points)


def _in_town(ground: Ground, number: int) -> Floats:
    share = np.sqrt((number + 0.6) / 9.0)
    begin, end = np.radians(ground.sector_deg)
    angle = begin + (number * _GOLDEN_ANGLE) % (end - begin)
    step = share * ground.urban_km / KM_PER_DEGREE
    away = step * np.array([np.cos(angle) * 1.13, np.sin(angle)])
    return np.asarray(np.array(ground.seat) + away, dtype=np.float64)


def _in_country(
    ground: Ground, points: Sequence[Floats], generator: np.random.Generator
) -> Floats:
    """Of some random places the one farthest from all that are taken."""
    begin, end = np.radians(ground.sector_deg)
    angles = generator.uniform(begin, end, _CANDIDATES)
    shares = np.sqrt(generator.uniform(0.18, 0.92, _CANDIDATES))
    unit = np.column_stack([np.cos(angles), np.sin(angles)]) * shares[:, None]
    places = np.array(ground.middle) + unit * np.array(ground.reach)
    taken = np.array([*points, np.array(ground.seat)])
    gaps = np.hypot(*(places[:, None, :] - taken[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    return np.asarray(places[int(np.argmax(gaps))])


def _cells(points: Floats, within: shapely.Geometry) -> list[shapely.Geometry]:
    """The ground nearest to each point, in their order."""
    drawn = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=within)
    tree = shapely.STRtree(drawn.geoms)
    owner, cell = tree.query(shapely.points(points), predicate="intersects")
    order = dict(zip(owner.tolist(), cell.tolist(), strict=True))
    return [shapely.intersection(drawn.geoms[order[i]], within) for i in range(len(points))]


def _villages(
    townships: Sequence[tuple[str, str]],
    villages: Sequence[tuple[str, str]],
    cells: Sequence[shapely.Geometry],
    phases: Floats,
    generator: np.random.Generator,
) -> tuple[InventedDivision, ...]:
    made: list[InventedDivision] = []
    for (code, _name), cell in zip(townships, cells, strict=True):
        members = [village for village in villages if village[0].startswith(code)]
        if not members:
            continue
        points = _spread(cell, len(members), generator)
        parts = _cells(points, cell) if len(members) > 1 else [cell]
        for (member, name), part, point in zip(members, parts, points, strict=True):
            centre = _warp(point[None, :], phases)[0]
            made.append(
                InventedDivision(
                    member, name, _warped(part, phases), (float(centre[0]), float(centre[1]))
                )
            )
    return tuple(made)


def _spread(cell: shapely.Geometry, count: int, generator: np.random.Generator) -> Floats:
    """Random places inside."""
    west, south, east, north = cell.bounds
    found: list[Floats] = []
    while len(found) < count:
        place = generator.uniform((west, south), (east, north))
        if shapely.contains_xy(cell, place[0], place[1]):
            found.append(place)
    return np.array(found)


def _warped(cell: shapely.Geometry, phases: Floats) -> shapely.Polygon | shapely.MultiPolygon:
    """The cell with lively borders; neighbours move the same points the same way."""
    fine = shapely.segmentize(cell, BORDER_STEP_DEG)
    drawn = shapely.transform(fine, lambda points: _warp(points, phases))
    return shapely.set_precision(drawn, 1e-6)


def _warp(points: Floats, phases: Floats) -> Floats:
    moved = points.copy()
    for (amplitude, length), phase in zip(_WAVES_DEG, phases, strict=True):
        turns = 2 * np.pi / length
        moved[:, 0] += amplitude * np.sin(turns * points[:, 1] + phase[0, 0])
        moved[:, 1] += amplitude * np.sin(turns * points[:, 0] + phase[0, 1])
    return moved
