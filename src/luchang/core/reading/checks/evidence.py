"""What all checks share: the case they judge, how exact a figure is, how arithmetic is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from luchang.core.reading.model import Finding, Flaw, Kind, Statistic, Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from luchang.core.reading.page import Page
    from luchang.core.reading.periods import Found

ABOVE = frozenset({"余", "多", "来", "几", "以上", "超", "上", "数"})
BELOW = frozenset({"近", "不足", "以下", "以内"})
SLACK = Decimal("0.1")
"""What 约 and 左右 may be off by."""
HALF = Decimal("0.5")
THOUSAND = 1000
REACH = 200
"""Figures before and behind within which others speak of the same matter."""
THOUSANDTH = Decimal("0.001")
COMMON = re.compile(
    r"全[市省县区国]|我[市省县区]|共计?|累计|分别|各类|今年以来|今年|上半年|"
    r"其中|总|已|就|仅在|[的了为达到至均则“”\"]"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A report as the checks see it; `counts` are the figures that count or measure."""

    text: str
    page: Page
    statistics: Sequence[Statistic]
    counts: Sequence[Statistic]
    times: Sequence[Found]
    earlier: Sequence[Statistic]

    def between(self, first: Statistic, second: Statistic) -> str:
        """The text from the end of one figure to the beginning of a later one."""
        return self.text[first.end : second.start]


def near(counts: Sequence[Statistic], at: int) -> Sequence[Statistic]:
    """The figures around one, so that a text of any length is compared in linear time."""
    return counts[max(at - REACH, 0) : at + REACH + 1]


def is_count(statistic: Statistic) -> bool:
    return statistic.kind in {Kind.COUNT, Kind.MEASURE} and not statistic.per


def interval(statistic: Statistic) -> tuple[Decimal, Decimal]:
    """The least and the most that a figure with its qualifier can mean."""
    value = statistic.value
    if statistic.upper is not None:
        return value, statistic.upper
    step = _last_place(statistic)
    words = set(re.findall("以上|以下|以内|不足|左右|.", statistic.qualifier))
    if words & ABOVE:
        return value, value + step
    if words & BELOW:
        return value - step, value
    if words & {"约", "左右"}:
        return value * (1 - SLACK), value * (1 + SLACK)
    if statistic.scale or value % 1:
        half = Decimal(1).scaleb(_exponent(statistic.coefficient) + statistic.scale) * HALF
        return value - half, value + half
    return value, value


def _exponent(coefficient: Decimal) -> int:
    exponent = coefficient.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _last_place(statistic: Statistic) -> Decimal:
    """The unit of the last digit that is not zero: 67000 is told in thousands."""
    exponent = statistic.value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def number(value: Decimal) -> str:
    """A value as steps show it: 132,000; 93.3."""
    rounded = (
        value.quantize(THOUSANDTH) if value.as_tuple().exponent not in range(-3, 64) else value
    )
    return f"{rounded.normalize():,f}"


def shown(statistic: Statistic) -> str:
    """A figure with its value where the quote does not say it digit by digit."""
    quote = re.sub(r"\s", "", statistic.quote)
    value = number(statistic.value)
    return quote if value.replace(",", "") in quote.replace(",", "") else f"{quote} = {value}"


def times(ratio: Decimal) -> str:
    """A ratio with the digits that matter."""
    return f"{ratio:,.0f}" if ratio >= THOUSAND else f"{float(ratio):.3g}"


def finding(
    flaw: Flaw,
    weight: Weight,
    concerned: Sequence[Statistic],
    arithmetic: Sequence[str] = (),
    *,
    likely: Decimal | None = None,
    quote: str = "",
) -> Finding:
    """A finding at the place of its first figure."""
    first = concerned[0]
    return Finding(
        flaw=flaw,
        weight=weight,
        start=first.start,
        end=first.end,
        quote=quote or first.quote,
        concerned=tuple(concerned),
        arithmetic=tuple(arithmetic),
        likely=likely,
    )


def essence(words: str) -> str:
    """The words of a subject without those that any subject may carry."""
    return COMMON.sub("", words)


def pairs(words: str) -> set[str]:
    """Pairs of neighbouring characters."""
    return {words[i : i + 2] for i in range(len(words) - 1)}


def likeness(first: str, second: str) -> float:
    """Dice coefficient of the character pairs of two subjects."""
    a, b = pairs(essence(first)), pairs(essence(second))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def is_same_noun(first: Statistic, second: Statistic, length: int = 2) -> bool:
    """Whether two figures count the same: equal ends of what stands before the number."""
    a, b = essence(first.before), essence(second.before)
    return len(a) >= length and a[-length:] == b[-length:]
