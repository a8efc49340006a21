"""From plain nodes and ways to a `RoadGraph`: cut at junctions, connect, ban turns, report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from luchang.core.common.coordinates import haversine_m
from luchang.core.common.roads import (
    NONE,
    SPEED_KMH,
    Floats,
    Ints,
    LongInts,
    RoadClass,
    RoadGraph,
)
from luchang.core.common.turn_bans import expand


class Direction(Enum):
    """In which direction of its drawn nodes a way may be driven."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Way:
    """One road as the source draws it; `speed_kmh` None takes the speed of its class."""

    way_id: int
    nodes: Sequence[int]
    road_class: RoadClass
    name: str = ""
    direction: Direction = Direction.BOTH
    speed_kmh: float | None = None


@dataclass(frozen=True, slots=True)
class TurnRestriction:
    """`no`: from-way, via, to-way may not follow each other; `only`: nothing else may."""

    kind: Literal["no", "only"]
    from_way: int
    to_way: int
    via_node: int | None = None
    via_ways: tuple[int, ...] = ()


@dataclass(slots=True)
class BuildReport:
    """What became of the source: nothing is left out silently."""

    node_count: int = 0
    arc_count: int = 0
    section_count: int = 0
    bans_kept: int = 0
    missing_nodes: int = 0
    ways_without_section: list[int] = field(default_factory=list)
    components: int = 0
    dropped_nodes: int = 0
    dropped_sections: int = 0
    dropped_length_m: float = 0.0
    dropped_ways: list[int] = field(default_factory=list)
    restrictions_unresolved: list[TurnRestriction] = field(default_factory=list)


class EmptyNetwork(ValueError):
    """No way of the source can be driven."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a way between two junctions; rows into the node arrays."""

    way: int
    rows: list[int]


@dataclass(frozen=True, slots=True)
class _Source:
    node_id: LongInts
    lon: Floats
    lat: Floats
    ways: Sequence[Way]
    restrictions: tuple[TurnRestriction, ...]


def build_road_graph(
    node_ids: Sequence[int] | LongInts,
    node_lon: Sequence[float] | Floats,
    node_lat: Sequence[float] | Floats,
    ways: Sequence[Way],
    restrictions: Iterable[TurnRestriction] = (),
) -> tuple[RoadGraph, BuildReport]:
    """Build the largest strongly connected network, and report what is not in it.

    Nodes are WGS-84 degrees. A way is cut where the source lacks one of its nodes.

    Raises
    ------
    EmptyNetwork
        No section is left.
    """
    report = BuildReport()
    source = _Source(
        node_id=np.asarray(node_ids, dtype=np.int64),
        lon=np.asarray(node_lon, dtype=np.float64),
        lat=np.asarray(node_lat, dtype=np.float64),
        ways=ways,
        restrictions=tuple(restrictions),
    )
    pieces = _pieces(source, report)
    if not pieces:
        raise EmptyNetwork("no way has two nodes")
    lengths = _lengths_m(pieces, source.lon, source.lat)
    pieces, lengths = _largest_component(pieces, lengths, ways, report)
    graph = _assemble(source, pieces, lengths, report)
    report.node_count, report.arc_count = graph.node_count, graph.arc_count
    report.section_count = graph.section_count
    return graph, report


def _pieces(source: _Source, report: BuildReport) -> list[_Piece]:
    ways = source.ways
    row_of = {int(node): row for row, node in enumerate(source.node_id)}
    runs = [(place, run) for place, way in enumerate(ways) for run in _runs(way, row_of, report)]
    uses = Counter(row for _, run in runs for row in run)
    junctions = {row for row, count in uses.items() if count > 1}
    junctions |= {end for _, run in runs for end in (run[0], run[-1])}
    junctions |= {row_of[r.via_node] for r in source.restrictions if r.via_node in row_of}
    pieces = [_Piece(place, cut) for place, run in runs for cut in _cut(run, junctions)]
    whole = {piece.way for piece in pieces}
    report.ways_without_section = [w.way_id for i, w in enumerate(ways) if i not in whole]
    return pieces


def _runs(way: Way, row_of: Mapping[int, int], report: BuildReport) -> Iterator[list[int]]:
    """Yield the longest stretches of known nodes, repeated nodes in a row counted once."""
    run: list[int] = []
    for node in way.nodes:
        row = row_of.get(int(node))
        if row is None:
            report.missing_nodes += 1
            if len(run) > 1:
                yield run
            run = []
        elif not run or run[-1] != row:
            run.append(row)
    if len(run) > 1:
        yield run


def _cut(run: list[int], junctions: set[int]) -> Iterator[list[int]]:
    start = 0
    for end in range(1, len(run)):
        if run[end] in junctions:
            yield run[start : end + 1]
            start = end


