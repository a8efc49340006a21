"""Which roads are closed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from luchang.apps.places.bridge.graph_files import loaded
from luchang.apps.places.models import RoadClosure, RoadNetwork
from luchang.core.common.roads import RoadGraph
from luchang.core.common.shortest_paths import Unreachable, times_to
from luchang.core.common.snapping import RoadPosition

END_WITHIN_M = 100.0
"""An end tapped farther than this from every road is a slip of the finger."""

LONGEST_S = 3_600.0


@dataclass(frozen=True)
class Stretch:
    """Sections from one point on the map to another; none where no road joins them."""

    sections: tuple[int, ...] = ()
    street: str = ""
    lon: float = 0.0
    lat: float = 0.0


def closures_in_force(*, at: datetime) -> "QuerySet[RoadClosure]":
    """Closures that block traffic at that moment, newest first."""
    return RoadClosure.objects.in_force(at)


def closed_sections(network: RoadNetwork, *, at: datetime) -> frozenset[int]:
    """Sections of that network's graph nobody may drive through at that moment."""
    closures = RoadClosure.objects.in_force(at).filter(network=network)
    rows = closures.values_list("sections", flat=True)
    return frozenset(section for sections in rows for section in sections)


def sections_between(
    network: RoadNetwork, start: tuple[float, float], end: tuple[float, float]
) -> Stretch:
    """The sections driven from one point to the other by the free way."""
    roads = loaded(network.graph_file)
    first = roads.snapper.nearest(*start, within_m=END_WITHIN_M)
    last = roads.snapper.nearest(*end, within_m=END_WITHIN_M)
    if first is None or last is None:
        return Stretch()
    sections = _between(roads.graph, first, last)
    if not sections:
        return Stretch()
    names = [name for name in map(roads.graph.name_of, sections) if name]
    lon, lat = roads.graph.shape_of(sections[len(sections) // 2])
    return Stretch(
        sections=sections,
        street=max(names, key=names.count, default=""),
        lon=float(lon[len(lon) // 2]),
        lat=float(lat[len(lat) // 2]),
    )


def _between(graph: RoadGraph, first: RoadPosition, last: RoadPosition) -> tuple[int, ...]:
    """The way there or the way back, whichever is shorter: one of them may be a detour."""
    ways = []
    for origin, goal in ((first, last), (last, first)):
        try:
            ways.append(times_to(graph, goal, limit_s=LONGEST_S).route_from(origin))
        except Unreachable:
            continue
    if not ways:
        return ()
    shortest = min(ways, key=lambda way: way.length_m)
    sections = dict.fromkeys(int(graph.arc_section[part.arc]) for part in shortest.stretches)
    return tuple(sections)
