from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks.dispatch.brute_force import SlowRoads, seconds
from luchang.core.common import bucket_search, snapping
from luchang.core.common.compiled import interpreted
from luchang.core.common.road_building import (
    Direction,
    TurnRestriction,
    Way,
    build_road_graph,
)
from luchang.core.common.roads import RoadClass, RoadGraph
from luchang.core.common.shortest_paths import Unreachable, arc_times, times_from, times_to
from luchang.core.common.snapping import RoadPosition, RoadSnapper
from tests.core.kernels import interpret
from tests.core.networks import SmallNetwork, small_network

SEEDS = st.integers(0, 100_000)


def place(graph: RoadGraph, section: int, fraction: float) -> RoadPosition:
    lon, lat = graph.shape_of(section)
    return RoadPosition(section, fraction, 0.0, float(lon[0]), float(lat[0]))


def random_place(graph: RoadGraph, rng: np.random.Generator) -> RoadPosition:
    fraction = float(rng.choice([0.0, 1.0, rng.random(), rng.random()]))
    return place(graph, int(rng.integers(graph.section_count)), fraction)


def live(network: SmallNetwork, rng: np.random.Generator) -> np.ndarray:
    sections = network.graph.section_count
    closed = set(rng.integers(0, sections, 2).tolist())
    factors = {int(s): float(rng.uniform(0.5, 4)) for s in rng.integers(0, sections, 3)}
    return network.graph.travel_s(closed=closed, factors=factors)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_state_times_equal_scipy(seed: int) -> None:
    """Catches any error of the bucket queue: scipy searches the same states its own way."""
    graph = small_network(seed).graph
    goal = place(graph, seed % graph.section_count, 0.0)

    found = times_to(graph, goal)

    states = graph.state_count
    best: dict[tuple[int, int], float] = {}
    for state in range(states):
        for move in range(graph.first_move[state], graph.first_move[state + 1]):
            key = int(graph.move_target[move]), state
            cost = float(graph.arc_travel_s[graph.move_arc[move]])
            best[key] = min(best.get(key, np.inf), cost)
    rows, columns = zip(*best, strict=True)
    matrix = csr_matrix((list(best.values()), (rows, columns)), shape=(states, states))
    roots = np.flatnonzero(found.state_s == 0.0)
    expected = dijkstra(matrix, indices=roots).min(axis=0)
    assert found.state_s == pytest.approx(expected)


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_times_equal_a_plain_search_that_knows_the_bans(seed: int) -> None:
    """Catches a banned turn driven, a permitted one refused, a closure ignored."""
    network, rng = small_network(seed), np.random.default_rng(seed)
    graph = network.graph
    arc_s = live(network, rng)
    goal, starts = random_place(graph, rng), [random_place(graph, rng) for _ in range(8)]
    roads = SlowRoads(graph, network.restrictions)

    found = times_to(graph, goal, times=arc_times(graph, arc_s))

    expected = [seconds(roads, arc_s.tolist(), start, goal) for start in starts]
    assert [found.seconds_from(start) for start in starts] == pytest.approx(expected)


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_searching_forward_and_backward_agree(seed: int) -> None:
    network, rng = small_network(seed), np.random.default_rng(seed)
    graph = network.graph
    times = arc_times(graph, live(network, rng))
    start, goals = random_place(graph, rng), [random_place(graph, rng) for _ in range(6)]

    onward = times_from(graph, start, times=times).seconds_to_many(
        [goal.section for goal in goals] + [-1], [goal.fraction for goal in goals] + [0.0]
    )

    expected = [times_to(graph, goal, times=times).seconds_from(start) for goal in goals]
    assert onward.tolist() == pytest.approx([*expected, np.inf])


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_a_route_takes_the_time_it_promises_and_hangs_together(seed: int) -> None:
    network, rng = small_network(seed), np.random.default_rng(seed)
    graph = network.graph
    times = arc_times(graph, live(network, rng))
    start, goal = random_place(graph, rng), random_place(graph, rng)
    found = times_to(graph, goal, times=times)
    if not np.isfinite(found.seconds_from(start)):
        with pytest.raises(Unreachable):
            found.route_from(start)
        return

    route = found.route_from(start)

    assert route.travel_s == pytest.approx(found.seconds_from(start))
    assert route.length_m == pytest.approx(
        sum(s.share * graph.arc_length_m[s.arc] for s in route.stretches)
    )
    driven = [s.arc for s in route.stretches if s.share > 0]
    for one, other in itertools.pairwise(driven):
        assert graph.arc_target[one] == graph.arc_source[other]
    assert len(route.lon) == len(route.lat) >= 1


def test_a_limit_leaves_the_far_side_infinite() -> None:
    graph = small_network(5).graph
    goal = place(graph, 0, 0.5)
    everywhere = times_to(graph, goal).state_s

    near = times_to(graph, goal, limit_s=60.0).state_s

    assert near[everywhere <= 60.0] == pytest.approx(everywhere[everywhere <= 60.0])
    assert np.isinf(near[everywhere > 60.0]).all()


def test_a_closure_does_not_bar_the_way_to_what_happened_inside_it() -> None:
    ways = [Way(1, (0, 1), RoadClass.PRIMARY), Way(2, (1, 2), RoadClass.PRIMARY)]
    graph, _ = build_road_graph([0, 1, 2], [113.0, 113.01, 113.02], [27.8] * 3, ways)
    goal = place(graph, 1, 0.5)
    closed = arc_times(graph, graph.travel_s(closed=[1]))

    assert np.isfinite(times_to(graph, goal, times=closed).seconds_from(place(graph, 0, 0.5)))
    assert (
        np.isinf(
            times_to(graph, place(graph, 1, 1.0), times=closed).seconds_from(place(graph, 0, 0.5))
        )
        is np.False_
    )


