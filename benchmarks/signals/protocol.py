"""The protocol: who runs where, with which seeds, and the figures that come of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.signals import cityflow, drawn, runs, scenarios, tables
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
"""Who also runs with other demand, and at other places."""
DECISION_MS = 5.0
SECOND = Path("build/sumo-1.9.2")
PUBLISHED = {"cologne1": 27.2, "cologne3": 54.4, "ingolstadt1": 22.2, "ingolstadt7": 31.9}
"""The best window of the best published learner (IDQN) on SUMO 1.9.2 [s/veh]."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every figure; public scenarios only where they are on this machine."""
    if not is_available():
        yield Figure("signals", None, "s/veh", note="the simulator is absent: make simulation")
        return
    seeds = QUICK_SEEDS if quick else SEEDS
    present = yield from _scenarios()
    found: dict[str, dict[str, Score]] = {}
    for scenario in present:
        found[scenario.name] = _scores(scenario, list(ENTRANTS), seeds)
        yield from _rows(scenario.name, found[scenario.name])
    yield from _over_all(found)
    yield from _robustness(seeds)
    yield from _hangzhou(seeds)
    yield from _drawn(seeds)
    yield from _second_track(seeds)


def _rows(place: str, scores: dict[str, Score]) -> Iterator[Figure]:
    """One scenario: everybody, and our control against the best of the others.

    Fixed plans are held against fixed plans, in `planning`.
    """
    peers = [score for score in scores.values() if not score.entrant.is_ours]
    for name, score in scores.items():
        goal = GOALS.get(name, {}).get(place)
        yield tables.row(place, score, scores[NATIVE], goal)
    for score in scores.values():
        if score.entrant.is_ours and score.entrant.controller and score.valid:
            yield tables.best_peer(place, score, peers)


def _over_all(found: dict[str, dict[str, Score]]) -> Iterator[Figure]:
    """Geometric means over the judged scenarios, breaches of the gate, decision times."""
    judged = [place for place in scenarios.JUDGED if place in found]
    for name, entrant in ENTRANTS.items():
        scores = [found[place][name] for place in judged]
        if judged and all(score.valid for score in scores):
            ratios = [found[place][name].mean_s / found[place][NATIVE].mean_s for place in judged]
            yield tables.geometric(entrant.title, ratios, judged)
    ours = [
        outcome
        for scores in found.values()
        for score in scores.values()
        if score.entrant.is_ours
        for outcome in score.outcomes
    ]
    yield tables.breaches(ours)
    yield from tables.decisions("adaptive control", ours, DECISION_MS)


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


def _hangzhou(seeds: tuple[int, ...]) -> Iterator[Figure]:
    """Chinese junctions of another data set: nothing was chosen on them."""
    for place in cityflow.names():
        try:
            scenario = cityflow.scenario(place, runs.KEPT / "nets")
        except DataAbsent as absent:
            yield Figure(f"{place}: every entrant", None, "s/veh", note=str(absent))
            continue
        yield from _rows(place, _scores(scenario, [*HARDY, "fixed"], seeds))


def _drawn(seeds: tuple[int, ...]) -> Iterator[Figure]:
    """Nets nobody has seen: whether anything locks there, whatever the seed."""
    for place in drawn.DRAWINGS:
        scenario = drawn.scenario(place, runs.KEPT / "nets")
        yield from _rows(place, _scores(scenario, list(HARDY), seeds))


def second_home() -> Path | None:
    """Folder of the older simulator, where it has been installed."""
    places = sorted(SECOND.glob("lib/python*/site-packages/sumo"))
    return places[0].resolve() if places else None


def _second_track(seeds: tuple[int, ...]) -> Iterator[Figure]:
    """The same files in the simulator that published learners were measured in."""
    home = second_home()
    for place, published in PUBLISHED.items():
        name = f"SUMO 1.9.2, {place}: adaptive, sensing A"
        if home is None:
            yield Figure(name, None, "s/veh", published, note=f"{SECOND} is absent")
            continue
        try:
            scenario = scenarios.public(place)
        except DataAbsent as absent:
            yield Figure(name, None, "s/veh", published, note=str(absent))
            continue
        tasks = [Task(scenario, ENTRANTS["adaptive"], seed, home=home) for seed in seeds]
        score = Score(ENTRANTS["adaptive"], seeds, tuple(runs.outcomes(tasks).values()))
        yield tables.published(name, score, published)
