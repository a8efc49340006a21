"""The queues against closed forms, and what blocks whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.signals.delay import uniform_delay
from luchang.core.signals.fixed import queues as queues_module
from luchang.core.signals.fixed.model import Model
from luchang.core.signals.fixed.problem import Drivers, Feeder, Problem, Road
from luchang.core.signals.fixed.shown import steps_of
from luchang.core.signals.fixed.traffic import Arrivals, Outcome
from luchang.core.signals.junction import Junction, Network, Turn
from luchang.core.signals.plan import Plan
from tests.core.kernels import interpret
from tests.core.signals.crossings import counts, crossing

if TYPE_CHECKING:
    from luchang.core.signals.demand import TurningCounts

IDEAL = Drivers(headway_s=2.0, start_s=0.0, gain_s=0, stop_loss_s=0.0)
"""Drivers of the textbook: no lost time, so that effective green is green."""


def two_stage_plan(junction: Junction, north_s: float, east_s: float) -> Plan:
    return Plan(junction.junction_id, steps_of(junction, (0, 1), (north_s, east_s)))


def even_arrivals(
    model: Model, per_hour: float, group: str, movement: int, from_s: float = 0.0
) -> Arrivals:
    step = 3600.0 / per_hour
    at_s = np.arange(from_s, model.seconds, step)
    size = len(at_s)
    return Arrivals(
        at_s,
        np.full(size, model.layout.names.groups[group]),
        np.full(size, movement),
        np.full((size, 8), 0.5),
    )


def movement(found: TurningCounts, approach: str, exit_: str) -> int:
    return next(
        place
        for place, one in enumerate(found.movements)
        if (one.approach, one.exit) == (approach, exit_)
    )


@pytest.mark.parametrize("per_hour", [187.0, 413.0, 731.0])
def test_even_arrivals_wait_as_the_uniform_formula_says(per_hour: float) -> None:
    """D/D/1 at a lamp: the queues step by whole vehicles, so within a headway."""
    junction = crossing(protected_lefts=False)
    every = counts(junction, 100.0, intervals=12)
    model = Model(Problem(Network((junction,)), every, drivers=IDEAL))
    came = even_arrivals(model, per_hour, "JN", movement(every, "JN", "JtoS"))

    outcome = model.run(model.shown([two_stage_plan(junction, 45.0, 39.0)]), came)

    expected = uniform_delay(per_hour, 1800.0, 45.0, 90.0)
    assert outcome.delay_s.mean() == pytest.approx(expected, abs=1.5)


def test_above_capacity_the_queue_grows_by_the_difference() -> None:
    """1200 veh/h where 900 pass: after an hour 300 stand, the mean waits 450 s and the red."""
    junction = crossing(protected_lefts=False)
    every = counts(junction, 100.0, intervals=12)
    model = Model(Problem(Network((junction,)), every, drivers=IDEAL))
    came = even_arrivals(model, 1200.0, "JN", movement(every, "JN", "JtoS"))

    outcome = model.run(model.shown([two_stage_plan(junction, 45.0, 39.0)]), came)

    # delay counted until the end: n-th vehicle waits n (4 - 3) s, the last 300 less
    passed = int(outcome.link_vehicles.sum())
    assert passed == pytest.approx(900, abs=25)
    assert outcome.longest.max() == pytest.approx(300, abs=25)


def test_one_left_turner_holds_a_shared_lane() -> None:
    """Pitfall: a lane whose first vehicle waits for a gap passes nobody behind it."""
    alone = crossing(shared="N", protected_lefts=False)
    every = counts(alone, 100.0)
    model = Model(Problem(Network((alone,)), every))
    left, ahead = (movement(every, "JN", exit_) for exit_ in ("JtoE", "JtoS"))
    oncoming = even_arrivals(model, 1700.0, "JS", movement(every, "JS", "JtoN"))
    shown = model.shown([two_stage_plan(alone, 40.0, 10.0)])

    def north_delay(first: int) -> float:
        size = 6
        mine = Arrivals(
            np.full(size, 200.0) + np.arange(size),
            np.full(size, model.layout.names.groups["JN"]),
            np.array([first] + [ahead] * (size - 1)),
            np.full((size, 8), 0.5),
        )
        order = np.argsort(np.concatenate([mine.at_s, oncoming.at_s]), kind="stable")
        outcome = model.run(
            shown,
            Arrivals(
                np.concatenate([mine.at_s, oncoming.at_s])[order],
                np.concatenate([mine.group, oncoming.group])[order],
                np.concatenate([mine.movement, oncoming.movement])[order],
                np.concatenate([mine.luck, oncoming.luck])[order],
            ),
        )
        return float(outcome.delay_s[order < size].mean())

    # one place inside the junction takes the first; with none the lane stands
    model.layout.streets.places[:] = 0
    assert north_delay(left) > north_delay(ahead) + 10.0


def test_a_place_inside_the_junction_frees_the_lane() -> None:
    junction = crossing(shared="N", protected_lefts=False)
    every = counts(junction, {"JN": 200.0, "JS": 700.0, "JE": 50.0, "JW": 50.0})
    plans = [two_stage_plan(junction, 40.0, 15.0)]
    model = Model(Problem(Network((junction,)), every))
    with_place = model.cost(plans, 3)

    model.layout.streets.places[:] = 0

    assert model.cost(plans, 3) > with_place + 3.0


@pytest.mark.parametrize(("waiting_m", "a_cycle"), [(0.0, 0), (4.0, 1)])
def test_who_stands_over_the_line_leaves_as_the_lamps_change(
    waiting_m: float, a_cycle: int
) -> None:
    """Without it, long cycles look best where a lane for all turns faces steady traffic."""
    drawn = crossing(shared="N", protected_lefts=False)
    links = tuple(replace(one, waiting_m=min(one.waiting_m, waiting_m)) for one in drawn.links)
    junction = replace(drawn, links=links)
    every = counts(junction, 100.0)
    model = Model(Problem(Network((junction,)), every))
    left = movement(every, "JN", "JtoE")
    oncoming = even_arrivals(model, 3_000.0, "JS", movement(every, "JS", "JtoN"))
    turning = even_arrivals(model, 600.0, "JN", left)
    both = [np.concatenate(pair) for pair in zip(oncoming, turning, strict=True)]
    order = np.argsort(both[0], kind="stable")
    plan = two_stage_plan(junction, 40.0, 10.0)

    outcome = model.run(model.shown([plan]), Arrivals(*(column[order] for column in both)))

    place = next(
        place
        for place, one in enumerate(junction.links)
        if (one.from_lane, one.turn) == ("JN_all", Turn.LEFT)
    )
    cycles = model.seconds / sum(step.green_s + step.change_s for step in plan.steps)
    assert outcome.link_vehicles[place] == pytest.approx(a_cycle * cycles, abs=1.5)


def test_a_full_bay_holds_the_lane_that_feeds_it() -> None:
    """Pitfall: nine metres of left-turn lane hold one vehicle; the second blocks through."""
    short = crossing(length_m=9.0, protected_lefts=False)
    every = counts(short, {"JN": 150.0, "JS": 600.0, "JE": 50.0, "JW": 50.0})
    plans = [two_stage_plan(short, 30.0, 30.0)]
    wide = Feeder("JN", "long", 200.0, 13.9, lanes=3)
    alone = Model(Problem(Network((short,)), every, feeders=(wide,))).cost(plans, 3)
    fed = Model(Problem(Network((short,)), every, feeders=(replace(wide, lanes=1),)))

    assert fed.cost(plans, 3) > alone + 1.0


def test_a_side_road_gives_way_to_the_main_one() -> None:
    junction = crossing(length_m=9.0, protected_lefts=False)
    every = counts(junction, {"JN": 300.0, "JS": 100.0, "JE": 50.0, "JW": 50.0})
    shares = {one: 0.5 for one in every.movements if one.approach == "JN"}
    main = Feeder("JN", "main", 100.0, 13.9, lanes=1, share=shares)
    side = Feeder("JN", "side", 100.0, 13.9, share=shares, passing=(20.0,) * 4, crosses=("JtoN",))
    plans = [two_stage_plan(junction, 30.0, 30.0)]

    def passing_delay(*, gives_way: bool) -> float:
        feeders = (main, replace(side, gives_way=gives_way))
        model = Model(Problem(Network((junction,)), every, feeders=feeders))
        outcome = model.run(model.shown(plans), model.arrivals(0))
        return float(outcome.link_delay_s[-1] / outcome.link_vehicles[-1])

    assert passing_delay(gives_way=True) > passing_delay(gives_way=False)


def test_a_full_road_spills_back() -> None:
    """The first junction's traffic cannot enter a road that the second does not empty."""
    first, second = crossing("A", protected_lefts=False), crossing("B", protected_lefts=False)
    network = Network((first, second))
    flows = {"AW": 300.0, "BW": 300.0, "AN": 50.0, "BN": 50.0, "AE": 50.0, "AS": 50.0,
             "BE": 50.0, "BS": 50.0}  # fmt: skip
    every = counts(network, flows, intervals=6)
    plans = [two_stage_plan(first, 20.0, 34.0), two_stage_plan(second, 50.0, 5.0)]

    def eastbound(length_m: float) -> int:
        road = Road("AtoE", "BW", length_m, 13.9)
        model = Model(Problem(network, every, roads=(road,)))
        outcome = model.run(model.shown(plans), model.arrivals(0))
        return sum(
            int(outcome.link_vehicles[place])
            for place, link in enumerate(first.links)
            if link.to_lane == "AtoE"
        )

    assert eastbound(60.0) < 0.7 * eastbound(5_000.0)


