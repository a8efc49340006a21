from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.common.roads import (
    RoadClass,
    RoadGraph,
    UnreadableRoadGraph,
    class_of_highway,
)
from tests.core.networks import small_network


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_stored_network_comes_back_equal(seed: int) -> None:
    graph = small_network(seed).graph

    again = RoadGraph.from_bytes(graph.to_bytes())

    assert again.digest() == graph.digest()
    assert again.names == graph.names
    assert again.to_bytes() == graph.to_bytes()


def test_nobody_changes_a_network() -> None:
    graph = small_network(1).graph

    with pytest.raises(ValueError, match="read-only"):
        graph.arc_travel_s[0] = 0.0


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04 not a zip", b"\x93NUMPY\x01"])
def test_broken_bytes_are_refused(broken: bytes) -> None:
    with pytest.raises(UnreadableRoadGraph):
        RoadGraph.from_bytes(broken)


def test_another_format_is_refused_by_its_number() -> None:
    sink = BytesIO()
    np.savez(sink, version=np.array(99))

    with pytest.raises(UnreadableRoadGraph, match="format 99"):
        RoadGraph.from_bytes(sink.getvalue())


def test_half_a_file_is_refused() -> None:
    stored = small_network(1).graph.to_bytes()

    with pytest.raises(UnreadableRoadGraph):
        RoadGraph.from_bytes(stored[: len(stored) // 2])


def test_live_times_close_and_slow_sections_in_both_directions() -> None:
    graph = small_network(3).graph
    both = int(np.flatnonzero((graph.section_arcs >= 0).all(axis=1))[0])
    other = (both + 1) % graph.section_count

    seconds = graph.travel_s(closed=[both], factors={other: 2.0})

    assert np.isinf(seconds[graph.section_arcs[both]]).all()
    slowed = graph.section_arcs[other][graph.section_arcs[other] >= 0]
    assert seconds[slowed] == pytest.approx(2.0 * graph.arc_travel_s[slowed])
    assert np.isfinite(graph.arc_travel_s).all()


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan")])
def test_a_factor_that_makes_no_time_is_refused(factor: float) -> None:
    with pytest.raises(ValueError, match="not positive"):
        small_network(3).graph.travel_s(factors={0: factor})


def test_sections_answer_for_name_length_shape_and_ends() -> None:
    graph = small_network(4).graph

    assert graph.name_of(0).startswith("路")
    assert graph.length_of(0) > 0
    assert len(graph.shape_of(0)[0]) == 2
    assert 0 in graph.sections_at(int(graph.arc_source[graph.section_arcs[0].max()]))
    assert graph.state_count >= graph.node_count


def test_highway_values_cars_may_not_use_have_no_class() -> None:
    assert class_of_highway("primary_link") is RoadClass.RAMP
    assert class_of_highway("footway") is None
