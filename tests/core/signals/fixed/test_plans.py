"""Plans that come out of the search: safe, sensible, the same again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.signals.demand import UnusableCounts
from luchang.core.signals.fixed.problem import Drivers, Limits, Problem, Road
from luchang.core.signals.fixed.search import Search, Timing
from luchang.core.signals.fixed.sequences import sequences, split, wanted_lamps
from luchang.core.signals.fixed.solve import Advice, candidates, plan
from luchang.core.signals.junction import Junction, Network, SafetyRules, Stage
from luchang.core.signals.safety import plan_faults
from tests.core.signals.crossings import counts, crossing

QUICK = Limits(draws=1, runs=60, network_runs=60, final_draws=2)


def plan_of(junction: Junction, flows: float | dict[str, float], limits: Limits = QUICK) -> Advice:
    return plan(Problem(Network((junction,)), counts(junction, flows), limits=limits))


@st.composite
def junctions(draw: st.DrawFn) -> Junction:
    rules = SafetyRules(
        amber_s=draw(st.sampled_from([3.0, 4.0, 5.0])),
        all_red_s=draw(st.sampled_from([0.0, 1.0, 2.0])),
        min_green_s=draw(st.sampled_from([5.0, 8.0])),
        amber_by_lamp=draw(st.sampled_from([{}, {0: 5.0}])),
        min_green_by_lamp=draw(st.sampled_from([{}, {1: 15.0}])),
    )
    return crossing(
        arms=draw(st.sampled_from(["NESW", "NES", "ESW", "NSW"])),
        shared=draw(st.sampled_from(["", "N", "NS", "NESW"])),
        length_m=draw(st.sampled_from([9.0, 60.0, 300.0])),
        protected_lefts=draw(st.booleans()),
        rules=rules,
    )


@settings(max_examples=25, deadline=None)
@given(junctions(), st.floats(5.0, 400.0), st.integers(0, 5))
def test_every_plan_passes_the_gate(junction: Junction, per_hour: float, seed: int) -> None:
    """Amber, clearance, minimum green and conflicts, whatever the junction and the traffic."""
    advice = plan_of(junction, per_hour, replace(QUICK, seed=seed))

    (found,) = advice.plans
    assert plan_faults(junction, found) == []
    shown = {step.stage for step in found.steps}
    green = frozenset().union(*(junction.stages[stage].green for stage in shown))
    assert green >= wanted_lamps(junction)
    assert found.cycle_s <= QUICK.longest_cycle_s


def test_the_same_question_gets_the_same_plan() -> None:
    junction = crossing()

    assert plan_of(junction, 180.0) == plan_of(junction, 180.0)


def test_another_seed_or_count_is_another_question() -> None:
    junction = crossing()
    one = plan_of(junction, 180.0)

    assert plan_of(junction, 181.0).input_hash != one.input_hash
    assert plan_of(junction, 180.0, replace(QUICK, seed=2)).input_hash != one.input_hash


def test_green_follows_the_traffic() -> None:
    """More traffic from north and south, never a smaller part of the cycle for them."""
    junction = crossing(protected_lefts=False)
    parts = []
    for north in (60.0, 200.0, 340.0):
        flows = {"JN": north, "JS": north, "JE": 150.0, "JW": 150.0}
        (found,) = plan_of(junction, flows, Limits(draws=2)).plans
        green = sum(step.green_s for step in found.steps if step.stage == 0)
        parts.append(green / found.cycle_s)

    assert parts[0] < parts[1] < parts[2]


def test_a_left_turn_stage_is_dropped_where_it_does_not_pay() -> None:
    (found,) = plan_of(crossing(), 60.0).plans

    assert {step.stage for step in found.steps} == {0, 2}


def test_a_left_turn_stage_stays_where_lefts_find_no_gap() -> None:
    """A full oncoming road leaves lefts no gap: they get their stage."""
    junction = crossing()
    every = counts(junction, {"JN": 40.0, "JS": 40.0, "JE": 40.0, "JW": 40.0}, intervals=6)
    vehicles = every.vehicles.copy()
    for place, one in enumerate(every.movements):
        if one.approach == "JS" and one.exit == "JtoN":
            vehicles[:, place] = 1000.0 / 12
        if one.approach == "JN" and one.exit == "JtoE":
            vehicles[:, place] = 300.0 / 12
    problem = Problem(Network((junction,)), replace(every, vehicles=vehicles), limits=QUICK)

    (found,) = plan(problem).plans

    assert 1 in {step.stage for step in found.steps}


def test_a_crossing_gets_the_green_a_pedestrian_needs() -> None:
    rules = SafetyRules(min_green_by_lamp={0: 22.0})
    junction = crossing(rules=rules, protected_lefts=False)

    (found,) = plan_of(junction, 50.0).plans

    lamps = [junction.stages[step.stage].green for step in found.steps]
    assert all(
        step.green_s >= 22.0 for step, green in zip(found.steps, lamps, strict=True) if 0 in green
    )


def test_a_junction_of_one_stage_stays_green() -> None:
    """Two one-way arms that never meet: nothing to change, no amber."""
    full = crossing(protected_lefts=False)
    everything = Stage("all", full.stages[0].protected)
    links = tuple(link for link in full.links if link.index in everything.green)
    one = replace(full, links=links, stages=(everything,))

    (found,) = plan(Problem(Network((one,)), counts(one, 100.0), limits=QUICK)).plans

    assert [step.change_s for step in found.steps] == [0.0]
    assert plan_faults(one, found) == []


def test_without_signals_there_is_no_plan() -> None:
    with pytest.raises(UnusableCounts, match="no_signals"):
        plan(Problem(Network(()), counts(crossing())))


def test_stages_that_serve_nobody_leave_no_plan() -> None:
    """A junction whose stages are all dark says so instead of planning red for ever."""
    dark = replace(crossing(), stages=(Stage("dark", frozenset()),))

    assert wanted_lamps(dark) == frozenset()


def test_many_stages_are_narrowed_to_the_most_promising() -> None:
    junction = crossing()
    singles = tuple(Stage(f"only {lamp}", frozenset({lamp})) for lamp in range(4))
    many = replace(junction, stages=(*junction.stages, *singles))
    flows = dict.fromkeys(many.links_by_lane, 0.1)

    found = sequences(many, flows)

    assert 0 < len(found) <= 48
    assert (0, 2) in found


def test_splits_even_out_the_busiest_lanes() -> None:
    """Flow ratios 0.4 and 0.2: twice the green, but for the two seconds of a step."""
    junction = crossing(protected_lefts=False)
    flows = {
        lane: 0.4 if lane.startswith(("JN", "JS")) else 0.2 for lane in junction.links_by_lane
    }

    greens, worst = split(junction, (0, 1), flows, 96.0)

    assert sum(greens) == 90
    assert greens[0] == pytest.approx(60, abs=3)
    assert worst == pytest.approx(2 * 0.4 * 96 / greens[0], rel=0.1)  # lefts count half


def test_a_hopeless_timing_is_left_after_a_glance() -> None:
    """The search spent most of its runs on timings that two draws had ruled out."""
    judged: dict[Timing, int] = {}

    def judge(timing: Timing, draws: range) -> list[float]:
        judged[timing] = judged.get(timing, 0) + len(draws)
        return [abs(timing.greens_s[0] - 20.0) + 10.0] * len(draws)

    search = Search(crossing(protected_lefts=False), judge, 120, draws=6)
    found = search.refine(Timing((0, 1), (17, 20)))

    assert found.greens_s[0] == 20
    assert judged[found] == 6
    assert judged[Timing((0, 1), (11, 20))] == 2


def test_a_start_that_nothing_around_it_comes_near_is_proven_all_the_same() -> None:
    """With every neighbour hopeless, or no runs left, nothing had as many draws as are asked."""
    start = Timing((0, 1), (20, 20))

    def judge(timing: Timing, draws: range) -> list[float]:
        return [1.0 if timing == start else 100.0] * len(draws)

    search = Search(crossing(protected_lefts=False), judge, 120, draws=6)
    search.refine(start)

    assert search.proven() == [start]


def test_plans_of_different_kinds_are_offered() -> None:
    junction = crossing()
    problem = Problem(Network((junction,)), counts(junction, 150.0), limits=QUICK)

    found = candidates(problem)

    kinds = [tuple(step.stage for step in one.plans[0].steps) for one in found]
    assert len(set(kinds)) == len(kinds) > 1
    assert found[0] == plan(problem)


def _corridor(number: int) -> Problem:
    names = "ABCD"[:number]
    network = Network(tuple(crossing(name, protected_lefts=False) for name in names))
    flows: dict[str, float] = {}
    for name in names:
        flows |= {f"{name}W": 150.0, f"{name}E": 150.0, f"{name}N": 60.0, f"{name}S": 60.0}
    roads = []
    for west, east in pairwise(names):
        roads.append(Road(f"{west}toE", f"{east}W", 278.0, 13.9, lanes=3))
        roads.append(Road(f"{east}toW", f"{west}E", 278.0, 13.9, lanes=3))
    return Problem(
        network, counts(network, flows), tuple(roads), limits=replace(QUICK, network_runs=240)
    )


def test_coordination_beats_each_on_its_own() -> None:
    problem = _corridor(3)

    together, own = candidates(problem)

    assert together.expected.delay_s <= own.expected.delay_s + 0.3
    for junction, one in zip(problem.network.junctions, together.plans, strict=True):
        assert plan_faults(junction, one) == []


def test_offsets_lie_within_the_cycle() -> None:
    for one in plan(_corridor(2)).plans:
        assert 0.0 <= one.offset_s < one.cycle_s


def test_expected_figures_hang_together() -> None:
    junction = crossing()

    found = plan_of(junction, 200.0).expected

    assert 0.0 < found.delay_s < found.p95_s
    assert found.delay_sd_s >= 0.0
    assert 0.0 < found.stops < 2.0
    assert found.longest_queue > 0
    assert {lamp for _, lamp in found.delay_by_lamp} <= {link.index for link in junction.links}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: Drivers(headway_s=0.0), "headway_s"),
        (lambda: Drivers(gap_s=-1.0), "gap_s"),
        (lambda: Drivers(start_s=float("nan")), "start_s"),
    ],
)
def test_drivers_that_cannot_be_are_refused(wrong: Callable[[], Drivers], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wrong()
