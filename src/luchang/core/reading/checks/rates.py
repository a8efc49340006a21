"""Rates: above a hundred, against the counts they are made of, without a base."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from luchang.core.reading.checks.evidence import Case, finding, interval, number, shown
from luchang.core.reading.model import Finding, Flaw, Kind, Statistic, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HUNDRED = Decimal(100)
SHARE = re.compile(r"率|占比|比重|比例|占|覆盖|知晓度")
MAY_EXCEED = re.compile(
    r"完成率|完成|增长率|增速|负荷|上座率|利用率|周转率|产销|承载|饱和|"
    r"入住率|收缴率|执行|计划|任务|目标|同期|预算"
)
STEM = re.compile(r"([\u4e00-\u9fff]{2,4})率[^率]*$")
BASE = re.compile(
    r"全[市省县区国校镇乡村部]|所有|应[\u4e00-\u9fff]|各[乡镇县区]|每[个家]|符合|列入|抽|样本|受访"
)
FROM = re.compile(r"(?:由|从)[^由从]{0,14}$")
ROUNDING = Decimal("0.06")


def above_hundred(case: Case) -> Iterator[Finding]:
    """A share of a whole above the whole; a fall by more than everything."""
    for rate in case.statistics:
        if rate.unit != "%" or rate.value <= HUNDRED:
            continue
        words = rate.before[-20:]
        if rate.kind is Kind.CHANGE and rate.direction < 0:
            flaw = Flaw.FALL_ABOVE_HUNDRED
        elif rate.kind is Kind.RATE and SHARE.search(words) and not MAY_EXCEED.search(rate.before):
            flaw = Flaw.RATE_ABOVE_HUNDRED
        else:
            continue
        yield finding(flaw, Weight.CONTRADICTION, (rate,), (f"{shown(rate)} > 100%",))


def against_parts(case: Case) -> Iterator[Finding]:
    """督办40处,销号34处,销号率95%: 34 of 40 are 85 %."""
    for at, rate in enumerate(case.statistics):
        if rate.kind is not Kind.RATE or rate.unit != "%":
            continue
        operands = _operands(case.statistics[:at], rate)
        if operands is None:
            continue
        part, base = operands
        low, high = _share(part, base)
        least, most = interval(rate)
        if low - ROUNDING <= most and high + ROUNDING >= least:
            continue
        share = part.value / base.value * HUNDRED
        yield finding(
            Flaw.RATE_AGAINST_PARTS,
            Weight.CONTRADICTION,
            (rate, part, base),
            (f"{shown(part)} ÷ {shown(base)} = {number(share.quantize(Decimal('0.1')))}%",),
            likely=share.quantize(Decimal("0.1")),
        )


def _share(part: Statistic, base: Statistic) -> tuple[Decimal, Decimal]:
    low, high = interval(part)
    least, most = interval(base)
    return low / most * HUNDRED, high / max(least, Decimal(1)) * HUNDRED


def _operands(before: Sequence[Statistic], rate: Statistic) -> tuple[Statistic, Statistic] | None:
    """Numerator and denominator of a rate, where the sentence counts both."""
    stem = STEM.search(rate.before)
    counts = [
        s
        for s in before[-6:]
        if s.sentence == rate.sentence and s.kind in {Kind.COUNT, Kind.MEASURE}
    ]
    if not counts or stem is None:
        return None
    part = counts[-1]
    if stem.group(1)[-2:] not in part.before or part.per:
        return None
    bases = [s for s in counts[:-1] if s.measure == part.measure and s.value]
    if not bases or interval(part)[0] > interval(bases[-1])[1]:
        return None
    return part, bases[-1]


def without_base(case: Case) -> Iterator[Finding]:
    """A rate of a hundred percent that names no set it is complete in."""
    told: set[int] = set()
    for rate in case.statistics:
        if rate.kind is not Kind.RATE or rate.value != HUNDRED or rate.start in told:
            continue
        if not re.search(r"率", rate.before[-12:]) or _has_base(case, rate):
            continue
        told.add(rate.start)
        shared = [s for s in case.statistics if s.start == rate.start]
        yield finding(
            Flaw.RATE_WITHOUT_BASE,
            Weight.DOUBT,
            shared,
            tuple(f"{s.before.rstrip('均都皆达到为')} = ? ÷ ? = 100%" for s in shared),
        )


def _has_base(case: Case, rate: Statistic) -> bool:
    if BASE.search(rate.whole_clause):
        return True
    return any(
        s.sentence == rate.sentence and s.kind is Kind.COUNT and s.start < rate.start
        for s in case.counts
    )


def change_against_values(case: Case) -> Iterator[Finding]:
    """由100起下降到80起,下降30%: direction and size of a change against its two values."""
    figures = case.statistics
    for first, second in itertools.pairwise(figures):
        if first.sentence != second.sentence or first.measure != second.measure:
            continue
        if not second.direction or not first.value or not FROM.search(first.before):
            continue
        grown = second.value - first.value
        steps = [f"{shown(first)} → {shown(second)}"]
        if grown * second.direction < 0:
            yield finding(Flaw.CHANGE_AGAINST_VALUES, Weight.CONTRADICTION, (second, first), steps)
            continue
        change = _told_change(case, second)
        real = abs(grown) / first.value * HUNDRED
        if change and abs(change.value - real) > Decimal("0.6") and change.is_exact:
            steps.append(
                f"{number(abs(grown))} ÷ {shown(first)} = {number(real.quantize(Decimal('0.1')))}%"
            )
            yield finding(
                Flaw.CHANGE_AGAINST_VALUES,
                Weight.CONTRADICTION,
                (change, first, second),
                steps,
                likely=real.quantize(Decimal("0.1")),
            )


def _told_change(case: Case, level: Statistic) -> Statistic | None:
    """The percentage that the same sentence gives for the change up to a level."""
    return next(
        (
            s
            for s in case.statistics
            if s.sentence == level.sentence
            and s.start > level.start
            and s.kind is Kind.CHANGE
            and s.unit == "%"
        ),
        None,
    )