def test_a_platoon_meets_the_offset_that_waits_for_it() -> None:
    first, second = crossing("A", protected_lefts=False), crossing("B", protected_lefts=False)
    network = Network((first, second))
    every = counts(network, {"AW": 200.0, "BW": 200.0}, intervals=6)
    road = Road("AtoE", "BW", 278.0, 13.9, lanes=3)
    model = Model(Problem(network, every, roads=(road,)))
    plans = [two_stage_plan(first, 30.0, 24.0), two_stage_plan(second, 30.0, 24.0)]

    by_offset = [
        model.cost([plans[0], replace(plans[1], offset_s=float(offset))], 2)
        for offset in range(0, 60, 5)
    ]

    assert max(by_offset) > 1.2 * min(by_offset)
    assert 10 <= 5 * int(np.argmin(by_offset)) <= 25  # 20 s away


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 50), st.integers(5, 60), st.integers(5, 60))
def test_nobody_is_lost_and_nobody_gains(seed: int, north_s: int, east_s: int) -> None:
    junction = crossing(shared="NE", protected_lefts=False)
    every = counts(junction, 150.0)
    model = Model(Problem(Network((junction,)), every))
    came = model.layout.arrivals(seed)

    outcome = model.run(model.shown([two_stage_plan(junction, north_s, east_s)]), came)

    assert (outcome.delay_s >= 0.0).all()
    assert outcome.link_vehicles.sum() <= len(came.at_s)
    assert len(came.at_s) == pytest.approx(every.vehicles.sum(), abs=len(every.movements) * 4)


