"""All filtered rows as a file, in which no text can become a formula."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db.models import Model, TextChoices

from luchang.kernel.lists.columns import Column, Exported
from luchang.kernel.lists.states import ListState

CHUNK = 2_000
"""Rows fetched at once."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters by which a spreadsheet takes a CSV field for a formula."""
LONGEST_CELL = 32_767
SAFE_DIGITS = 15
"""Significant digits a number keeps in a workbook."""
MOST_ROWS = 1_048_000
"""Rows of one sheet of a workbook, watermark and title apart."""
EPOCH = date(1900, 3, 1)
"""Before this day workbooks count days differently from each other: written as text."""


class FileKind(TextChoices):
    """Kinds of file a list can be taken along as."""

    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"


CONTENT_TYPES = {
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Sheet:
    """What is to be written: a watermark, titles and rows."""

    name: str
    watermark: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Exported]]


Told = Callable[[int, int | None], None]
"""Is told how many rows are written, of how many if that is known."""


def sheet_of(
    state: ListState, *, watermark: str, is_revealed: bool, told: Told | None = None
) -> Sheet:
    """All rows of the filtered list; personal data in clear only where `is_revealed`."""
    return Sheet(
        name=str(state.spec.title),
        watermark=watermark,
        columns=state.columns,
        rows=_exported(state, is_revealed=is_revealed, told=told),
    )


def write(kind: FileKind, sheet: Sheet, place: Path) -> int:
    """Write the file and return how many rows it holds."""
    return {FileKind.XLSX: write_xlsx, FileKind.CSV: write_csv}[kind](sheet, place)


def write_xlsx(sheet: Sheet, place: Path) -> int:
    """A workbook in constant memory. Text is always written as text, never guessed at."""
    with xlsxwriter.Workbook(
        str(place),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    ) as book:
        return _Writer(book, sheet).write()


def write_csv(sheet: Sheet, place: Path) -> int:
    """Comma-separated with a byte-order mark, by which Excel knows it for UTF-8."""
    written = 0
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow([_harmless(sheet.watermark)])
        out.writerow([_harmless(column.file_title) for column in sheet.columns])
        for row in sheet.rows:
            out.writerow([_plain(value) for value in row])
            written += 1
    return written


class Cells:
    """Writes values into one worksheet, each as what it is and text always as text."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._sheet = sheet
        self._text = book.add_format({"num_format": "@"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})

    def put(self, row: int, column: int, value: Exported) -> None:
        match value:
            case None | "":
                return
            case bool():
                self._sheet.write_boolean(row, column, value)
            case int() | float() | Decimal():
                self._put_number(row, column, value)
            case datetime() if value.date() >= EPOCH:
                self._sheet.write_datetime(row, column, value, self._moment)
            case date() if not isinstance(value, datetime) and value >= EPOCH:
                self._sheet.write_datetime(row, column, value, self._day)
            case _:
                text = str(value)[:LONGEST_CELL]
                self._sheet.write_string(row, column, text, self._text)

    def _put_number(self, row: int, column: int, value: float | Decimal) -> None:
        """A workbook keeps 15 digits; a longer number stays whole as text."""
        number = Decimal(str(value))
        if number.is_finite() and len(number.as_tuple().digits) <= SAFE_DIGITS:
            self._sheet.write_number(row, column, value)
        else:
            self._sheet.write_string(row, column, str(value), self._text)


class _Writer:
    """One sheet being written, row after row."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self.sheet = sheet
        self.out = book.add_worksheet(sheet_name(sheet.name))
        self.cells = Cells(book, self.out)
        self.title = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
        self.faint = book.add_format({"font_color": "#667085", "italic": True})

    def write(self) -> int:
        for index, column in enumerate(self.sheet.columns):
            self.out.set_column(index, index, column.width)
        self.out.freeze_panes(2, 0)
        self.out.write_string(0, 0, self.sheet.watermark, self.faint)
        for index, column in enumerate(self.sheet.columns):
            self.out.write_string(1, index, column.file_title, self.title)
        written = 0
        for row in self.sheet.rows:
            for index, value in enumerate(row):
                self.cells.put(written + 2, index, value)
            written += 1
        self.out.autofilter(1, 0, written + 1, len(self.sheet.columns) - 1)
        return written


def sheet_name(title: str) -> str:
    """`title` as a sheet may be called: 31 units of UTF-16, none of them special."""
    kept = "".join(" " if character in "[]:*?/\\'" else character for character in title)
    return kept.strip().encode("utf-16-le")[:62].decode("utf-16-le", "ignore") or "Sheet1"


def _exported(
    state: ListState, *, is_revealed: bool, told: Told | None
) -> Iterator[list[Exported]]:
    record: Model
    total = state.rows().order_by().count() if told else None
    for done, record in enumerate(state.rows().iterator(chunk_size=CHUNK)):
        if told and done % CHUNK == 0:
            told(done, total)
        yield [column.exported(record, is_revealed=is_revealed) for column in state.columns]


def _plain(value: Exported) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(" ", "seconds")
        case str():
            return _harmless(value)
        case _:
            return str(value)


def _harmless(text: str) -> str:
    """Text a spreadsheet takes for text: a leading apostrophe where it could be a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) or text.startswith("'") else text
