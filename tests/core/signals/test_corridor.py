"""Corridors: their order, what breaks them, bands in both directions, the joint problem."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.signals import corridor_problem as joint
from luchang.core.signals.corridor import BrokenCorridor, Corridor, Place, corridor_of
from luchang.core.signals.demand import check
from luchang.core.signals.layout import Direction, Layout
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.progression import HalfACorridor
from luchang.core.signals.waves import bands_of, longest_run, windows, with_wave
from tests.core.signals.drawn import cross, tee

STEP_DEG = 400.0 / 109_600.0
"""About 400 m of longitude at 10 degrees north."""


def place(name: str, nth: float, layout: Layout | None = None) -> Place:
    return Place(name, layout or cross(), 113.0 + STEP_DEG * nth, 10.0)


def row(count: int = 3) -> Corridor:
    return corridor_of([place(f"J{nth}", nth) for nth in range(count)])


def even(name: str, green_s: float = 25.0, offset_s: float = 0.0) -> Plan:
    return Plan(name, tuple(PlanStep(stage, green_s, 5.0) for stage in range(4)), offset_s)


def test_junctions_named_in_any_order_stand_from_west_to_east() -> None:
    """Would catch a corridor that runs back and forth."""
    found = corridor_of([place("B", 1), place("C", 2), place("A", 0)])
    assert [each.junction_id for each in found.places] == ["A", "B", "C"]
    assert found.at_m == pytest.approx((0, 400, 800), rel=0.02)
    assert set(found.out) == {"W-through"}
    assert set(found.back) == {"E-through"}


@pytest.mark.parametrize(
    ("places", "code"),
    [
        ([place("A", 0)], "few"),
        ([place(f"J{nth}", nth) for nth in range(13)], "many"),
        ([place("A", 0), place("B", 9)], "apart"),
        ([place("A", 0), place("B", 0.01)], "same_place"),
        (
            [place("A", 0), place("B", 1, replace(tee(), approaches=tee().approaches[:0]))],
            "no_arm",
        ),
        ([place("A", 0), Place("B", cross(), 113.0 + STEP_DEG, 10.0 + STEP_DEG)], "no_arm"),
    ],
)
def test_half_a_corridor_is_refused_by_name(places: list[Place], code: str) -> None:
    """Would catch a wave computed over a gap in the road."""
    if code == "no_arm" and len(places[1].layout.approaches) == 4:
        places[1] = replace(places[1], layout=_without(places[1].layout, Direction.W, Direction.S))
    with pytest.raises(BrokenCorridor) as refused:
        corridor_of(places)
    assert refused.value.code == code


def _without(layout: Layout, *gone: Direction) -> Layout:
    return replace(
        layout, approaches=tuple(a for a in layout.approaches if a.direction not in gone)
    )


def test_a_street_of_one_direction_is_no_corridor() -> None:
    east, *others = sorted(cross().approaches, key=lambda arm: arm.direction != Direction.E)
    layout = replace(cross(), approaches=(replace(east, exit_lanes=0), *others))
    with pytest.raises(BrokenCorridor) as refused:
        corridor_of([place("A", 0, layout), place("B", 1)])
    assert refused.value.code == "one_way"


def test_greens_that_go_on_into_the_next_stage_are_one_window() -> None:
    """Would catch bands cut at a stage in which the road stays green."""
    plan = Plan("A", (PlanStep(0, 20, 5), PlanStep(0, 10, 5), PlanStep(2, 30, 5)))
    assert windows(cross(), plan, cross().stages[0].protected[0]) == [(0.0, 35.0)]


def test_half_a_cycle_of_travel_gives_full_bands_both_ways() -> None:
    """The textbook's case: travel of half a cycle, every second junction half a cycle off."""
    found = row(3)
    cycle_s = 120.0
    speed = found.legs[0].length_m / (cycle_s / 2)
    plans = {each.junction_id: even(each.junction_id) for each in found.places}
    placed, bands = with_wave(found, plans, speed)
    assert [placed[f"J{nth}"].offset_s for nth in range(3)] == [0.0, 60.0, 0.0]
    assert bands.out.width_s == pytest.approx(25.0, abs=1.0)
    assert bands.back.width_s == pytest.approx(25.0, abs=1.0)


