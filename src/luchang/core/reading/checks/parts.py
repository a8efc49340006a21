"""Parts and wholes: 其中, 包括, 共计; sets and subsets; sums that miss by a factor of ten."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from luchang.core.reading.checks.evidence import (
    REACH,
    Case,
    finding,
    interval,
    number,
    shown,
    times,
)
from luchang.core.reading.model import Finding, Flaw, Statistic, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AMONG = re.compile(r"其中|包括|包含|分别(?:为|是)|含(?!量|有)")
EXHAUSTIVE = re.compile(r"包括|包含|分别(?:为|是)|:$")
TOTAL = re.compile(r"(?:共计|合计|总计|总共|共)(?:[\u4e00-\u9fff]{0,4})$")
OVERLAP = re.compile(r"涉及|另有|同时|含|均|兼")
MEMBERS = 2
FACTORS = (Decimal("0.1"), Decimal(10), Decimal("0.01"))
TEN_MEMBERS = 3
STAGES = (
    (
        re.compile(r"排查|发现|摸排|查出|挂牌|督办|隐患"),
        re.compile(r"整改|治理|销号|消除|整治|完成|修复"),
    ),
    (
        re.compile(r"受理|收到|接到|接收|申请|登记|交办|立案"),
        re.compile(r"办结|回复|答复|办理|处理|破|结案|通过|批准"),
    ),
    (
        re.compile(r"参加|参考|报名|应到|应检|检测|送检|抽检|抽查|应"),
        re.compile(r"合格|通过|实到|实检|达标|已"),
    ),
    (re.compile(r"[\u4e00-\u9fff]"), re.compile(r"^(?:中[,,]?)?(?:已有|已|有|仅)$")),
)
SET = re.compile(r"[\u4e00-\u9fff]{1,14}中[,,]?(?:已有|已|有|仅有?|共有)?")


@dataclass(frozen=True, slots=True)
class Whole:
    """A figure and those that the text calls its parts."""

    total: Statistic
    parts: tuple[Statistic, ...]
    is_exhaustive: bool


def wholes(case: Case) -> list[Whole]:
    """Every whole with parts of the same unit, as the text joins them."""
    return [*_opened(case), *_closed(case)]


def _opened(case: Case) -> Iterator[Whole]:
    """132万起。其中,A 274起;B …; the parts run to the end of their sentence."""
    counts = case.counts
    for at, total in enumerate(counts):
        following = counts[at + 1 : at + 1 + REACH]
        first = _first_part(case, total, following)
        if first is None or not _is_directly_joined(case, total, first):
            continue
        parts = [first, *_further_parts(case, first, following[following.index(first) + 1 :])]
        is_exhaustive = bool(EXHAUSTIVE.search(case.between(total, first))) and len(parts) > 1
        yield Whole(total, tuple(parts), is_exhaustive)


def _first_part(case: Case, total: Statistic, following: Sequence[Statistic]) -> Statistic | None:
    """The first figure behind 其中 that has the unit of the whole."""
    for part in following:
        if part.paragraph != total.paragraph or part.sentence > total.sentence + 1:
            return None
        if part.measure == total.measure:
            return part if AMONG.search(case.between(total, part)) else None
    return None


def _further_parts(
    case: Case, first: Statistic, following: Sequence[Statistic]
) -> Iterator[Statistic]:
    last = first
    for part in following:
        if part.sentence != first.sentence or _starts_anew(case, last, part):
            return
        last = part
        if part.measure == first.measure:
            yield part


def _is_directly_joined(case: Case, total: Statistic, part: Statistic) -> bool:
    """No other list of parts lies between a whole and what are called its parts."""
    return case.between(total, part).count("其中") <= 1


def _starts_anew(case: Case, last: Statistic, part: Statistic) -> bool:
    """A second 其中 or a new total ends the list of parts."""
    between = case.between(last, part)
    return bool(AMONG.search(between)) or bool(re.search(r"[;;].{0,40}共|累计|日均|平均", between))


def _closed(case: Case) -> Iterator[Whole]:
    """A 30台、B 12台、C 18台,共计57台: a total that stands behind its parts."""
    counts = case.counts
    for at, total in enumerate(counts):
        if not _is_announced(case, total):
            continue
        parts = [
            part
            for part in counts[max(at - REACH, 0) : at]
            if part.sentence == total.sentence and part.measure == total.measure
        ]
        if len(parts) >= MEMBERS and not any(_is_announced(case, part) for part in parts):
            yield Whole(total, tuple(parts), is_exhaustive=True)


def _is_announced(case: Case, total: Statistic) -> bool:
    """共计, 合计 stand directly before the number."""
    return bool(TOTAL.search(case.text[max(total.start - 8, 0) : total.start]))


def bounds(parts: Sequence[Statistic]) -> tuple[Decimal, Decimal]:
    """Least and most of a sum."""
    edges = [interval(part) for part in parts]
    return sum((low for low, _ in edges), Decimal(0)), sum((high for _, high in edges), Decimal(0))


def addition(parts: Sequence[Statistic], values: Sequence[Decimal]) -> str:
    """The sum as a step: quotes would be long, so values."""
    total = sum(values, Decimal(0))
    return f"{' + '.join(number(value) for value in values)} = {number(total)}"


def part_above_whole(joined: Sequence[Whole], doubtful: set[int]) -> Iterator[Finding]:
    """A part cannot exceed its whole; those whose 万 is in doubt are told elsewhere."""
    for whole in joined:
        high = interval(whole.total)[1]
        for part in whole.parts:
            if part.start in doubtful or interval(part)[0] <= high:
                continue
            yield finding(
                Flaw.PART_ABOVE_WHOLE,
                Weight.CONTRADICTION,
                (part, whole.total),
                (
                    f"{shown(part)} > {shown(whole.total)}",
                    f"{number(part.value)} ÷ {number(whole.total.value)} = "
                    f"{times(part.value / (whole.total.value or Decimal(1)))}",
                ),
                likely=part.coefficient if part.scale and part.coefficient <= high else None,
            )


def sums(joined: Sequence[Whole], doubtful: set[int]) -> Iterator[Finding]:
    """Parts together above the whole, or an exhaustive list that does not add up."""
    for whole in joined:
        if len(whole.parts) < MEMBERS or _has_flaw(whole, doubtful):
            continue
        low, high = bounds(whole.parts)
        least, most = interval(whole.total)
        values = [part.value for part in whole.parts]
        steps = (addition(whole.parts, values), shown(whole.total))
        if len(values) >= TEN_MEMBERS and (factor := _factor_of_ten(low, high, least, most)):
            ten = f"{number(sum(values, Decimal(0)))} = {shown(whole.total)} × {number(factor)}"
            yield finding(
                Flaw.FACTOR_OF_TEN,
                Weight.DOUBT,
                (whole.total, *whole.parts),
                (addition(whole.parts, values), ten),
                likely=sum(values, Decimal(0)),
            )
        elif whole.is_exhaustive and (low > most or high < least):
            yield finding(
                Flaw.SUM_DIFFERS,
                Weight.CONTRADICTION,
                (whole.total, *whole.parts),
                steps,
                likely=sum(values, Decimal(0)),
            )
        elif low > most and not any(OVERLAP.search(part.whole_clause) for part in whole.parts):
            yield finding(
                Flaw.SUM_ABOVE_WHOLE, Weight.CONTRADICTION, (whole.total, *whole.parts), steps
            )


def _has_flaw(whole: Whole, doubtful: set[int]) -> bool:
    high = interval(whole.total)[1]
    return any(part.start in doubtful or interval(part)[0] > high for part in whole.parts)


def _factor_of_ten(low: Decimal, high: Decimal, least: Decimal, most: Decimal) -> Decimal | None:
    """The power of ten by which a sum misses its whole, if it misses by nothing else."""
    if not low:
        return None
    return next((f for f in FACTORS if low <= most * f and high >= least * f), None)


def mixed_in_a_sum(joined: Sequence[Whole]) -> Iterator[Finding]:
    """A part of another time than its whole: 上半年1000起,其中今年以来300起."""
    for whole in joined:
        for part in whole.parts:
            a, b = whole.total.period, part.period
            if not a or not b or a.label == b.label or not a.start or not b.start:
                continue
            if b.start < a.start or (a.end and (b.end is None or b.end > a.end)):
                yield finding(
                    Flaw.PERIODS_MIXED,
                    Weight.DOUBT,
                    (part, whole.total),
                    (f"{a.label}: {shown(whole.total)}", f"{b.label}: {shown(part)}"),
                )


def subset_above_base(case: Case) -> Iterator[Finding]:
    """排查隐患88处,整改96处; 55个派出所中,有60个: the second is drawn from the first."""
    counts = case.counts
    for base, subset in itertools.pairwise(counts):
        if base.sentence != subset.sentence or base.measure != subset.measure:
            continue
        if not _is_stage(base, subset) and not SET.fullmatch(case.between(base, subset)):
            continue
        if interval(subset)[0] > interval(base)[1]:
            yield finding(
                Flaw.SUBSET_ABOVE_BASE,
                Weight.CONTRADICTION,
                (subset, base),
                (f"{shown(subset)} > {shown(base)}",),
            )


def _is_stage(base: Statistic, subset: Statistic) -> bool:
    return any(
        first.search(base.before)
        and second.search(subset.before[:6])
        and not first.search(subset.before)
        for first, second in STAGES[:3]
    )
