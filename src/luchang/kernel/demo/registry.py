"""What each app adds to the invented months, known by its code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.utils.module_loading import autodiscover_modules

from luchang.kernel.demo.seasons import FIRST, HALF_ENDS, Season
from luchang.kernel.identity.actors import Actor

MODULE = "management.half_year"
"""Where an app registers what it adds; read when somebody first asks."""


class NothingToBuildOn(Exception):
    """The installation has no city whose records could be invented."""


@dataclass(frozen=True)
class Intended:
    """A reported figure and the number its indicator has to give at scale 1.0."""

    figure: str
    """Its number among the reported figures, such as F051."""
    indicator: str
    number: float
    scope: str = ""
    first: date = FIRST
    last: date = HALF_ENDS
    scales: bool = True
    """False for shares, and for what is there once whatever the scale, such as lists."""

    def at(self, season: Season) -> float:
        """The number at the scale of a season."""
        return self.number * season.scale if self.scales else self.number


class Load(Protocol):
    def __call__(self, season: Season, *, by: Actor, at: datetime) -> int:
        """Add the records in one transaction; how many rows it were."""


@dataclass(frozen=True)
class Contribution:
    """Records of one app for the invented months."""

    code: str
    load: Load
    is_loaded: Callable[[], bool]
    remove: Callable[[], int]
    """Take away what `load` added and nothing else; how many rows it were."""
    intended: tuple[Intended, ...] = ()


_register: dict[str, Contribution] = {}


def register(contribution: Contribution) -> None:
    """Make it known; a code stands for one contribution."""
    if _register.setdefault(contribution.code, contribution) is not contribution:
        raise ValueError(f"{contribution.code} is registered twice")


def contributions() -> tuple[Contribution, ...]:
    """All of them in the order the apps are installed, which is from the ground up."""
    autodiscover_modules(MODULE)
    return tuple(_register.values())
