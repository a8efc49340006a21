"""Rosters as a clerk would send them: two sheets, a title above one header, faults planted."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import xlsxwriter

HEAD = ("警号", "姓名", "类别", "所属机构", "技能")
SHEETS = ("城区", "县市")
TITLES = ((("株洲支队警力名册",), HEAD), (HEAD,))
"""What stands above the rows of either sheet."""
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚英华文斌玲"

SKILLS_EACH = (0, 0, 0, 0, 0, 0, 0, 1, 1, 2)
"""How many skills an officer is entered with: most hold none."""

Row = list[str]
Cell = tuple[str, str, str]
"""Sheet, row and column, as the list of faults names them."""


@dataclass(frozen=True)
class Ground:
    """What rows may name: places within reach, one outside it, and a badge that is held there."""

    places: tuple[str, ...]
    foreign: str
    held: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """A workbook and the cells in which it is wrong."""

    content: bytes
    rows: int
    planted: frozenset[Cell]


Spoil = Callable[[Row, Ground, Row], int]
"""Spoils one cell of a row, perhaps after an earlier row, and returns which."""


def _set(place: int, value: Callable[[Ground, Row], str]) -> Spoil:
    def spoil(row: Row, ground: Ground, earlier: Row) -> int:
        row[place] = value(ground, earlier)
        return place

    return spoil


SPOILT: tuple[Spoil, ...] = (
    _set(0, lambda ground, earlier: "a1"),
    _set(0, lambda ground, earlier: ""),
    _set(0, lambda ground, earlier: earlier[0]),  # twice in the file
    _set(0, lambda ground, earlier: ground.held),  # only the service and the database know
    _set(1, lambda ground, earlier: " "),
    _set(1, lambda ground, earlier: "甲" * 41),
    _set(2, lambda ground, earlier: "保安"),
    _set(2, lambda ground, earlier: ""),
    _set(3, lambda ground, earlier: ground.foreign),
    _set(3, lambda ground, earlier: "没有这样的大队"),
    _set(4, lambda ground, earlier: f"{ground.skills[0]}、飞行"),
)


def roster(count: int, faults: int, ground: Ground, seed: int) -> Roster:
    """`count` officers nobody knows yet, `faults` of them wrong in one cell each."""
    dice = Random(seed)
    rows = [_row(number, ground, dice) for number in range(count)]
    planted: set[Cell] = set()
    held = False
    for number in sorted(dice.sample(range(1, count), faults)):
        spoil = dice.choice([each for each in SPOILT if each is not SPOILT[3] or not held])
        held = held or spoil is SPOILT[3]
        place = spoil(rows[number], ground, _sound(rows, number, planted, count))
        planted.add(_cell(number, place, count))
    return Roster(_packed(rows), count, frozenset(planted))


def _row(number: int, ground: Ground, dice: Random) -> Row:
    name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.randint(1, 2)))
    skills = dice.sample(ground.skills, dice.choice(SKILLS_EACH))
    kind = dice.choice(["民警", "辅警"])
    return [f"N{number:06d}", name, kind, dice.choice(ground.places), "、".join(skills)]


def _sound(rows: list[Row], number: int, planted: set[Cell], count: int) -> Row:
    """The nearest earlier row without a fault."""
    wrong = {(sheet, row) for sheet, row, _ in planted}
    return next(
        rows[earlier]
        for earlier in range(number - 1, -1, -1)
        if _cell(earlier, 0, count)[:2] not in wrong
    )


def _cell(number: int, place: int, count: int) -> Cell:
    sheet, above = (0, 0) if number < _half(count) else (1, _half(count))
    return SHEETS[sheet], str(number - above + 1 + len(TITLES[sheet])), "ABCDE"[place]


def _half(count: int) -> int:
    return count // 2


def _packed(rows: list[Row]) -> bytes:
    out = io.BytesIO()
    half = _half(len(rows))
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as book:
        for name, titles, part in zip(SHEETS, TITLES, (rows[:half], rows[half:]), strict=True):
            sheet = book.add_worksheet(name)
            for number, row in enumerate((*titles, *part)):
                for place, value in enumerate(row):
                    sheet.write_string(number, place, value)
    return out.getvalue()
