"""Figures with a grammar of their own: 百分之九十, 三分之二, 前三, 未发生一起, 四大, 一死三伤."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from luchang.core.reading.model import Kind
from luchang.core.reading.numerals import DIGITS, chinese_value
from luchang.core.reading.units import head_unit

CHARACTERS = "零〇一二两三四五六七八九十百千万"
PERCENT = re.compile(
    rf"(?P<ahead>约|近|超过?|逾)?(?P<base>百分之|"
    rf"千分之)(?P<whole>[{CHARACTERS}]+)"
    r"(?:点(?P<decimals>[零〇一二三四五六七八九]+))?"
    r"(?P<behind>以上|左右|多)?|(?P<all>百分之百|百分百(?!之))"
)
FRACTION = re.compile(
    r"(?P<below>[二三四五六七八九十]{1,3}|"
    r"\d{1,2})分之(?P<above>[一二三四五六七八九十]{1,3}|"
    r"\d{1,2})(?P<behind>以上|左右|多)?"
)
PLACED = r"(?:名列|位列|位居|排名|列|居|排在?|跻身|进入|夺得|获得?|取得|荣获|挤进|保持)"
RANK = re.compile(
    rf"{PLACED}[^,,;。\n\d第前]{{0,14}}(?P<mark>前|"
    rf"第)(?P<number>[一二三四五六七八九十]{{1,3}}|\d{{1,3}})(?P<unit>名|位|"
    rf"强)?"
    r"(?!时间|线|责任|书记|方阵|季度|届|次|批|轮|期|年|个|条|项|步|家|天|大|"
    r"产|梯|[一二三四五六七八九十\d])"
)
AWARD = re.compile(
    r"(?:荣获|获得?|夺得|摘得|斩获|"
    r"评为)[^,,;。\n]{0,24}?(?P<number>[一二三])等奖(?![\d一二三四五六七八九十]|"
    r"项目|励)"
)
ZERO = re.compile(
    r"(?P<none>(?:未|没有|没|无|未曾|从未)(?:再)?(?:发生|出现|接到|收到|"
    r"发现|造成|引发|有)?过?一(?P<unit>起|例|人|件|宗|次|名)|"
    r"(?:实现|保持|做到|取得|达到|确保)[^,,;。\n“”]{0,10}?零(?:死亡|伤亡|"
    r"事故|亡人|感染|投诉|发生|发案|失误|差错|上访|违纪)|"
    r"(?:数|人数|起数)(?:均|都)?为零)"
)
ENUMERATION = re.compile(
    rf"(?<![{CHARACTERS}第世])(?P<number>[二两三四五六七八九十]|十[一二三四五六七八九])大"
    r"(?!队|型|小|道|路|于|中|地|会|以来|精神|报告|代表|街|桥|厦|楼|"
    r"家庭院)(?P<noun>[\u4e00-\u9fff“]{2,6})"
)
HARM = re.compile(rf"(?P<dead>[{CHARACTERS}]|\d{{1,2}})死(?P<hurt>[{CHARACTERS}]|\d{{1,2}})伤")


@dataclass(frozen=True, slots=True)
class Form:
    """A figure read by its fixed form; `number` is where its number begins."""

    start: int
    end: int
    number: int
    value: Decimal
    unit: str = ""
    qualifier: str = ""
    kind: Kind = Kind.COUNT
    upper: Decimal | None = None
    is_rank: bool = False


def fixed_forms(text: str) -> list[Form]:
    """All forms; where two claim the same place the earlier one has it."""
    found = sorted(
        (form for reader in READERS for form in reader(text)), key=lambda form: form.start
    )
    kept: list[Form] = []
    for form in found:
        if not kept or form.start >= kept[-1].end or form.start == kept[-1].start:
            kept.append(form)
    return kept


def spoken_number(words: str) -> Decimal | None:
    """A short number in digits or characters."""
    value = int(words) if words.isdigit() and words.isascii() else chinese_value(words)
    return None if value is None else Decimal(value)


def _percents(text: str) -> Iterator[Form]:
    for found in PERCENT.finditer(text):
        if found["all"]:
            yield Form(
                found.start(), found.end(), found.start(), Decimal(100), "%", kind=Kind.RATE
            )
            continue
        value = spoken_number(found["whole"])
        if value is None:
            continue
        decimals = "".join(str(DIGITS[character]) for character in found["decimals"] or "")
        sign = "%" if found["base"] == "百分之" else "‰"
        ahead = {"超过": "超", "逾": "超"}.get(found["ahead"] or "", found["ahead"] or "")
        yield Form(
            found.start(),
            found.end(),
            found.start("base"),
            Decimal(f"{value}.{decimals}") if decimals else value,
            sign,
            ahead + (found["behind"] or ""),
            Kind.RATE,
        )


def _fractions(text: str) -> Iterator[Form]:
    for found in FRACTION.finditer(text):
        below, above = spoken_number(found["below"]), spoken_number(found["above"])
        if below and above:
            value = (above / below).quantize(Decimal("0.0001")).normalize()
            behind = found["behind"] or ""
            yield Form(found.start(), found.end(), found.start(), value, "", behind, Kind.RATE)


def _ranks(text: str) -> Iterator[Form]:
    for pattern in (RANK, AWARD):
        for found in pattern.finditer(text):
            value = spoken_number(found["number"])
            is_award = pattern is AWARD
            if value is None:
                continue
            yield Form(
                found.start("number") if is_award else found.start(),
                found.end(),
                found.start("number"),
                value,
                "等奖" if is_award else "名次",
                "前" if not is_award and found["mark"] == "前" else "",
                Kind.RANK,
                is_rank=True,
            )


def _zeros(text: str) -> Iterator[Form]:
    for found in ZERO.finditer(text):
        start, end = found.span("none")
        yield Form(start, end, start, Decimal(0), found["unit"] or "")


def _enumerations(text: str) -> Iterator[Form]:
    for found in ENUMERATION.finditer(text):
        yield Form(
            found.start(),
            found.start("noun"),
            found.start(),
            Decimal(chinese_value(found["number"]) or 0),
            head_unit(found["noun"]),
            kind=Kind.ENUMERATION,
        )


def _harm(text: str) -> Iterator[Form]:
    """一死三伤: so many dead, so many hurt."""
    for found in HARM.finditer(text):
        for name, end in (("dead", found.start("hurt")), ("hurt", found.end())):
            value = spoken_number(found[name]) or Decimal(0)
            yield Form(found.start(name), end, found.start(name), value, "人")


READERS: tuple[Callable[[str], Iterator[Form]], ...] = (
    _percents,
    _fractions,
    _ranks,
    _zeros,
    _enumerations,
    _harm,
)
