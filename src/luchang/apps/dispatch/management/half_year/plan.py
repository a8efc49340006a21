"""How much happens on which day.

The report counts 7万余 incidents of the built-up area in the half-year and 日均接处警5000余. Both
cannot count incidents: 5,000 a day would be 905,000. Here the first counts incidents, the second
what was done in the whole city: calls answered, orders sent and signed, arrivals, feedback and
closings. The numbers are ours; 余 only says that they are not below the printed ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from luchang.apps.dispatch.states import AreaClass
from luchang.kernel.demo import FIRST, HALF_ENDS, Season, portions

URBAN_INCIDENTS = 70_236
"""F051: incidents of the built-up area in the half-year."""
ACTIONS_A_DAY = 5_036
"""F052: actions a day in the whole city."""
HALF_DAYS = (HALF_ENDS - FIRST).days + 1
SHARES: Mapping[AreaClass, float] = {
    AreaClass.URBAN: 1.0,
    AreaClass.SUBURBAN: 0.26,
    AreaClass.RURAL: 0.21,
}
"""Incidents of each ground for one of the built-up area."""

BY_WEEKDAY = (1.03, 1.0, 0.99, 1.01, 1.13, 0.98, 0.86)
BY_MONTH = {1: 1.02, 2: 0.9, 3: 0.98, 4: 1.0, 5: 1.02, 6: 1.06, 7: 1.08, 8: 0.94}
"""Checkpoints kept people at home in August."""
BY_HOUR = (
    *(0.30, 0.20, 0.15, 0.12, 0.12, 0.22, 0.55, 1.30, 1.75, 1.45, 1.25, 1.20),
    *(1.05, 1.05, 1.25, 1.35, 1.45, 1.85, 1.90, 1.35, 1.15, 1.00, 0.75, 0.48),
)
HOLIDAYS = {
    **{date(2021, 2, day): 0.72 for day in range(11, 18)},
    **{date(2021, 4, day): 1.15 for day in range(3, 6)},
    **{date(2021, 5, day): 1.12 for day in range(1, 6)},
}
NOISE = 0.05


@dataclass(frozen=True)
class Day:
    """What has to happen on one day."""

    date: date
    incidents: Mapping[AreaClass, int]
    actions: int


def plan(season: Season) -> list[Day]:
    """Every day of the season; what the half-year intends adds up to it exactly."""
    days = season.days()
    weights = [_weight(day, season) for day in days]
    incidents = {
        area: _dealt(season, URBAN_INCIDENTS * share, weights) for area, share in SHARES.items()
    }
    actions = _dealt(season, ACTIONS_A_DAY * HALF_DAYS, weights)
    return [
        Day(day, {area: numbers[place] for area, numbers in incidents.items()}, actions[place])
        for place, day in enumerate(days)
    ]


def _dealt(season: Season, half: float, weights: list[float]) -> list[int]:
    """A total of the half-year over its days, and as much in proportion over the days after."""
    first, rest = weights[:HALF_DAYS], weights[HALF_DAYS:]
    later = half * sum(rest) / sum(first)
    return portions(season.scaled(half), first) + portions(season.scaled(later), rest)


def _weight(day: date, season: Season) -> float:
    noise = 1.0 + season.dice("weight", day).gauss(0.0, NOISE)
    festive = HOLIDAYS.get(day, 1.0)
    return max(0.3, noise) * festive * BY_MONTH[day.month] * BY_WEEKDAY[day.weekday()]
