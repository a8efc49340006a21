"""One edition as all three outputs draw it: marks at its numbers, notes, charts, who signed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from luchang.apps.reports.bridge import charts
from luchang.apps.reports.models import Report
from luchang.apps.reports.states import ReportStatus
from luchang.core.documents.language import SCOPES
from luchang.core.documents.placed import Block, Kind, Note, Placed, Plot, Run
from luchang.kernel import clock

GROUNDS = {code: word for word, code in SCOPES.items() if code}
DRAFT_MARK, WITHDRAWN_MARK = "草稿", "已撤回"


@dataclass(frozen=True)
class Mark:
    """The footnote code at a number."""

    number: int
    note: Note | None
    """Where this is the first time the note is called, and it is told at the foot of the page."""


@dataclass(frozen=True)
class PrintedRun:
    text: str
    marks: tuple[Mark, ...]
    href: str
    hint: str


@dataclass(frozen=True)
class PrintedBlock:
    """A block with everything a template needs to draw it."""

    kind: str
    title: str
    runs: tuple[PrintedRun, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[PrintedRun, ...], ...] = ()
    svg: str = ""
    alternative: str = ""
    sources: str = ""
    """The notes of a chart's points, as they are printed below it."""
    block: Block = field(default=Block(Kind.PARAGRAPH))

    @property
    def spec(self) -> dict[str, Any]:
        """The chart as the page's own drawer takes it."""
        plot = self.block.plot or Plot("bar", (), ())
        series = [{"name": each.name, "values": list(each.values)} for each in plot.curves]
        return {"categories": list(plot.categories), "series": series}


@dataclass(frozen=True)
class Edition:
    """The whole edition; the words are Chinese because reports are."""

    title: str
    number: str
    edition: int
    organisation: str
    period: str
    mark: str
    author: str
    approver: str
    issued: str
    values: str
    sm3: str
    blocks: Sequence[PrintedBlock]
    notes: Sequence[Note]
    changes: Sequence[Mapping[str, Any]]
    reason: str
    explained: Sequence[Mapping[str, str]]


def edition_of(report: Report, placed: Placed, *, with_charts: bool = True) -> Edition:
    return Edition(
        title=report.title,
        number=report.number,
        edition=report.edition,
        organisation=report.organisation.name,
        period=report.period_title,
        mark=_mark(report),
        author=report.author_name,
        approver=report.approved_by_name,
        issued=_moment(report.issued_at),
        values=_moment(report.values_at),
        sm3=report.sm3,
        blocks=list(_blocks(placed, with_charts=with_charts)),
        notes=[_in_words(note) for note in placed.notes],
        changes=report.changes,
        reason=report.edition_reason,
        explained=_explained(report),
    )


def _in_words(note: Note) -> Note:
    return replace(note, scope=GROUNDS.get(note.scope, note.scope))


def _mark(report: Report) -> str:
    if report.status == ReportStatus.WITHDRAWN:
        return WITHDRAWN_MARK
    return "" if report.was_issued else DRAFT_MARK


def _moment(at: datetime | None) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M}" if at else ""


def _explained(report: Report) -> list[Mapping[str, str]]:
    titles = {each["key"]: each for each in report.findings}
    return [
        {"title": titles[key]["title"], "quotes": "、".join(titles[key]["quotes"]), **said}
        for key, said in report.explanations.items()
        if key in titles
    ]


def _blocks(placed: Placed, *, with_charts: bool) -> Iterator[PrintedBlock]:
    told: set[int] = set()
    for block in placed.blocks:
        plot = block.plot
        is_sentence = block.kind in {Kind.PARAGRAPH, Kind.ITEM}
        yield PrintedBlock(
            kind=block.kind.value,
            title=block.title,
            runs=tuple(_run(run, placed, told, at_foot=is_sentence) for run in block.runs),
            head=block.head,
            rows=tuple(
                tuple(_run(cell, placed, told, at_foot=False) for cell in row)
                for row in block.rows
            ),
            svg=charts.svg(plot) if plot and with_charts else "",
            alternative=charts.alternative(plot) if plot else "",
            sources=sources(plot.notes) if plot else "",
            block=block,
        )


def sources(notes: Sequence[int]) -> str:
    """Codes of notes, neighbours joined: [1]、[4]至[9]."""
    runs: list[list[int]] = []
    for number in sorted(notes):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(
        f"[{run[0]}]" if len(run) == 1 else f"[{run[0]}]至[{run[-1]}]" for run in runs
    )


def _run(run: Run, placed: Placed, told: set[int], *, at_foot: bool) -> PrintedRun:
    marks = []
    for number in run.notes:
        is_first = at_foot and number not in told
        marks.append(Mark(number, _in_words(placed.note(number)) if is_first else None))
        if is_first:
            told.add(number)
    return PrintedRun(run.text, tuple(marks), run.href, run.hint)
