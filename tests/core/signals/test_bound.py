"""The bound is the least delay: against every order of passing, and every plan."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.signals import bound as bound_module
from luchang.core.signals.bound import (
    Rules,
    Stream,
    junction_bound,
    least_delay,
    sides_bound,
    uniform_arrivals,
)
from luchang.core.signals.fixed.model import Model
from luchang.core.signals.fixed.problem import Drivers, Limits, Problem
from luchang.core.signals.fixed.solve import plan
from luchang.core.signals.junction import Junction, Link, Network, Turn
from tests.core.kernels import interpret
from tests.core.signals.crossings import counts, crossing

RULES = Rules(headway_s=2.0, change_s=2.0, start_s=1.0, hold_s=5.0)
arrivals = st.lists(st.integers(0, 30), max_size=4).map(lambda found: sorted(map(float, found)))


def by_brute_force(one: list[float], other: list[float], end_s: float) -> float:
    """Every order in which the vehicles of two sides can pass, each as early as it may."""
    best = np.inf
    for places in combinations(range(len(one) + len(other)), len(one)):
        queues = (iter(one), iter(other))
        now_s, back_s, last, total = -1e9, -1e9, -1, 0.0
        for place in range(len(one) + len(other)):
            side = 0 if place in places else 1
            arrival = next(queues[side])
            if last in {-1, side}:
                passes = max(arrival, now_s + RULES.headway_s)
            else:
                green = max(now_s + RULES.change_s, back_s)
                passes = arrival if arrival >= green else green + RULES.start_s
                back_s = green + RULES.hold_s + RULES.change_s
            now_s, last = passes, side
            total += max(0.0, min(now_s, end_s) - arrival)
        best = min(best, total)
    return best


def fastest(one: list[float], other: list[float], end_s: float = 1_000.0) -> float:
    return least_delay(np.array(one), np.array(other), RULES, end_s)


@settings(deadline=None)
@given(arrivals, arrivals)
def test_it_is_the_best_of_all_orders(one: list[float], other: list[float]) -> None:
    assert fastest(one, other) == pytest.approx(by_brute_force(one, other, 1_000.0))


@settings(deadline=None)
@given(arrivals, arrivals)
def test_delay_beyond_the_end_is_not_counted(one: list[float], other: list[float]) -> None:
    assert fastest(one, other, 31.0) == pytest.approx(by_brute_force(one, other, 31.0))


def test_merging_states_only_lowers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain Python with room for many states is never below the kernel with eight."""
    rng = np.random.default_rng(4)
    one, other = (np.sort(rng.uniform(0, 25, 9)) for _ in range(2))
    compiled = least_delay(one, other, RULES, 400.0)

    interpret(monkeypatch, bound_module)
    assert bound_module.least_delay(one, other, RULES, 400.0) == pytest.approx(compiled)
    monkeypatch.setattr(bound_module, "FRONT", 60)

    assert bound_module.least_delay(one, other, RULES, 400.0) >= compiled - 1e-6


def test_two_at_once_cost_a_change_and_a_start() -> None:
    assert fastest([10.0], [10.0]) == 3.0


def test_who_is_let_in_stays_for_the_minimum_green() -> None:
    """A at 0 and 4, B at 1: B in between would keep the second A until 2 + 5 + 2 = 9 and start."""
    assert fastest([0.0, 4.0], [1.0]) == pytest.approx(6.0)  # B waits for both: green at 6


def test_a_lane_alone_waits_only_for_itself() -> None:
    """Five at once, 2 s apart: 0 + 2 + 4 + 6 + 8."""
    assert fastest([5.0] * 5, []) == 20.0


def _streams(times: dict[str, tuple[float, ...]], junction: Junction) -> dict[int, Stream]:
    """Every vehicle of an approach goes straight on."""
    return {
        link.index: Stream(times[link.from_lane[1]], frozenset({link.from_lane}))
        for link in junction.links
        if link.turn is Turn.THROUGH
    }


def test_two_lanes_pass_two_at_a_time() -> None:
    """Six at once on two lanes of one side: 0 0 2 2 4 4; nobody on the other."""
    side = [Stream((5.0,) * 3, frozenset({name})) for name in ("a", "b")]

    assert sides_bound(side, [], RULES, 1e3) == 12.0


def test_stages_are_put_on_sides_as_they_cost_most() -> None:
    junction = crossing(protected_lefts=False)
    busy = tuple(3.0 * k for k in range(60))
    streams = _streams(dict.fromkeys("NESW", busy), junction)

    found = junction_bound(junction, streams, RULES, 300.0)

    assert found.stages == frozenset({0})
    assert found.total_s > 0.0
    assert found.per_vehicle_s(240) == pytest.approx(found.total_s / 240)
    assert found.per_vehicle_s(0) == 0.0


def test_without_cross_traffic_nobody_need_wait() -> None:
    junction = crossing(protected_lefts=False)
    times: dict[str, tuple[float, ...]] = {"N": (1.0, 9.0), "S": (4.0,), "E": (), "W": ()}

    assert junction_bound(junction, _streams(times, junction), RULES, 100.0).total_s == 0.0


def test_counts_become_evenly_spread_arrivals() -> None:
    assert uniform_arrivals([2.0, 0.0, 1.0], 10.0) == (2.5, 7.5, 25.0)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from([100.0, 250.0, 400.0]), st.integers(0, 3))
def test_no_plan_undercuts_it(per_hour: float, draw: int) -> None:
    """The arrivals of a run, seen beforehand, against the delay of that run under our plan."""
    junction = crossing(shared="NESW", protected_lefts=False)
    problem = Problem(Network((junction,)), counts(junction, per_hour / 3), limits=Limits(runs=60))
    model = Model(problem)
    came = model.arrivals(draw)
    outcome = model.run(model.shown(plan(problem).plans), came)
    links = {place: link for place, (_, link) in enumerate(model.layout.names.links)}
    streams: dict[int, Stream] = {}
    for at, column in zip(came.at_s, came.movement, strict=True):
        lane = next(
            place for place in range(len(model.layout.names.lanes))
            if model.layout.streets.allowed[place, column]
        )  # fmt: skip
        link = links[int(model.layout.streets.link_of[lane, column])]
        assert isinstance(link, Link)
        due_s = (float(at) + 300.0 / 13.9,)
        known = streams.get(link.index, Stream((), frozenset({link.from_lane})))
        streams[link.index] = Stream(known.arrivals_s + due_s, known.lanes)
    drivers = Drivers()
    rules = Rules(drivers.headway_s, 3.0 - drivers.gain_s, drivers.start_s, 5.0)

    least = junction_bound(junction, streams, rules, float(model.seconds))

    assert 0.0 < least.total_s <= outcome.delay_s.sum()
