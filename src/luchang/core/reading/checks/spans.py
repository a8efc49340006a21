"""Time: stated days against dates, a longer period with less in it, periods side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from luchang.core.reading.checks.evidence import Case, essence, finding, interval, shown
from luchang.core.reading.model import Basis, Finding, Flaw, Period, Statistic, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luchang.core.reading.periods import Found

DAYS = frozenset({"天", "日"})
STATED_LENGTH = re.compile(r"(?:为期|历时|持续|共计?)[了的]?$")
CALENDAR = re.compile(r"上半年|季度")
UNTIL_NOW = re.compile(r"今年|年初")
NEAR = 4
"""Paragraphs within which two windows are taken for the same story."""
MOST_COMPARED = 40


def days_against_dates(case: Case) -> Iterator[Finding]:
    """6月10日至6月24日…为期20天: the dates make 15."""
    for figure in case.statistics:
        period = figure.period
        if figure.unit not in DAYS or period is None or not STATED_LENGTH.search(figure.before):
            continue
        if period.basis is not Basis.STATED or period.days in {None, 1, int(figure.value)}:
            continue
        if period.days == figure.value + 1:
            continue
        yield finding(
            Flaw.DAYS_AGAINST_DATES,
            Weight.CONTRADICTION,
            (figure,),
            (f"{period.label} = {period.days}", f"{shown(figure)} ≠ {period.days}"),
        )


def longer_period_smaller(case: Case) -> Iterator[Finding]:
    """June 3.4万, the half-year 3.1万: the longer period holds the shorter."""
    groups: dict[tuple[str, str], list[Statistic]] = defaultdict(list)
    for figure in case.counts:
        subject = essence(figure.before)
        if len(subject) > 1 and figure.period and figure.period.start:
            groups[figure.measure, subject].append(figure)
    for members in groups.values():
        for first, second in combinations(members[:MOST_COMPARED], 2):
            longer = _longer(first, second)
            if longer is None:
                continue
            shorter = second if longer is first else first
            if interval(longer)[1] < interval(shorter)[0] and _same_place(first, second):
                yield finding(
                    Flaw.LONGER_PERIOD_SMALLER,
                    Weight.CONTRADICTION,
                    (longer, shorter),
                    (
                        f"{_label(longer)}: {shown(longer)}",
                        f"{_label(shorter)}: {shown(shorter)}",
                        f"{shown(longer)} < {shown(shorter)}",
                    ),
                )


def _label(figure: Statistic) -> str:
    return figure.period.label if figure.period else ""


def _same_place(first: Statistic, second: Statistic) -> bool:
    return first.geography == second.geography


def _longer(first: Statistic, second: Statistic) -> Statistic | None:
    """Of two figures the one whose period holds the other's and is longer."""
    for outer, inner in ((first, second), (second, first)):
        a, b = outer.period, inner.period
        if a and b and _holds(a, b) and (a.start, a.end) != (b.start, b.end):
            return outer
    return None


def _holds(outer: Period, inner: Period) -> bool:
    if outer.start is None or inner.start is None or inner.start < outer.start:
        return False
    if outer.end is None:
        return outer.cumulative
    return inner.end is not None and inner.end <= outer.end


def periods_mixed(case: Case) -> Iterator[Finding]:
    """上半年 and 今年以来 side by side in one section: told once, with every change."""
    concerned: list[Statistic] = []
    steps: list[str] = []
    counts = [s for s in case.counts if s.value]
    for first, second in pairwise(counts):
        a, b = first.period, second.period
        if a is None or b is None or first.section != second.section:
            continue
        if second.paragraph - first.paragraph > 1 or a.start is None or a.start != b.start:
            continue
        if {_sort(a), _sort(b)} == {"calendar", "now"}:
            concerned += [second, first]
            steps += [f"{a.label}: {shown(first)}", f"{b.label}: {shown(second)}"]
    if concerned:
        yield finding(Flaw.PERIODS_MIXED, Weight.DOUBT, concerned, steps)


def _sort(period: Period) -> str:
    if CALENDAR.search(period.label):
        return "calendar"
    return "now" if UNTIL_NOW.search(period.label) and period.end is None else ""


def windows_differ(case: Case) -> Iterator[Finding]:
    """7月下旬到8月中旬 in the story, 7月30日至8月16日 for the count."""
    windows = [time for time in case.times if time.period.days and time.period.days > 1]
    for first, second in pairwise(windows):
        rough, exact = (first, second) if "旬" in first.period.label else (second, first)
        if "旬" not in rough.period.label or "日" not in exact.period.label:
            continue
        if not _is_one_story(case, first, second) or not _overlap(rough.period, exact.period):
            continue
        start, end = case.page.original(rough.start, rough.end)
        yield Finding(
            flaw=Flaw.WINDOWS_DIFFER,
            weight=Weight.DOUBT,
            start=start,
            end=end,
            quote=case.text[start:end],
            arithmetic=(
                f"{rough.period.label} = {rough.period.start} … {rough.period.end}",
                f"{exact.period.label} = {exact.period.start} … {exact.period.end}",
            ),
        )


def _is_one_story(case: Case, first: Found, second: Found) -> bool:
    paragraphs = case.page.paragraphs
    distance = case.page.place(paragraphs, second.start) - case.page.place(paragraphs, first.start)
    return distance <= NEAR


def _overlap(a: Period, b: Period) -> bool:
    if not (a.start and a.end and b.start and b.end) or (a.start, a.end) == (b.start, b.end):
        return False
    return a.start <= b.end and b.start <= a.end