def _lengths_m(pieces: Sequence[_Piece], lon: Floats, lat: Floats) -> Floats:
    tails = np.array([row for piece in pieces for row in piece.rows[:-1]])
    heads = np.array([row for piece in pieces for row in piece.rows[1:]])
    steps = haversine_m(lon[tails], lat[tails], lon[heads], lat[heads])
    starts = np.cumsum([0] + [len(piece.rows) - 1 for piece in pieces[:-1]])
    return np.asarray(np.add.reduceat(steps, starts))


def _directions(way: Way) -> tuple[bool, bool]:
    return way.direction is not Direction.BACKWARD, way.direction is not Direction.FORWARD


def _largest_component(
    pieces: list[_Piece], lengths: Floats, ways: Sequence[Way], report: BuildReport
) -> tuple[list[_Piece], Floats]:
    """Keep the strongly connected component with the most nodes (ties: the first)."""
    tails, heads = [], []
    for piece in pieces:
        along, against = _directions(ways[piece.way])
        ends = piece.rows[0], piece.rows[-1]
        if along:
            tails.append(ends[0])
            heads.append(ends[1])
        if against:
            tails.append(ends[1])
            heads.append(ends[0])
    rows, compact = np.unique(np.array(tails + heads), return_inverse=True)
    links = coo_matrix(
        (np.ones(len(tails)), (compact[: len(tails)], compact[len(tails) :])),
        shape=(len(rows), len(rows)),
    )
    report.components, label = connected_components(links, connection="strong")
    kept = np.argmax(np.bincount(label))
    report.dropped_nodes = int((label != kept).sum())
    inside = set(rows[label == kept].tolist())
    keep = [piece.rows[0] in inside and piece.rows[-1] in inside for piece in pieces]
    _report_dropped(pieces, lengths, keep, ways, report)
    if not any(keep):
        raise EmptyNetwork("no two nodes can be driven to and fro")
    return [p for p, k in zip(pieces, keep, strict=True) if k], lengths[np.array(keep)]


def _report_dropped(
    pieces: Sequence[_Piece],
    lengths: Floats,
    keep: Sequence[bool],
    ways: Sequence[Way],
    report: BuildReport,
) -> None:
    dropped = [i for i, kept in enumerate(keep) if not kept]
    kept_ways = {pieces[i].way for i, kept in enumerate(keep) if kept}
    report.dropped_sections = len(dropped)
    report.dropped_length_m = float(lengths[dropped].sum())
    gone = {pieces[i].way for i in dropped} - kept_ways
    report.dropped_ways = [ways[place].way_id for place in sorted(gone)]


