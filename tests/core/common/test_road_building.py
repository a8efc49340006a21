from __future__ import annotations

import pytest

from luchang.core.common.coordinates import haversine_m
from luchang.core.common.road_building import (
    BuildReport,
    Direction,
    EmptyNetwork,
    TurnRestriction,
    Way,
    build_road_graph,
)
from luchang.core.common.roads import RoadClass, RoadGraph

LON = [113.0 + 0.001 * i for i in range(12)]
LAT = [27.8 + 0.0005 * (i % 3) for i in range(12)]
P = RoadClass.PRIMARY


def graph_step_m(one: int, other: int) -> float:
    return float(haversine_m(LON[one], LAT[one], LON[other], LAT[other]))


def build(
    *ways: Way, restrictions: tuple[TurnRestriction, ...] = ()
) -> tuple[RoadGraph, BuildReport]:
    return build_road_graph(range(12), LON, LAT, ways, restrictions)


def test_ways_are_cut_where_they_meet_and_bends_stay_shape() -> None:
    """Catches junctions lost to one long arc, and bends that become junctions."""
    graph, report = build(Way(1, (0, 1, 2, 3, 4), P, " 人民  路 "), Way(2, (2, 5), P))

    assert (graph.node_count, graph.section_count, graph.arc_count) == (4, 3, 6)
    assert [len(graph.shape_of(s)[0]) for s in range(3)] == [3, 3, 2]
    assert graph.name_of(0) == "人民 路"
    assert graph.name_of(2) == ""
    assert (report.node_count, report.arc_count, report.section_count) == (4, 6, 3)


def test_one_way_streets_have_one_arc_and_dead_ends_of_them_are_dropped() -> None:
    graph, report = build(
        Way(1, (0, 1), P, direction=Direction.FORWARD),
        Way(2, (1, 2), P, direction=Direction.FORWARD),
        Way(3, (0, 2), P, direction=Direction.BACKWARD),
        Way(4, (2, 3), P, direction=Direction.FORWARD),
    )

    assert graph.arc_count == 3
    assert report.dropped_ways == [4]
    assert report.dropped_sections == 1
    assert report.dropped_nodes == 1
    assert report.dropped_length_m == pytest.approx(graph_step_m(2, 3))


def test_the_largest_component_is_kept_and_the_rest_reported() -> None:
    graph, report = build(Way(1, (0, 1, 2), P), Way(2, (2, 3), P), Way(9, (5, 6), P))

    assert sorted(graph.node_id.tolist()) == [0, 2, 3]
    assert report.components == 2
    assert report.dropped_ways == [9]


def test_unknown_nodes_cut_a_way_and_are_counted() -> None:
    graph, report = build(Way(1, (0, 1, 77, 2, 3), P), Way(2, (1, 2), P), Way(3, (88, 4, 4), P))

    assert report.missing_nodes == 2
    assert report.ways_without_section == [3]
    assert graph.section_count == 3


def test_a_way_that_visits_a_node_twice_is_cut_there() -> None:
    graph, _ = build(Way(1, (0, 1, 2, 3, 1), P))

    assert graph.section_count == 2


@pytest.mark.parametrize(
    "ways", [(), (Way(1, (0,), P),), (Way(1, (0, 1), P, direction=Direction.FORWARD),)]
)
def test_an_empty_network_is_refused(ways: tuple[Way, ...]) -> None:
    with pytest.raises(EmptyNetwork):
        build(*ways)


def test_a_speed_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="way 1: speed 0"):
        build(Way(1, (0, 1), P, speed_kmh=0.0))


def test_a_way_with_its_own_speed_ignores_its_class() -> None:
    graph, _ = build(Way(1, (0, 1), P, speed_kmh=36.0))

    assert graph.arc_travel_s[0] == pytest.approx(graph.arc_length_m[0] / 10)


CROSS = (
    Way(1, (0, 1), P),
    Way(2, (1, 2), P),
    Way(3, (1, 3), P),
    Way(4, (3, 4), P),
    Way(5, (3, 5), P),
)


@pytest.mark.parametrize(
    ("restriction", "extra_states", "moves_fewer"),
    [
        (TurnRestriction("no", 1, 2, via_node=1), 1, 1),
        (TurnRestriction("only", 1, 2, via_node=1), 1, 2),
        (TurnRestriction("no", 1, 1, via_node=1), 1, 1),
        (TurnRestriction("no", 1, 4, via_ways=(3,)), 2, 1),
    ],
)
def test_restrictions_remember_only_what_they_must(
    restriction: TurnRestriction, extra_states: int, moves_fewer: int
) -> None:
    graph, report = build(*CROSS, restrictions=(restriction,))

    extra_moves = len(graph.move_arc) - graph.arc_count
    leaving_at_each = 3
    assert report.bans_kept == 1
    assert graph.state_count - graph.node_count == extra_states
    assert extra_moves == extra_states * leaving_at_each - moves_fewer


@pytest.mark.parametrize(
    "restriction",
    [
        TurnRestriction("no", 1, 2, via_node=99),
        TurnRestriction("no", 1, 4, via_node=1),
        TurnRestriction("only", 1, 4, via_node=1),
        TurnRestriction("no", 77, 2, via_node=1),
        TurnRestriction("no", 1, 5, via_ways=(4,)),
        TurnRestriction("no", 1, 2),
    ],
)
def test_restrictions_that_fit_no_turn_are_reported(restriction: TurnRestriction) -> None:
    graph, report = build(*CROSS, restrictions=(restriction,))

    assert report.restrictions_unresolved == [restriction]
    assert graph.state_count == graph.node_count


def test_a_ban_over_two_ways_follows_every_section_of_them() -> None:
    ways = (
        Way(1, (0, 1), P),
        Way(2, (1, 2, 3), P),
        Way(3, (3, 4), P),
        Way(4, (4, 5), P),
        Way(6, (2, 6), P),
    )
    rule = TurnRestriction("no", 1, 4, via_ways=(2, 3))

    graph, report = build(*ways, restrictions=(rule,))

    assert report.bans_kept == 1
    assert graph.state_count - graph.node_count == 4
