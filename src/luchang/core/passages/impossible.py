"""The impossible moves behind a suspicion, one by one: what an officer is shown of a clone.

`moves.walk` keeps a score a vehicle and nothing else, so that a day costs no more. Of the few
vehicles that are suspected the moves are found again here, by the same bounds and weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.passages.moves import weight_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from luchang.core.passages.layout import DayOrder
    from luchang.core.passages.moves import Limits, MoveParameters


class ImpossibleMove(NamedTuple):
    """From one camera to another faster than any road allows; times by the cameras' clocks [ms].

    Attributes
    ----------
    bound_ms
        No vehicle needs less.
    weight
        What it counts on the day it happened [moves].
    """

    start: int
    start_ms: int
    end: int
    end_ms: int
    bound_ms: int
    weight: float


class _Last(NamedTuple):
    camera: int
    at_ms: int


def impossible_moves(
    days: Iterable[tuple[DayOrder, MoveParameters]], vehicles: Sequence[int]
) -> Mapping[int, list[ImpossibleMove]]:
    """Every impossible move of these vehicles, oldest first.

    Parameters
    ----------
    days
        Orders one after another, each with what its moves were compared with in the walk.
    vehicles
        Their numbers.
    """
    found: dict[int, list[ImpossibleMove]] = {vehicle: [] for vehicle in vehicles}
    last: dict[int, _Last] = {}
    for order, parameters in days:
        limits = parameters.limits()
        for vehicle in vehicles:
            rows = _rows_of(order, vehicle)
            if rows is not None:
                found[vehicle] += _of_day(order, rows, last.get(vehicle), limits)
                end = rows[1] - 1
                at_ms = order.begins_ms + int(order.time[end])
                last[vehicle] = _Last(int(order.camera[end]), at_ms)
    return found


def score_at(moves: Iterable[ImpossibleMove], until_ms: int, half_life_ms: int) -> float:
    """What moves weigh at a moment, each halved every `half_life_ms`: the score of the walk."""
    weights = (one.weight * 2.0 ** ((one.end_ms - until_ms) / half_life_ms) for one in moves)
    return float(sum(weights))


def _rows_of(order: DayOrder, vehicle: int) -> tuple[int, int] | None:
    place = int(np.searchsorted(order.vehicles, vehicle))
    if place == len(order.vehicles) or order.vehicles[place] != vehicle:
        return None
    return int(order.first[place]), int(order.first[place + 1])


def _of_day(
    order: DayOrder, rows: tuple[int, int], last: _Last | None, limits: Limits
) -> Iterator[ImpossibleMove]:
    bounds, offset, _half_life, slowest = limits
    columns = order.vehicles, order.first, order.camera, order.time
    within = np.int64(rows[0]), np.int64(rows[1])
    for k in range(*rows):
        here = _Last(int(order.camera[k]), order.begins_ms + int(order.time[k]))
        if last is not None and last.camera != here.camera:
            gap = (here.at_ms - int(offset[here.camera])) - (last.at_ms - int(offset[last.camera]))
            ways = (last.camera, here.camera) if gap >= 0 else (here.camera, last.camera)
            bound = int(bounds[ways]) if gap < slowest else 0
            missing = bound - abs(gap)
            if missing > 0:
                weight = weight_of(columns, np.int64(k), within, np.int64(missing), limits)
                yield ImpossibleMove(*last, *here, bound, float(weight))
        last = here
