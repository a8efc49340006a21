"""Reads one workbook; run as a process of its own with a memory and a time limit.

Nothing of Django is imported here: the process must start fast and know nothing. It answers with
one JSON document on standard output: a table, or a refusal.
"""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 768 * 1024 * 1024
CPU_S = 20
LARGEST_FILE = 20_000_000
MOST_PARTS = 1_000
LARGEST_UNZIPPED = 200_000_000
HIGHEST_RATIO = 200
"""Unzipped to zipped size of one part above a megabyte; honest sheets stay below 60."""
MOST_ROWS = 100_000
MOST_COLUMNS = 256
LONGEST_CELL = 32_767
MOST_SHEETS = 20
CHUNK = 1 << 20

_REFERENCE = re.compile(rb"<c\b[^>]{0,80}?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
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
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as broken:
        raise Refused("not_a_workbook") from broken
    except (zipfile.LargeZipFile, zipfile.zlib.error) as broken:  # type: ignore[attr-defined]
        raise Refused("not_a_workbook") from broken


def _check_parts(box: zipfile.ZipFile, limits: Limits) -> None:
    parts = box.infolist()
    names = {part.filename for part in parts}
    if len(names) != len(parts) or "xl/workbook.xml" not in names:
        raise Refused("not_a_workbook")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unzipped:
        raise Refused("too_large_unzipped")
    left = limits.unzipped
    for part in parts:
        left -= _size_of(box, part, left)
        _check_ratio(part)
    for part in parts:
        if part.filename.endswith((".xml", ".rels", ".vml")):
            _check_markup(box, part, limits)


def _size_of(box: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """The true size of a part, whatever its head says; counting stops at what is left."""
    size = 0
    for chunk in _chunks(box, part):
        size += len(chunk)
        if size > left:
            raise Refused("too_large_unzipped")
    return size


def _check_ratio(part: zipfile.ZipInfo) -> None:
    if part.file_size > CHUNK and part.file_size > HIGHEST_RATIO * max(part.compress_size, 1):
        raise Refused("too_large_unzipped")


def _check_markup(box: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> None:
    is_sheet = part.filename.startswith("xl/worksheets/")
    before = b""
    for chunk in _chunks(box, part):
        seen = before + chunk
        plain = seen.replace(b"\x00", b"")  # the same in UTF-16
        if _DECLARATION.search(plain):
            raise Refused("document_type")
        if is_sheet:
            _check_cells(plain, limits)
        before = seen[-_OVERLAP:]


def _check_cells(markup: bytes, limits: Limits) -> None:
    for letters, digits in _REFERENCE.findall(markup):
        if int(digits) > limits.rows:
            raise Refused("too_many_rows")
        if _column_number(letters) > limits.columns:
            raise Refused("too_many_columns")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _chunks(box: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with box.open(part) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def read(path: Path, limits: Limits) -> dict[str, Any]:
    """All visible sheets as rows of plain values; dates are marked as such.

    Raises:
        Refused: the file is not one we read.
    """
    check_container(path, limits)
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [
            (each.name, book.get_sheet_by_name(each.name))
            for each in book.sheets_metadata[:MOST_SHEETS]
            if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
        ]
        return {"sheets": [_sheet(name, sheet, limits) for name, sheet in sheets]}
    except CalamineError as broken:
        raise Refused("not_a_workbook") from broken


def _sheet(name: str, sheet: Any, limits: Limits) -> dict[str, Any]:
    if sheet.total_height > limits.rows:
        raise Refused("too_many_rows")
    if sheet.total_width > limits.columns:
        raise Refused("too_many_columns")
    rows = sheet.to_python(skip_empty_area=False)
    return {"name": name, "rows": [[_value(cell, limits) for cell in row] for row in rows]}


def _value(cell: Any, limits: Limits) -> Any:
    match cell:
        case bool() | int():
            return cell
        case float():
            return cell if abs(cell) < float("inf") else str(cell)
        case datetime():
            return {"moment": cell.isoformat()}
        case date():
            return {"day": cell.isoformat()}
        case time() | timedelta():
            return str(cell)
        case _:
            if len(cell) > limits.cell:
                raise Refused("cell_too_long")
            return cell


def main() -> None:
    """Read the workbook named on the command line under this process's own limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(Path(sys.argv[1]), Limits(**json.loads(sys.argv[2])))
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "too_large_unzipped"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
