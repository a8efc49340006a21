"""Against an earlier report: what counts up must not fall; no more can follow than remained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from luchang.core.reading.checks.evidence import (
    Case,
    essence,
    finding,
    interval,
    likeness,
    number,
    shown,
)
from luchang.core.reading.model import Finding, Flaw, Kind, Statistic, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
from datetime import date

ALIKE = 0.5
CLAIMED = re.compile(r"提升|提高|上升|增长|增至|升至")
COVERING = re.compile(r"覆盖|普及|安装|使用|佩戴|整改|办结|完成|达标|合格|知晓|登记")
TAIL = re.compile(r"(?:提升|提高|上升|下降|降低|增加|增长)?[了则已]?(?:达到?|至|到|为|均)*$")
FURTHER = re.compile(r"又有?|新增|再有?|另有|新挂|新建")
NOUN = 3
"""Characters in a row that make two figures speak of the same things."""
MOST_COMPARED = 400


def fell_since_earlier(case: Case, doubtful: set[int]) -> Iterator[Finding]:
    """A cumulative figure below what an earlier report of the year had already reached."""
    for now, before in _matched(case.statistics[:MOST_COMPARED], case.earlier[:MOST_COMPARED]):
        if now.start in doubtful or interval(now)[1] >= interval(before)[0]:
            continue
        if now.kind is Kind.RATE:
            weight = _weight_of_rate(now)
        else:
            weight = Weight.CONTRADICTION if _counts_up(now, before) else None
        if weight is None:
            continue
        yield finding(
            Flaw.FELL_SINCE_EARLIER,
            weight,
            (now, before),
            (f"{shown(now)} < {shown(before)}", f"{_when(before)} → {_when(now)}"),
        )


def _when(figure: Statistic) -> str:
    return figure.period.label or "?" if figure.period else "?"


def _weight_of_rate(now: Statistic) -> Weight | None:
    """A rate said to have risen contradicts; one that merely should rise is in doubt."""
    if now.direction > 0 or CLAIMED.search(now.before[-8:]):
        return Weight.CONTRADICTION
    return Weight.DOUBT if COVERING.search(now.before) else None


def _counts_up(now: Statistic, before: Statistic) -> bool:
    """Whether the later figure's period holds the earlier one's, in one year."""
    a, b = now.period, before.period
    if a is None or b is None or a.start is None:
        return False
    if b.end is None:  # 今年以来 in both: the caller says which report came first
        return a.cumulative and b.cumulative and a.start == b.start
    begun = b.start or date(b.end.year, 1, 1)
    if a.start.year != begun.year or a.start > begun:
        return False
    return a.cumulative or (a.end is not None and b.end <= a.end)


def _matched(
    now: Sequence[Statistic], before: Sequence[Statistic]
) -> list[tuple[Statistic, Statistic]]:
    """Pairs that speak of the same thing, each figure in one pair, the most alike first."""
    candidates = sorted(
        (
            (likeness(_subject(a), _subject(b)), i, j)
            for i, a in enumerate(now)
            for j, b in enumerate(before)
            if a.measure == b.measure and a.kind is b.kind and a.per == b.per
            if a.kind in {Kind.COUNT, Kind.MEASURE, Kind.RATE}
        ),
        key=lambda candidate: (-candidate[0], candidate[1], candidate[2]),
    )
    taken: set[tuple[str, int]] = set()
    pairs = []
    for alike, i, j in candidates:
        if alike < ALIKE:
            break
        if ("now", i) in taken or ("before", j) in taken:
            continue
        taken |= {("now", i), ("before", j)}
        pairs.append((now[i], before[j]))
    return pairs


def _subject(figure: Statistic) -> str:
    """What a figure counts, without the verb that leads to the number."""
    lead = TAIL.sub("", figure.before)
    return lead if len(lead) > 1 else lead + figure.after


def more_than_remained(case: Case) -> Iterator[Finding]:
    """又有40个…挂牌, where 28 of 55 had it: only 27 were left."""
    for now in case.statistics:
        if now.kind is not Kind.COUNT or not FURTHER.search(now.before[-6:]):
            continue
        for base, done in _progress(now, case.earlier):
            remained = base.value - done.value
            if interval(now)[0] > remained:
                yield finding(
                    Flaw.MORE_THAN_REMAINED,
                    Weight.CONTRADICTION,
                    (now, base, done),
                    (
                        f"{shown(base)} - {shown(done)} = {number(remained)}",
                        f"{shown(now)} > {number(remained)}",
                    ),
                )
                break


def _progress(
    now: Statistic, earlier: Sequence[Statistic]
) -> Iterator[tuple[Statistic, Statistic]]:
    """Pairs in one earlier sentence: all of these things, and those that were done."""
    for base in earlier:
        if base.measure != now.measure or not _shares_noun(now, base):
            continue
        for done in earlier:
            is_beside = done.sentence == base.sentence and done.measure == base.measure
            if is_beside and done.value < base.value and _shares_deed(now, done):
                yield base, done


def _shares_noun(first: Statistic, second: Statistic) -> bool:
    return _longest_common(essence(first.subject), essence(second.subject)) >= NOUN


def _shares_deed(now: Statistic, done: Statistic) -> bool:
    """What was done to them is named in both, or the earlier names it beside the number."""
    return _longest_common(essence(now.subject), essence(done.whole_clause)) > 1


def _longest_common(first: str, second: str) -> int:
    """Length of the longest stretch that two short texts share."""
    best = 0
    for i in range(len(first)):
        while i + best < len(first) and first[i : i + best + 1] in second:
            best += 1
    return best
