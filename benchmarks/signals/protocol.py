"""The protocol: who runs where, with which seeds, and the figures that come of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.signals import runs, scenarios, tables
from benchmarks.signals.entrants import ENTRANTS
from benchmarks.signals.runs import Task
from benchmarks.signals.tables import Score
from luchang.gateways.sumo.run import is_available
from tools.shared_data import DataAbsent

SEEDS = (1, 2, 3, 4, 5)
QUICK_SEEDS = (1, 2)
GOALS = {
    "adaptive": {"cologne1": 14.0, "cologne3": 14.5, "ingolstadt1": 11.0, "ingolstadt7": 19.0},
}
NATIVE = "native"
SCALES = (0.7, 1.2)
HARDY = ("native", "max-wave", "gap-out", "adaptive")
"""Who also runs with other demand."""
DECISION_MS = 5.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every figure; public scenarios only where they are on this machine."""
    if not is_available():
        yield Figure("signals", None, "s/veh", note="the simulator is absent: make simulation")
        return
    seeds = QUICK_SEEDS if quick else SEEDS
    ratios: dict[str, dict[str, float]] = {}
    online: list[runs.Outcome] = []
    present = yield from _scenarios()
    for scenario in present:
        scores = _scores(scenario, list(ENTRANTS), seeds)
        native = scores[NATIVE]
        for name, score in scores.items():
            goal = GOALS.get(name, {}).get(scenario.name)
            yield tables.row(scenario.name, score, native, goal)
            if score.valid:
                ratio = score.mean_s / native.mean_s
                ratios.setdefault(name, {})[scenario.name] = ratio
            if score.entrant.is_ours and score.entrant.controller is not None:
                online += score.outcomes
                peers = [one for one in scores.values() if not one.entrant.is_ours]
                yield tables.best_peer(scenario.name, score, peers)
    for name, found in ratios.items():
        judged = [one for one in scenarios.JUDGED if one in found]
        if len(judged) == len(scenarios.JUDGED):
            title = ENTRANTS[name].title
            yield tables.geometric(title, [found[one] for one in judged], judged)
    if online:
        yield from tables.decisions("adaptive control", online, DECISION_MS)
    yield from _robustness(seeds)


def _scenarios() -> Generator[Figure, None, list[scenarios.Scenario]]:
    """Yield a row for what is absent; return what is there."""
    found = []
    for name in scenarios.BEGINS:
        try:
            found.append(scenarios.public(name))
        except DataAbsent as absent:
            yield Figure(f"{name}: every entrant", None, "s/veh", note=str(absent))
    folder = Path(runs.KEPT / "nets")
    found += [scenarios.invented(name, folder) for name in scenarios.INVENTIONS]
    return found


def _scores(
    scenario: scenarios.Scenario, names: list[str], seeds: tuple[int, ...], scale: float = 1.0
) -> dict[str, Score]:
    tasks = {
        name: [Task(scenario, ENTRANTS[name], seed, scale) for seed in seeds] for name in names
    }
    found = runs.outcomes(task for group in tasks.values() for task in group)
    return {
        name: Score(ENTRANTS[name], seeds, tuple(found[task] for task in group))
        for name, group in tasks.items()
    }


def _robustness(seeds: tuple[int, ...]) -> Iterator[Figure]:
    """Other demand: nobody has tuned for it."""
    names = [name for name in HARDY if name in ENTRANTS]
    for place in scenarios.JUDGED:
        try:
            scenario = scenarios.public(place)
        except DataAbsent:
            continue
        for scale in SCALES:
            scores = _scores(scenario, names, seeds, scale)
            for score in scores.values():
                where = f"{place} x {scale:g}"
                yield tables.row(where, score, scores[NATIVE], None)
