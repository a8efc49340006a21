"""Fastest times between cameras, from the road graph; and cameras whose clocks are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.shortest_paths import arc_times, times_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.common.roads import RoadGraph
    from luchang.core.common.snapping import RoadPositions

FAST_FACTOR = 2.0
"""Nobody drives through a town at more than this many times the free speed [-]."""

_LONGEST_MS = 2_000_000_000


def fastest_ms(
    graph: RoadGraph,
    cameras: RoadPositions,
    *,
    factor: float = FAST_FACTOR,
    tolerance_ms: int = 2_000,
) -> NDArray[np.int32]:
    """Lower bound of the time from each camera to each other [ms], as `MoveParameters` takes it.

    Parameters
    ----------
    graph
        The network.
    cameras
        Where the cameras stand, by number; off the network: no bound is known, 0.
    factor
        Bound = free driving time / factor [-].
    tolerance_ms
        Taken off each bound: what two good clocks may differ by [ms].
    """
    times = arc_times(graph)
    bounds = np.zeros((len(cameras.section), len(cameras.section)), np.int32)
    for to in range(len(cameras.section)):
        goal = cameras[to]
        if goal is None:
            continue
        seconds = times_to(graph, goal, times=times).seconds_from_many(
            cameras.section, cameras.fraction
        )
        bound = seconds * 1000.0 / factor - tolerance_ms
        bound = np.where(np.isfinite(bound), np.clip(bound, 0, _LONGEST_MS), 0)
        bounds[:, to] = bound.astype(np.int32)
    np.fill_diagonal(bounds, 0)
    return bounds


def clock_offsets(
    cameras: int,
    pairs: NDArray[np.int64],
    there_ms: NDArray[np.float64],
    back_ms: NDArray[np.float64],
) -> NDArray[np.int32]:
    """How far each camera's clock is ahead of the others' [ms].

    Parameters
    ----------
    cameras
        How many there are.
    pairs
        Pairs of cameras (a, b) between which vehicles drive both ways.
    there_ms, back_ms
        Median travel time by their clocks from a to b, and from b to a [ms].

    Notes
    -----
    A clock ahead by o makes every drive towards it longer by o and away from it shorter, so
    there - back = 2 (o_b - o_a) where the ways take equal time. Least squares over all pairs;
    the median clock is taken for right, since most of them are.
    """
    system = np.zeros((len(pairs), cameras))
    rows = np.arange(len(pairs))
    system[rows, pairs[:, 1]] = 1.0
    system[rows, pairs[:, 0]] = -1.0
    solved, *_ = np.linalg.lstsq(system, (there_ms - back_ms) / 2.0, rcond=None)
    touched = np.zeros(cameras, np.bool_)
    touched[pairs.ravel()] = True
    solved -= np.median(solved[touched]) if touched.any() else 0.0
    return np.where(touched, np.round(solved), 0).astype(np.int32)
