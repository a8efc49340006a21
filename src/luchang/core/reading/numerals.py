"""Numerals as Chinese reports write them: 1,234; 12.5万; 二十三; 两千三百余; 百分之九十五."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL = {"十": 1, "百": 2, "千": 3}
LARGE = {"万": 4, "亿": 8}
POWERS = SMALL | LARGE
LONGEST = 15
"""Digits of the longest number that is read as a quantity."""

MORE = "余多几来"
_NOT_SCALE = r"(?!克|米|瓦|伏|卡|帕|赫|字节|分[之号]|姓|货|科全|佳|强|年|日)"
_ARABIC = r"(?:\d{1,3}(?:[,,]\d{3})+(?![\d])|\d+)(?:\.\d+)?"
_SCALE = rf"[{MORE}]?(?:[百千]{_NOT_SCALE})?(?:万亿|[万亿])|[{MORE}]?[百千]{_NOT_SCALE}"
_MIXED = rf"{_ARABIC}(?:{_SCALE})?(?:(?<=[亿万])\d{{1,4}}(?:\.\d+)?(?:[万千百]))?"
_WORDS = "零〇一二两三四五六七八九十百千万亿"
_CHINESE = rf"[{_WORDS}][{_WORDS}余多几]*(?:点[零〇一二三四五六七八九]+)?"
NUMERAL = re.compile(rf"(?P<arabic>{_MIXED})|(?P<chinese>{_CHINESE})")
VAGUE = re.compile(
    r"(?P<vague>[数几]|(?<![以晚早网线])上(?!十))(?P<power>[十百千]?万|[十百千](?!分之)|亿)"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it stands in the text.

    Attributes
    ----------
    coefficient, scale
        12.5万 is 12.5 and 4; the value is their product.
    inner
        A 余 or 多 inside the numeral, as in 20余万.
    is_chinese
        Written in characters.
    is_bare
        A lone power such as 百 or 万: a quantity only with a qualifier beside it.
    upper
        The most that a vague numeral such as 数百 can mean.
    """

    start: int
    end: int
    coefficient: Decimal
    scale: int = 0
    inner: str = ""
    is_chinese: bool = False
    is_bare: bool = False
    upper: Decimal | None = None

    @property
    def value(self) -> Decimal:
        return self.coefficient.scaleb(self.scale)


def scan(text: str) -> Iterator[Numeral]:
    """Every numeral of a squeezed text, in order, none inside another."""
    position = 0
    while found := NUMERAL.search(text, position):
        vague = VAGUE.match(text, max(found.start() - 1, position))
        numeral = _vague(vague) if vague else _numeral(found)
        position = max(numeral.end if numeral else 0, found.end())
        if numeral:
            yield numeral


def _vague(found: re.Match[str]) -> Numeral:
    """数百: from a hundred up to nine hundred; 上百: a hundred and more."""
    power = sum(POWERS[character] for character in found["power"])
    least = Decimal(1).scaleb(power)
    is_open = found["vague"] == "上"
    return Numeral(
        found.start(),
        found.end(),
        Decimal(1),
        power,
        found["vague"],
        is_chinese=True,
        upper=None if is_open else least * 9,
    )


def _numeral(found: re.Match[str]) -> Numeral | None:
    if found["arabic"]:
        return _arabic(found.start(), found["arabic"])
    return _chinese(found.start(), found["chinese"])


def _arabic(start: int, words: str) -> Numeral | None:
    """Digits, and behind them 百, 千, 万, 亿: 1亿2000万 is 1.2 with eight zeros."""
    digits = re.split(rf"(?=[{MORE}百千万亿])", words, maxsplit=1)[0]
    plain = re.sub("[,,]", "", digits)
    if len(plain) > LONGEST:
        return None
    rest = words[len(digits) :]
    inner = "".join(character for character in rest if character in MORE)
    scale = 0
    at = 0
    while at < len(rest) and not rest[at].isdigit():
        scale += POWERS.get(rest[at], 0)
        at += 1
    coefficient = Decimal(plain) + _tail(rest[at:], scale)
    return Numeral(start, start + len(words), coefficient, scale, inner)


def _tail(words: str, scale: int) -> Decimal:
    """The second part of 1亿2000万, in units of the first."""
    if not words:
        return Decimal(0)
    return (Decimal(words[:-1]).scaleb(POWERS[words[-1]])).scaleb(-scale)


def _chinese(start: int, words: str) -> Numeral | None:
    """Characters; what they cannot spell is cut off at the end, or is no number."""
    core = words.rstrip(MORE)
    whole, point, decimals = core.partition("点")
    inner = "".join(c for c in whole if c in MORE)
    value = chinese_value("".join(c for c in whole if c not in MORE))
    if value is None:
        return None
    scale = max((LARGE.get(c, 0) for c in whole[-1]), default=0)
    fraction = "".join(str(DIGITS[c]) for c in decimals)
    number = Decimal(f"{value}.{fraction}") if point else Decimal(value)
    return Numeral(
        start,
        start + len(core),
        number.scaleb(-scale),
        scale,
        inner,
        is_chinese=True,
        is_bare=all(character in "百千万亿" for character in whole),
    )


def chinese_value(words: str) -> int | None:
    """Value of 二十三, 两千三百, 三百五十万; None where the characters spell no number."""
    if len(words) > LONGEST:
        return None
    total = section = 0
    digit: int | None = None
    last = len(POWERS)
    for character in words:
        if character in DIGITS:
            if digit:
                return None
            digit = DIGITS[character]
        elif character in SMALL:
            if SMALL[character] >= last:
                return None
            last = SMALL[character]
            section += (1 if digit is None else digit) * 10**last
            digit = None
        else:
            total = _raised(total, section + (digit or 0), LARGE[character])
            section, digit, last = 0, None, len(POWERS)
    return total + section + (digit or 0)


def _raised(total: int, section: int, power: int) -> int:
    """亿 raises all that stands before it, 万 only what follows the last 亿."""
    factor = int(10**power)
    if power == LARGE["亿"]:
        return (total + section or 1) * factor
    return total + (section or 1) * factor
