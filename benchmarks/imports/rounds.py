"""Ten thousand rows in, out and in again; protocol in docs/benchmarks/imports.md."""

from __future__ import annotations

import io
import resource
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure
from benchmarks.imports.rosters import officers
from benchmarks.imports.sheets import Cell, Kind, Sent, workbook
from benchmarks.imports.surveys import hazards
from benchmarks.world import database, load_note

if TYPE_CHECKING:
    from benchmarks.clocks import Spent
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.lists.models import ImportRun

ROWS, QUICK_ROWS = 10_000, 2_000
FAULTS = 100
SEED = 20261125
GOAL_S = 20.0
TRADES = (
    ("officers", "force.officers", officers),
    ("hazards", "risk.hazards", hazards),
)


@dataclass(frozen=True)
class Trade:
    """One kind of record, its list and who sends it."""

    name: str
    code: str
    by: Actor
    kind: Kind

    @property
    def spec(self) -> Any:
        from luchang.kernel.lists.tasks import list_of

        return list_of(self.code)


def measure(*, quick: bool) -> Iterator[Figure]:
    """Faults named and not named, the time of each step, what an export sent back changes."""
    rows = QUICK_ROWS if quick else ROWS
    with database() as folder:
        for name, code, prepared in TRADES:
            by, kind = prepared()
            yield from _measured(Trade(name, code, by, kind), rows, folder)
        yield Figure(
            "highest memory of the worker",
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "MB",
            n=rows,
            note="the whole run, the reading processes apart",
        )


def _measured(trade: Trade, rows: int, folder: Path) -> Iterator[Figure]:
    sent = workbook(trade.kind, rows, FAULTS, SEED)
    where = Figure(
        trade.name, None, "s", goal=GOAL_S, data=f"{rows:,} invented {trade.name}", seed=SEED,
        n=rows,
    )  # fmt: skip
    run, spent = _worked("check", trade, _received(trade, sent.content))
    yield from _both(where, "dry run", spent)
    yield from _named(where, sent, run)
    run, spent = _worked("valid", trade, run)
    yield from _both(where, "the valid rows taken", spent)
    yield _of(where, "valid rows not taken", float(rows - FAULTS - run.taken), unit="rows")
    yield from _sent_back(where, trade, folder)


def _of(where: Figure, what: str, value: float, **said: Any) -> Figure:
    """A figure that has to be none, unless something else is said."""
    known = {"goal": 0.0, **said}
    return replace(where, figure=f"{where.figure}: {what}", value=value, **known)


def _both(where: Figure, what: str, spent: Spent) -> Iterator[Figure]:
    """The wall clock, and the processor's time, which other work on the machine moves less."""
    yield _of(where, f"{what}, wall", spent.wall_s, goal=GOAL_S, note=load_note())
    yield _of(where, f"{what}, CPU", spent.cpu_s, goal=GOAL_S, note=spent.shares)


def _received(trade: Trade, content: bytes) -> ImportRun:
    from luchang.kernel import clock
    from luchang.kernel.lists.imports import services

    return services.receive(
        spec=trade.spec.imports, name="表.xlsx", content=content, by=trade.by, at=clock.now()
    )


def _worked(what: str, trade: Trade, run: ImportRun) -> tuple[ImportRun, Spent]:
    """The job a page would order, worked off here as the worker does."""
    from benchmarks.clocks import timed
    from luchang.kernel import clock
    from luchang.kernel.jobs.runs import execute
    from luchang.kernel.jobs.services import start_job

    arguments: dict[str, Any] = {
        "list_code": trade.code,
        "run_id": run.pk,
        "what": what,
        "user_id": trade.by.user_id,
        "language": "zh-hans",
    }
    job = start_job(kind="lists.import", by=trade.by, at=clock.now(), arguments=arguments)
    spent = timed(lambda: execute(job_id=job.pk))
    job.refresh_from_db()
    run.refresh_from_db()
    if job.error:
        raise RuntimeError(job.error)
    return run, spent


def _named(where: Figure, sent: Sent, run: ImportRun) -> Iterator[Figure]:
    """What the list of faults says, cell by cell, against what was planted."""
    named = _cells(bytes(run.errors or b""))
    yield _of(
        where, "planted faults named by sheet, row and column", float(len(named & sent.planted)),
        unit="", goal=float(FAULTS), better="higher", n=FAULTS,
    )  # fmt: skip
    wrong = sorted(named - sent.planted)
    yield _of(
        where, "sound cells called wrong", float(len(wrong)), unit="",
        note="; ".join(" ".join(cell) for cell in wrong[:3]),
    )  # fmt: skip


def _cells(errors: bytes) -> set[Cell]:
    from python_calamine import CalamineWorkbook

    listed = CalamineWorkbook.from_filelike(io.BytesIO(errors)).get_sheet_by_index(0)
    return {
        (str(sheet), str(row), str(letter)) for sheet, row, letter, *_ in listed.to_python()[1:]
    }


def _sent_back(where: Figure, trade: Trade, folder: Path) -> Iterator[Figure]:
    """The list exported and sent back as it is."""
    from benchmarks.clocks import timed
    from luchang.kernel import clock
    from luchang.kernel.lists.asked import Asked
    from luchang.kernel.lists.exports import FileKind
    from luchang.kernel.lists.filters import Circumstances
    from luchang.kernel.lists.services import export
    from luchang.kernel.lists.states import read

    at = clock.now()
    asked = Asked.of([("cols", [",".join(_titles(trade))])])
    state = read(trade.spec, asked, Circumstances(trade.by, trade.spec.permission, at))
    place = folder / f"{trade.name}.xlsx"
    rows: list[int] = []
    spent = timed(
        lambda: rows.append(
            export(state=state, kind=FileKind.XLSX, place=place, by=trade.by, at=at)
        )
    )
    yield from _both(where, "export", spent)
    run, spent = _worked("check", trade, _received(trade, place.read_bytes()))
    yield from _both(where, "dry run of the export", spent)
    yield _of(
        where, "exported rows not recognised as unchanged", float(rows[0] - run.unchanged),
        unit="rows", n=rows[0], note=run.refusal,
    )  # fmt: skip


def _titles(trade: Trade) -> list[str]:
    """The list's columns under whose titles the import finds its own."""
    wanted = {str(each.title) for each in trade.spec.imports.columns}
    return [each.key for each in trade.spec.columns if str(each.title) in wanted]
