"""Compile, or load from the disk cache, every kernel before the first real call needs one."""

from __future__ import annotations

from luchang.core.common.road_building import Way, build_road_graph
from luchang.core.common.roads import RoadClass
from luchang.core.common.shortest_paths import times_to
from luchang.core.common.snapping import RoadPosition, RoadSnapper


def warm_up() -> float:
    """Run every kernel once on a two-node road; call it when a process starts.

    Measured on 2 cores: about 4 s after an installation (then the machine code is on disk),
    0.1 s from then on, on top of importing numba. Returns the driving time found [s].
    """
    graph, _ = build_road_graph(
        [1, 2], [113.0, 113.001], [27.0, 27.0], [Way(1, [1, 2], RoadClass.PRIMARY)]
    )
    places = RoadSnapper(graph).nearest_many([113.0, 113.0005], [27.0, 27.0], within_m=100.0)
    goal = RoadPosition(0, 0.5, 0.0, 113.0005, 27.0)
    return float(times_to(graph, goal).seconds_from_many(places.section, places.fraction)[0])
