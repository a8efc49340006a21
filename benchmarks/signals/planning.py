"""Figures of planning: against fixed peers, the model against the simulator, time, bounds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import spearmanr

from benchmarks.figures import Figure
from benchmarks.signals import plans, runs, scenarios, tables
from benchmarks.signals.counting import problem
from benchmarks.signals.entrants import ENTRANTS, Entrant
from benchmarks.signals.floor import RULES as FLOOR_RULES
from benchmarks.signals.floor import floor
from benchmarks.signals.runs import Task
from benchmarks.signals.tables import Score
from luchang.core.signals.fixed.model import Model
from luchang.core.signals.fixed.search import lane_flows
from luchang.core.signals.fixed.sequences import least_green_s, sequences, split
from luchang.core.signals.fixed.shown import steps_of
from luchang.core.signals.fixed.solve import only, plan
from luchang.core.signals.plan import Plan
from luchang.gateways.sumo.run import is_available
from tools.shared_data import DataAbsent

if TYPE_CHECKING:
    from benchmarks.signals.scenarios import Scenario
    from luchang.core.signals.fixed.problem import Problem
    from luchang.core.signals.junction import Junction

FIXED_PEERS = ("native", "native-3s", "adaptation", "coordinator")
OURS = ("fixed", "fixed-set")
GOALS = {"cologne1": 28.0, "ingolstadt1": 19.0}
SEARCHED = {"cologne1": 30.9, "ingolstadt1": 21.8}
"""Splits searched with the simulator in the loop, 40 to 60 runs: measured once under the same
protocol, see the page; not run again here [s/veh]."""
FLOORS = {"cologne1": 2.4, "cologne3": 3.9, "ingolstadt1": 4.2, "ingolstadt7": 6.6}
"""Every lamp green and conflicts ignored, measured once: a bound has to be tighter [s/veh]."""
TRIALS, TRIAL_SEED = 8, 101
MODELLED = ("cologne1", "ingolstadt1", "cologne3", "invented-cross", "invented-road")
TWENTY = scenarios.Invention(5, 4, 200.0, 2, 50.0, (600.0, 400.0))
ONE_S, TWENTY_S = 1.0, 30.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every figure of planning."""
    if not is_available():
        return
    seeds = (1, 2) if quick else (1, 2, 3, 4, 5)
    for name in (*scenarios.JUDGED, *scenarios.INVENTIONS):
        try:
            scenario = _scenario(name)
        except DataAbsent:
            continue  # the protocol has said so
        scores = _scores(scenario, seeds)
        yield from _against_peers(scenario, scores)
        yield _bound(scenario, scores, seeds)
        if name in MODELLED:
            yield from _model(scenario)
    yield from _times()


def _scenario(name: str) -> Scenario:
    if name in scenarios.INVENTIONS:
        return scenarios.invented(name, Path(runs.KEPT / "nets"))
    return scenarios.public(name)


def _scores(scenario: Scenario, seeds: tuple[int, ...]) -> dict[str, Score]:
    names = (*OURS, *FIXED_PEERS)
    tasks = {name: [Task(scenario, ENTRANTS[name], seed) for seed in seeds] for name in names}
    found = runs.outcomes(task for group in tasks.values() for task in group)
    return {
        name: Score(ENTRANTS[name], seeds, tuple(found[task] for task in group))
        for name, group in tasks.items()
    }


def _against_peers(scenario: Scenario, scores: dict[str, Score]) -> Iterator[Figure]:
    peers = [scores[name] for name in FIXED_PEERS]
    for name in OURS:
        yield tables.best_peer(scenario.name, scores[name], peers)
    if scenario.name in SEARCHED:
        for name in OURS:
            yield Figure(
                f"{scenario.name}: {scores[name].entrant.title} against the searched splits",
                scores[name].mean_s,
                "s/veh",
                GOALS[scenario.name],
                peer="splits searched with the simulator, 40-60 runs, measured once",
                peer_value=SEARCHED[scenario.name],
                data=scenario.name,
                n=len(scores[name].delays),
            )