def _assemble(
    source: _Source, pieces: list[_Piece], lengths: Floats, report: BuildReport
) -> RoadGraph:
    ways = [source.ways[piece.way] for piece in pieces]
    arcs = _arcs(pieces, ways)
    node_id = source.node_id[arcs.rows]
    section_way = np.array([way.way_id for way in ways], dtype=np.int64)
    bans = _Bans(node_id, arcs, section_way[arcs.section])
    search = expand(arcs.first, arcs.target, bans.sequences(source.restrictions, report))
    names, section_name = _names([way.name for way in ways])
    points = np.array([row for piece in pieces for row in piece.rows])
    speed_m_s = np.array([_speed_kmh(way) for way in ways]) / 3.6
    return RoadGraph(
        node_id=node_id,
        node_lon=source.lon[arcs.rows],
        node_lat=source.lat[arcs.rows],
        first_arc=arcs.first,
        arc_source=arcs.source,
        arc_target=arcs.target,
        arc_section=arcs.section,
        arc_length_m=lengths[arcs.section],
        arc_travel_s=(lengths / speed_m_s)[arcs.section],
        section_arcs=arcs.of_section,
        section_way=section_way,
        section_name=section_name,
        section_class=np.array([way.road_class for way in ways], dtype=np.int32),
        first_point=np.cumsum([0] + [len(p.rows) for p in pieces]).astype(np.int32),
        point_lon=source.lon[points],
        point_lat=source.lat[points],
        state_node=search.state_node,
        first_move=search.first_move,
        move_target=search.move_target,
        move_arc=search.move_arc,
        arc_state=search.arc_state,
        first_entry=search.first_entry,
        entry_source=search.entry_source,
        entry_arc=search.entry_arc,
        names=names,
    )


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Arcs in CSR order of their source; `rows` are the source rows of the nodes."""

    rows: LongInts
    first: Ints
    source: Ints
    target: Ints
    section: Ints
    of_section: Ints


def _arcs(pieces: Sequence[_Piece], ways: Sequence[Way]) -> _Arcs:
    ends = np.array([(piece.rows[0], piece.rows[-1]) for piece in pieces])
    rows, compact = np.unique(ends, return_inverse=True)
    tails, heads = compact.reshape(-1, 2).T
    allowed = np.array([_directions(way) for way in ways])
    along, against = np.flatnonzero(allowed[:, 0]), np.flatnonzero(allowed[:, 1])
    section = np.concatenate([along, against])
    source = np.concatenate([tails[along], heads[against]])
    target = np.concatenate([heads[along], tails[against]])
    order = np.lexsort((target, section, source))
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order))
    of_section = np.full((len(pieces), 2), NONE, dtype=np.int32)
    of_section[along, 0] = place[: len(along)]
    of_section[against, 1] = place[len(along) :]
    leaving = np.bincount(source, minlength=len(rows))
    return _Arcs(
        rows=rows,
        first=np.concatenate([[0], np.cumsum(leaving)]).astype(np.int32),
        source=source[order].astype(np.int32),
        target=target[order].astype(np.int32),
        section=section[order].astype(np.int32),
        of_section=of_section,
    )


def _speed_kmh(way: Way) -> float:
    speed = SPEED_KMH[way.road_class] if way.speed_kmh is None else way.speed_kmh
    if not speed > 0:
        raise ValueError(f"way {way.way_id}: speed {speed} km/h is not positive")
    return speed


def _names(names: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    clean = [" ".join(name.split()) for name in names]
    known = sorted(set(clean) - {""})
    row = {name: place for place, name in enumerate(known)} | {"": NONE}
    return tuple(known), np.array([row[name] for name in clean], dtype=np.int32)


class _Bans:
    """Turns restrictions between ways into forbidden sequences of arcs."""

    def __init__(self, node_id: LongInts, arcs: _Arcs, way: LongInts) -> None:
        self.node = {int(node): row for row, node in enumerate(node_id)}
        self.first_arc, self.source, self.target = arcs.first, arcs.source, arcs.target
        self.way, self.section = way, arcs.section
        self.arcs_of: dict[int, list[int]] = defaultdict(list)
        for arc, way_id in enumerate(way.tolist()):
            self.arcs_of[way_id].append(arc)

    def sequences(
        self, restrictions: Iterable[TurnRestriction], report: BuildReport
    ) -> list[tuple[int, ...]]:
        found: list[tuple[int, ...]] = []
        for restriction in restrictions:
            banned = list(self._banned(restriction))
            if banned:
                report.bans_kept += 1
                found += banned
            else:
                report.restrictions_unresolved.append(restriction)
        return found

    def _banned(self, restriction: TurnRestriction) -> Iterator[tuple[int, ...]]:
        for lead in self._leads(restriction):
            onward = self._onward(lead, restriction.to_way)
            if restriction.kind == "no":
                yield from ((*lead, arc) for arc in onward)
            elif onward:
                others = set(self._leaving(int(self.target[lead[-1]]))) - set(onward)
                yield from ((*lead, arc) for arc in sorted(others))

    def _leads(self, restriction: TurnRestriction) -> Iterator[tuple[int, ...]]:
        """Yield the arcs driven before the turn in question: the from-arc and the via-arcs."""
        starts = self.arcs_of.get(restriction.from_way, [])
        if restriction.via_ways:
            for arc in starts:
                yield from self._along((arc,), restriction.via_ways)
        elif restriction.via_node in self.node:
            via = self.node[restriction.via_node]
            yield from ((arc,) for arc in starts if self.target[arc] == via)

    def _along(self, lead: tuple[int, ...], via_ways: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Extend `lead` by every simple path over all the via-ways in their order."""
        seen = {int(self.source[arc]) for arc in lead}
        for arc in self._leaving(int(self.target[lead[-1]])):
            back = self.section[arc] == self.section[lead[-1]]
            if back or self.way[arc] != via_ways[0] or int(self.target[arc]) in seen:
                continue
            longer = (*lead, arc)
            if len(via_ways) == 1:
                yield longer
            else:
                yield from self._along(longer, via_ways[1:])
            yield from self._along(longer, via_ways)

    def _onward(self, lead: tuple[int, ...], to_way: int) -> list[int]:
        arcs = [a for a in self._leaving(int(self.target[lead[-1]])) if self.way[a] == to_way]
        if self.way[lead[-1]] != to_way:
            return arcs
        return [a for a in arcs if self.section[a] == self.section[lead[-1]]]  # no_u_turn

    def _leaving(self, node: int) -> range:
        return range(int(self.first_arc[node]), int(self.first_arc[node + 1]))
