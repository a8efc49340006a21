"""Layouts: what conflicts, what is named as wrong, what goes to the optimiser."""

from dataclasses import replace

import pytest
from hypothesis import given

from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Direction, Layout, Rules, StageLayout, Way
from luchang.core.signals.layout_checks import faults_of
from luchang.core.signals.layout_junction import digest, junction_of, read, written
from tests.core.signals.drawn import L, R, T, arm, cross, layouts, tee


def _way(key: str) -> Way:
    return Way.parse(key)


@pytest.mark.parametrize(
    ("one", "other", "conflicts"),
    [
        ("E-left", "W-through", True),  # oncoming
        ("E-left", "W-left", False),  # they pass each other
        ("E-left", "N-through", True),  # both leave to the south
        ("E-through", "N-through", True),
        ("E-through", "W-through", False),
        ("E-right", "W-left", True),  # both leave to the north
        ("E-right", "N-through", False),
        ("E-right", "S-through", True),
        ("E-right", "S-left", False),
        ("E-left", "N-left", True),
        ("E-through", "E-on_foot", True),  # walkers cross the arm it comes from
        ("E-through", "W-on_foot", True),  # and the one it goes to
        ("E-through", "N-on_foot", False),
        ("E-left", "S-on_foot", True),
        ("E-right", "N-on_foot", True),
        ("N-on_foot", "E-on_foot", False),
        ("E-left", "E-through", False),
    ],
)
def test_conflicts_follow_from_the_arms(one: str, other: str, conflicts: bool) -> None:
    """Would catch left-hand traffic, and a turn taken for its mirror image."""
    layout = cross()
    assert layout.conflict(_way(one), _way(other)) == conflicts
    assert layout.conflict(_way(other), _way(one)) == conflicts


def test_who_may_give_way_to_whom() -> None:
    layout = cross()
    assert layout.may_yield(_way("E-left"), _way("W-through"))
    assert layout.may_yield(_way("E-right"), _way("N-on_foot"))
    assert layout.may_yield(_way("E-right"), _way("W-left"))
    assert not layout.may_yield(_way("E-left"), _way("N-through"))  # traffic from the side
    assert not layout.may_yield(_way("E-through"), _way("W-left"))
    assert not layout.may_yield(_way("E-left"), _way("N-left"))


def test_the_standard_cross_has_four_sound_stages() -> None:
    layout = cross()
    assert [stage.name for stage in layout.stages] == ["NS", "NS-left", "EW", "EW-left"]
    assert set(layout.stages[0].protected) == {"N-through", "S-through", "E-on_foot", "W-on_foot"}
    assert set(layout.stages[0].yielding) == {"N-right", "S-right"}
    assert faults_of(layout) == []


def test_a_street_that_ends_has_no_way_straight_on() -> None:
    layout = tee()
    assert layout.exit_of(Way(Direction.S, Turn.LEFT)) == Direction.W
    assert layout.exit_of(Way(Direction.S, Turn.THROUGH)) is None
    wrong = Layout((*layout.approaches[:2], arm(Direction.S, (T,), (R,))), layout.stages)
    assert ("no_exit", {"way": "S-through"}) in [(f.code, f.named) for f in faults_of(wrong)]


def test_a_conflict_is_named_by_stage_and_both_movements() -> None:
    """Would catch a plan in which a left turn meets oncoming traffic with the right of way."""
    layout = cross()
    stages = (*layout.stages[:1], StageLayout("坏", ("E-left", "W-through", "E-through")))
    found = faults_of(replace(layout, stages=stages))
    named = {"stage": 2, "way": "E-left", "other": "W-through"}
    assert ("conflict", named) in [(fault.code, fault.named) for fault in found]


def test_giving_way_to_traffic_from_the_side_is_refused() -> None:
    layout = cross()
    stages = (*layout.stages, StageLayout("坏", ("N-through",), ("E-left",)))
    found = [fault.code for fault in faults_of(replace(layout, stages=stages))]
    assert "cannot_yield" in found


def test_what_is_never_green_and_what_is_blocked_are_named() -> None:
    layout = cross()
    missing = faults_of(replace(layout, stages=layout.stages[:3]))
    assert {f.named["way"] for f in missing if f.code == "never_green"} == {"E-left", "W-left"}
    shared = Layout((arm(Direction.N, (L, T)), *layout.approaches[1:]), layout.stages)
    blocked = [fault for fault in faults_of(shared) if fault.code == "shared_lane_blocked"]
    assert {fault.named["stage"] for fault in blocked} == {1, 2}
    assert all(fault.is_warning for fault in blocked)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"approaches": ()}, "few_arms"),
        ({"stages": ()}, "no_stages"),
        ({"rules": Rules(amber_s=1.0)}, "amber"),
        ({"rules": Rules(walking_mps=9.0)}, "walking"),
        ({"approaches": (arm(Direction.N, (T,)), arm(Direction.N, (T,)))}, "arm_twice"),
        ({"approaches": (arm(Direction.N, (R,), (L,)), arm(Direction.S, (T,)))}, "lanes_cross"),
        ({"approaches": (arm(Direction.N, ()), arm(Direction.S, (T,)))}, "lane_leads_nowhere"),
        (
            {"approaches": (arm(Direction.N, (T,), crossing_m=900), arm(Direction.S, (T,)))},
            "crossing",
        ),
    ],
)
def test_absurd_layouts_are_refused_by_name(change: dict[str, object], code: str) -> None:
    found = [fault.code for fault in faults_of(replace(cross(), **change))]  # type: ignore[arg-type]
    assert code in found


def test_walkers_get_the_time_they_need() -> None:
    """18 m at 1 m/s: 18 s, whatever vehicles need."""
    junction = junction_of(cross(), "J1")
    lamp = cross().lamp_of["E-on_foot"]
    assert junction.rules.min_green_of(lamp) == 18.0
    assert junction.rules.min_green_of(cross().lamp_of["E-through"]) == 7.0


@given(layouts())
def test_standard_stages_never_conflict(layout: Layout) -> None:
    """Whatever the arms and lanes: no stage lets two movements with the right of way meet."""
    codes = {fault.code for fault in faults_of(layout)}
    assert not codes & {"conflict", "cannot_yield", "green_twice", "unknown_way"}


@given(layouts())
def test_conflicts_are_mutual_and_what_is_kept_is_read_back(layout: Layout) -> None:
    for one in layout.ways:
        for other in layout.ways:
            assert layout.conflict(one, other) == layout.conflict(other, one)
            if layout.may_yield(one, other):
                assert not layout.may_yield(other, one)
    kept = written(layout)
    assert read(kept) == layout
    assert digest(kept) == digest(written(read(kept)))


@given(layouts())
def test_the_junction_of_a_layout_is_whole(layout: Layout) -> None:
    """Would catch links from or to lanes that are not there."""
    junction = junction_of(layout, "J")
    assert junction.lamps == len(layout.lamps)
    for link in junction.links:
        assert {link.from_lane, link.to_lane} <= set(junction.lanes)
        assert layout.lamps[link.index].turn == link.turn
    assert not (junction.yields & ~junction.conflicts).any()
