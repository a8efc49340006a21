"""Spans of days, and the words a report uses for them: 上半年, 去年同期, 今年以来.

A span is half-open like every period of the platform: `start` is inside, `end` is not. Words are
understood relative to the span the report is about, so that one template serves every year.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1950, 2100
LONGEST_RUN = 3_660
"""Days of 近…日, ten years."""

HALF, QUARTER = 6, 3
"""Months."""


class Rhythm(StrEnum):
    """How often a report of one kind comes; the values are the kinds of span."""

    DAY = "DAY"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    HALF_YEAR = "HALF_YEAR"
    YEAR = "YEAR"
    FREE = "FREE"


MONTHS: Mapping[Rhythm, int] = {
    Rhythm.MONTH: 1,
    Rhythm.QUARTER: QUARTER,
    Rhythm.HALF_YEAR: HALF,
    Rhythm.YEAR: 12,
}


class UnknownSpan(ValueError):
    """No span of days is called that."""


@dataclass(frozen=True, order=True)
class Span:
    """Whole days, `end` excluded."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise UnknownSpan(f"{self.start}..{self.end}")

    @property
    def last(self) -> date:
        return self.end - DAY

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def key(self) -> str:
        """As a template writes it: first and last day."""
        return f"{self.start}..{self.last}"


def _month(year: int, month: int) -> date:
    """The first of a month; months below 1 and above 12 lie in other years."""
    years, rest = divmod(month - 1, 12)
    return date(year + years, rest + 1, 1)


def around(rhythm: Rhythm, day: date) -> Span:
    """The span of that rhythm in which `day` lies.

    Raises:
        UnknownSpan: a free rhythm has no spans of its own.
    """
    if rhythm is Rhythm.DAY:
        return Span(day, day + DAY)
    if rhythm is Rhythm.FREE:
        raise UnknownSpan(rhythm)
    months = MONTHS[rhythm]
    first = day.month - (day.month - 1) % months
    return Span(_month(day.year, first), _month(day.year, first + months))


def latest_over(rhythm: Rhythm, today: date) -> Span:
    """The last span of that rhythm that was over when `today` began."""
    return around(rhythm, around(rhythm, today).start - DAY)


def rhythm_of(span: Span) -> Rhythm:
    """Which rhythm a span belongs to; FREE when it fills none."""
    for rhythm in (Rhythm.DAY, *MONTHS):
        if around(rhythm, span.start) == span:
            return rhythm
    return Rhythm.FREE


def before(span: Span) -> Span:
    """The span just before: the previous month of a month, as many days of any other."""
    rhythm = rhythm_of(span)
    if rhythm is Rhythm.FREE:
        return Span(span.start - timedelta(days=span.days), span.start)
    return around(rhythm, span.start - DAY)


def a_year_before(span: Span) -> Span:
    """The same days a year earlier; 29 February becomes the 28th."""
    return Span(_back(span.start), _back(span.last) + DAY)


def _back(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def title(span: Span) -> str:
    """As a report prints it."""
    rhythm, year = rhythm_of(span), span.start.year
    match rhythm:
        case Rhythm.YEAR:
            return f"{year}年"
        case Rhythm.HALF_YEAR:
            return f"{year}年{'上' if span.start.month == 1 else '下'}半年"
        case Rhythm.QUARTER:
            return f"{year}年第{'一二三四'[(span.start.month - 1) // QUARTER]}季度"
        case Rhythm.MONTH:
            return f"{year}年{span.start.month}月"
        case Rhythm.DAY:
            return _day(span.start)
        case _:
            return f"{_day(span.start)}至{_day(span.last, year)}"


def _day(day: date, shown_year: int | None = None) -> str:
    year = "" if day.year == shown_year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def _year(year: int) -> Span:
    return Span(date(year, 1, 1), date(year + 1, 1, 1))


def _part(first: int, months: int) -> Callable[[int], Span]:
    return lambda year: Span(_month(year, first), _month(year, first + months))


_OF_BASE: Mapping[str, Callable[[Span], Span]] = {
    "本期": lambda base: base,
    "上期": before,
    "去年同期": a_year_before,
    "上年同期": a_year_before,
    "今年以来": lambda base: Span(date(base.last.year, 1, 1), base.end),
    "本月": lambda base: around(Rhythm.MONTH, base.last),
    "上月": lambda base: before(around(Rhythm.MONTH, base.last)),
    "当日": lambda base: around(Rhythm.DAY, base.last),
    "前一日": lambda base: around(Rhythm.DAY, base.last - DAY),
}
_OF_YEAR: Mapping[str, Callable[[int], Span]] = {
    "全年": _year,
    "上半年": _part(1, HALF),
    "下半年": _part(7, HALF),
    "第一季度": _part(1, QUARTER),
    "第二季度": _part(4, QUARTER),
    "第三季度": _part(7, QUARTER),
    "第四季度": _part(10, QUARTER),
    **{f"{month}月": _part(month, 1) for month in range(1, 13)},
}
WORDS = (*_OF_BASE, *_OF_YEAR)
"""What may stand after `period=`, beside dates; those of a year also with 去年 before them."""

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_RUN = re.compile(r"近([1-9][0-9]{0,3})日")


def named(word: str, base: Span) -> Span:
    """The span a word means in a report about `base`.

    Raises:
        UnknownSpan: it means none.
    """
    if word in _OF_BASE:
        return _OF_BASE[word](base)
    year, part = base.last.year, word
    if word.startswith("去年"):
        year, part = year - 1, word.removeprefix("去年") or "全年"
    if part in _OF_YEAR:
        return _OF_YEAR[part](year)
    if run := _RUN.fullmatch(word):
        days = int(run[1])
        if days > LONGEST_RUN:
            raise UnknownSpan(word)
        return Span(base.end - timedelta(days=days), base.end)
    first, two, last = word.partition("..")
    if two:
        return Span(_dated(first).start, _dated(last).end)
    return _dated(word)


def _dated(word: str) -> Span:
    """A year, a month or a day, in digits."""
    found = _DATE.fullmatch(word)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise UnknownSpan(word)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if day:
            return around(Rhythm.DAY, date(year, month, day))
        return around(Rhythm.MONTH, date(year, month, 1)) if month else _year(year)
    except ValueError as no_such_day:
        raise UnknownSpan(word) from no_such_day
