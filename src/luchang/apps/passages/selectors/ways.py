"""The fastest ways between cameras, asked of the road network and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from luchang.apps.places import selectors as places

if TYPE_CHECKING:
    from luchang.apps.passages.models import Camera
    from luchang.core.common.shortest_paths import TimesTo

    Point = tuple[float, float]

MOST_WAYS = 400
"""Ways asked for at once; of a track with more pairs of cameras the rest has no speed."""
NEAR_M = 200.0
"""Farther from every road than this a camera is not on the network."""


class RoadWay(NamedTuple):
    """A way from one camera to another: length [m], free driving time [s], its line."""

    length_m: float
    travel_s: float
    line: tuple[Point, ...]


def ways_between(
    pairs: Iterable[tuple[int, int]], cameras: Mapping[int, Camera]
) -> dict[tuple[int, int], RoadWay]:
    """The ways of pairs of cameras that stand on the network; none where there is no network."""
    try:
        graph_file = places.active_network().graph_file
    except places.NoRoadNetwork:
        return {}
    wanted = sorted({pair for pair in pairs if pair[0] != pair[1] and set(pair) <= set(cameras)})
    wanted.sort(key=lambda pair: pair[1])  # all that lead to one camera after another
    found = {}
    for one, other in wanted[:MOST_WAYS]:
        way = _way(graph_file, _point(cameras[one]), _point(cameras[other]))
        if way is not None:
            found[one, other] = way
    return found


def _point(camera: Camera) -> Point:
    return (camera.longitude, camera.latitude)


@lru_cache(maxsize=20_000)
def _way(graph_file: str, start: Point, goal: Point) -> RoadWay | None:
    from luchang.core.common.shortest_paths import Unreachable  # noqa: PLC0415 - as below

    origin, times = places.snap(*start, within_m=NEAR_M), _times_to(graph_file, goal)
    if origin is None or times is None:
        return None
    try:
        route = times.route_from(origin)
    except Unreachable:
        return None
    line = tuple(zip(route.lon.tolist(), route.lat.tolist(), strict=True))
    return RoadWay(route.length_m, route.travel_s, line)


@lru_cache(maxsize=4)
def _times_to(graph_file: str, goal: Point) -> TimesTo | None:
    """Of the network in use; its name only tells one network's answers from another's."""
    from luchang.core.common.shortest_paths import (  # noqa: PLC0415 - kernels take a second to load
        arc_times,
        times_to,
    )

    del graph_file
    target = places.snap(*goal, within_m=NEAR_M)
    graph = places.graph()
    return None if target is None else times_to(graph, target, times=arc_times(graph))
