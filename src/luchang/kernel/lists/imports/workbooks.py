"""Workbooks an import gives back: the form to fill in, and the file with its faults marked."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.db.models import Model
from django.utils.translation import gettext

from luchang.kernel.lists.columns import labels_of
from luchang.kernel.lists.exports import Cells, sheet_name
from luchang.kernel.lists.imports.parsers import CodeParser
from luchang.kernel.lists.imports.planning import Fault, Plan
from luchang.kernel.lists.imports.reading import RawSheet, read_workbook
from luchang.kernel.lists.imports.specs import ImportSpec

OPTIONS: Mapping[str, object] = {
    "constant_memory": True,
    "in_memory": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONGEST_OFFER = 255
"""Characters a drop-down list may hold by the file format."""


def form(spec: ImportSpec[Any], rows: Iterable[Model] = ()) -> bytes:
    """The form to fill in, with `rows` as they are now: sent back unchanged it changes nothing."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {**OPTIONS, "constant_memory": False}) as book:
        sheet = book.add_worksheet(sheet_name(str(spec.title)))
        cells = Cells(book, sheet)
        _head(book, sheet, spec)
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(spec.columns):
                cells.put(number, place, column.shown(row))
        _notes(book, spec)
    return out.getvalue()


def _head(book: Any, sheet: Any, spec: ImportSpec[Any]) -> None:
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
    text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(spec.columns):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(0, place, f"{column.title}{'*' if column.is_required else ''}", head)
        if isinstance(column.parser, CodeParser):
            _offer(sheet, place, column.parser)


def _offer(sheet: Any, place: int, parser: CodeParser) -> None:
    """A drop-down list, where the format has room for one."""
    labels = [str(label) for label in labels_of(parser.labels).values()]
    if (
        labels
        and len(",".join(labels)) <= LONGEST_OFFER
        and not any("," in each for each in labels)
    ):
        sheet.data_validation(1, place, 10_000, place, {"validate": "list", "source": labels})


def _notes(book: Any, spec: ImportSpec[Any]) -> None:
    sheet = book.add_worksheet(gettext("填写说明"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for number, column in enumerate(spec.columns):
        need = gettext("必填") if column.is_required else gettext("选填")
        sheet.write_string(number, 0, str(column.title))
        sheet.write_string(number, 1, f"{need}；{column.parser.hint()}")


def error_workbook(spec: ImportSpec[Any], content: bytes, judged: Plan) -> bytes:
    """A list of every fault, then the file's own sheets with the wrong cells marked.

    Each line of the list leads to its cell. Mended, the workbook can be imported as it is: the
    list has no header an import would take for its own.
    """
    out = BytesIO()
    wrong = {fault.sheet for fault in judged.faults}
    sheets = [sheet for sheet in read_workbook(content) if sheet.name in wrong]
    names = _writable([sheet.name for sheet in sheets])
    with xlsxwriter.Workbook(out, dict(OPTIONS)) as book:
        _list_faults(book, judged.faults, names)
        for sheet in sheets:
            _mark(book, names[sheet.name], sheet, judged)
    del spec
    return out.getvalue()


def _writable(names: Sequence[str]) -> dict[str, str]:
    """Each sheet's name as a workbook may hold it; what others wrote may break its rules."""
    given: dict[str, str] = {}
    for name in names:
        given.setdefault(name, _free_name(sheet_name(name), set(given.values())))
    return given


def _list_faults(book: Any, faults: Sequence[Fault], sheets: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(_free_name(gettext("错误清单"), set(sheets.values())))
    bold = book.add_format({"bold": True, "bg_color": "#FDE8E8", "border": 1})
    link = book.add_format({"font_color": "#1F5FBF", "underline": 1})
    for place, (title, width) in enumerate(
        [
            (gettext("工作表"), 16),
            (gettext("行"), 8),
            (gettext("列"), 8),
            (gettext("列名"), 18),
            (gettext("填写内容"), 30),
            (gettext("问题"), 40),
            (gettext("如何修改"), 50),
        ]
    ):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, bold)
    for number, fault in enumerate(faults, 1):
        texts = (fault.sheet, fault.row, fault.letter, fault.column, fault.value, fault.what)
        for place, text in enumerate((*texts, fault.how)):
            sheet.write_string(number, place, str(text))
        if fault.letter:
            place_of = f"internal:'{sheets[fault.sheet]}'!"
            sheet.write_url(
                number, 1, f"{place_of}{fault.letter}{fault.row}", link, str(fault.row)
            )


def _mark(book: Any, name: str, sheet: RawSheet, judged: Plan) -> None:
    out = book.add_worksheet(name)
    cells = Cells(book, out)
    wrong = book.add_format({"bg_color": "#F8B4B4", "border": 1, "num_format": "@"})
    marked = _marks(sheet, judged)
    for number, row in enumerate(sheet.rows):
        width = max([len(row), *(place + 1 for (at, place) in marked.get(number, {}))])
        for place in range(width):
            value = row[place] if place < len(row) else None
            note = marked.get(number, {}).get((number, place))
            if note is None:
                cells.put(number, place, value)
            else:
                out.write_string(number, place, "" if value is None else str(value), wrong)
                out.write_comment(number, place, note[:500])


def _marks(sheet: RawSheet, judged: Plan) -> dict[int, dict[tuple[int, int], str]]:
    """What to say at which cell, by row."""
    marks: dict[int, dict[tuple[int, int], str]] = {}
    for fault in judged.faults:
        if fault.sheet == sheet.name and fault.letter:
            at = (fault.row - 1, _place(fault.letter))
            marks.setdefault(at[0], {})[at] = f"{fault.what}\n{fault.how}".strip()
    return marks


def _place(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _free_name(wanted: str, taken: set[str]) -> str:
    lowered = {name.casefold() for name in taken}
    return next(
        name
        for name in (wanted, *(f"{wanted[:28]}{n}" for n in range(2, 100)))
        if name.casefold() not in lowered
    )
