"""Streets of one settlement: a warped lattice with ranks, gaps, a ring, and bridges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.invented_roads.plan import SettlementRank, StreetKind
from luchang.core.common.roads import RoadClass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.common.invented_roads.plan import Settlement
    from luchang.core.common.invented_roads.river import River
    from luchang.core.common.roads import Floats

ARTERIAL_EVERY, COLLECTOR_EVERY = 8, 4
"""Lattice lines from one arterial, one collector, to the next."""

_CORE_SHARE = 0.92
"""Share of the local street pieces that exist in the middle; falls towards the edge [-]."""

_HILLS = 9

_LONGEST_BRIDGE = 2.2
"""Bridges longer than this many widths of the river are not built [-]."""

_ONE_WAY = {StreetKind.LOCAL: 0.12, StreetKind.COLLECTOR: 0.05}


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive lattice points of one street that a car can drive."""

    kind: StreetKind
    road_class: RoadClass
    line: int
    runs_north: bool
    one_way: bool
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lattice:
    """Points of a settlement's lattice, row by row.

    Attributes
    ----------
    half
        Lines on each side of the middle one.
    east_m, north_m
        Where the points lie [m from the city centre].
    reach
        Distance from the middle of the settlement, 1 at its edge [-].
    dry
        Whether a street may pass: inside, not in the water, not in another settlement.
    green
        Hills and parks: only main streets pass.
    """

    half: int
    east_m: Floats
    north_m: Floats
    reach: Floats
    dry: NDArray[np.bool_]
    green: NDArray[np.bool_]

    @property
    def side(self) -> int:
        return 2 * self.half + 1

    def places(self, line: int, *, runs_north: bool) -> NDArray[np.int64]:
        """Points of one lattice line, in order."""
        steps = np.arange(self.side)
        middle = line + self.half
        return steps * self.side + middle if runs_north else middle * self.side + steps

    def is_crossing(self, place: int) -> bool:
        """Whether two main streets meet at a point."""
        row, column = divmod(place, self.side)
        return not (row - self.half) % ARTERIAL_EVERY and not (column - self.half) % ARTERIAL_EVERY


