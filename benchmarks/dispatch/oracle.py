"""Random small cases for both the core and the brute force."""

from __future__ import annotations

import numpy as np

from benchmarks.dispatch import brute_force
from luchang.core.dispatch.network import RoadNetwork
from luchang.core.dispatch.problem import Incident, RankingProblem, RoadConditions, Unit
from luchang.core.dispatch.ranking import rank_units
from tests.core.networks import small_network

UNITS = 12


def orders_of(seed: int) -> tuple[list[int], list[int]]:
    """Identities in the order of the core, and in the order of brute force."""
    rng = np.random.default_rng([2026, seed])
    small = small_network(seed)
    network = RoadNetwork(small.graph)
    problem = _problem(network, rng)
    fast = [candidate.unit_id for candidate in rank_units(problem, network).candidates]
    within_m = problem.parameters.off_road_m
    places = {
        unit.unit_id: None
        if unit.lon is None or unit.lat is None
        else network.snapper.nearest(unit.lon, unit.lat, within_m=within_m)
        for unit in problem.units
    }
    goal = network.snapper.nearest(problem.incident.lon, problem.incident.lat, within_m=within_m)
    assert goal is not None
    roads = brute_force.SlowRoads(small.graph, small.restrictions)
    return fast, brute_force.order(problem, roads, places, goal)


def _problem(network: RoadNetwork, rng: np.random.Generator) -> RankingProblem:
    sections = network.graph.section_count
    node = int(rng.integers(network.graph.node_count))
    return RankingProblem(
        Incident(
            1,
            float(network.graph.node_lon[node] + rng.normal(0, 0.001)),
            float(network.graph.node_lat[node] + rng.normal(0, 0.001)),
            needs=frozenset({"crash"}),
            suited_kinds=frozenset({"car"}),
        ),
        tuple(_unit(number, rng) for number in range(UNITS)),
        RoadConditions(
            frozenset(rng.integers(0, sections, 3).tolist()),
            {int(s): float(rng.uniform(0.5, 4.0)) for s in rng.integers(0, sections, 4)},
        ),
    )


def _unit(number: int, rng: np.random.Generator) -> Unit:
    has_fix = rng.random() < 0.95
    return Unit(
        unit_id=number,
        lon=float(rng.uniform(112.995, 113.025)) if has_fix else None,
        lat=float(rng.uniform(27.795, 27.825)) if has_fix else None,
        fix_age_s=float(rng.exponential(300.0)),
        kind=("car", "foot")[int(rng.integers(2))],
        skills=frozenset({"crash"} if rng.random() < 0.8 else ()),
        free_in_s=float(rng.choice([0.0, 0.0, 400.0, 2_000.0])),
        load=int(rng.integers(0, 15)),
    )
