from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.common import snapping
from luchang.core.common.coordinates import metres_from
from luchang.core.common.road_building import Way, build_road_graph
from luchang.core.common.roads import RoadClass, RoadGraph
from luchang.core.common.snapping import RoadSnapper
from tests.core.kernels import interpret
from tests.core.networks import small_network


def nearest_by_brute_force(graph: RoadGraph, lon: float, lat: float) -> float:
    """Least distance to any segment, in the plane around the network's middle [m]."""
    middle = (
        (graph.point_lon.min() + graph.point_lon.max()) / 2,
        (graph.point_lat.min() + graph.point_lat.max()) / 2,
    )
    at = np.array(metres_from(*middle, lon, lat))
    least = np.inf
    for section in range(graph.section_count):
        points = np.column_stack(metres_from(*middle, *graph.shape_of(section)))
        for begin, end in itertools.pairwise(points):
            step = end - begin
            share = np.clip((at - begin) @ step / max(step @ step, 1e-12), 0, 1)
            least = min(least, float(np.hypot(*(begin + share * step - at))))
    return least


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 300),
    st.floats(112.97, 113.05),
    st.floats(27.77, 27.85),
    st.sampled_from([40.0, 200.0, 5_000.0]),
    st.sampled_from([100.0, 1_000.0, 20_000.0]),
)
def test_the_grid_finds_what_brute_force_finds(
    seed: int, lon: float, lat: float, cell_m: float, within_m: float
) -> None:
    """Catches rings stopped too early, cells left out, and refusals that are not."""
    graph = small_network(seed).graph

    found = RoadSnapper(graph, cell_m=cell_m).nearest(lon, lat, within_m=within_m)

    least = nearest_by_brute_force(graph, lon, lat)
    if found is None:
        assert least > within_m - 1e-6
    else:
        assert found.distance_m == pytest.approx(least, abs=1e-6)
        assert 0.0 <= found.fraction <= 1.0


def test_the_place_lies_at_its_fraction_of_a_bent_section() -> None:
    graph, _ = build_road_graph(
        range(3),
        [113.0, 113.01, 113.01],
        [27.8, 27.8, 27.81],
        [Way(1, (0, 1, 2), RoadClass.PRIMARY)],
    )

    found = RoadSnapper(graph).nearest(113.011, 27.805, within_m=500.0)

    assert found is not None
    assert (found.lon, found.lat) == pytest.approx((113.01, 27.805), abs=1e-6)
    length = graph.length_of(0)
    assert found.fraction * length == pytest.approx(length - 556.0, abs=2.0)


def test_of_equally_near_roads_the_lower_number_wins() -> None:
    graph, _ = build_road_graph(
        range(3),
        [113.0, 113.01, 113.02],
        [27.8] * 3,
        [Way(1, (0, 1), RoadClass.PRIMARY), Way(2, (1, 2), RoadClass.PRIMARY)],
    )

    found = RoadSnapper(graph).nearest(113.01, 27.801, within_m=500.0)

    assert found is not None
    assert found.section == 0


def test_places_that_are_none_are_none() -> None:
    snapper = RoadSnapper(small_network(2).graph)

    found = snapper.nearest_many([np.nan, 0.0], [27.8, 0.0], within_m=1_000.0)

    assert len(found) == 2
    assert found[0] is None
    assert found[1] is None
    assert snapper.nearest(float("inf"), 27.8, within_m=10.0) is None


def test_a_road_of_no_length_and_a_search_without_bounds() -> None:
    """Two nodes in one place make a segment without direction; every ring may be scanned."""
    ways = [Way(1, (0, 1), RoadClass.PRIMARY), Way(2, (1, 2), RoadClass.PRIMARY)]
    graph, _ = build_road_graph(range(3), [113.0, 113.0, 113.01], [27.8] * 3, ways)

    with pytest.MonkeyPatch.context() as patch:
        interpret(patch, snapping)
        found = RoadSnapper(graph, cell_m=100.0).nearest(112.9, 27.8, within_m=1e6)

    assert found is not None
    assert (found.section, found.fraction) == (0, 0.0)
    assert found.distance_m == pytest.approx(9_836, rel=1e-3)
