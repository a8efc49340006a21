"""Parts of a day in which traffic is alike: where one plan may run from begin to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

MOST_PARTS = 6
SHORTEST_S = 3_600.0
MUST_EXPLAIN = 0.04
"""Part of the day's variation that one more part has to take away [-]; a working value."""


def parts_of_day(
    vehicles: ArrayLike,
    interval_s: float,
    *,
    most: int = MOST_PARTS,
    shortest_s: float = SHORTEST_S,
) -> list[int]:
    """Begins of the parts, the first at 0 [s].

    Parameters
    ----------
    vehicles
        interval x movement [veh].
    interval_s
        Length of an interval [s].
    most, shortest_s
        Parts of a day, and how long each is at least [s].

    Returns
    -------
    list of int
        One more part is taken only while it explains `MUST_EXPLAIN` of the variation.

    Notes
    -----
    The best division of an ordered row into a number of groups, by the sum of squares within the
    groups [1]_. Counts are taken by their square roots, whose spread does not grow with them.

    References
    ----------
    .. [1] Fisher, W. D. (1958). On grouping for maximum homogeneity. Journal of the American
       Statistical Association 53 (284), 789-798.
    """
    rows = np.sqrt(np.maximum(np.nan_to_num(np.asarray(vehicles, float)), 0.0))
    size, least = len(rows), max(1, round(shortest_s / interval_s))
    if size == 0 or interval_s <= 0.0:
        raise ValueError(f"{size} intervals of {interval_s} s")
    cost = _costs(rows)
    whole = float(cost[0, size])
    if whole <= 0.0:
        return [0]
    kept, before = [0], whole
    for parts in range(2, min(most, size // least) + 1):
        begins, left = _divided(cost, parts, least)
        if before - left < MUST_EXPLAIN * whole:
            break
        kept, before = begins, left
    return [round(begin * interval_s) for begin in kept]


def _costs(rows: Floats) -> Floats:
    """Sum of squares about the mean of every run of intervals, by begin and end."""
    size = len(rows)
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows, axis=0)])
    squares = np.concatenate([[0.0], np.cumsum((rows**2).sum(axis=1))])
    cost = np.zeros((size + 1, size + 1))
    for begin in range(size):
        lengths = np.arange(1, size - begin + 1)
        parts = sums[begin + 1 :] - sums[begin]
        cost[begin, begin + 1 :] = (
            squares[begin + 1 :] - squares[begin] - (parts**2).sum(axis=1) / lengths
        )
    return np.maximum(cost, 0.0)


def _divided(cost: Floats, parts: int, least: int) -> tuple[list[int], float]:
    """The best division into so many parts of at least so many intervals."""
    size = len(cost) - 1
    best = np.full((parts + 1, size + 1), np.inf)
    begins = np.zeros((parts + 1, size + 1), np.int64)
    best[0, 0] = 0.0
    for part in range(1, parts + 1):
        for end in range(part * least, size + 1):
            tried = best[part - 1, : end - least + 1] + cost[: end - least + 1, end]
            begins[part, end] = int(tried.argmin())
            best[part, end] = tried[begins[part, end]]
    found, end = [], size
    for part in range(parts, 0, -1):
        end = int(begins[part, end])
        found.append(end)
    return found[::-1], float(best[parts, size])
