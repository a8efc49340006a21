"""How much slower than free, than usual; and what a silent camera would have counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from statistics import median

FEWEST_VEHICLES = 5
"""Drives of a quarter hour below which no time of it is said."""

FEWEST_DAYS = 3
"""Earlier days below which nothing is called usual."""

WEEKS = 8
"""How far back "usual" looks: the same weekday and quarter of so many weeks."""

LIKE_DAYS, HOLIDAYS_BACK, WORKDAYS_BACK = 8, 400, 30
"""At most so many like days make what is usual: the latest with a time, of so many days back."""

SURE_SILENCE = 12.0
"""Vehicles expected and none seen: chance would do that once in exp(12), six times a million."""


class Level(IntEnum):
    """How a link runs, from free to hardly at all."""

    FREE = 1
    SMOOTH = 2
    SLIGHT = 3
    MODERATE = 4
    SEVERE = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """Where one level ends and the next begins, as parts of the free speed [-].

    Above the first a link is free, from there down to the second smooth, and so on; at or below
    the last it is severely congested.
    """

    shares: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        falling = sorted(self.shares, reverse=True)
        if list(self.shares) != falling or len(set(falling)) != len(falling):
            raise ValueError(f"not falling: {self.shares}")
        if not 0.0 < falling[-1] <= falling[0] < 1.0:
            raise ValueError(f"not parts of a speed: {self.shares}")

    def level(self, index: float) -> Level:
        """Level of an index (`index_of`): present speed is its inverse part of the free one."""
        share = 1.0 / index
        return Level(1 + sum(share <= bound for bound in self.shares))

    def least_index(self, level: Level) -> float:
        """Smallest index of a level; 0 for a free link."""
        return 0.0 if level == Level.FREE else 1.0 / self.shares[level - 2]


def index_of(free_s: float, present_s: float) -> float:
    """Congestion index: free speed by present speed, so present time by free time [-]."""
    if free_s <= 0 or present_s <= 0:
        raise ValueError(f"{free_s} s, {present_s} s")
    return present_s / free_s


class DayKind(StrEnum):
    """What a day is by the calendar: only like days tell what is usual."""

    ORDINARY = "ORDINARY"
    HOLIDAY = "HOLIDAY"
    MADE_UP = "MADE_UP"
    """A Saturday or Sunday on which people work for a holiday 调休."""


def like_days(day: date, kind_of: Callable[[date], DayKind]) -> list[date]:
    """Earlier days that say what is usual on a day, the latest first.

    Notes
    -----
    An ordinary day: the same weekday of the last weeks, holidays and made-up days left out.
    A holiday: the last holidays, whatever their weekday. A made-up working day: the last ordinary
    days from Monday to Friday.
    """
    kind = kind_of(day)
    if kind == DayKind.ORDINARY:
        weekly = (day - timedelta(weeks=week) for week in range(1, WEEKS + 1))
        return [one for one in weekly if kind_of(one) == DayKind.ORDINARY]
    back = HOLIDAYS_BACK if kind == DayKind.HOLIDAY else WORKDAYS_BACK
    earlier = (day - timedelta(days=step) for step in range(1, back + 1))
    return [one for one in earlier if _is_like(one, kind, kind_of)]


def _is_like(day: date, kind: DayKind, kind_of: Callable[[date], DayKind]) -> bool:
    if kind == DayKind.HOLIDAY:
        return kind_of(day) == DayKind.HOLIDAY
    return day.isoweekday() <= 5 and kind_of(day) == DayKind.ORDINARY  # noqa: PLR2004 - Friday


@dataclass(frozen=True, slots=True)
class Usual:
    """Median of earlier days, and how many there were."""

    value: float
    days: int


def usual_of(values: Iterable[float]) -> Usual | None:
    """What is usual by these days; None where they are too few."""
    known = list(values)
    if len(known) < FEWEST_DAYS:
        return None
    return Usual(float(median(known)), len(known))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a camera that saw nothing would have counted: its usual count, as today is busy."""

    vehicles: int
    ratio: float
    neighbours: int


def estimated(
    usual: Usual | None, neighbours: Sequence[tuple[float, Usual | None]]
) -> Estimate | None:
    """Estimate from what is usual here and how busy the neighbours are today.

    Parameters
    ----------
    usual
        Of the camera itself.
    neighbours
        Present and usual count of every neighbour that is not silent itself.

    Returns
    -------
    None where there is no usual count, or no neighbour that says how busy today is: nothing is
    invented.
    """
    known = [(now, one.value) for now, one in neighbours if one is not None and one.value > 0]
    if usual is None or not known:
        return None
    ratio = sum(now for now, _ in known) / sum(value for _, value in known)
    return Estimate(round(usual.value * ratio), ratio, len(known))


def is_silent(seen: int, expected: float) -> bool:
    """Whether a camera that saw nothing is dead rather than the road empty."""
    return seen == 0 and expected >= SURE_SILENCE


def network_index(links: Iterable[tuple[float, float, int]]) -> float | None:
    """Index of many links: time all vehicles needed by the time they would have needed [-].

    Parameters
    ----------
    links
        Free time [s], present time [s] and vehicles of each.
    """
    free = present = 0.0
    for free_s, present_s, vehicles in links:
        free += free_s * vehicles
        present += present_s * vehicles
    return present / free if free > 0 else None
