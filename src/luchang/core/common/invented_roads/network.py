"""Puts river, streets and country roads together into plain nodes, ways and turn bans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from luchang.core.common.coordinates import degrees_from, metres_from
from luchang.core.common.invented_roads import country, streets
from luchang.core.common.invented_roads.plan import Plan, Settlement, Street, StreetKind
from luchang.core.common.invented_roads.river import River, invent_river
from luchang.core.common.road_building import Direction, TurnRestriction, Way
from luchang.core.common.roads import Floats, LongInts, RoadClass

_USED = 0.58
"""Share of the lattice points of a town's circle that carry a junction [-], measured."""

_VILLAGE_CHANCE = 0.35
_CROSSING_ARMS = 3
_BAN_CHANCE = 0.10
"""Share of the arterial crossings where one turn is banned [-]."""


@dataclass(frozen=True, slots=True)
class InventedRoads:
    """Input of `build_road_graph`, and what a map draws besides.

    Attributes
    ----------
    node_id, node_lon, node_lat
        Nodes, WGS-84 degrees.
    ways, restrictions
        Roads and turn bans.
    kinds
        Way -> kind of street.
    river_lon, river_lat, river_width_m
        Middle of the stream from south to north [WGS-84 degrees], and its width [m].
    """

    node_id: LongInts
    node_lon: Floats
    node_lat: Floats
    ways: tuple[Way, ...]
    restrictions: tuple[TurnRestriction, ...]
    kinds: dict[int, StreetKind]
    river_lon: Floats
    river_lat: Floats
    river_width_m: float


def invent_roads(plan: Plan, name_street: Callable[[Street], str]) -> InventedRoads:
    """Invent a network; `name_street` is called once per street and may return ""."""
    draft = _Draft(plan, _standing_alone(plan.settlements), name_street)
    draft.build_towns()
    draft.join_towns()
    return draft.finished()


def _parts(run: streets.Run, lattice: streets.Lattice) -> Iterator[list[int]]:
    """Cut a main street where it meets another, so that a ban can name the one arm it means."""
    part = [run.places[0]]
    for place in run.places[1:]:
        part.append(place)
        if run.kind is StreetKind.ARTERIAL and lattice.is_crossing(place):
            yield part
            part = [place]
    if len(part) > 1:
        yield part


def _centres_m(places: Sequence[Settlement]) -> Floats:
    """Metres east and north of the city."""
    lon, lat = [place.lon for place in places], [place.lat for place in places]
    return np.column_stack(metres_from(places[0].lon, places[0].lat, lon, lat))


def _standing_alone(settlements: Sequence[Settlement]) -> list[Settlement]:
    """Leave out what the city or an earlier town has swallowed: it is part of that town."""
    centres_m = _centres_m(settlements)
    alone: list[int] = []
    for number in range(len(settlements)):
        away = [float(np.hypot(*(centres_m[number] - centres_m[i]))) for i in alone]
        reach = [1.1 * settlements[i].radius_m + settlements[number].radius_m for i in alone]
        if all(gap > least for gap, least in zip(away, reach, strict=True)):
            alone.append(number)
    return [settlements[number] for number in alone]


