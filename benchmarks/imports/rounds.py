"""Ten thousand officers in, out and in again; protocol in docs/benchmarks/imports.md."""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure
from benchmarks.imports.rosters import Cell, Ground, Roster, roster
from benchmarks.world import database, load_note

if TYPE_CHECKING:
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.lists.models import ImportRun

ROWS, QUICK_ROWS = 10_000, 2_000
FAULTS = 100
SEED = 20261125
GOAL_S = 20.0
LIST = "force.officers"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Faults named and not named, the time of each step, what an export sent back changes."""
    with database() as folder:
        yield from _measured(QUICK_ROWS if quick else ROWS, folder)


def _measured(rows: int, folder: Path) -> Iterator[Figure]:
    by, ground = _ground()
    sent = roster(rows, FAULTS, ground, SEED)
    where = Figure(
        "", None, "s", goal=GOAL_S, data=f"{rows:,} invented officers", seed=SEED, n=rows
    )
    run, spent = _worked("check", _received(sent.content, by), by)
    yield replace(where, figure="dry run, wall", value=spent.wall_s, note=spent.note)
    yield from _named(where, sent, run)
    run, spent = _worked("valid", run, by)
    yield replace(where, figure="the valid rows taken, wall", value=spent.wall_s, note=spent.note)
    yield replace(
        where, figure="valid rows not taken", value=float(rows - FAULTS - run.taken), unit="rows",
        goal=0.0,
    )  # fmt: skip
    yield from _sent_back(where, by, folder)
    yield replace(
        where,
        figure="highest memory of the worker",
        value=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        unit="MB",
        goal=None,
        note="the whole run, the reading processes apart",
    )


def _ground() -> tuple[Actor, Ground]:
    """A detachment of nine brigades with a clerk who manages all of them."""
    from luchang.apps.force.policies import MANAGE_FORCE, SEE_FORCE
    from luchang.apps.force.selectors import skills
    from luchang.apps.force.services import name_skill
    from tests.factories import force
    from tests.factories import identity as make

    city = make.organisation(name="支队")
    brigades = [
        make.organisation(parent=city, name=f"{name}大队") for name in "东西南北中上下左右"
    ]
    foreign = make.organisation(name="邻市支队")
    held = force.officer(at=foreign).badge
    if not skills():
        for number in range(6):
            name_skill(code=f"skill{number}", name=f"技能{number}", name_en=f"Skill {number}")
    places = tuple(name for each in brigades for name in (each.code, each.name))
    known = tuple(each.name for each in skills())
    by = make.actor_with(SEE_FORCE, MANAGE_FORCE, at=city)
    return by, Ground(places, foreign.code, held, known)


def _received(content: bytes, by: Actor) -> ImportRun:
    from luchang.apps.force.views.imports import OFFICERS
    from luchang.kernel import clock
    from luchang.kernel.lists.imports import services

    return services.receive(
        spec=OFFICERS, name="名册.xlsx", content=content, by=by, at=clock.now()
    )


@dataclass
class Spent:
    """What one job took."""

    wall_s: float
    cpu_s: float

    @property
    def note(self) -> str:
        return f"CPU of the worker {self.cpu_s:.1f} s; {load_note()}"


def _worked(what: str, run: ImportRun, by: Actor) -> tuple[ImportRun, Spent]:
    """The job a page would order, worked off here as the worker does."""
    from luchang.kernel import clock
    from luchang.kernel.jobs.runs import execute
    from luchang.kernel.jobs.services import start_job

    arguments: dict[str, Any] = {
        "list_code": LIST,
        "run_id": run.pk,
        "what": what,
        "user_id": by.user_id,
        "language": "zh-hans",
    }
    job = start_job(kind="lists.import", by=by, at=clock.now(), arguments=arguments)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    execute(job_id=job.pk)
    spent = Spent(time.perf_counter() - wall_s, time.process_time() - cpu_s)
    job.refresh_from_db()
    run.refresh_from_db()
    if job.error:
        raise RuntimeError(job.error)
    return run, spent


def _named(where: Figure, sent: Roster, run: ImportRun) -> Iterator[Figure]:
    """What the list of faults says, cell by cell, against what was planted."""
    named = _cells(bytes(run.errors or b""))
    yield replace(
        where, figure="planted faults named by sheet, row and column", unit="",
        value=float(len(named & sent.planted)), goal=float(FAULTS), better="higher", n=FAULTS,
    )  # fmt: skip
    yield replace(
        where, figure="sound cells called wrong", value=float(len(named - sent.planted)), unit="",
        goal=0.0,
    )  # fmt: skip


def _cells(errors: bytes) -> set[Cell]:
    from python_calamine import CalamineWorkbook

    listed = CalamineWorkbook.from_filelike(io.BytesIO(errors)).get_sheet_by_index(0)
    return {
        (str(sheet), str(row), str(letter)) for sheet, row, letter, *_ in listed.to_python()[1:]
    }


def _sent_back(where: Figure, by: Actor, folder: Path) -> Iterator[Figure]:
    """The list exported and sent back as it is."""
    from luchang.apps.force.views.lists import OFFICERS
    from luchang.kernel import clock
    from luchang.kernel.lists.asked import Asked
    from luchang.kernel.lists.exports import FileKind
    from luchang.kernel.lists.filters import Circumstances
    from luchang.kernel.lists.services import export
    from luchang.kernel.lists.states import read

    at = clock.now()
    state = read(OFFICERS, Asked({}), Circumstances(by, OFFICERS.permission, at))
    place = folder / "officers.xlsx"
    started = time.perf_counter()
    rows = export(state=state, kind=FileKind.XLSX, place=place, by=by, at=at)
    spent_s = time.perf_counter() - started
    yield replace(where, figure="export, wall", value=spent_s, n=rows, note=load_note())
    run, spent = _worked("check", _received(place.read_bytes(), by), by)
    yield replace(
        where, figure="dry run of the export, wall", value=spent.wall_s, n=rows, note=spent.note
    )
    yield replace(
        where, figure="exported rows not recognised as unchanged", unit="rows", goal=0.0, n=rows,
        value=float(rows - run.unchanged),
    )  # fmt: skip
