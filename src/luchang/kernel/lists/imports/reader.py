"""Reads one workbook; run as a process of its own with a memory and a time limit.

Nothing of Django is imported here: the process must start fast and know nothing. It answers in
lines of JSON on standard output: for each sheet its name, then its rows; or a refusal, which
makes all lines before it void.
"""

import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 312 * 1024 * 1024
"""Address space of the process, some 20 MB of it the interpreter's own."""
CPU_S = 5
LARGEST_FILE = 20_000_000
MOST_PARTS = 1_000
LARGEST_UNZIPPED = 120_000_000
HIGHEST_RATIO = 200
"""Unzipped to zipped size of one part above a megabyte; honest sheets stay below 60."""
MOST_ROWS = 100_000
MOST_COLUMNS = 256
MOST_CELLS = 1_500_000
"""Cells of all sheets together, empty ones before a filled one counted."""
MOST_TEXT = 20_000_000
"""Characters of all sheets together: one shared text may stand in a hundred thousand cells."""
LONGEST_CELL = 32_767
MOST_SHEETS = 20
ROWS_A_LINE = 500
CHUNK = 1 << 20
HONEST_PACKING = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What spreadsheets write; the others may ask for any amount of memory."""

_REFERENCE = re.compile(
    rb"<(?:\w{1,20}:)?c\b[^>]{0,80}?\br=[\"']([A-Za-z]{1,3})([0-9]{1,10})[\"']"
)
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_OVERLAP = 128


class Refused(Exception):
    """The file is not a workbook we read; the first argument is the code of the reason."""


@dataclass(frozen=True)
class Limits:
    """The bounds of one reading; tests make them small."""

    rows: int = MOST_ROWS
    columns: int = MOST_COLUMNS
    unzipped: int = LARGEST_UNZIPPED
    cells: int = MOST_CELLS
    text: int = MOST_TEXT
    cell: int = LONGEST_CELL


def check_container(path: Path, limits: Limits) -> None:
    """Unzip every part, counting, before anything is parsed.

    Raises:
        Refused: too large when unzipped, a document type declaration, cells beyond the bounds.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise Refused("file_too_large")
    try:
        with zipfile.ZipFile(path) as box:
            _check_parts(box, limits)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
    ) as broken:
        raise Refused("not_a_workbook") from broken


def _check_parts(box: zipfile.ZipFile, limits: Limits) -> None:
    parts = box.infolist()
    names = {part.filename for part in parts}
    if len(names) != len(parts) or "xl/workbook.xml" not in names:
        raise Refused("not_a_workbook")
    if not {part.compress_type for part in parts} <= HONEST_PACKING:
        raise Refused("not_a_workbook")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unzipped:
        raise Refused("too_large_unzipped")
    left = limits.unzipped
    for part in parts:
        _check_ratio(part)
        left -= _check_part(box, part, left, limits)


def _check_ratio(part: zipfile.ZipInfo) -> None:
    if part.file_size > CHUNK and part.file_size > HIGHEST_RATIO * max(part.compress_size, 1):
        raise Refused("too_large_unzipped")


def _check_part(box: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, limits: Limits) -> int:
    """The true size of a part, whatever its head says; counting stops at what is left.

    Any part may be named as a sheet, so cells are looked for in all of them.
    """
    is_markup = part.filename.endswith((".xml", ".rels", ".vml"))
    size, before, corner = 0, b"", (0, 0)
    for chunk in _chunks(box, part):
        size += len(chunk)
        if size > left:
            raise Refused("too_large_unzipped")
        seen = before + chunk
        plain = seen.replace(b"\x00", b"")  # the same in UTF-16
        if is_markup and _DECLARATION.search(plain):
            raise Refused("document_type")
        corner = _check_cells(plain, corner, limits)
        before = seen[-_OVERLAP:]
    return size


def _check_cells(markup: bytes, corner: tuple[int, int], limits: Limits) -> tuple[int, int]:
    """The last row and column named so far: a sheet is as large as its furthest cells."""
    found = _REFERENCE.findall(markup)
    if not found:
        return corner
    last_row = max(corner[0], *(int(digits) for _, digits in found))
    last_column = max(corner[1], *(_column_number(letters) for letters in {a for a, _ in found}))
    _check_size(last_row, last_column, limits)
    return last_row, last_column


def _check_size(rows: int, columns: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise Refused("too_many_rows")
    if columns > limits.columns:
        raise Refused("too_many_columns")
    if rows * columns > limits.cells:
        raise Refused("too_many_cells")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _chunks(box: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with box.open(part) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def read(path: Path, limits: Limits) -> Iterator[dict[str, Any]]:
    """All visible sheets, each its name and then rows of plain values; dates are marked as such.

    Raises:
        Refused: the file is not one we read.
    """
    check_container(path, limits)
    try:
        book = CalamineWorkbook.from_path(str(path))
        budget = _Budget(limits)
        for name in _visible(book):
            yield {"sheet": name.replace("\x00", "")}
            yield from _rows(book.get_sheet_by_name(name), budget)
    except CalamineError as broken:
        raise Refused("not_a_workbook") from broken


def _visible(book: Any) -> list[str]:
    """Names of the sheets a person sees, each once."""
    seen = (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible)
    sheets = book.sheets_metadata[:MOST_SHEETS]
    return list(dict.fromkeys(each.name for each in sheets if (each.typ, each.visible) == seen))


class _Budget:
    """What the sheets of one file may hold together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells, self.text = limits.cells, limits.text

    def spend_cells(self, rows: int, columns: int) -> None:
        _check_size(rows, columns, self.limits)
        self.cells -= rows * columns
        if self.cells < 0:
            raise Refused("too_many_cells")

    def spend_text(self, row: list[Any]) -> None:
        lengths = [len(cell) for cell in row if type(cell) is str]
        if lengths and max(lengths) > self.limits.cell:
            raise Refused("cell_too_long")
        self.text -= sum(lengths)
        if self.text < 0:
            raise Refused("too_much_text")


def _rows(sheet: Any, budget: _Budget) -> Iterator[dict[str, Any]]:
    budget.spend_cells(sheet.total_height, sheet.total_width)
    lines: list[list[Any]] = []
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        budget.spend_text(row)
        lines.append([*before, *(_value(cell) for cell in row)])
        if len(lines) == ROWS_A_LINE:
            yield {"rows": lines}
            lines = []
    yield {"rows": lines}


def _value(cell: Any) -> Any:
    kind = type(cell)
    if kind is str:
        return cell.replace("\x00", "") if "\x00" in cell else cell
    if kind is float:
        return cell if abs(cell) < float("inf") else str(cell)
    return _marked(cell)


def _marked(cell: Any) -> Any:
    match cell:
        case datetime():
            return {"moment": cell.isoformat()}
        case date():
            return {"day": cell.isoformat()}
        case time() | timedelta():
            return str(cell)
        case _:
            return cell


def answers(path: Path, limits: Limits) -> Iterator[dict[str, Any]]:
    """What is to be said of the file, a refusal last."""
    try:
        yield from read(path, limits)
    except Refused as refusal:
        yield {"refused": str(refusal)}
    except MemoryError:
        yield {"refused": "too_slow"}
    else:
        yield {"end": True}


def main() -> None:
    """Read the workbook named on the command line under this process's own limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for answer in answers(Path(sys.argv[1]), Limits(**json.loads(sys.argv[2]))):
        sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
