"""Counts a scenario as a surveyor would: turning counts, and the roads between its signals.

Only what could be counted on the street is taken from the demand: how many vehicles make which
turn in which five minutes, and how many reach a short approach from which side.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np

from luchang.core.signals.demand import Movement, TurningCounts
from luchang.core.signals.fixed.layout import movement_of
from luchang.core.signals.fixed.problem import Feeder, Problem, Road
from luchang.gateways.sumo.net import Net, read_net
from luchang.gateways.sumo.tripinfo import elements

if TYPE_CHECKING:
    from benchmarks.signals.scenarios import Scenario

INTERVAL_S = 300
SHORT_M = 80.0
"""Approaches shorter than this are counted together with what feeds them [m]."""
MINOR_PENALTY_S = 1.5
"""What the simulator's router adds where a way gives way [s]."""

Trip = tuple[float, tuple[str, ...]]


@dataclass
class Edges:
    """Edges of a net: how long, how fast, how many lanes, and what follows."""

    length_m: dict[str, float] = field(default_factory=dict)
    speed_mps: dict[str, float] = field(default_factory=dict)
    lanes: dict[str, int] = field(default_factory=dict)
    onward: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    yields: set[tuple[str, str]] = field(default_factory=set)

    def travel_s(self, edge: str) -> float:
        return self.length_m[edge] / self.speed_mps[edge]


@lru_cache
def edges_of(path: Path) -> Edges:
    """Read the edges of a net that vehicles use."""
    net, found = read_net(path), Edges()
    used: dict[str, set[str]] = defaultdict(set)
    for values in elements(path, frozenset({"connection"})):
        start, end = values["from"], values["to"]
        if start.startswith(":"):
            continue
        used[start].add(values["fromLane"])
        used[end].add(values["toLane"])
        inside = net.lanes.get(values.get("via", ""))
        seconds = inside.length_m / inside.speed_mps if inside else 0.0
        known = found.onward[start].get(end, np.inf)
        found.onward[start][end] = min(known, seconds)
        if values.get("state") == "m":
            found.yields.add((start, end))
    for edge, lanes in used.items():
        pieces = [net.lanes[f"{edge}_{lane}"] for lane in lanes]
        found.lanes[edge] = len(pieces)
        found.length_m[edge] = max(one.length_m for one in pieces)
        found.speed_mps[edge] = max(one.speed_mps for one in pieces)
    return found


def trips(scenario: Scenario) -> list[Trip]:
    """When each vehicle of the hour departs, and its edges; trips take the fastest free way."""
    edges = edges_of(scenario.net)
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    found: list[Trip] = []
    for _, element in ET.iterparse(scenario.routes):  # noqa: S314 - a file of ours
        if element.tag not in {"trip", "vehicle"}:
            continue
        at_s = float(element.get("depart", "0"))
        if not scenario.begin_s <= at_s < scenario.end_s:
            continue
        route = element.find("route")
        if route is not None:
            way = tuple(route.get("edges", "").split())
        else:
            stops = [element.get("from", ""), *element.get("via", "").split()]
            stops.append(element.get("to", ""))
            way = (stops[0],)
            for pair in pairwise(stops):
                if pair not in known:
                    known[pair] = _fastest(edges, *pair)
                way += known[pair][1:]
        found.append((at_s - scenario.begin_s, way))
    return found


def _fastest(edges: Edges, start: str, goal: str) -> tuple[str, ...]:
    heap: list[tuple[float, str, tuple[str, ...]]] = [(0.0, start, (start,))]
    seen: set[str] = set()
    while heap:
        spent, edge, way = heapq.heappop(heap)
        if edge == goal:
            return way
        if edge in seen:
            continue
        seen.add(edge)
        for after, seconds in edges.onward[edge].items():
            total = spent + seconds + edges.travel_s(after)
            heapq.heappush(heap, (total, after, (*way, after)))
    return (start,)


