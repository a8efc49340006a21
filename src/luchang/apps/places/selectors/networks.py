"""The roads: graph, snapping, junctions, routes."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from scipy.spatial import cKDTree

from luchang.apps.places.bridge.graph_files import LoadedNetwork, loaded
from luchang.apps.places.models import Junction, RoadNetwork
from luchang.apps.places.selectors.closures import closed_sections
from luchang.core.common.coordinates import metres_from
from luchang.core.common.roads import Floats, RoadGraph
from luchang.core.common.shortest_paths import Unreachable, arc_times, times_to
from luchang.core.common.snapping import RoadPosition, RoadSnapper

SNAP_WITHIN_M = 2_000.0
"""Farther from every road than this a point is not on this city's roads."""


class NoRoadNetwork(Exception):
    """No road network has been activated yet."""


@dataclass(frozen=True)
class NearJunction:
    """A junction near a point."""

    place_id: int
    name: str
    node: int
    lon: float
    lat: float
    has_signals: bool
    distance_m: float


@dataclass(frozen=True)
class RouteFound:
    """A way for display and for the telephone: time, length, the roads in order, the line."""

    travel_s: float
    length_m: float
    streets: tuple[str, ...]
    line: tuple[tuple[float, float], ...]


def active_network() -> RoadNetwork:
    """The version everybody drives on.

    Raises:
        NoRoadNetwork: none was imported.
    """
    found = RoadNetwork.objects.active().first()
    if found is None:
        raise NoRoadNetwork
    return found


def loaded_network() -> LoadedNetwork:
    """Graph and snapper of the active version, from this process's memory."""
    return loaded(active_network().graph_file)


def graph() -> RoadGraph:
    """The graph of the active road network, loaded once a process."""
    return loaded_network().graph


def snapper() -> RoadSnapper:
    """The snapper of the active road network, built once a process."""
    return loaded_network().snapper


def snap(lon: float, lat: float, *, within_m: float = SNAP_WITHIN_M) -> RoadPosition | None:
    """The nearest place on a road; None where no road is near."""
    return snapper().nearest(lon, lat, within_m=within_m)


def live_travel_s(*, at: datetime) -> Floats:
    """Driving time of every arc [s] at that moment: closed sections take for ever."""
    network = active_network()
    return loaded(network.graph_file).graph.travel_s(closed=closed_sections(network, at=at))


def route_between(
    start: tuple[float, float], goal: tuple[float, float], *, at: datetime
) -> RouteFound | None:
    """The fastest open way between two points, None where there is none.

    Raises:
        NoRoadNetwork: no road network is active.
    """
    network = loaded_network()
    origin = network.snapper.nearest(*start, within_m=SNAP_WITHIN_M)
    target = network.snapper.nearest(*goal, within_m=SNAP_WITHIN_M)
    if origin is None or target is None:
        return None
    try:
        times = arc_times(network.graph, live_travel_s(at=at))
        route = times_to(network.graph, target, times=times).route_from(origin)
    except Unreachable:
        return None
    return RouteFound(
        travel_s=route.travel_s,
        length_m=route.length_m,
        streets=tuple(leg.name for leg in route.legs if leg.name),
        line=tuple(zip(route.lon.tolist(), route.lat.tolist(), strict=True)),
    )


def road_metres(
    start: tuple[float, float], goal: tuple[float, float], *, within_m: float
) -> float | None:
    """Length of the road from one point to another as it is drawn, whatever is closed now [m].

    The shorter of the ways there and back: of a divided road one of them may have to turn round.
    None where a point lies on no road, or no way leads from one to the other.

    Raises:
        NoRoadNetwork: no road network is active.
    """
    network = loaded_network()
    ends = [network.snapper.nearest(*point, within_m=within_m) for point in (start, goal)]
    times = arc_times(network.graph)
    found = []
    for origin, target in (ends, ends[::-1]):
        if origin is None or target is None:
            return None
        try:
            route = times_to(network.graph, target, times=times).route_from(origin)
        except Unreachable:
            continue
        found.append(float(route.length_m))
    return min(found, default=None)


class JunctionIndex:
    """The junctions of one network by nearness."""

    def __init__(self, rows: list[Junction]) -> None:
        self.rows = rows
        self._origin = (rows[0].place.lon, rows[0].place.lat) if rows else (0.0, 0.0)
        points = [self._plane(row.place.lon, row.place.lat) for row in rows]
        self._tree = cKDTree(np.array(points).reshape(-1, 2)) if rows else None

    def near(
        self, lon: float, lat: float, *, within_m: float, street: str = "", count: int = 1
    ) -> list[NearJunction]:
        """The nearest junctions, of one street where it is named, nearest first."""
        if self._tree is None:
            return []
        point = self._plane(lon, lat)
        members = self._tree.query_ball_point(point, within_m)
        found = [self._near(member, point) for member in members]
        fitting = [junction for junction in found if not street or street in junction.name]
        return sorted(fitting, key=lambda near: (near.distance_m, near.place_id))[:count]

    def _near(self, member: int, point: tuple[float, float]) -> NearJunction:
        row = self.rows[member]
        place = row.place
        east, north = self._plane(place.lon, place.lat)
        distance_m = float(np.hypot(east - point[0], north - point[1]))
        return NearJunction(
            row.pk, place.name, row.node, place.lon, place.lat, row.has_signals, distance_m
        )

    def _plane(self, lon: float, lat: float) -> tuple[float, float]:
        east, north = metres_from(*self._origin, lon, lat)
        return float(east), float(north)


def junction_index() -> JunctionIndex:
    """The junctions of the active network, read once a process and version."""
    return _junction_index(active_network().pk)


@lru_cache(maxsize=2)
def _junction_index(network_id: int) -> JunctionIndex:
    rows = Junction.objects.filter(place__network_id=network_id).select_related("place")
    return JunctionIndex(list(rows.order_by("pk")))


def nearest_junction(
    lon: float, lat: float, *, within_m: float = 1_000.0, street: str = ""
) -> NearJunction | None:
    """The nearest junction within reach, on one street where it is named."""
    found = junction_index().near(lon, lat, within_m=within_m, street=street)
    return found[0] if found else None