def test_a_banned_turn_is_driven_round() -> None:
    """The square: turning left at node 1 is banned, so the way leads round the block."""
    ways = [
        Way(1, (0, 1), RoadClass.PRIMARY, "东路"),
        Way(2, (1, 2), RoadClass.PRIMARY, "北路"),
        Way(3, (1, 3), RoadClass.PRIMARY, "东路"),
        Way(4, (3, 2), RoadClass.PRIMARY, "环路"),
    ]
    lon, lat = [113.0, 113.001, 113.001, 113.002], [27.8, 27.8, 27.801, 27.8]
    rule = TurnRestriction("no", 1, 2, via_node=1)
    graph, _ = build_road_graph(range(4), lon, lat, ways, [rule])
    section = {int(way): s for s, way in enumerate(graph.section_way)}

    route = times_to(graph, place(graph, section[2], 1.0)).route_from(
        place(graph, section[1], 0.0)
    )

    assert [leg.name for leg in route.legs] == ["东路", "环路"]


def test_one_way_streets_are_not_entered_from_their_end() -> None:
    ways = [
        Way(1, (0, 1), RoadClass.PRIMARY, direction=Direction.FORWARD),
        Way(2, (1, 2, 0), RoadClass.PRIMARY),
    ]
    graph, _ = build_road_graph(range(3), [113.0, 113.01, 113.0], [27.8, 27.8, 27.81], ways)

    found = times_to(graph, place(graph, 0, 0.4))

    assert found.seconds_from(place(graph, 0, 0.6)) > found.seconds_from(place(graph, 0, 0.2))


@pytest.mark.parametrize("wrong", [[1.0], [-1.0]])
def test_arc_times_of_another_network_are_refused(wrong: list[float]) -> None:
    graph = small_network(1).graph

    with pytest.raises(ValueError, match="one time per arc"):
        arc_times(graph, np.array(wrong * (graph.arc_count if wrong[0] < 0 else 1)))


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_compiled_and_interpreted_kernels_agree(seed: int) -> None:
    """Also shows every branch of the kernels to the coverage tool."""
    network = small_network(seed)
    graph = network.graph
    compiled_snapper = RoadSnapper(graph, cell_m=150.0)
    goal = random_place(graph, np.random.default_rng(seed))
    far = float(np.random.default_rng(seed).choice([90.0, np.inf]))
    compiled_s = times_to(graph, goal, limit_s=far).state_s
    lon, lat = np.random.default_rng(seed).uniform(
        [[112.99], [27.79]], [[113.03], [27.83]], (2, 9)
    )
    points = np.append(lon, np.nan), np.append(lat, 27.8)
    compiled_found = compiled_snapper.nearest_many(*points, within_m=700.0)

    with pytest.MonkeyPatch.context() as patch:
        interpret(patch, bucket_search)
        interpret(patch, snapping)
        patch.setattr("luchang.core.common.shortest_paths.search", bucket_search.search)
        plain_s = times_to(graph, goal, limit_s=far).state_s
        plain = RoadSnapper(graph, cell_m=150.0).nearest_many(*points, within_m=700.0)

    assert plain_s == pytest.approx(compiled_s)
    assert plain.section.tolist() == compiled_found.section.tolist()
    assert plain.distance_m == pytest.approx(compiled_found.distance_m)


def test_a_goal_ahead_on_the_same_road_is_driven_to_straight() -> None:
    graph, _ = build_road_graph(
        [0, 1], [113.0, 113.01], [27.8, 27.8], [Way(1, (0, 1), RoadClass.PRIMARY)]
    )
    found = times_to(graph, place(graph, 0, 0.75))

    ahead = found.route_from(place(graph, 0, 0.25))
    back = found.route_from(place(graph, 0, 1.0))

    assert ahead.length_m == pytest.approx(graph.length_of(0) / 2)
    assert back.length_m == pytest.approx(graph.length_of(0) / 4)
    assert ahead.lon.tolist() == pytest.approx([113.0025, 113.0075])


def test_a_loop_is_entered_by_its_shorter_side() -> None:
    """Both arcs of a loop leave the same node: the node is seeded twice, the second time less."""
    ways = [
        Way(1, (0, 1), RoadClass.PRIMARY),
        Way(2, (1, 2, 3, 1), RoadClass.PRIMARY),
    ]
    lon, lat = [112.99, 113.0, 113.01, 113.0], [27.8, 27.8, 27.8, 27.81]
    graph, _ = build_road_graph(range(4), lon, lat, ways)

    with pytest.MonkeyPatch.context() as patch:
        interpret(patch, bucket_search)
        patch.setattr("luchang.core.common.shortest_paths.search", bucket_search.search)
        found = times_to(graph, place(graph, 1, 0.8)).seconds_from(place(graph, 0, 1.0))

    whole_s = float(graph.arc_travel_s[graph.section_arcs[1, 0]])
    assert found == pytest.approx(0.2 * whole_s)


def test_a_state_improved_within_its_bucket_is_not_lost() -> None:
    links = bucket_search.Links(
        np.array([0, 2, 2, 3], np.int32),
        np.array([1, 2, 1], np.int32),
        np.array([0, 1, 2], np.int32),
    )
    begin = np.zeros(1, np.int32), np.zeros(1), np.full(1, -1, np.int32)
    arc_s = np.array([4.0, 1.0, 1.0])

    for search in (bucket_search.search, interpreted(bucket_search.search)):
        seconds_, over_arc, over_state = search(links, arc_s, 4.0, *begin, np.inf)

        assert seconds_.tolist() == [0.0, 2.0, 1.0]
        assert (over_arc[1], over_state[1]) == (2, 2)