@dataclass
class Survey:
    """What is counted along the ways of all vehicles.

    Attributes
    ----------
    between
        Between an exit and the approach it leads to: vehicles, and the edges on the way.
    """

    edges: Edges
    movement_at: dict[tuple[str, str], int]
    vehicles: np.ndarray
    between: Counter[tuple[str, str, tuple[str, ...]]] = field(default_factory=Counter)
    upstream: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    entered: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def follow(self, at_s: float, way: tuple[str, ...]) -> None:
        """Count one vehicle at every signal on its way, at the time of free travel."""
        now_s, last = at_s, -1
        for place, turn in enumerate(pairwise(way)):
            now_s += self.edges.travel_s(turn[0])
            if turn not in self.movement_at:
                continue
            interval = min(int(now_s // INTERVAL_S), len(self.vehicles) - 1)
            self.vehicles[interval, self.movement_at[turn]] += 1
            if last >= 0:
                self.between[way[last], turn[0], way[last : place + 1]] += 1
            before = way[place - 1] if place else ""
            self.upstream[turn[0]][before] += 1
            self.entered[turn][before] += 1
            last = place + 1


def problem(scenario: Scenario, *, amber_s: float = 3.0) -> Problem:
    """The planning problem of a scenario: its signals and the counts of its hour."""
    net = read_net(scenario.net)
    movements = _movements(net)
    survey = Survey(
        edges_of(scenario.net),
        {(one.approach, one.exit): place for place, one in enumerate(movements)},
        np.zeros((3600 // INTERVAL_S, len(movements))),
    )
    every = trips(scenario)
    for at_s, way in every:
        survey.follow(at_s, way)
    counts = TurningCounts(movements, survey.vehicles, survey.vehicles.copy(), float(INTERVAL_S))
    feeders = tuple(_feeders(survey, movements, every))
    roads = tuple(_roads(survey, feeders))
    return Problem(net.network, counts, roads, feeders)


def _movements(net: Net) -> tuple[Movement, ...]:
    every = (
        movement_of(junction, link)
        for junction in net.network.junctions
        for link in junction.links
        if not link.from_lane.startswith(":")
    )
    return tuple(dict.fromkeys(every))


def _roads(survey: Survey, feeders: tuple[Feeder, ...]) -> Iterator[Road]:
    """Of every exit the approach most of its traffic goes to."""
    edges = survey.edges
    best: dict[str, tuple[int, str, tuple[str, ...]]] = {}
    for (start, approach, way), number in survey.between.items():
        if start not in best or number > best[start][0]:
            best[start] = (number, approach, way)
    by_approach: dict[str, list[Feeder]] = defaultdict(list)
    for feeder in feeders:
        by_approach[feeder.approach].append(feeder)
    for start, (_, approach, way) in best.items():
        group = approach
        if by_approach[approach]:
            on_way = [one.name for one in by_approach[approach] if one.name in way]
            if not on_way:
                continue
            group = on_way[0]
        length_m = sum(edges.length_m[edge] for edge in way)
        seconds = sum(edges.travel_s(edge) for edge in way)
        yield Road(start, group, length_m, length_m / seconds, edges.lanes[way[0]])


def _feeders(
    survey: Survey, movements: tuple[Movement, ...], every: list[Trip]
) -> Iterator[Feeder]:
    """Lanes before short approaches, unless they are the same lanes once more."""
    edges = survey.edges
    for approach in dict.fromkeys(one.approach for one in movements):
        before = survey.upstream[approach]
        names = [name for name in before if name and name not in _approaches(movements)]
        total = sum(before.values())
        if edges.length_m[approach] > SHORT_M or not names or before[""] > total / 5:
            continue
        passing = {name: _passing(every, name, approach) for name in names}
        if len(names) == 1 and edges.lanes[names[0]] >= edges.lanes[approach]:
            continue
        minor = {name for name in names if (name, approach) in edges.yields}
        for name in names:
            yield Feeder(
                approach,
                name,
                edges.length_m[name],
                edges.speed_mps[name],
                edges.lanes[name],
                name in minor and len(minor) < len(names),
                _shares(survey, movements, approach, name, names),
                passing[name],
                _crossed(survey, movements, name, approach),
            )


def _approaches(movements: tuple[Movement, ...]) -> set[str]:
    return {one.approach for one in movements}


def _shares(
    survey: Survey, movements: tuple[Movement, ...], approach: str, name: str, names: list[str]
) -> dict[Movement, float]:
    found = {}
    for one in movements:
        if one.approach == approach:
            came = survey.entered[approach, one.exit]
            total = sum(came[other] for other in names)
            found[one] = came[name] / total if total else 1.0 / len(names)
    return found


def _passing(every: list[Trip], name: str, approach: str) -> tuple[float, ...]:
    """Vehicles on a feeder that do not go on to the approach, by interval."""
    found = [0.0] * (3600 // INTERVAL_S)
    for at_s, way in every:
        if name in way and approach not in way:
            found[min(int(at_s // INTERVAL_S), len(found) - 1)] += 1
    return tuple(found)


def _crossed(
    survey: Survey, movements: tuple[Movement, ...], name: str, approach: str
) -> tuple[str, ...]:
    """Exits whose traffic runs where vehicles go that leave a feeder before the approach."""
    edges = survey.edges
    goals = {after for after in edges.onward[name] if after != approach}
    exits = dict.fromkeys(one.exit for one in movements)
    return tuple(
        one for one in exits if one not in {name, approach} and goals & set(edges.onward[one])
    )
