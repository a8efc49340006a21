"""A report with its figures in their places: what is frozen, and what all three outputs draw.

Nothing here names a template any more. Every printed number is a run that points to its notes,
and a note says which indicator over which days, of whom, the number is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """What a block is drawn as."""

    CHAPTER = "chapter"
    SECTION = "section"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"
    CHART = "chart"
    MISSING = "missing"


@dataclass(frozen=True)
class Run:
    """Words, or a number with the notes it stands on."""

    text: str
    notes: tuple[int, ...] = ()
    href: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Curve:
    """One line, or one set of bars."""

    name: str
    unit: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Plot:
    drawn: str
    categories: tuple[str, ...]
    curves: tuple[Curve, ...]
    notes: tuple[int, ...] = ()
    """Those of its points."""


@dataclass(frozen=True)
class Block:
    kind: Kind
    runs: tuple[Run, ...] = ()
    title: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Run, ...], ...] = ()
    plot: Plot | None = None
    is_list: bool = False
    """A table of records, whose cells are words, not of figures."""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Note:
    """One figure: which indicator, over which days, of whom, and what it was."""

    number: int
    code: str
    title: str
    unit: str
    period: str
    """First and last day, as a template writes it."""
    scope: str
    organisation_id: int
    organisation: str
    text: str
    value: float | None
    numerator: int | None
    denominator: int | None
    href: str

    @property
    def key(self) -> str:
        """The figure apart from what it was: the same in every edition."""
        return "|".join((self.code, self.period, self.scope, str(self.organisation_id)))


WRITTEN = {Kind.CHAPTER, Kind.SECTION, Kind.PARAGRAPH, Kind.ITEM}


@dataclass(frozen=True)
class Placed:
    """The whole document."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = field(default=())

    def note(self, number: int) -> Note:
        return self.notes[number - 1]

    @property
    def written(self) -> list[Block]:
        """Headings and sentences."""
        return [block for block in self.blocks if block.kind in WRITTEN]

    def prose(self) -> str:
        """Headings and sentences, a line each: what the figure check reads."""
        return "\n".join(block.text for block in self.written)

    def numbers(self) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Where in the prose the placed numbers stand, with their notes."""
        at = 0
        for block in self.written:
            for run in block.runs:
                if run.notes:
                    yield at, at + len(run.text), run.notes
                at += len(run.text)
            at += 1

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            blocks=tuple(_block(each) for each in stored.get("blocks", ())),
            notes=tuple(Note(**each) for each in stored.get("notes", ())),
        )


def _block(stored: Mapping[str, Any]) -> Block:
    return Block(
        kind=Kind(stored["kind"]),
        runs=_runs(stored["runs"]),
        title=stored["title"],
        head=tuple(stored["head"]),
        rows=tuple(_runs(row) for row in stored["rows"]),
        plot=_plot(stored["plot"]) if stored["plot"] else None,
        is_list=stored.get("is_list", False),
    )


def _runs(stored: Sequence[Mapping[str, Any]]) -> tuple[Run, ...]:
    return tuple(Run(**{**each, "notes": tuple(each["notes"])}) for each in stored)


def _plot(stored: Mapping[str, Any]) -> Plot:
    return Plot(
        drawn=stored["drawn"],
        categories=tuple(stored["categories"]),
        curves=tuple(
            Curve(**{**each, "values": tuple(each["values"])}) for each in stored["curves"]
        ),
        notes=tuple(stored["notes"]),
    )


@dataclass(frozen=True)
class Changed:
    """One figure that differs between two editions; None: it stands in one of them only."""

    title: str
    code: str
    period: str
    organisation: str
    old: str | None
    new: str | None


def changes(old: Sequence[Note], new: Sequence[Note]) -> list[Changed]:
    """Which figures were corrected, added or left out, in the order of the new edition."""
    before = {note.key: note for note in old}
    after = {note.key: note for note in new}
    found = [
        _changed(note, before.get(key), note)
        for key, note in after.items()
        if key not in before or before[key].text != note.text
    ]
    return found + [_changed(note, note, None) for key, note in before.items() if key not in after]


def _changed(named: Note, old: Note | None, new: Note | None) -> Changed:
    return Changed(
        title=named.title,
        code=named.code,
        period=named.period,
        organisation=named.organisation,
        old=old.text if old else None,
        new=new.text if new else None,
    )
