"""How far a count is to be believed."""

from collections.abc import Sequence

from luchang.apps.signals.states import Quality
from luchang.core.signals.layout import Layout, Way

MOST_VEH_H = 2_400.0
"""Vehicles an hour and lane that no street has ever carried: more is a slip of the pen."""

DOUBTFUL_VEH_H = 1_900.0
STUCK, SUSPECT = 4, 5
"""So many equal counts in a row, none below the second number, make a detector suspect."""


def most_of(layout: Layout, way: Way, interval_min: int) -> int:
    """The most vehicles that can make a movement in an interval."""
    return int(len(layout.lanes_of(way)) * MOST_VEH_H * interval_min / 60.0)


def judged(
    layout: Layout, way: Way, vehicles: Sequence[int | None], interval_min: int
) -> list[tuple[Quality, str]]:
    """Quality and reason of a movement's counts in the order of time."""
    lanes = max(len(layout.lanes_of(way)), 1)
    high = lanes * DOUBTFUL_VEH_H * interval_min / 60.0
    found: list[tuple[Quality, str]] = []
    for place, count in enumerate(vehicles):
        if count is None:
            found.append((Quality.MISSING, "missing"))
        elif count > high:
            found.append((Quality.DOUBTFUL, "over_capacity"))
        elif count >= SUSPECT and _is_stuck(vehicles, place):
            found.append((Quality.DOUBTFUL, "stuck"))
        else:
            found.append((Quality.GOOD, ""))
    if len(vehicles) >= STUCK and all(count == 0 for count in vehicles):
        return [(Quality.DOUBTFUL, "silent")] * len(vehicles)
    return found


def _is_stuck(vehicles: Sequence[int | None], place: int) -> bool:
    """Whether the count stands in a row of equal ones."""
    first = last = place
    while first > 0 and vehicles[first - 1] == vehicles[place]:
        first -= 1
    while last + 1 < len(vehicles) and vehicles[last + 1] == vehicles[place]:
        last += 1
    return last - first + 1 >= STUCK
