"""Which days are worked, and when a term ends. Pure: the corrections are handed in.

Statutory holidays and make-up working days 调休 come with the `chinese_calendar` package, year by
year as the State Council announces them. Beyond its last year only weekends are known, and every
answer says so (`is_announced`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

from luchang.kernel.clock import SHANGHAI

FIRST_YEAR: int = min(holidays).year
LAST_YEAR: int = max(holidays).year
LAST_MOMENT = time(23, 59, 59)
SATURDAY = 5
LONGEST_BREAK = 400
"""Days without a single working day: then the corrections must be wrong."""


class Unit(StrEnum):
    """What a term is counted in."""

    MINUTES = "MINUTES"
    HOURS = "HOURS"
    NATURAL_DAYS = "NATURAL_DAYS"
    WORKING_DAYS = "WORKING_DAYS"


class NoWorkingDay(Exception):
    """The corrections leave no day to work on for more than a year."""


@lru_cache(maxsize=4_000)
def _is_announced_as_worked(day: date) -> bool:
    """Kept, because the package looks through all its years for each answer."""
    return bool(chinese_calendar.is_workday(day))


@dataclass(frozen=True)
class Calendar:
    """The announced calendar with corrections on top: day -> whether it is worked."""

    corrections: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        corrected = self.corrections.get(day)
        if corrected is not None:
            return corrected
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return _is_announced_as_worked(day)
        return day.weekday() < SATURDAY

    def is_announced(self, day: date) -> bool:
        """Whether the holidays of that year are known, from the package or by correction."""
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return True
        return any(corrected.year == day.year for corrected in self.corrections)

    def name_of(self, day: date) -> str:
        """The English name of the holiday or the holiday it makes up for; empty on other days."""
        return str(holidays.get(day) or workdays.get(day) or "")

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is worked, else the first one after it.

        Raises:
            NoWorkingDay: there is none within `LONGEST_BREAK` days.
        """
        for ahead in range(LONGEST_BREAK):
            candidate = day + timedelta(days=ahead)
            if self.is_working_day(candidate):
                return candidate
        raise NoWorkingDay(f"none from {day} on")

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted."""
        for _ in range(count):
            day = self.next_working_day(day + timedelta(days=1))
        return day


@dataclass(frozen=True)
class Term:
    """How long something may take, as a regulation or a rule of the force says it."""

    amount: int
    unit: Unit
    rolls_over: bool = False
    """A last day on a holiday moves to the next working day (公安部令163 Art 36)."""

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a term of {self.amount} {self.unit}")

    def ends_at(self, start: datetime, calendar: Calendar) -> datetime:
        """The last moment in time, for a term that begins at `start`.

        Minutes and hours run from the moment. Days are counted on the local calendar, the first
        day left out, and last until 23:59:59 of the last.
        """
        if self.unit is Unit.MINUTES:
            return start + timedelta(minutes=self.amount)
        if self.unit is Unit.HOURS:
            return start + timedelta(hours=self.amount)
        return _end_of(self._last_day(start.astimezone(SHANGHAI).date(), calendar))

    def _last_day(self, first: date, calendar: Calendar) -> date:
        if self.unit is Unit.WORKING_DAYS:
            return calendar.working_days_after(first, self.amount)
        last = first + timedelta(days=self.amount)
        return calendar.next_working_day(last) if self.rolls_over else last


def _end_of(day: date) -> datetime:
    return datetime.combine(day, LAST_MOMENT, tzinfo=SHANGHAI)
