"""What an import would do: every row new, changed, unchanged or wrong, and why."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model, TextChoices
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xlsxwriter.utility import xl_col_to_name

from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.imports.parsers import LANGUAGES, Looking, Wrong, text_of
from luchang.kernel.lists.imports.reading import (
    CellValue,
    RawSheet,
    UnreadableWorkbook,
    read_workbook,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

HEADER_WITHIN = 10
"""The header stands among the first rows; a watermark or a title may stand above it."""
LONGEST_TOLD = 60
CHUNK = 1_000
MOST_FAULTS = 10_000
"""Faults named one by one; a file with more is wrong as a whole."""
SHOWN_FIRST = 5
"""Faults told of such a file."""


class Fate(TextChoices):
    """What becomes of a row of the file."""

    NEW = "NEW", _("新增")
    CHANGED = "CHANGED", _("修改")
    UNCHANGED = "UNCHANGED", _("无变化")
    WRONG = "WRONG", _("有误")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one cell, as its author needs it to find and mend it."""

    sheet: str
    row: int
    """As the spreadsheet numbers it."""
    letter: str
    column: str
    value: str
    what: str
    how: str


@dataclass
class PlannedRow:
    """One row of the file and its fate."""

    sheet: str
    row: int
    values: Values
    fate: Fate
    existing: Model | None = None
    differences: Sequence[str] = ()
    """Keys of the columns that would change."""
    faults: list[Fault] = field(default_factory=list)
    letters: Mapping[str, str] = field(default_factory=dict)
    """Where each column stands, for what only a service finds."""


@dataclass(frozen=True)
class Table:
    """A sheet whose header was found."""

    sheet: str
    first_row: int
    """Number of the first row below the header, as the spreadsheet counts."""
    places: Mapping[str, int]
    """Where each column of the spec stands."""
    unknown: Sequence[str]
    rows: Sequence[Sequence[CellValue]]

    @cached_property
    def letters(self) -> Mapping[str, str]:
        return {key: xl_col_to_name(place) for key, place in self.places.items()}


