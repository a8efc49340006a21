from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from luchang.core.common.coordinates import metres_from
from luchang.core.common.invented_roads import (
    InventedRoads,
    Plan,
    Settlement,
    SettlementRank,
    Street,
    StreetKind,
    invent_roads,
)
from luchang.core.common.road_building import build_road_graph

CITY = Settlement("甲城", 113.13, 27.83, 5_000, SettlementRank.CITY)
PLACES = (
    CITY,
    Settlement("乙县", 113.33, 27.66, 1_500, SettlementRank.COUNTY),
    Settlement("丙县", 113.35, 27.40, 1_500, SettlementRank.COUNTY),
    Settlement("丁乡", 113.14, 27.84, 500, SettlementRank.TOWNSHIP),
    *(
        Settlement(
            f"乡{n}", 113.0 + 0.07 * (n % 4), 27.5 + 0.1 * (n // 4), 500, SettlementRank.TOWNSHIP
        )
        for n in range(9)
    ),
)
PLAN = Plan(PLACES, nodes=3_000, seed=7)


def name(street: Street) -> str:
    return f"{street.settlement}{street.kind.value}{street.number}{street.towards}"


@pytest.fixture(scope="module")
def roads() -> InventedRoads:
    return invent_roads(PLAN, name)


def test_the_same_plan_gives_the_same_network(roads: InventedRoads) -> None:
    again = invent_roads(PLAN, name)

    assert again.ways == roads.ways
    assert again.restrictions == roads.restrictions
    assert np.array_equal(again.node_lon, roads.node_lon)
    assert invent_roads(Plan(PLACES, nodes=3_000, seed=8), name).ways != roads.ways


@pytest.mark.parametrize("seed", range(5))
def test_nearly_everything_is_one_network_of_the_wanted_size(seed: int) -> None:
    plan = Plan(PLACES, nodes=3_000, seed=seed)
    made = invent_roads(plan, name)

    graph, report = build_road_graph(
        made.node_id, made.node_lon, made.node_lat, made.ways, made.restrictions
    )

    assert 0.75 * plan.nodes < graph.node_count < 1.35 * plan.nodes
    assert report.dropped_nodes < 0.12 * graph.node_count
    assert report.bans_kept == len(made.restrictions)


def test_only_bridges_and_country_roads_cross_the_water(roads: InventedRoads) -> None:
    east, north = metres_from(CITY.lon, CITY.lat, roads.node_lon, roads.node_lat)
    stream = metres_from(CITY.lon, CITY.lat, roads.river_lon, roads.river_lat)
    side = east < np.interp(north, stream[1], stream[0])
    crossing = Counter(
        roads.kinds[way.way_id] for way in roads.ways if len({side[n] for n in way.nodes}) > 1
    )

    assert 1 <= crossing[StreetKind.BRIDGE] <= PLAN.bridges
    assert set(crossing) <= {StreetKind.BRIDGE, StreetKind.NATIONAL, StreetKind.COUNTRY}


def test_every_kind_of_street_is_there_and_named(roads: InventedRoads) -> None:
    assert set(roads.kinds.values()) == set(StreetKind)
    assert all(way.name for way in roads.ways)


def test_a_township_inside_the_city_is_part_of_it(roads: InventedRoads) -> None:
    assert not any(way.name.startswith("丁乡") for way in roads.ways)


def test_without_names_nobody_can_say_which_street_is_banned() -> None:
    assert invent_roads(PLAN, lambda street: "").restrictions == ()


def test_a_city_alone_has_no_country_roads() -> None:
    made = invent_roads(Plan((CITY,), nodes=500), name)

    assert StreetKind.NATIONAL not in made.kinds.values()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Plan((), nodes=10),
        lambda: Plan((PLACES[1],), nodes=10),
        lambda: Plan((CITY,), nodes=0),
        lambda: Plan((CITY,), nodes=10, bridges=0),
    ],
)
def test_a_plan_without_city_nodes_or_bridge_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"city|nodes"):
        wrong()
