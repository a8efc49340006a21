"""What an indicator is: a set of records and what is made of it, so that both always agree.

Apps declare theirs in `kpis.py`. The number is computed from the very rows the drill-down shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import Aggregate, QuerySet
from django.utils.functional import Promise

from luchang.kernel.identity.actors import Actor

Label = str | Promise


@dataclass(frozen=True)
class Period:
    """Half-open: `start` is inside, `end` is not."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period ends after it begins: {self.start} to {self.end}")


class Better(Enum):
    """Which way an indicator should go."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


Rows = Callable[[Actor, Period], "QuerySet[Any]"]


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One number about a period: how many rows, or an aggregate of them."""

    code: str
    title: Label
    owner: Label
    unit: Label
    counts: str
    leaves_out: str
    rows: Rows
    """The rows within the actor's reach that are counted."""
    aggregate: Aggregate | None = None
    """None counts the rows."""
    per: float = 1.0
    """The aggregate is divided by this: 1000 for kilometres from metres."""
    better: Better = Better.NEITHER

    def over(self, period: Period, *, by: Actor) -> float | None:
        """The number, or None where an aggregate found no rows: never a silent zero."""
        rows = self.rows(by, period)
        if self.aggregate is None:
            return float(rows.count())
        found = rows.order_by().aggregate(value=self.aggregate)["value"]
        return None if found is None else float(found) / self.per


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One set of rows as a share of another."""

    code: str
    title: Label
    owner: Label
    counts: str
    leaves_out: str
    numerator: Rows
    denominator: Rows
    better: Better = Better.NEITHER

    def over(self, period: Period, *, by: Actor) -> float | None:
        """The ratio, or None when nothing was eligible."""
        eligible = self.denominator(by, period).count()
        return self.numerator(by, period).count() / eligible if eligible else None


_register: dict[str, Indicator | Ratio] = {}


def declare(*indicators: Indicator | Ratio) -> None:
    """Make indicators known; declaring a code twice with another meaning is a mistake."""
    for indicator in indicators:
        if _register.setdefault(indicator.code, indicator) is not indicator:
            raise ValueError(f"{indicator.code} is declared twice")


def declared() -> tuple[Indicator | Ratio, ...]:
    """All indicators, by code."""
    return tuple(_register[code] for code in sorted(_register))
