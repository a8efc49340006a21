"""The bound is the least delay: against every order of passing, and every plan."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.signals import bound as bound_module
from luchang.core.signals.bound import (
    Stream,
    are_apart,
    junction_bound,
    least_delay,
    pair_bound,
    uniform_arrivals,
)
from luchang.core.signals.fixed.model import Model
from luchang.core.signals.fixed.problem import Drivers, Limits, Problem
from luchang.core.signals.fixed.solve import plan
from luchang.core.signals.junction import Network
from tests.core.kernels import interpret
from tests.core.signals.crossings import counts, crossing

HEADWAY_S, CHANGE_S = 2.0, 4.0
arrivals = st.lists(st.integers(0, 30), max_size=4).map(lambda found: sorted(map(float, found)))


def by_brute_force(one: list[float], other: list[float], end_s: float) -> float:
    """Every order in which the vehicles of two lanes can pass, each as early as it may."""
    best = np.inf
    for places in combinations(range(len(one) + len(other)), len(one)):
        queues = (iter(one), iter(other))
        now_s, last, total = -1e9, -1, 0.0
        for place in range(len(one) + len(other)):
            lane = 0 if place in places else 1
            arrival = next(queues[lane])
            apart = HEADWAY_S if lane == last or last < 0 else CHANGE_S
            now_s = max(arrival, now_s + apart)
            last = lane
            total += max(0.0, min(now_s, end_s) - arrival)
        best = min(best, total)
    return best


def fastest(one: list[float], other: list[float], end_s: float = 1_000.0) -> float:
    return float(least_delay(np.array(one), np.array(other), HEADWAY_S, CHANGE_S, end_s))


@settings(deadline=None)
@given(arrivals, arrivals)
def test_it_is_the_best_of_all_orders(one: list[float], other: list[float]) -> None:
    assert fastest(one, other) == pytest.approx(by_brute_force(one, other, 1_000.0))


@settings(deadline=None)
@given(arrivals, arrivals)
def test_delay_beyond_the_end_is_not_counted(one: list[float], other: list[float]) -> None:
    assert fastest(one, other, 31.0) == pytest.approx(by_brute_force(one, other, 31.0))


def test_the_kernel_is_what_it_was_compiled_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough vehicles that fronts fill and are merged."""
    rng = np.random.default_rng(4)
    one, other = (np.sort(rng.uniform(0, 60, 25)) for _ in range(2))
    compiled = least_delay(one, other, HEADWAY_S, CHANGE_S, 400.0)

    interpret(monkeypatch, bound_module)

    plain = bound_module.least_delay(one, other, HEADWAY_S, CHANGE_S, 400.0)
    assert compiled == pytest.approx(plain)


def test_two_at_once_cost_one_change() -> None:
    assert fastest([10.0], [10.0]) == CHANGE_S


def test_a_lane_alone_waits_only_for_itself() -> None:
    """Five at once, 2 s apart: 0 + 2 + 4 + 6 + 8."""
    assert fastest([5.0] * 5, []) == 20.0


def test_two_lanes_pass_two_at_a_time() -> None:
    """Six at once on two lanes: 0 0 2 2 4 4."""
    six = Stream("six", (5.0,) * 6, lanes=2)

    assert pair_bound(six, Stream("nobody", ()), HEADWAY_S, CHANGE_S, 1e3) == 12.0


def test_streams_are_paired_where_it_counts_most() -> None:
    """North with east and south with west, not north with nobody."""
    junction = crossing(protected_lefts=False)
    streams = {
        frozenset(
            link.index for link in junction.links if link.from_lane.startswith(f"J{arm}")
        ): Stream(arm, tuple(10.0 * k for k in range(20)))
        for arm in "NESW"
    }

    found = junction_bound(junction, streams, headway_s=2.0, change_s=4.0, end_s=400.0)

    assert {frozenset(pair[:2]) for pair in found.pairs} in (
        {frozenset("NE"), frozenset("SW")},
        {frozenset("NW"), frozenset("ES")},
    )
    assert found.per_vehicle_s(80) == pytest.approx(found.total_s / 80)
    assert found.per_vehicle_s(0) == 0.0


def test_streams_with_a_common_stage_are_not_apart() -> None:
    junction = crossing(protected_lefts=False)
    lamps = {arm: frozenset({3 * place}) for place, arm in enumerate("NESW")}

    assert are_apart(junction, lamps["N"], lamps["E"])
    assert not are_apart(junction, lamps["N"], lamps["S"])


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
    group_of = {place: name for name, place in model.layout.names.groups.items()}
    streams = {}
    for arm in "NESW":
        lamps = frozenset(
            link.index for link in junction.links if link.from_lane.startswith(f"J{arm}")
        )
        due = [
            float(at) + 300.0 / 13.9
            for at, group in zip(came.at_s, came.group, strict=True)
            if group_of[int(group)] == f"J{arm}"
        ]
        streams[lamps] = Stream(arm, tuple(due))
    least = junction_bound(
        junction,
        streams,
        headway_s=Drivers().headway_s,
        change_s=3.0 - Drivers().gain_s,
        end_s=float(model.seconds),
    )

    assert least.total_s <= outcome.delay_s.sum()