@dataclass(slots=True)
class _Draft:
    """The network while it grows: points in metres around the city centre."""

    plan: Plan
    places: list[Settlement]
    name_street: Callable[[Street], str]
    points: list[tuple[float, float]] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    kinds: dict[int, StreetKind] = field(default_factory=dict)
    restrictions: list[TurnRestriction] = field(default_factory=list)
    main_points: list[list[int]] = field(default_factory=list)
    numbers: Counter[tuple[StreetKind, str]] = field(default_factory=Counter)
    generator: np.random.Generator = field(init=False)
    river: River = field(init=False)
    centres_m: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.generator = np.random.default_rng(self.plan.seed)
        self.river = invent_river(self.generator, self.plan.river_width_m)
        self.centres_m = _centres_m(self.places)

    def build_towns(self) -> None:
        area = sum(np.pi * place.radius_m**2 for place in self.places)
        block_m = float(np.sqrt(_USED * area / self.plan.nodes))
        for number in range(len(self.places)):
            self._build_town(number, block_m)

    def _build_town(self, number: int, block_m: float) -> None:
        place = self.places[number]
        lattice = streets.lay_lattice(
            place, self.centres_m[number], block_m, self.river, self.generator
        )
        runs = list(streets.lay_streets(place, lattice, self.river, self.generator))
        sites = streets.bridge_sites(lattice, self.river, self.plan.bridges)
        used = sorted({p for run in runs for p in run.places} | {p for s in sites for p in s})
        node_of = {
            p: self._add_point(float(lattice.east_m[p]), float(lattice.north_m[p])) for p in used
        }
        names: dict[tuple[object, ...], str] = {}
        for run in runs:
            for part in _parts(run, lattice):
                self._add_run(run, [node_of[p] for p in part], place, names)
        for west, east in sites:
            name = self._name(StreetKind.BRIDGE, place, runs_north=False)
            nodes = [node_of[west], node_of[east]]
            self._add_way(StreetKind.BRIDGE, RoadClass.PRIMARY, nodes, name)
        main = {p for run in runs if run.kind is StreetKind.ARTERIAL for p in run.places}
        self.main_points.append([node_of[p] for p in sorted(main)])

    def _add_run(
        self,
        run: streets.Run,
        nodes: list[int],
        place: Settlement,
        names: dict[tuple[object, ...], str],
    ) -> None:
        key = (run.kind,) if run.kind is StreetKind.RING else (run.kind, run.line, run.runs_north)
        if key not in names:
            names[key] = self._name(run.kind, place, runs_north=run.runs_north)
        direction = Direction.BOTH
        if run.one_way:
            direction = Direction.FORWARD if run.line % 2 else Direction.BACKWARD
        self._add_way(run.kind, run.road_class, nodes, names[key], direction)

    def _name(self, kind: StreetKind, place: Settlement, *, runs_north: bool) -> str:
        number = self.numbers[kind, place.name]
        self.numbers[kind, place.name] += 1
        return self.name_street(Street(kind, place.name, "", runs_north, number))

    def join_towns(self) -> None:
        for begin, end, is_national in country.links_between(self.places, self.centres_m):
            self._join(begin, end, is_national=is_national)

    def _join(self, begin: int, end: int, *, is_national: bool) -> None:
        kind = StreetKind.NATIONAL if is_national else StreetKind.COUNTRY
        road_class = RoadClass.TRUNK if is_national else RoadClass.SECONDARY
        one, other = self.places[begin], self.places[end]
        number = self.numbers[kind, one.name]
        self.numbers[kind, one.name] += 1
        name = self.name_street(Street(kind, one.name, other.name, runs_north=True, number=number))
        first = self._gate(begin, self.centres_m[end])
        last = self._gate(end, self.centres_m[begin])
        shape = country.road_points(
            np.array(self.points[first]), np.array(self.points[last]), self.generator
        )
        middle = [self._add_point(float(x), float(y)) for x, y in shape[1:-1]]
        nodes = [first, *middle, last]
        for at in middle:
            if self.generator.random() < _VILLAGE_CHANCE:
                self._add_village(at, one)
        self._add_way(kind, road_class, nodes, name)

    def _gate(self, place: int, towards_m: Floats) -> int:
        """Node of a settlement's main streets nearest to where a road is going."""
        nodes = self.main_points[place]
        away = np.hypot(*(np.array([self.points[n] for n in nodes]) - towards_m).T)
        return nodes[int(np.argmin(away))]

    def _add_village(self, at: int, place: Settlement) -> None:
        points, links = country.village_points(np.array(self.points[at]), self.generator)
        wet = self.river.is_wet(points[:, 0], points[:, 1], margin_m=30.0)
        side = self.river.side(points[:, 0], points[:, 1])
        nodes = {0: at}
        name = self._name(StreetKind.VILLAGE, place, runs_north=False)
        for root, leaf in links:
            if root in nodes and not wet[leaf] and side[root] == side[leaf]:
                nodes[leaf] = self._add_point(float(points[leaf, 0]), float(points[leaf, 1]))
                ends = [nodes[root], nodes[leaf]]
                self._add_way(StreetKind.VILLAGE, RoadClass.UNCLASSIFIED, ends, name)

    def _add_point(self, east_m: float, north_m: float) -> int:
        self.points.append((east_m, north_m))
        return len(self.points) - 1

    def _add_way(
        self,
        kind: StreetKind,
        road_class: RoadClass,
        nodes: Sequence[int],
        name: str,
        direction: Direction = Direction.BOTH,
    ) -> None:
        way = Way(len(self.ways) + 1, tuple(nodes), road_class, name, direction)
        self.kinds[way.way_id] = kind
        self.ways.append(way)

    def finished(self) -> InventedRoads:
        self._ban_turns()
        points = np.array(self.points)
        origin = self.places[0].lon, self.places[0].lat
        lon, lat = degrees_from(*origin, points[:, 0], points[:, 1])
        north = np.arange(points[:, 1].min() - 2_000, points[:, 1].max() + 2_000, 200.0)
        stream = degrees_from(
            self.places[0].lon, self.places[0].lat, self.river.east_m(north), north
        )
        return InventedRoads(
            node_id=np.arange(len(points)),
            node_lon=lon,
            node_lat=lat,
            ways=tuple(self.ways),
            restrictions=tuple(self.restrictions),
            kinds=self.kinds,
            river_lon=stream[0],
            river_lat=stream[1],
            river_width_m=self.plan.river_width_m,
        )

    def _ban_turns(self) -> None:
        """Ban one turn at some crossings where two arterials end a way: no doubt which turn."""
        ends: dict[int, list[int]] = {}
        for way in self.ways:
            if self.kinds[way.way_id] is StreetKind.ARTERIAL:
                for node in (way.nodes[0], way.nodes[-1]):
                    ends.setdefault(node, []).append(way.way_id)
        name_of = {way.way_id: way.name for way in self.ways}
        for node in sorted(ends):
            meeting = ends[node]
            if self.generator.random() >= _BAN_CHANCE or len(meeting) < _CROSSING_ARMS:
                continue
            lead = meeting[int(self.generator.integers(len(meeting)))]
            crossing = [way for way in meeting if name_of[way] != name_of[lead]]
            if crossing:
                onto = crossing[int(self.generator.integers(len(crossing)))]
                self.restrictions.append(TurnRestriction("no", lead, onto, via_node=node))