@settings(max_examples=25, deadline=None)
@given(
    greens=st.lists(st.integers(10, 40), min_size=4, max_size=4),
    speed=st.floats(6, 20),
    shifts=st.lists(st.integers(0, 119), min_size=3, max_size=3),
)
def test_better_offsets_are_never_worse_than_any(
    greens: list[int], speed: float, shifts: list[int]
) -> None:
    """Would catch a search that loses what it began with, and bands wider than a green."""
    found = row(3)
    greens[-1] += 100 - sum(greens) if 100 - sum(greens) > -greens[-1] + 8 else 0
    steps = tuple(PlanStep(stage, float(green), 5.0) for stage, green in enumerate(greens))
    plans = {each.junction_id: Plan(each.junction_id, steps) for each in found.places}
    _, best = with_wave(found, plans, speed)
    longest = max(
        end - begin
        for way in (found.out[0], found.back[0])
        for begin, end in windows(cross(), plans["J0"], way)
    )
    moved = {
        key: replace(plan, offset_s=float(shift))
        for (key, plan), shift in zip(plans.items(), shifts, strict=True)
    }
    other = bands_of(found, moved, speed)
    assert other is not None
    assert best.out.width_s <= longest + 1.0
    assert other.out.width_s <= longest + 1.0


def test_plans_of_different_cycles_have_no_bands() -> None:
    found = row(2)
    plans = {"J0": even("J0", 25), "J1": even("J1", 30)}
    assert bands_of(found, plans, 12.0) is None
    with pytest.raises(HalfACorridor):
        with_wave(found, plans, 12.0)


def test_runs_go_round_the_circle() -> None:
    assert longest_run(np.array([True, False, True, True])) == (2, 3)
    assert longest_run(np.array([False, False])) == (1, 0)
    assert longest_run(np.array([True, True])) == (0, 2)


def test_plans_at_another_cycle_keep_their_shortest_greens() -> None:
    """Would catch walkers caught on the crossing by a shorter cycle."""
    layout = cross()
    plan = joint.at_cycle(layout, even("A", 40), 140)
    assert plan.cycle_s == 140
    assert all(step.green_s >= 18 for step in plan.steps if step.stage in {0, 2})
    with pytest.raises(ValueError, match="s <"):
        joint.at_cycle(layout, even("A", 40), 40)


def test_the_joint_problem_is_one_the_optimiser_takes() -> None:
    """Would catch lanes of two junctions taken for one, and roads that lead nowhere."""
    found = row(2)
    counted = {
        each.junction_id: joint.Counted(
            ("E-through", "W-through", "N-through", "S-through"), np.full((4, 4), 100.0)
        )
        for each in found.places
    }
    problem = joint.problem_of(found, counted, 900.0)
    check(problem.counts, problem.network.junctions)
    lanes = sum(len(one.lanes) for one in problem.network.junctions)
    assert len(problem.network.lanes) == lanes
    approaches = {lane.approach for lane in problem.network.lanes.values()}
    assert {road.exit for road in problem.roads} <= approaches
    assert {road.approach for road in problem.roads} <= approaches
    assert len(problem.roads) == 2


def test_left_turns_that_give_way_have_room_inside() -> None:
    """Would catch a left turner who blocks his lane although he could wait in the middle."""
    layout = cross()
    stage = layout.stages[0]
    junction = junction_of(layout, "A")
    rooms = {link.turn: link.waiting_m for link in junction.links if link.waiting_m}
    assert stage is not None
    assert set(rooms) == {"left"}
    assert 10.0 <= rooms[junction.links[0].turn.LEFT] <= 25.0
