"""Plans over a day and the changes between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.signals.fixed.day import Entry, Unordered, day_states
from luchang.core.signals.fixed.problem import Limits, Problem
from luchang.core.signals.fixed.sets import during, plan_set, probable, saves
from luchang.core.signals.fixed.shown import steps_of
from luchang.core.signals.junction import Network, SafetyRules
from luchang.core.signals.plan import Plan
from luchang.core.signals.safety import faults, plan_states
from tests.core.signals.crossings import counts, crossing

RULES = SafetyRules(all_red_s=1.0, amber_s=3.0, min_green_s=6.0)
JUNCTION = crossing(rules=RULES)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    stages = draw(st.permutations(range(4)))[: draw(st.integers(2, 4))]
    greens = [draw(st.integers(6, 40)) for _ in stages]
    return Plan("J", steps_of(JUNCTION, stages, greens), float(draw(st.integers(0, 60))))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(plans(), st.integers(1, 300), st.booleans()), min_size=1, max_size=4))
def test_no_change_of_plans_breaks_a_rule(parts: list[tuple[Plan, int, bool]]) -> None:
    """Whenever it comes, a new plan never cuts an amber, a clearance or a minimum green."""
    begin, entries = 0, []
    for one, lasts, keeps_step in parts:
        entries.append(Entry(begin, one, keeps_step))
        begin += lasts

    states = day_states(JUNCTION, entries, begin + 200)

    assert len(states) == begin + 200
    assert faults(JUNCTION, states) == []


@settings(max_examples=30, deadline=None)
@given(plans(), plans())
def test_after_some_cycles_a_plan_keeps_step_with_its_neighbours(old: Plan, new: Plan) -> None:
    states = day_states(JUNCTION, [Entry(0, old), Entry(100, new, keeps_step=True)], 3_000)

    cycle = plan_states(JUNCTION, new)
    begin = int(new.offset_s) + len(cycle) * (2_000 // len(cycle))
    assert states[begin : begin + len(cycle)] == cycle


def test_one_plan_is_shown_as_it_is() -> None:
    one = Plan("J", steps_of(JUNCTION, (0, 2), (20.0, 15.0)), 7.0)

    states = day_states(JUNCTION, [Entry(0, one)], 120)

    cycle = plan_states(JUNCTION, one)
    assert states == [cycle[(second - 7) % len(cycle)] for second in range(120)]


@pytest.mark.parametrize("begins", [[], [5], [0, 0], [0, 50, 20]])
def test_a_timetable_begins_at_nothing_and_goes_on(begins: list[int]) -> None:
    one = Plan("J", steps_of(JUNCTION, (0, 2), (20.0, 15.0)))

    with pytest.raises(Unordered):
        day_states(JUNCTION, [Entry(begin, one) for begin in begins], 100)


def _two_halves() -> Problem:
    """North and south busy first, east and west later."""
    junction = crossing(protected_lefts=False)
    every = counts(junction, 60.0, intervals=8)
    vehicles = every.vehicles.copy()
    for place, one in enumerate(every.movements):
        part = slice(0, 4) if one.approach in {"JN", "JS"} else slice(4, 8)
        vehicles[part, place] = 340.0 / 12
    found = replace(every, vehicles=vehicles, variance=vehicles.copy())
    limits = Limits(draws=1, runs=80, final_draws=2)
    return Problem(Network((junction,)), found, limits=limits)


def test_each_part_of_the_day_gets_its_plan_where_that_pays() -> None:
    found = plan_set(_two_halves(), [0, 1200])

    first, second = found.entries["J"]
    assert (first.begin_s, second.begin_s) == (0, 1200)
    assert _part(first.plan, 0) > _part(second.plan, 0)


def test_a_day_without_differences_keeps_one_plan() -> None:
    junction = crossing(protected_lefts=False)
    problem = Problem(
        Network((junction,)), counts(junction, 100.0), limits=Limits(runs=60, draws=1)
    )

    assert len(plan_set(problem, [0]).entries["J"]) == 1


@pytest.mark.parametrize("seed", [0, 2])
def test_parts_that_differ_by_chance_alone_keep_the_common_plan(seed: int) -> None:
    """The counts of a part judged the plan fitted to them, and any noise seemed to pay."""
    junction = crossing(protected_lefts=False)
    every = counts(junction, 180.0, intervals=12)
    vehicles = np.random.default_rng(seed).poisson(every.vehicles).astype(float)
    found = replace(every, vehicles=vehicles, variance=vehicles.copy())
    limits = Limits(draws=1, runs=100, final_draws=2)

    day = plan_set(Problem(Network((junction,)), found, limits=limits), range(0, 3600, 600))

    assert len(day.entries["J"]) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=6, max_size=6))
def test_probable_counts_lie_between_the_part_and_the_whole(rows: list[list[int]]) -> None:
    """Whatever was counted: nobody is lost, nothing leaves the span, and zeros stay usable."""
    vehicles = np.array(rows, float)
    every = counts(crossing(arms="NSW", protected_lefts=False), 60.0, intervals=6)
    every = replace(
        every,
        movements=every.movements[:4],
        vehicles=vehicles,
        variance=vehicles.copy(),
    )

    found = probable(every, [0, 600, 1500])

    mean = vehicles.mean(axis=0)
    assert found.vehicles.sum(axis=0) == pytest.approx(vehicles.sum(axis=0))
    assert (found.vehicles >= np.minimum(vehicles, mean) - 1e-9).all()
    assert (found.vehicles <= np.maximum(vehicles, mean) + 1e-9).all()


@pytest.mark.parametrize(
    ("second", "kept"),
    [
        pytest.param([20, 20, 25, 25], 0.0, id="wavers by the root of its count"),
        pytest.param([40, 40, 160, 160], 0.97, id="four times as many"),
    ],
)
def test_chance_is_drawn_to_the_mean_and_a_true_difference_is_kept(
    second: list[int], kept: float
) -> None:
    vehicles = np.array([[18, 18, 18, 18], second], float).T
    every = counts(crossing(arms="NSW"), 60.0, intervals=4)
    every = replace(
        every, movements=every.movements[:2], vehicles=vehicles, variance=vehicles.copy()
    )

    found = probable(every, [0, 600]).vehicles

    mean = vehicles.mean(axis=0)
    assert found == pytest.approx(mean + kept * (vehicles - mean), abs=1.0)


def test_what_one_lucky_day_saves_is_not_proven() -> None:
    """The mean falls by a second, but one day of twelve made it fall."""
    before = np.full(12, 20.0)
    lucky = before.copy()
    lucky[0] -= 12.0

    assert not saves(before, lucky, 0.01)
    assert saves(before, before - 1.0, 0.01)
    assert not saves(before, before - 1.0, 0.06)


def test_a_part_nobody_was_counted_in_keeps_the_plan_of_the_rest() -> None:
    problem = _two_halves()
    vehicles = problem.counts.vehicles.copy()
    vehicles[4:] = 0.0
    empty = replace(problem, counts=replace(problem.counts, vehicles=vehicles))

    found = plan_set(empty, [0, 1200])

    assert len(found.entries["J"]) == 1


def test_neighbours_change_plans_together() -> None:
    network = Network((crossing("A", protected_lefts=False), crossing("B", protected_lefts=False)))
    limits = Limits(draws=1, runs=40, network_runs=30, final_draws=2)
    problem = Problem(network, counts(network, 100.0), limits=limits)

    found = plan_set(problem, [0, 600])

    assert set(found.entries) == {"A", "B"}
    assert all(entry.keeps_step for entries in found.entries.values() for entry in entries)


def test_parts_begin_with_an_interval() -> None:
    with pytest.raises(ValueError, match="interval of 300 s"):
        plan_set(_two_halves(), [0, 450])


def test_a_part_takes_its_counts() -> None:
    part = during(_two_halves(), 1200.0, 2400.0)

    assert part.counts.begin_s == 1200.0
    assert np.shape(part.counts.vehicles)[0] == 4


def _part(plan: Plan, stage: int) -> float:
    return sum(step.green_s for step in plan.steps if step.stage == stage) / plan.cycle_s
