"""Workbooks as clerks would send them: two sheets, a title above one header, faults planted."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

Row = list[str]
Cell = tuple[str, str, str]
"""Sheet, row and column, as the list of faults names them."""
Spoil = Callable[[Row, Row], int]
"""Spoils one cell of a row, perhaps after an earlier row, and returns which."""


@dataclass(frozen=True)
class Kind:
    """What rows of one kind of record look like, and how they can be wrong."""

    head: tuple[str, ...]
    title: str
    sheets: tuple[str, str]
    row: Callable[[int, Random], Row]
    spoilt: Sequence[Spoil]
    once: Spoil
    """Planted in one row at most."""


@dataclass(frozen=True)
class Sent:
    """A workbook and the cells in which it is wrong."""

    content: bytes
    rows: int
    planted: frozenset[Cell]


def workbook(kind: Kind, count: int, faults: int, seed: int) -> Sent:
    """`count` records nobody knows yet, `faults` of them wrong in one cell each."""
    dice = Random(seed)
    rows = [kind.row(number, dice) for number in range(count)]
    planted: set[Cell] = set()
    is_used = False
    for number in sorted(dice.sample(range(1, count), faults)):
        spoil = dice.choice([each for each in kind.spoilt if each is not kind.once or not is_used])
        is_used = is_used or spoil is kind.once
        place = spoil(rows[number], _sound(kind, rows, number, planted))
        planted.add(_cell(kind, number, place, count))
    return Sent(_packed(kind, rows), count, frozenset(planted))


def set_to(place: int, value: Callable[[Row], str] | str) -> Spoil:
    """Spoil a cell by writing something else into it."""

    def spoil(row: Row, earlier: Row) -> int:
        row[place] = value if isinstance(value, str) else value(earlier)
        return place

    return spoil


def _sound(kind: Kind, rows: list[Row], number: int, planted: set[Cell]) -> Row:
    """The nearest earlier row without a fault."""
    wrong = {(sheet, row) for sheet, row, _ in planted}
    return next(
        rows[earlier]
        for earlier in range(number - 1, -1, -1)
        if _cell(kind, earlier, 0, len(rows))[:2] not in wrong
    )


def _cell(kind: Kind, number: int, place: int, count: int) -> Cell:
    half = count // 2
    sheet, above = (0, 0) if number < half else (1, half)
    row = number - above + 1 + len(_above(kind)[sheet])
    return kind.sheets[sheet], str(row), xl_col_to_name(place)


def _above(kind: Kind) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """What stands above the rows of either sheet."""
    return ((kind.title,), kind.head), (kind.head,)


def _packed(kind: Kind, rows: list[Row]) -> bytes:
    out = io.BytesIO()
    half = len(rows) // 2
    parts = (rows[:half], rows[half:])
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as book:
        for name, titles, part in zip(kind.sheets, _above(kind), parts, strict=True):
            sheet = book.add_worksheet(name)
            for number, row in enumerate((*titles, *part)):
                for place, value in enumerate(row):
                    sheet.write_string(number, place, value)
    return out.getvalue()
