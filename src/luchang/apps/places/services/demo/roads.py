"""The invented road network of the demo city, with its stones along the numbered roads."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from luchang.apps.places.ports import RoadFile
from luchang.apps.places.services.demo.naming import StreetNames
from luchang.apps.places.services.demo.recipe import Recipe
from luchang.core.common.chainage import Chainage
from luchang.core.common.coordinates import haversine_m
from luchang.core.common.invented_divisions import InventedDivision, InventedDivisions
from luchang.core.common.invented_roads import (
    InventedRoads,
    Plan,
    Settlement,
    SettlementRank,
    StreetKind,
    invent_roads,
)

STONE_EVERY_M = 1_000
_NUMBERED = re.compile(r"^([GSX]\d{3})")
_SIGNALLED = {StreetKind.ARTERIAL, StreetKind.RING, StreetKind.COLLECTOR}
_MAIN = {StreetKind.ARTERIAL, StreetKind.RING}


@dataclass(frozen=True)
class Stone:
    """A kilometre stone."""

    chainage: Chainage
    street_name: str
    lon: float
    lat: float


def invent(
    recipe: Recipe, divisions: InventedDivisions, *, seed: int, scale: float
) -> InventedRoads:
    """The network for these divisions; `scale` 1.0 has 50,000 nodes."""
    settlements = (
        Settlement("株洲城区", *recipe.centre, recipe.city_radius_m, SettlementRank.CITY),
        *_county_towns(recipe, divisions),
        *_townships(recipe, divisions.townships),
    )
    plan = Plan(
        settlements=settlements,
        nodes=round(recipe.most_nodes * scale),
        seed=seed,
        bridges=recipe.bridges,
    )
    return invent_roads(plan, StreetNames(recipe.names, recipe.routes, seed))


def _county_towns(recipe: Recipe, divisions: InventedDivisions) -> Iterator[Settlement]:
    """The towns of the counties that have no share in the city itself."""
    for county in divisions.counties:
        ground = recipe.grounds[county.code]
        if ground.sector_deg == (0.0, 360.0):
            yield Settlement(
                county.name, *ground.seat, recipe.county_radius_m, SettlementRank.COUNTY
            )


def _townships(recipe: Recipe, townships: Sequence[InventedDivision]) -> Iterator[Settlement]:
    for township in townships:
        if not township.name.endswith("街道"):
            yield Settlement(
                township.name,
                *township.centre,
                recipe.township_radius_m,
                SettlementRank.TOWNSHIP,
            )


def as_file(roads: InventedRoads) -> RoadFile:
    """The network as if it had been read, signals where main streets cross."""
    arms: dict[int, Counter[str]] = {}
    main: set[int] = set()
    for way in roads.ways:
        kind = roads.kinds[way.way_id]
        if kind not in _SIGNALLED:
            continue
        for node in way.nodes:
            arms.setdefault(node, Counter())[way.name] += 1
            if kind in _MAIN:
                main.add(node)
    signals = sorted(node for node, names in arms.items() if len(names) > 1 and node in main)
    return RoadFile(
        node_ids=roads.node_id,
        node_lon=roads.node_lon,
        node_lat=roads.node_lat,
        ways=roads.ways,
        restrictions=roads.restrictions,
        signal_lon=[float(roads.node_lon[node]) for node in signals],
        signal_lat=[float(roads.node_lat[node]) for node in signals],
    )


def stones(recipe: Recipe, roads: InventedRoads) -> list[Stone]:
    """A stone every kilometre of every numbered road; links of one number count on."""
    begins = {route.number: route.begins_km * 1_000 for route in reversed(recipe.routes)}
    found: list[Stone] = []
    for way in roads.ways:
        numbered = _NUMBERED.match(way.name)
        if numbered is None or roads.kinds[way.way_id] not in (
            StreetKind.NATIONAL,
            StreetKind.COUNTRY,
        ):
            continue
        route = numbered[1]
        start = begins.get(route, 0)
        length = _stones_of(roads, list(way.nodes), route, way.name, start, found)
        begins[route] = (start + length // STONE_EVERY_M * STONE_EVERY_M) + STONE_EVERY_M
    return found


def _stones_of(
    roads: InventedRoads,
    nodes: list[int],
    route: str,
    name: str,
    start: int,
    found: list[Stone],
) -> int:
    lon, lat = roads.node_lon[nodes], roads.node_lat[nodes]
    steps = haversine_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    passed = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, passed[-1], STONE_EVERY_M)
    for metres, x, y in zip(
        at, np.interp(at, passed, lon), np.interp(at, passed, lat), strict=True
    ):
        found.append(Stone(Chainage(route, start + int(metres)), name, float(x), float(y)))
    return int(passed[-1])