def lay_lattice(
    settlement: Settlement,
    centre_m: Floats,
    block_m: float,
    river: River,
    generator: np.random.Generator,
) -> Lattice:
    """Lattice points in metres east and north of the city centre."""
    half = max(int(settlement.radius_m // block_m), 2)
    steps = np.arange(-half, half + 1, dtype=np.float64) * block_m
    across, up = (flat.ravel() for flat in np.meshgrid(steps, steps))
    bend_x, bend_y = (_warp(across, up, settlement.radius_m, generator) for _ in range(2))
    turn = generator.uniform(-0.28, 0.28)
    x, y = across + bend_x, up + bend_y
    jitter = generator.normal(0.0, 0.07 * block_m, (2, len(x)))
    east = centre_m[0] + x * np.cos(turn) - y * np.sin(turn) + jitter[0]
    north = centre_m[1] + x * np.sin(turn) + y * np.cos(turn) + jitter[1]
    angle = np.arctan2(y, x)
    lobes = [
        generator.uniform(0.04, 0.14) * np.cos(k * angle + generator.uniform(0, 6.3))
        for k in (2, 3, 5)
    ]
    reach = np.hypot(x, y) / settlement.radius_m / (0.86 + np.asarray(sum(lobes)))
    dry = (reach <= 1.0) & ~river.is_wet(east, north, margin_m=0.35 * block_m)
    green = _hills(x / settlement.radius_m, y / settlement.radius_m, generator)
    return Lattice(half, east, north, reach, dry, green)


def _hills(x: Floats, y: Floats, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Points in a few oval hills and parks; coordinates in radii of the settlement."""
    green = np.zeros(len(x), dtype=bool)
    for _ in range(_HILLS):
        distance, angle, turn = generator.uniform((0.15, 0, 0), (0.95, 2 * np.pi, np.pi))
        dx, dy = x - distance * np.cos(angle), y - distance * np.sin(angle)
        wide, deep = generator.uniform(0.04, 0.15, 2)
        along, across = (
            dx * np.cos(turn) + dy * np.sin(turn),
            dy * np.cos(turn) - dx * np.sin(turn),
        )
        green |= (along / wide) ** 2 + (across / deep) ** 2 < 1.0
    return green


def _warp(across: Floats, up: Floats, radius_m: float, generator: np.random.Generator) -> Floats:
    """Smooth bend of the whole town, up to a few percent of its radius."""
    bend = np.zeros_like(across)
    for waves in (1.0, 2.3):
        direction, phase = generator.uniform(0, 2 * np.pi, 2)
        along = across * np.cos(direction) + up * np.sin(direction)
        bend += 0.035 / waves * radius_m * np.sin(waves * np.pi * along / radius_m + phase)
    return bend


def lay_streets(
    settlement: Settlement, lattice: Lattice, river: River, generator: np.random.Generator
) -> Iterator[Run]:
    """Yield the drivable runs of all streets of a settlement, bridges apart."""
    ring = _ring_line(settlement, lattice)
    for runs_north in (False, True):
        for line in range(-lattice.half, lattice.half + 1):
            yield from _lay_line(lattice, line, runs_north, ring, river, generator)


def _ring_line(settlement: Settlement, lattice: Lattice) -> int:
    """Lattice lines that make the ring road, 0 where the place is too small for one."""
    if settlement.rank is not SettlementRank.CITY:
        return 0
    return round(0.55 * lattice.half / ARTERIAL_EVERY) * ARTERIAL_EVERY


def _lay_line(
    lattice: Lattice,
    line: int,
    runs_north: bool,  # noqa: FBT001
    ring: int,
    river: River,
    generator: np.random.Generator,
) -> Iterator[Run]:
    places = lattice.places(line, runs_north=runs_north)
    kind = _kind_of(line)
    one_way = bool(generator.random() < _ONE_WAY.get(kind, 0.0))
    links = _links(lattice, places, kind, river, generator)
    steps = np.abs(np.arange(lattice.side - 1) + 0.5 - lattice.half)
    on_ring = (steps < ring) if abs(line) == ring and ring else np.zeros(len(links), dtype=bool)
    for begin, end in _stretches(links, on_ring):
        is_ring = bool(on_ring[begin])
        yield Run(
            kind=StreetKind.RING if is_ring else kind,
            road_class=RoadClass.TRUNK if is_ring else _class_of(line),
            line=line,
            runs_north=runs_north,
            one_way=one_way and not is_ring,
            places=tuple(int(place) for place in places[begin : end + 1]),
        )


def _kind_of(line: int) -> StreetKind:
    if line % ARTERIAL_EVERY == 0:
        return StreetKind.ARTERIAL
    return StreetKind.COLLECTOR if line % COLLECTOR_EVERY == 0 else StreetKind.LOCAL


def _class_of(line: int) -> RoadClass:
    if line % ARTERIAL_EVERY == 0:
        is_main = line % (2 * ARTERIAL_EVERY) == 0
        return RoadClass.PRIMARY if is_main else RoadClass.SECONDARY
    return RoadClass.TERTIARY if line % COLLECTOR_EVERY == 0 else RoadClass.RESIDENTIAL


def _links(
    lattice: Lattice,
    places: NDArray[np.int64],
    kind: StreetKind,
    river: River,
    generator: np.random.Generator,
) -> NDArray[np.bool_]:
    """Which neighbouring points of a line are joined: on land, on one bank, not left out."""
    dry, side = lattice.dry[places], river.side(lattice.east_m[places], lattice.north_m[places])
    joined: NDArray[np.bool_] = dry[:-1] & dry[1:] & (side[:-1] == side[1:])
    chance = generator.random(len(joined))
    built_up = ~(lattice.green[places][:-1] | lattice.green[places][1:])
    reach = lattice.reach[places][1:]
    if kind is StreetKind.LOCAL:
        joined &= built_up & (chance < _CORE_SHARE * np.clip(1.35 - 0.8 * reach, 0.15, 1.0))
    elif kind is StreetKind.COLLECTOR:
        joined &= built_up & (chance < np.clip(1.4 - 0.6 * reach, 0.7, 0.985))
    return joined


def _stretches(links: NDArray[np.bool_], on_ring: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield first and last point of every unbroken run of links of one character."""
    mark = np.where(links, 1 + on_ring.astype(int), 0)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(mark)) + 1, [len(mark)]])
    for begin, end in pairwise(edges.tolist()):
        if mark[begin]:
            yield begin, end


def bridge_sites(lattice: Lattice, river: River, bridges: int) -> list[tuple[int, int]]:
    """Pairs of points, one on each bank, where main streets meet the water; evenly chosen."""
    sites = [
        site
        for runs_north in (False, True)
        for line in range(-lattice.half, lattice.half + 1)
        if _kind_of(line) is StreetKind.ARTERIAL
        for site in _crossings(lattice, river, lattice.places(line, runs_north=runs_north))
    ]
    sites.sort(key=lambda site: float(lattice.north_m[list(site)].sum()))
    chosen = np.linspace(0, len(sites) - 1, min(bridges, len(sites))).round().astype(int)
    return [sites[place] for place in dict.fromkeys(chosen.tolist())]


def _crossings(
    lattice: Lattice, river: River, places: NDArray[np.int64]
) -> Iterator[tuple[int, int]]:
    """Yield where one line crosses the water within a bridge's length."""
    dry = places[lattice.dry[places]]
    east, north = lattice.east_m[dry], lattice.north_m[dry]
    side = river.side(east, north)
    length = np.hypot(np.diff(east), np.diff(north))
    for turn in np.flatnonzero((np.diff(side) != 0) & (length < _LONGEST_BRIDGE * river.width_m)):
        yield int(dry[turn]), int(dry[turn + 1])
