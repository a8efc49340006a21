"""Runs a table of jobs, two at a time; what was run once is kept by the hash of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from luchang.gateways.sumo.run import Job, SimulationFailed, run

if TYPE_CHECKING:
    from benchmarks.signals.entrants import Entrant
    from benchmarks.signals.scenarios import Scenario

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path("build/bench/signals")
AT_ONCE = 2
RUNNERS = ("src/luchang/gateways/sumo", "src/luchang/core/signals/lamps.py")


@dataclass(frozen=True)
class Outcome:
    """What of a run the tables need.

    Attributes
    ----------
    decisions_s
        Median, 99th percentile and maximum of the processor time of a decision [s].
    failed
        The simulator's last words, of a run that gave no figures.
    """

    delay_s: float
    p95_s: float
    duration_s: float
    waiting_s: float
    scheduled: int
    arrived: int
    never_inserted: int
    faults: int
    decisions_s: tuple[float, float, float] | None = None
    failed: str = ""


@dataclass(frozen=True)
class Task:
    """One entrant on one scenario with one seed."""

    scenario: Scenario
    entrant: Entrant
    seed: int
    scale: float = 1.0
    home: Path | None = None


def outcomes(tasks: Iterable[Task]) -> dict[Task, Outcome]:
    """Return what came of every task; new ones are run two at a time."""
    wanted = list(tasks)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(wanted, pool.map(outcome, wanted), strict=True))


def outcome(task: Task) -> Outcome:
    """Return one result, from the store or from the simulator."""
    name = f"{task.scenario.name}-{task.entrant.name}-{task.seed}-{task.scale:g}"
    if task.home is not None:
        name = f"traci-{name}"
    files = _files(task)
    target = KEPT / "runs" / f"{name}-{_fingerprint(task, files)}.json"
    if target.is_file():
        return _from_row(json.loads(target.read_text()))
    found = _run(task, files)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(_to_row(found)))
    return found


def _files(task: Task) -> tuple[Path, ...]:
    if task.entrant.files is None:
        return ()
    folder = KEPT / "files" / task.scenario.name / task.entrant.name
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "done"
    key = _digest(
        [
            task.scenario.net,
            task.scenario.routes,
            *_sources(("benchmarks/signals", *task.entrant.sources)),
        ]
    )
    if done.is_file() and done.read_text().startswith(key):
        return tuple(Path(line) for line in done.read_text().splitlines()[1:])
    files = task.entrant.files(task.scenario, folder)
    done.write_text("\n".join([key, *map(str, files)]))
    return files


def _fingerprint(task: Task, files: tuple[Path, ...]) -> str:
    sources = _sources((*RUNNERS, *task.entrant.sources))
    known = _digest([task.scenario.net, task.scenario.routes, *files, *sources])
    words = f"{known} {task.scenario.begin_s} {task.entrant.knows_movements}"
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _sources(names: Iterable[str]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = ROOT / name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _run(task: Task, files: tuple[Path, ...]) -> Outcome:
    make = task.entrant.controller
    job = Job(
        net=task.scenario.net,
        routes=task.scenario.routes,
        begin_s=task.scenario.begin_s,
        end_s=task.scenario.end_s,
        seed=task.seed,
        additional=tuple(path.resolve() for path in files),
        scale=task.scale,
        controller=None if make is None else make(),
        knows_movements=task.entrant.knows_movements,
        home=task.home,
    )
    try:
        result = run(job)
    except SimulationFailed as failed:
        nothing = float("nan")
        return Outcome(nothing, nothing, nothing, nothing, 0, 0, 0, 0, failed=str(failed))
    times = result.decision_s
    return Outcome(
        delay_s=result.delay_s,
        p95_s=result.p95_s,
        duration_s=result.duration_s,
        waiting_s=result.waiting_s,
        scheduled=result.scheduled,
        arrived=result.arrived,
        never_inserted=result.never_inserted,
        faults=len(result.faults),
        decisions_s=_three(times) if times else None,
    )


def _three(times: tuple[float, ...]) -> tuple[float, float, float]:
    return float(np.median(times)), float(np.percentile(times, 99)), times[-1]


def _to_row(found: Outcome) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Outcome.__dataclass_fields__}


def _from_row(row: dict[str, Any]) -> Outcome:
    times = row.pop("decisions_s")
    return Outcome(**row, decisions_s=tuple(times) if times else None)
