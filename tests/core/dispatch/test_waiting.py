from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.common.shortest_paths import times_to
from luchang.core.dispatch.network import RoadNetwork
from luchang.core.dispatch.problem import Incident, RoadConditions, Unit
from luchang.core.dispatch.waiting import (
    Waiting,
    WaitingParameters,
    WaitingProblem,
    assign_waiting,
)
from tests.core.networks import small_network

NETWORKS = [RoadNetwork(small_network(seed, bans=2).graph) for seed in range(4)]


def random_problem(network: RoadNetwork, seed: int, incidents: int, units: int) -> WaitingProblem:
    rng = np.random.default_rng(seed)
    lon, lat = network.graph.node_lon, network.graph.node_lat
    points = rng.integers(0, network.graph.node_count, incidents + units)
    waiting = tuple(
        Waiting(
            Incident(
                i,
                float(lon[p]),
                float(lat[p]),
                urgency=int(rng.integers(1, 3)),
                needs=frozenset({"tow"} if rng.random() < 0.2 else ()),
                suited_kinds=frozenset({"car"} if rng.random() < 0.5 else ()),
            ),
            float(rng.uniform(0, 900)),
        )
        for i, p in enumerate(points[:incidents])
    )
    fleet = tuple(
        Unit(
            100 + i,
            float(lon[p]),
            float(lat[p]),
            kind=("car", "foot")[int(rng.integers(2))],
            skills=frozenset({"tow"} if rng.random() < 0.5 else ()),
            free_in_s=float(rng.choice([0.0, 0.0, 60.0, 600.0, 5_000.0])),
        )
        for i, p in enumerate(points[incidents:])
    )
    return WaitingProblem(waiting, fleet, parameters=WaitingParameters(first_radius_s=20.0))


def cost(problem: WaitingProblem, network: RoadNetwork, row: int, column: int) -> float:
    """Cost of one pair the plain way; infinite where it may not be."""
    waiting, unit = problem.waiting[row], problem.units[column]
    chosen = problem.parameters
    if not waiting.incident.needs <= unit.skills or unit.free_in_s > chosen.busy_most_s:
        return np.inf
    places = network.places(
        [(waiting.incident.lon, waiting.incident.lat), (unit.lon, unit.lat)], chosen.off_road_m
    )
    goal, start = places[0], places[1]
    assert goal is not None
    assert start is not None
    times = network.arc_times(problem.conditions, chosen.siren_speed)
    seconds = times_to(network.graph, goal, times=times).seconds_from(start)
    suited = not waiting.incident.suited_kinds or unit.kind in waiting.incident.suited_kinds
    busy_s = unit.free_in_s * chosen.busy_margin
    worth_s = chosen.age_weight * waiting.waited_s
    return seconds + busy_s + (0 if suited else chosen.unsuited_s) - worth_s


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_the_plan_is_the_best_of_all_plans_of_the_top_class(
    seed: int, incidents: int, units: int
) -> None:
    """Catches bounds taken for times, busy units taken for free, forbidden pairs chosen."""
    network = NETWORKS[seed % len(NETWORKS)]
    problem = random_problem(network, seed, incidents, units)
    problem = replace(
        problem,
        waiting=tuple(
            replace(w, incident=replace(w.incident, urgency=1)) for w in problem.waiting
        ),
    )
    costs = np.array(
        [[cost(problem, network, i, j) for j in range(units)] for i in range(incidents)]
    )

    plan = assign_waiting(problem, network)

    chosen = [(a.incident_id, a.unit_id - 100) for a in (*plan.assignments, *plan.expected)]
    assert np.isfinite([costs[pair] for pair in chosen]).all()
    best = best_plan(costs)
    assert len(chosen) == best[0]
    assert sum(costs[pair] for pair in chosen) == pytest.approx(best[1], abs=1e-6)
    assert len(plan.unserved) == incidents - len(chosen)


