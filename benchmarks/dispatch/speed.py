"""How long the desk waits for an answer: wall clock and CPU time of this process."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks.dispatch.instances import emergency_city, invented_city
from benchmarks.figures import Figure
from luchang.core.common.shortest_paths import times_to
from luchang.core.dispatch.problem import Incident, RankingProblem, RoadConditions, Unit
from luchang.core.dispatch.ranking import rank_units
from luchang.core.dispatch.waiting import Waiting, WaitingProblem, assign_waiting
from tools.shared_data import DataAbsent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from luchang.core.dispatch.network import RoadNetwork

NODES, UNITS, SEED = 50_000, 1_000, 122


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of every run, after one that is not counted."""

    wall: np.ndarray
    cpu: np.ndarray

    def wall_ms(self, percent: float) -> float:
        return float(np.percentile(self.wall, percent))

    def cpu_ms(self, percent: float) -> float:
        return float(np.percentile(self.cpu, percent))


def timed(work: Callable[[int], object], runs: int) -> Timing:
    work(0)
    # what is loaded stays: a full collection that walks it costs more than any answer
    gc.collect()
    gc.freeze()
    wall, cpu = [], []
    for run in range(runs):
        begun, spent = time.perf_counter(), time.process_time()
        work(run)
        wall.append((time.perf_counter() - begun) * 1e3)
        cpu.append((time.process_time() - spent) * 1e3)
    return Timing(np.array(wall), np.array(cpu))


def others() -> str:
    """Say so when other work has the machine: wall clock then measures the queue for a core."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    return f"load {load:.1f} on {cores} cores" if load > cores else ""


def networks() -> Iterator[tuple[str, RoadNetwork]]:
    """Yield the generated city and, where its data lie here, Auckland."""
    city = invented_city(NODES)
    yield f"invented city, {city.graph.node_count:,} nodes", city
    try:
        auckland = emergency_city("auckland").network
    except DataAbsent:
        return
    yield f"JEMSS Auckland, {auckland.graph.node_count:,} nodes", auckland


def ranking(*, quick: bool) -> Iterator[Figure]:
    """Rank 1,000 units with live conditions, stale fixes, skills, busy units; reasons included."""
    for data, network in networks():
        rng = np.random.default_rng(SEED)
        questions = [question(network, rng) for _ in range(40)]
        timing = timed(partial(_rank, network, questions), 100 if quick else 400)
        goals = {50: None, 95: 100.0, 99: 250.0}
        yield from _both("ranking of 1,000 units", timing, goals, data)
        yield _search_alone(data, network, quick=quick)


def _rank(network: RoadNetwork, questions: list[RankingProblem], run: int) -> object:
    return rank_units(questions[run % len(questions)], network)


def _plan(network: RoadNetwork, problems: list[WaitingProblem], run: int) -> object:
    return assign_waiting(problems[run % len(problems)], network)


def question(network: RoadNetwork, rng: np.random.Generator) -> RankingProblem:
    """Return one incident and 1,000 units where the roads are, 20 closures, 40 slow roads."""
    graph = network.graph
    sections = rng.integers(0, graph.section_count, 60)
    at = rng.integers(0, graph.node_count, UNITS + 1)
    units = tuple(
        Unit(
            unit_id=number,
            lon=float(graph.node_lon[node] + rng.normal(0, 2e-4)),
            lat=float(graph.node_lat[node] + rng.normal(0, 2e-4)),
            fix_age_s=float(rng.exponential(90.0)),
            kind=("car", "motorcycle")[number % 2],
            skills=frozenset({"crash"} if rng.random() < 0.8 else ()),
            free_in_s=float(rng.choice([0.0, 0.0, 0.0, 400.0, 2_000.0])),
            load=int(rng.integers(0, 9)),
        )
        for number, node in enumerate(at[1:].tolist())
    )
    incident = Incident(
        1,
        float(graph.node_lon[at[0]]),
        float(graph.node_lat[at[0]]),
        needs=frozenset({"crash"}),
        suited_kinds=frozenset({"car"}),
    )
    conditions = RoadConditions(
        frozenset(sections[:20].tolist()), {int(s): 2.5 for s in sections[20:]}
    )
    return RankingProblem(incident, units, conditions)


def _search_alone(data: str, network: RoadNetwork, *, quick: bool) -> Figure:
    """Return one search from a place to everywhere, beside scipy on the same states."""
    graph, rng = network.graph, np.random.default_rng(SEED)
    states = graph.state_count
    rows = np.repeat(np.arange(states), np.diff(graph.first_move))
    weights = graph.arc_travel_s[graph.move_arc]
    against = csr_matrix((weights, (graph.move_target, rows)), shape=(states, states))
    nodes = rng.integers(0, graph.node_count, 30)
    places = network.places(
        [(float(graph.node_lon[n]), float(graph.node_lat[n])) for n in nodes], 100.0
    )
    goals = [place for i in range(len(places)) if (place := places[i]) is not None]
    runs = 30 if quick else 120
    ours = timed(lambda run: times_to(graph, goals[run % len(goals)]), runs)
    scipys = timed(lambda run: dijkstra(against, indices=int(nodes[run % 30])), runs)
    return Figure(
        "one search, from one place to all, p50 wall",
        ours.wall_ms(50),
        "ms",
        peer="scipy.sparse.csgraph.dijkstra",
        peer_value=scipys.wall_ms(50),
        data=data,
        seed=SEED,
        n=runs,
        note=f"CPU {ours.cpu_ms(50):.1f} ms, scipy CPU {scipys.cpu_ms(50):.1f} ms; {others()}",
    )


def replanning(*, quick: bool) -> Iterator[Figure]:
    """Plan 100 waiting incidents of three classes for 200 free units, exactly."""
    for data, network in networks():
        rng = np.random.default_rng(SEED)
        problems = [waiting_problem(network, rng, 100, 200) for _ in range(20)]
        timing = timed(partial(_plan, network, problems), 20 if quick else 60)
        what = "re-plan of 100 waiting x 200 free units"
        yield from _both(what, timing, {50: 300.0, 95: 300.0}, data)


def _both(
    what: str, timing: Timing, goals: Mapping[int, float | None], data: str
) -> Iterator[Figure]:
    """Every percentile as CPU time of this process and as wall clock, with the same goal.

    On a machine that others use, CPU time is what the core costs; wall clock is what the desk
    would wait there.
    """
    for clock, of in (("CPU", timing.cpu_ms), ("wall", timing.wall_ms)):
        for percent, goal in goals.items():
            yield Figure(
                f"{what}, p{percent} {clock}",
                of(percent),
                "ms",
                goal=goal,
                data=data,
                seed=SEED,
                n=len(timing.wall),
                note=others(),
            )


def waiting_problem(
    network: RoadNetwork, rng: np.random.Generator, incidents: int, units: int
) -> WaitingProblem:
    """Return incidents of three classes and free units at random junctions."""
    graph = network.graph
    at = rng.integers(0, graph.node_count, incidents + units).tolist()
    points = [(float(graph.node_lon[n]), float(graph.node_lat[n])) for n in at]
    waiting = tuple(
        Waiting(Incident(i, *points[i], urgency=1 + i % 3), float(rng.uniform(0, 1_800)))
        for i in range(incidents)
    )
    fleet = tuple(Unit(i, *points[incidents + i]) for i in range(units))
    return WaitingProblem(waiting, fleet)
