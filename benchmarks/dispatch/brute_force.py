"""Ranking the slow and plain way: one search per unit over the history of arcs, no arrays.

Shares no code with the core but its inputs. Works where every way is one section, so that a
restriction can be read off the ways of consecutive arcs.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from luchang.core.common.road_building import TurnRestriction
    from luchang.core.common.roads import RoadGraph
    from luchang.core.common.snapping import RoadPosition
    from luchang.core.dispatch.problem import RankingProblem, Unit

History = tuple[int, ...]
_REMEMBERED = 2
_AT_NODE = 1e-9


class SlowRoads:
    """Arcs by node, with bans checked against the last two ways driven."""

    def __init__(self, graph: RoadGraph, restrictions: Sequence[TurnRestriction]) -> None:
        self.graph, self.restrictions = graph, restrictions
        self.way = [int(graph.section_way[s]) for s in graph.arc_section]
        self.leaving: dict[int, list[int]] = {}
        for arc, source in enumerate(graph.arc_source.tolist()):
            self.leaving.setdefault(source, []).append(arc)

    def onward(self, node: int, history: History) -> Iterator[int]:
        for arc in self.leaving.get(node, []):
            if not any(self._bans(rule, node, history, arc) for rule in self.restrictions):
                yield arc

    def _bans(self, rule: TurnRestriction, node: int, history: History, arc: int) -> bool:
        if not history:
            return False
        if rule.via_ways:
            lead = [self.way[a] for a in history]
            applies = lead == [rule.from_way, *rule.via_ways]
        else:
            at_via = int(self.graph.node_id[node]) == rule.via_node
            applies = at_via and self.way[history[-1]] == rule.from_way
        if not applies:
            return False
        options = [a for a in self.leaving.get(node, []) if self.way[a] == rule.to_way]
        if rule.kind == "no":
            return arc in options
        return bool(options) and arc not in options


def seconds(  # noqa: C901, PLR0912, PLR0915 - one plain piece, to be checked by eye
    roads: SlowRoads, arc_s: Sequence[float], begin: RoadPosition, goal: RoadPosition
) -> float:
    """Driving time from one place to another [s], infinite when there is no way."""
    graph = roads.graph
    free_s = graph.arc_travel_s
    own = [s if math.isfinite(s) else float(free_s[a]) for a, s in enumerate(arc_s)]
    best = math.inf
    heap: list[tuple[float, int, History]] = []
    along, against = (int(a) for a in graph.section_arcs[begin.section])
    tail, head = _ends(graph, begin.section)
    if along >= 0:
        heap.append(((1 - begin.fraction) * own[along], head, (along,)))
        if goal.section == begin.section and goal.fraction >= begin.fraction:
            best = min(best, (goal.fraction - begin.fraction) * own[along])
    if against >= 0:
        heap.append((begin.fraction * own[against], tail, (against,)))
        if goal.section == begin.section and goal.fraction <= begin.fraction:
            best = min(best, (begin.fraction - goal.fraction) * own[against])
    if begin.fraction <= _AT_NODE:
        heap.append((0.0, tail, ()))
    if begin.fraction >= 1 - _AT_NODE:
        heap.append((0.0, head, ()))
    heapq.heapify(heap)
    seen: set[tuple[int, History]] = set()
    goal_along, goal_against = (int(a) for a in graph.section_arcs[goal.section])
    goal_tail, goal_head = _ends(graph, goal.section)
    while heap:
        spent, node, history = heapq.heappop(heap)
        if spent >= best:
            break
        if (node, history) in seen:
            continue
        seen.add((node, history))
        if (node == goal_tail and goal.fraction <= _AT_NODE) or (
            node == goal_head and goal.fraction >= 1 - _AT_NODE
        ):
            best = min(best, spent)
        for arc in roads.onward(node, history):
            if arc == goal_along:
                best = min(best, spent + goal.fraction * own[arc])
            if arc == goal_against:
                best = min(best, spent + (1 - goal.fraction) * own[arc])
            if math.isfinite(arc_s[arc]):
                after = (*history, arc)[-_REMEMBERED:]
                heapq.heappush(heap, (spent + arc_s[arc], int(graph.arc_target[arc]), after))
    return best


def _ends(graph: RoadGraph, section: int) -> tuple[int, int]:
    along, against = (int(a) for a in graph.section_arcs[section])
    if along >= 0:
        return int(graph.arc_source[along]), int(graph.arc_target[along])
    return int(graph.arc_target[against]), int(graph.arc_source[against])


def order(
    problem: RankingProblem,
    roads: SlowRoads,
    places: Mapping[int, RoadPosition | None],
    goal: RoadPosition,
) -> list[int]:
    """Identities of the units as they should be ranked."""
    chosen = problem.parameters
    arc_s = []
    for arc, free_s in enumerate(roads.graph.arc_travel_s.tolist()):
        section = int(roads.graph.arc_section[arc])
        factor = problem.conditions.factors.get(section, 1.0)
        closed = section in problem.conditions.closed
        arc_s.append(math.inf if closed else free_s * factor / chosen.siren_speed)
    keys = []
    for unit in problem.units:
        place = places[unit.unit_id]
        drive_s = math.inf if place is None else seconds(roads, arc_s, place, goal)
        can_go, score = _score(problem, unit, drive_s, place, goal)
        keys.append((not can_go, score, unit.unit_id))
    return [unit_id for _, _, unit_id in sorted(keys)]


def _score(
    problem: RankingProblem,
    unit: Unit,
    drive_s: float,
    place: RoadPosition | None,
    goal: RoadPosition,
) -> tuple[bool, float]:
    chosen, incident = problem.parameters, problem.incident
    if place is None or math.isinf(drive_s):
        return False, math.inf
    score = drive_s + (place.distance_m + goal.distance_m) / chosen.walk_m_s
    score += unit.free_in_s * chosen.busy_margin
    if unit.fix_age_s > chosen.fresh_s:
        score += min((unit.fix_age_s - chosen.fresh_s) * chosen.stale_s_per_s, chosen.stale_most_s)
    if incident.suited_kinds and unit.kind not in incident.suited_kinds:
        score += chosen.unsuited_s
    score += min(unit.load * chosen.load_s, chosen.load_most_s)
    can_go = (
        incident.needs <= unit.skills
        and unit.free_in_s <= chosen.busy_most_s
        and unit.fix_age_s <= chosen.lost_s
    )
    return can_go, score