@dataclass
class Plan:
    """The whole file, judged."""

    rows: list[PlannedRow]
    unknown: Sequence[str]
    """Columns of the file nobody asked for; they are passed over."""
    sheets_passed_over: Sequence[str]

    def of(self, fate: Fate) -> list[PlannedRow]:
        return [row for row in self.rows if row.fate == fate]

    def count(self, fate: Fate) -> int:
        return sum(row.fate == fate for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        return {fate.value: self.count(fate) for fate in Fate}

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self.rows for fault in row.faults]

    @property
    def mark(self) -> str:
        """Changes when any row's fate or difference does: a preview can be held to it."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update(f"{row.sheet}|{row.row}|{row.fate}|{row.differences}\n".encode())
        return digest.hexdigest()


Told = Callable[[int, int], None]
"""Is told how many rows of how many are done."""


def plan(
    spec: ImportSpec[Any], content: bytes, by: Actor, told: Told = lambda done, of: None
) -> Plan:
    """Judge every row of the workbook without changing anything.

    Raises:
        UnreadableWorkbook: the file is none of ours, has no header row, or more faults than
            anybody would read.
    """
    sheets = read_workbook(content)
    tables = [table for sheet in sheets if (table := _table(spec, sheet))]
    if not tables:
        raise UnreadableWorkbook("no_header")
    judge = _Judge(spec, by)
    total = sum(len(table.rows) for table in tables)
    for table in tables:
        for row in _filled_rows(table):
            judge.read(table, *row)
            told(len(judge.rows), total)
    judge.settle()
    known = {table.sheet for table in tables}
    return Plan(
        rows=judge.rows,
        unknown=[name for table in tables for name in table.unknown],
        sheets_passed_over=[sheet.name for sheet in sheets if sheet.name not in known],
    )


def titles_of(column: ImportColumn) -> set[str]:
    """What the column may be called: its title in either language."""
    names = set()
    for language in LANGUAGES:
        with translation.override(language):
            names.add(_bare(str(column.title)))
    return names


def _bare(title: str) -> str:
    """A title without the star of the template, a unit, or blanks."""
    return title.replace("*", "").partition("(")[0].strip().casefold()


def _table(spec: ImportSpec[Any], sheet: RawSheet) -> Table | None:
    wanted = {column.key: titles_of(column) for column in spec.columns}
    needed = {column.key for column in spec.columns if column.is_required} | set(spec.key)
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        heads = [_bare(cell) if isinstance(cell, str) else "" for cell in row]
        places = {
            key: next(place for place, head in enumerate(heads) if head in names)
            for key, names in wanted.items()
            if names & set(heads)
        }
        if needed <= set(places):
            taken = set(places.values())
            unknown = [
                told_value(row[n]) for n, head in enumerate(heads) if head and n not in taken
            ]
            return Table(sheet.name, index + 2, places, unknown, sheet.rows[index + 1 :])
    return None


def _filled_rows(table: Table) -> Iterator[tuple[int, Sequence[CellValue]]]:
    places = set(table.places.values())
    for offset, cells in enumerate(table.rows):
        if any(_is_filled(cells[place]) for place in places if place < len(cells)):
            yield table.first_row + offset, cells


def _is_filled(cell: CellValue) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


class _Judge:
    """Reads the rows one by one, then compares them with what there is."""

    def __init__(self, spec: ImportSpec[Any], by: Actor) -> None:
        self.spec = spec
        self.by = by
        self.looking = Looking(by)
        self.rows: list[PlannedRow] = []
        self._faults = 0
        self._firsts: dict[tuple[str, ...], int] = {}

    def read(self, table: Table, number: int, cells: Sequence[CellValue]) -> None:
        """Parse one row; its fate stays NEW or WRONG until the rows are compared."""
        row = PlannedRow(table.sheet, number, {}, Fate.NEW, letters=table.letters)
        values: dict[str, Any] = {}
        for column in self.spec.columns:
            place = table.places.get(column.key)
            if place is None:
                continue
            cell = cells[place] if place < len(cells) else None
            if column.blank_keeps and not _is_filled(cell):
                continue
            try:
                values[column.key] = self._value(column, cell)
            except Wrong as wrong:
                row.faults.append(_fault(row, column, place, cell, wrong))
        row.values = values
        if not row.faults:
            self._check_whole(row, table, cells)
        if row.faults:
            row.fate = Fate.WRONG
            self._count(row)
        self.rows.append(row)

    def _count(self, row: PlannedRow) -> None:
        self._faults += len(row.faults)
        if self._faults > MOST_FAULTS:
            wrong = [each for each in (*self.rows, row) if each.faults][:SHOWN_FIRST]
            told = "；".join(_told(each.faults[0]) for each in wrong)
            raise UnreadableWorkbook("too_many_faults", told)

    def _value(self, column: ImportColumn, cell: CellValue) -> Any:
        if not _is_filled(cell):
            if column.is_required:
                raise Wrong(gettext("必填"), column.parser.hint())
            return column.empty
        return column.parser.parse(cell, self.looking)

    def _check_whole(self, row: PlannedRow, table: Table, cells: Sequence[CellValue]) -> None:
        try:
            self._check_once(row)
            if self.spec.check is not None:
                self.spec.check(row.values, self.by)
        except Wrong as wrong:
            column = self.spec.column(wrong.column or self.spec.key[0])
            place = table.places.get(column.key, 0)
            cell = cells[place] if place < len(cells) else None
            row.faults.append(_fault(row, column, place, cell, wrong))

    def _check_once(self, row: PlannedRow) -> None:
        key = self.spec.key_of(row.values)
        first = self._firsts.setdefault(key, row.row)
        if first != row.row:
            raise Wrong(gettext("与第 %d 行重复") % first, gettext("请只保留一行"))

    def settle(self) -> None:
        """Find what is there already, in one query a thousand rows."""
        good = [row for row in self.rows if row.fate != Fate.WRONG]
        for start in range(0, len(good), CHUNK):
            self._settle_some(good[start : start + CHUNK])

    def _settle_some(self, rows: Sequence[PlannedRow]) -> None:
        first = self.spec.column(self.spec.key[0])
        path = (first.value or first.key).replace(".", "__")
        values = [row.values[first.key] for row in rows]
        there = {
            self.spec.key_of_row(record): record
            for record in self.spec.rows(self.by).filter(**{f"{path}__in": values})
        }
        for row in rows:
            row.existing = there.get(self.spec.key_of(row.values))
            if row.existing is not None:
                row.differences = self._differences(row)
                row.fate = Fate.CHANGED if row.differences else Fate.UNCHANGED

    def _differences(self, row: PlannedRow) -> list[str]:
        assert row.existing is not None  # noqa: S101 - only asked for such rows
        return [
            key
            for key, value in row.values.items()
            if self._normal(self.spec.column(key), row.existing) != value
        ]

    def _normal(self, column: ImportColumn, record: Model) -> Any:
        """The present value as it would come back from a file."""
        shown = column.shown(record)
        if not _is_filled(shown):
            return column.empty
        try:
            return column.parser.parse(shown, self.looking)
        except Wrong:
            return shown


def _fault(
    row: PlannedRow, column: ImportColumn, place: int, cell: CellValue, wrong: Wrong
) -> Fault:
    return Fault(
        sheet=row.sheet,
        row=row.row,
        letter=xl_col_to_name(place),
        column=str(column.title),
        value=told_value(cell),
        what=wrong.what,
        how=wrong.how,
    )


def _told(fault: Fault) -> str:
    return f"{fault.sheet} {fault.letter}{fault.row} {fault.column} {fault.what}"


def told_value(cell: CellValue) -> str:
    """A cell's value short enough to be told."""
    try:
        text = text_of(cell)
    except Wrong:
        text = str(cell)
    return text if len(text) <= LONGEST_TOLD else text[:LONGEST_TOLD] + "…"