def _model(scenario: Scenario) -> Iterator[Figure]:
    """The queues against the simulator: random plans that nobody has chosen."""
    asked = problem(scenario)
    model = Model(asked)
    rng = np.random.default_rng(TRIAL_SEED)
    foreseen, tasks = [], []
    for trial in range(TRIALS):
        chosen = tuple(_random_plan(asked, one, rng) for one in asked.network.junctions)
        foreseen.append(model.cost(chosen, 8))
        files = partial(_written, asked, chosen)
        words = f"trial-{trial}"
        entrant = Entrant(words, words, files=files, sources=plans.SOURCES)
        tasks.append(Task(scenario, entrant, TRIAL_SEED + trial))
    found = runs.outcomes(tasks)
    measured = [found[task].delay_s for task in tasks]
    apart = np.array(measured) - np.array(foreseen)
    pairs = "; ".join(f"{a:.1f}/{b:.1f}" for a, b in zip(foreseen, measured, strict=True))
    yield Figure(
        f"{scenario.name}: delay model against the simulator, rank correlation",
        float(spearmanr(foreseen, measured).statistic), "", 0.7, "higher",
        data=scenario.name, seed=TRIAL_SEED, n=TRIALS, note=f"model/simulator [s/veh]: {pairs}",
    )  # fmt: skip
    yield Figure(
        f"{scenario.name}: delay model against the simulator, error beyond the common part",
        float(np.abs(apart - np.median(apart)).mean()), "s/veh",
        data=scenario.name, seed=TRIAL_SEED, n=TRIALS,
        note=f"the simulator adds {np.median(apart):.1f} s whatever the plan: geometry, "
        "unsignalled junctions, entering the net, and a reserve of 20 % in every second draw",
    )  # fmt: skip


def _written(asked: Problem, chosen: tuple[Plan, ...], _: Scenario, folder: Path) -> tuple[Path]:
    return (plans.write(asked.network, chosen, folder / "trial.add.xml"),)


def _random_plan(asked: Problem, junction: Junction, rng: np.random.Generator) -> Plan:
    model = Model(only(asked, junction))
    flows = lane_flows(model, junction)
    kinds = [stages for stages in sequences(junction, flows) if len(stages) > 1]
    stages = kinds[int(rng.integers(len(kinds)))]
    greens, _ = split(junction, stages, flows, float(rng.choice([40, 55, 70, 90])))
    varied = [
        max(least_green_s(junction, stage), round(green * rng.uniform(0.8, 1.25)))
        for stage, green in zip(stages, greens, strict=True)
    ]
    return Plan(junction.junction_id, steps_of(junction, stages, varied), float(rng.integers(30)))


def _bound(scenario: Scenario, scores: dict[str, Score], seeds: tuple[int, ...]) -> Figure:
    """Least delay with every arrival known, beside the floor without conflicts."""
    network = problem(scenario).network
    folder = runs.KEPT / "files" / scenario.name / "floor"
    found = [floor(scenario, network, folder, seed) for seed in seeds]
    least = min((one for one in scores.values() if one.valid), key=lambda one: one.mean_s)
    return Figure(
        f"{scenario.name}: lower bound, arrivals known",
        mean(one.bound_s for one in found),
        "s/veh",
        FLOORS.get(scenario.name),
        "higher",
        peer=f"best fixed: {least.entrant.title}",
        peer_value=least.mean_s,
        data=scenario.name,
        n=len(found),
        note=f"without conflicts {mean(one.delay_s for one in found):.2f}, and turns at the first "
        f"signal {mean(one.waits_s for one in found):.2f}; {FLOOR_RULES}",
    )


def _times() -> Iterator[Figure]:
    """Processor time of planning on one core, machine code on disk already."""
    folder = Path(runs.KEPT / "nets")
    one = scenarios.invented("invented-cross", folder)
    scenarios.INVENTIONS["planning-20"] = TWENTY
    try:
        twenty = scenarios.invented("planning-20", folder)
    finally:
        del scenarios.INVENTIONS["planning-20"]
    for words, scenario, goal in (("1 junction", one, ONE_S), ("20 junctions", twenty, TWENTY_S)):
        asked = problem(scenario)
        if words == "1 junction":
            plan(asked)
        seconds = _cpu_s(lambda asked=asked: plan(asked))  # type: ignore[misc]
        yield Figure(
            f"a plan for {words}", seconds, "s CPU", goal, data=scenario.name,
            n=len(asked.network.junctions), note="no simulator",
        )  # fmt: skip


def _cpu_s(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return math.fabs(time.process_time() - begin)
