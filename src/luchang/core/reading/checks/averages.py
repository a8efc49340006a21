"""Averages against totals: 日均 times the days of the period."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from luchang.core.reading.checks.evidence import (
    Case,
    essence,
    finding,
    interval,
    is_count,
    near,
    number,
    shown,
    times,
)
from luchang.core.reading.model import Finding, Flaw, Statistic, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LENGTHS = {"日": Decimal(1), "周": Decimal(7), "月": Decimal("30.4"), "年": Decimal(365)}
"""Days of what an average is over [d]."""
TOLERANCE = Decimal("1.2")
LONGEST = Decimal(366)


def average_against_total(case: Case) -> Iterator[Finding]:
    """An average that its total contradicts by more than a fifth."""
    for at, average in enumerate(case.statistics):
        if average.per not in LENGTHS:
            continue
        total = _total_of(average, [s for s in near(case.statistics, at) if is_count(s)])
        if total is None or total.period is None or not total.value or not average.value:
            continue
        days = total.period.days
        spans = (Decimal(days), Decimal(days)) if days else (LENGTHS[average.per], LONGEST)
        found = _compare(average, total, spans)
        if found:
            yield found


def _compare(
    average: Statistic, total: Statistic, spans: tuple[Decimal, Decimal]
) -> Finding | None:
    length = LENGTHS[average.per]
    fewest, most = (span / length for span in spans)
    low, high = interval(average)
    if (
        low * fewest <= interval(total)[1] * TOLERANCE
        and high * most * TOLERANCE >= interval(total)[0]
    ):
        return None
    turns = most if fewest == most else fewest
    product = average.value * turns
    mean = total.value / turns
    return finding(
        Flaw.AVERAGE_AGAINST_TOTAL,
        Weight.CONTRADICTION,
        (average, total),
        (
            f"{shown(average)} × {times(turns)} = {number(product)}",
            f"{number(product)} ÷ {number(total.value)} = {times(product / total.value)}",
            f"{shown(total)} ÷ {times(turns)} = {times(mean)}",
        ),
        likely=mean.quantize(Decimal(1), ROUND_HALF_EVEN) if fewest == most else None,
    )


def _total_of(average: Statistic, counts: Sequence[Statistic]) -> Statistic | None:
    """The figure of the same unit nearby that shares most words with the average."""
    words = set(essence(average.before)) - set("日均月年周平每天")
    best: Statistic | None = None
    rank = (0, 0)
    for total in counts:
        if total.paragraph != average.paragraph or total.measure != average.measure:
            continue
        shared = len(words & set(essence(total.before)))
        nearness = -abs(total.sentence - average.sentence)
        if shared and (shared, nearness) > rank:
            best, rank = total, (shared, nearness)
    return best