def test_the_kernel_is_what_it_was_compiled_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of the kernel on a junction with bays, a side road and a road beyond it."""
    first, second = crossing("A", shared="N", length_m=60.0), crossing("B", shared="W")
    network = Network((first, second))
    every = counts(network, 130.0)
    shares = {one: 0.5 for one in every.movements if one.approach == "AS"}
    main = Feeder("AS", "main", 100.0, 13.9, lanes=1, share=shares)
    side = Feeder(
        "AS", "side", 100.0, 13.9, gives_way=True, share=shares, passing=(20.0,) * 4,
        crosses=("AtoS",),
    )  # fmt: skip
    problem = Problem(
        network, every, (Road("AtoE", "BW", 40.0, 13.9),), (main, side), Drivers(gap_s=4.0)
    )
    model = Model(problem)
    shown = model.shown(
        [
            Plan("A", steps_of(first, (0, 1, 2, 3), (12.0, 5.0, 12.0, 5.0))),
            Plan("B", steps_of(second, (0, 2), (15.0, 6.0))),
        ]
    )[:600]
    came = model.arrivals(0)
    compiled = model.run(shown, came)

    interpret(monkeypatch, queues_module)
    size = len(came.at_s)
    streets = model.layout.streets
    plain = Outcome(
        np.zeros(size), np.zeros(size, np.int64), np.zeros(len(streets.lamp)),
        np.zeros(len(streets.lamp), np.int64), np.zeros(len(streets.travel_s), np.int64),
    )  # fmt: skip
    empty = queues_module.nobody(streets, came, shown.shape[1])
    queues_module.drive(streets, empty, came, shown, plain)

    for ours, theirs in zip(plain, compiled, strict=True):
        np.testing.assert_allclose(ours, theirs)
