"""Spans of time a figure is about, and which earlier span is fairly compared with them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from luchang.kernel import clock

MONTHS_OF_A_YEAR = 12
SPANS = (12, 6, 3, 1)
"""Months of the spans reports speak of: a year, a half-year, a quarter, a month."""


def midnight(day: date) -> datetime:
    """The moment a day begins in Shanghai."""
    return datetime.combine(day, time.min, clock.SHANGHAI)


@dataclass(frozen=True)
class Period:
    """Half-open: `start` is inside, `end` is not."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period ends after it begins: {self.start} to {self.end}")

    # Made

    @classmethod
    def of_days(cls, first: date, last: date) -> "Period":
        """From one day to another, both included, as days run in Shanghai."""
        return cls(midnight(first), midnight(last + timedelta(days=1)))

    @classmethod
    def months(cls, year: int, month: int, count: int = 1) -> "Period":
        """`count` whole months from the first of that month."""
        return cls(midnight(_month(year, month)), midnight(_month(year, month + count)))

    @classmethod
    def half_year(cls, year: int, half: int) -> "Period":
        return cls.months(year, 6 * half - 5, 6)

    @classmethod
    def day_of(cls, at: datetime) -> "Period":
        """The whole day in Shanghai that `at` falls on."""
        today = clock.local(at).date()
        return cls.of_days(today, today)

    # Questions

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    @property
    def days(self) -> float:
        """Its length in days of 24 hours; Shanghai knows no summer time."""
        return self.duration / timedelta(days=1)

    @property
    def first_day(self) -> date:
        return clock.local(self.start).date()

    @property
    def last_day(self) -> date:
        """The day of its last instant."""
        return clock.local(self.end - timedelta(microseconds=1)).date()

    @property
    def is_of_days(self) -> bool:
        """Whether it begins and ends with a day."""
        return all(clock.local(end).time() == time.min for end in (self.start, self.end))

    def is_over(self, at: datetime) -> bool:
        return self.end <= at

    def span(self) -> int | None:
        """Its length in months where it is a calendar month, quarter, half-year or year."""
        first = self.first_day
        for months in SPANS:
            if (first.month - 1) % months == 0 and self == Period.months(
                first.year, first.month, months
            ):
                return months
        return None

    # Others

    def so_far(self, at: datetime) -> "Period | None":
        """The part of it that is over at `at`; None when it has not begun."""
        return Period(self.start, min(self.end, at)) if at > self.start else None

    def first(self, duration: timedelta) -> "Period":
        return Period(self.start, self.start + duration)

    def before(self) -> "Period":
        """The one just before: the calendar's where it is one, else as long as this."""
        months, first = self.span(), self.first_day
        if months is None:
            return Period(self.start - self.duration, self.start)
        return Period.months(first.year, first.month - months, months)

    def a_year_earlier(self) -> "Period":
        """From the same date to the same date of the year before; 29 February counts as 28."""
        return Period(_year_back(self.start), _year_back(self.end))


def alike(period: Period, base: Period, *, at: datetime) -> tuple[Period, Period] | None:
    """Both cut to the same length from their starts, and to what of `period` is over.

    A month of 31 days is not compared with one of 28, nor a month that has run for nine days
    with a whole one: the shorter decides. None when nothing of `period` is over.
    """
    now = period.so_far(at)
    if now is None:
        return None
    shortest = min(now.duration, base.duration)
    return now.first(shortest), base.first(shortest)


def _month(year: int, month: int) -> date:
    """The first of a month, counted on across years."""
    years, rest = divmod(month - 1, MONTHS_OF_A_YEAR)
    return date(year + years, rest + 1, 1)


def _year_back(at: datetime) -> datetime:
    local = clock.local(at)
    try:
        return local.replace(year=local.year - 1)
    except ValueError:  # 29 February
        return local.replace(year=local.year - 1, day=28)
