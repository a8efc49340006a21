"""Blocks of a placed document as all outputs draw them: marks at numbers, notes, charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from luchang.core.documents.language import SCOPES
from luchang.core.documents.placed import Block, Kind, Note, Placed, Plot, Run
from luchang.kernel.papers import charts

HOUSE_LANGUAGE = "zh-hans"
"""Papers are written in Chinese, whatever language their author's pages are in."""

GROUNDS = {code: word for word, code in SCOPES.items() if code}


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
    is_list: bool = False
    sources: str = ""
    """The notes of a chart's points, as they are printed below it."""
    block: Block = field(default=Block(Kind.PARAGRAPH))

    @property
    def spec(self) -> dict[str, Any]:
        """The chart as the page's own drawer takes it."""
        plot = self.block.plot or Plot("bar", (), ())
        series = [{"name": each.name, "values": list(each.values)} for each in plot.curves]
        return {"categories": list(plot.categories), "series": series}


def blocks(placed: Placed, *, with_charts: bool = True) -> Iterator[PrintedBlock]:
    """Each block of the document; a note is told at the foot where it is first called."""
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
            is_list=block.is_list,
            sources=sources(plot.notes) if plot else "",
            block=block,
        )


def in_words(note: Note) -> Note:
    """With the ground it covers as a reader calls it."""
    return replace(note, scope=GROUNDS.get(note.scope, note.scope))


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
        marks.append(Mark(number, in_words(placed.note(number)) if is_first else None))
        if is_first:
            told.add(number)
    return PrintedRun(run.text, tuple(marks), run.href, run.hint)
