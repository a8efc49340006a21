"""The road network as dispatch uses it: graph, snapper and digest, built once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.shortest_paths import ArcTimes, arc_times
from luchang.core.common.snapping import RoadPositions, RoadSnapper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from luchang.core.common.roads import RoadGraph
    from luchang.core.dispatch.problem import RoadConditions


class RoadNetwork:
    """Shared by every question asked on one imported network; safe between threads."""

    def __init__(self, graph: RoadGraph) -> None:
        self.graph = graph
        self.snapper = RoadSnapper(graph)
        self.digest = graph.digest()

    def arc_times(self, conditions: RoadConditions, siren_speed: float) -> ArcTimes:
        """Driving time of every arc under live conditions for a unit on call."""
        live_s = self.graph.travel_s(closed=conditions.closed, factors=conditions.factors)
        return arc_times(self.graph, live_s / siren_speed)

    def places(
        self, points: Sequence[tuple[float | None, float | None]], within_m: float
    ) -> RoadPositions:
        """Nearest roads of many points; unknown coordinates find none."""
        known = np.array([(_or_nan(lon), _or_nan(lat)) for lon, lat in points], dtype=np.float64)
        lon, lat = known.reshape(-1, 2).T
        return self.snapper.nearest_many(lon, lat, within_m=within_m)


def _or_nan(degrees: float | None) -> float:
    return np.nan if degrees is None else degrees
