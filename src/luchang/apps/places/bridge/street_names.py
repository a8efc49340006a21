"""Streets and junctions, found in a road graph by the names its sections bear."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from luchang.apps.places.states import RoadClass
from luchang.core.common.coordinates import metres_from
from luchang.core.common.roads import NONE, Floats, RoadGraph

SAME_JUNCTION_M = 60.0
"""Crossings of the same two streets closer than this are the carriageways of one junction."""

SIGNAL_REACH_M = 40.0
"""A signal is drawn at its stop line, up to this far from the middle of the junction."""

FEWEST_ARMS = 3
_ROUTE_NUMBER = re.compile(r"^[GSXYCZ]\d{1,4}")


@dataclass(frozen=True)
class StreetFound:
    """All that bears one name in one area."""

    name: str
    road_class: RoadClass
    length_m: float
    lon: float
    lat: float


@dataclass(frozen=True)
class JunctionFound:
    """One crossing of two named streets."""

    name: str
    streets: tuple[str, str]
    node: int
    lon: float
    lat: float
    arm_count: int
    has_signals: bool


Areas = Callable[[Sequence[float], Sequence[float]], Sequence[object]]
"""For points, the area each lies in: streets of one name in two areas are two streets."""


def streets_of(graph: RoadGraph, areas: Areas) -> list[StreetFound]:
    """Every named street once an area, in order of name."""
    named = np.flatnonzero(graph.section_name != NONE)
    middles = [_middle(graph, int(section)) for section in named]
    where = areas([lon for lon, _ in middles], [lat for _, lat in middles])
    groups: dict[tuple[str, object], list[int]] = defaultdict(list)
    for place, section in enumerate(named):
        groups[graph.name_of(int(section)), where[place]].append(place)
    lengths = [graph.length_of(int(section)) for section in named]
    classes = [int(graph.section_class[section]) for section in named]
    return sorted(
        (
            _street(name, members, classes, lengths, middles)
            for (name, _area), members in groups.items()
        ),
        key=lambda street: (street.name, street.lon, street.lat),
    )


def junctions_of(
    graph: RoadGraph, signal_lon: Sequence[float], signal_lat: Sequence[float]
) -> list[JunctionFound]:
    """Every junction of two or more named streets, carriageways joined, in order of name."""
    crossings = list(_crossings(graph))
    by_pair: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for node, arms, pair in crossings:
        by_pair[pair].append((node, arms))
    signals = _signal_nodes(graph, signal_lon, signal_lat)
    found = [
        _junction(graph, pair, members, signals)
        for pair, nodes in by_pair.items()
        for members in _clusters(graph, nodes)
    ]
    return sorted(found, key=lambda junction: (junction.name, junction.node))


def junction_name(first: str, second: str) -> str:
    """How officers name a crossing: 长江路与珠江路交叉口."""
    return f"{first}与{second}交叉口"


def _middle(graph: RoadGraph, section: int) -> tuple[float, float]:
    lon, lat = graph.shape_of(section)
    return float(lon[len(lon) // 2]), float(lat[len(lat) // 2])


def _street(
    name: str,
    members: list[int],
    classes: list[int],
    lengths: list[float],
    middles: list[tuple[float, float]],
) -> StreetFound:
    by_class: dict[int, float] = defaultdict(float)
    for place in members:
        by_class[classes[place]] += lengths[place]
    total = sum(lengths[place] for place in members)
    centre = np.average([middles[p] for p in members], axis=0, weights=_weights(members, lengths))
    nearest = min(members, key=lambda place: float(np.hypot(*(middles[place] - centre))))
    widest = max(by_class, key=lambda road_class: (by_class[road_class], -road_class))
    return StreetFound(name, RoadClass(widest), total, *middles[nearest])


def _weights(members: list[int], lengths: list[float]) -> Floats:
    return np.maximum([lengths[place] for place in members], 1e-6)


def _crossings(graph: RoadGraph) -> Iterator[tuple[int, int, tuple[str, str]]]:
    """Nodes where lanes or wider roads of two names meet in three or more arms.

    Each with its number of arms and its two main streets. Where only alleys cross, nobody names
    a junction.
    """
    at_node: dict[int, set[int]] = defaultdict(set)
    for section in range(graph.section_count):
        for node in ends_of(graph, section):
            at_node[node].add(section)
    for node, sections in sorted(at_node.items()):
        if len(sections) < FEWEST_ARMS:
            continue
        names = _main_names(graph, sections)
        widest = min(int(graph.section_class[section]) for section in sections)
        if len(names) > 1 and widest < RoadClass.RESIDENTIAL:
            yield node, len(sections), (names[0], names[1])


def ends_of(graph: RoadGraph, section: int) -> tuple[int, int]:
    """The two nodes of a section."""
    arc = int(graph.section_arcs[section].max())
    return int(graph.arc_source[arc]), int(graph.arc_target[arc])


def _main_names(graph: RoadGraph, sections: Iterable[int]) -> list[str]:
    rank: dict[str, tuple[int, bool, str]] = {}
    for section in sections:
        name = graph.name_of(section)
        if name and int(graph.section_class[section]) != RoadClass.RAMP:
            road_class = int(graph.section_class[section])
            order = (road_class, bool(_ROUTE_NUMBER.match(name)), name)
            rank[name] = min(rank.get(name, order), order)
    return sorted(rank, key=lambda name: rank[name])


def _clusters(graph: RoadGraph, nodes: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    if len(nodes) == 1:
        yield nodes
        return
    rows = np.array([node for node, _ in nodes])
    east, north = metres_from(
        float(graph.node_lon[rows[0]]),
        float(graph.node_lat[rows[0]]),
        graph.node_lon[rows],
        graph.node_lat[rows],
    )
    pairs = cKDTree(np.column_stack([east, north])).query_pairs(
        SAME_JUNCTION_M, output_type="ndarray"
    )
    links = coo_matrix(
        (np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(nodes), len(nodes))
    )
    count, label = connected_components(links, directed=False)
    for cluster in range(count):
        yield [nodes[place] for place in np.flatnonzero(label == cluster)]


def _junction(
    graph: RoadGraph,
    pair: tuple[str, str],
    members: list[tuple[int, int]],
    signals: frozenset[int],
) -> JunctionFound:
    nodes = [node for node, _ in members]
    lon, lat = graph.node_lon[nodes].mean(), graph.node_lat[nodes].mean()
    middle = min(
        nodes,
        key=lambda node: (graph.node_lon[node] - lon) ** 2 + (graph.node_lat[node] - lat) ** 2,
    )
    return JunctionFound(
        name=junction_name(*pair),
        streets=pair,
        node=middle,
        lon=float(lon),
        lat=float(lat),
        arm_count=max(arms for _, arms in members),
        has_signals=bool(signals.intersection(nodes)),
    )


def _signal_nodes(
    graph: RoadGraph, signal_lon: Sequence[float], signal_lat: Sequence[float]
) -> frozenset[int]:
    """The graph nodes that have a signal within reach."""
    if not len(signal_lon):
        return frozenset()
    origin = float(graph.node_lon[0]), float(graph.node_lat[0])
    nodes = cKDTree(np.column_stack(metres_from(*origin, graph.node_lon, graph.node_lat)))
    signals = np.column_stack(metres_from(*origin, signal_lon, signal_lat))
    near = nodes.query_ball_point(signals, SIGNAL_REACH_M)
    return frozenset(node for members in near for node in members)