def best_plan(costs: np.ndarray) -> tuple[int, float]:
    """Most pairs, then least cost, over every plan."""
    wide = costs if costs.shape[0] <= costs.shape[1] else costs.T
    found = []
    for columns in permutations(range(wide.shape[1]), wide.shape[0]):
        values = [wide[row, column] for row, column in enumerate(columns)]
        finite = [value for value in values if np.isfinite(value)]
        found.append((-len(finite), sum(finite)))
    pairs, total = min(found)
    return -pairs, total


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_no_lesser_class_is_served_while_a_higher_one_could_be(seed: int) -> None:
    network = NETWORKS[seed % len(NETWORKS)]
    problem = random_problem(network, seed, 5, 2)

    plan = assign_waiting(problem, network)

    urgency = {w.incident.incident_id: w.incident for w in problem.waiting}
    served = {a.unit_id: urgency[a.incident_id] for a in (*plan.assignments, *plan.expected)}
    fleet = {unit.unit_id: unit for unit in problem.units}
    for missed in (urgency[i] for i in plan.unserved):
        for unit_id, incident in served.items():
            if incident.urgency > missed.urgency:
                assert not missed.needs <= fleet[unit_id].skills
    for part in (plan.assignments, plan.expected):
        classes = [urgency[a.incident_id].urgency for a in part]
        assert classes == sorted(classes)


def test_age_decides_between_equals_and_never_between_classes() -> None:
    network = NETWORKS[0]
    lon, lat = float(network.graph.node_lon[0]), float(network.graph.node_lat[0])
    unit = Unit(1, lon, lat)
    fresh, old = (Waiting(Incident(i, lon, lat, urgency=2), s) for i, s in ((1, 0.0), (2, 600.0)))
    urgent = Waiting(Incident(3, lon, lat, urgency=1), 0.0)

    assert (
        assign_waiting(WaitingProblem((fresh, old), (unit,)), network).assignments[0].incident_id
        == 2
    )
    assert (
        assign_waiting(WaitingProblem((fresh, old, urgent), (unit,)), network)
        .assignments[0]
        .incident_id
        == 3
    )


def test_a_call_waits_for_the_unit_that_will_be_there_sooner_and_the_free_one_takes_the_next() -> (
    None
):
    """Catches a freed unit that crosses the city past one that is about to be free."""
    network = NETWORKS[0]
    lon, lat = network.graph.node_lon, network.graph.node_lat
    times = network.arc_times(RoadConditions(), WaitingParameters().siren_speed)
    here = network.places([(float(lon[0]), float(lat[0]))], 100.0)[0]
    assert here is not None
    away = times_to(network.graph, here, times=times).state_s[: network.graph.node_count]
    far = int(np.argmax(np.where(np.isfinite(away), away, -1.0)))
    urgent = Waiting(Incident(1, float(lon[0]), float(lat[0]), urgency=1), 0.0)
    lesser = Waiting(Incident(2, float(lon[far]), float(lat[far]), urgency=3), 0.0)
    free = Unit(1, float(lon[far]), float(lat[far]))
    wait_s = float(away[far]) / 2 / WaitingParameters().busy_margin
    busy = Unit(2, float(lon[0]), float(lat[0]), free_in_s=wait_s)

    plan = assign_waiting(WaitingProblem((urgent, lesser), (free, busy)), network)

    assert [(a.incident_id, a.unit_id) for a in plan.assignments] == [(2, 1)]
    assert [(a.incident_id, a.unit_id, a.free_in_s) for a in plan.expected] == [(1, 2, wait_s)]
    assert plan.unserved == ()


def test_incidents_and_units_without_a_road_stay_out() -> None:
    network = NETWORKS[0]
    lon, lat = float(network.graph.node_lon[0]), float(network.graph.node_lat[0])
    here, nowhere = Incident(1, lon, lat), Incident(2, 0.0, 0.0)

    plan = assign_waiting(
        WaitingProblem(
            (Waiting(nowhere, 0.0), Waiting(here, 0.0)), (Unit(1, lon, lat), Unit(2, None, None))
        ),
        network,
    )

    assert [(a.incident_id, a.unit_id) for a in plan.assignments] == [(1, 1)]
    assert plan.unserved == (2,)


@pytest.mark.parametrize(("waiting", "units"), [((), (Unit(1, 113.0, 27.8),)), ((), ())])
def test_nothing_to_plan_is_an_empty_plan(
    waiting: tuple[Waiting, ...], units: tuple[Unit, ...]
) -> None:
    problem = WaitingProblem(waiting, units, RoadConditions())

    plan = assign_waiting(problem, NETWORKS[0])

    assert (plan.assignments, plan.unserved) == ((), ())
    assert plan.input_hash == assign_waiting(problem, NETWORKS[0]).input_hash
