"""Driving times and routes to one place from everywhere, under live conditions.

One reverse search from an incident answers every unit at once, whatever the size of the fleet,
and its tree holds every unit's route.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.bucket_search import Links, search
from luchang.core.common.roads import NONE, Floats, Ints, RoadGraph
from luchang.core.common.routes import Route, Stretch, describe

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from luchang.core.common.snapping import RoadPosition

AT_NODE = 1e-9
"""Fractions of a section this near to 0 or 1 stand at the node itself [-]."""

_ALONG, _AGAINST, _DIRECT, _DIRECT_BACK, _AT_TAIL, _AT_HEAD = range(6)
"""The ways to set out: in drawn direction, against it, straight to a goal on the same section
in either direction, or from the node at an end without entering the section."""


class Unreachable(Exception):
    """No permitted way leads from the start to the goal within the limit of the search."""


@dataclass(frozen=True, slots=True)
class ArcTimes:
    """Driving times of all arcs, prepared once for many searches; made by `arc_times`.

    Attributes
    ----------
    through_s
        Time for driving through [s], infinite where closed.
    own_s
        Time for those who begin or end inside a closure [s]: never infinite.
    longest_s
        The longest of them [s].
    """

    through_s: Floats
    own_s: Floats
    longest_s: float


def arc_times(graph: RoadGraph, arc_s: Floats | None = None) -> ArcTimes:
    """Prepare live times [s], as `graph.travel_s` gives them; None: free of conditions."""
    through_s = graph.arc_travel_s if arc_s is None else np.asarray(arc_s, dtype=np.float64)
    if not (len(through_s) == graph.arc_count and through_s.min() >= 0):
        raise ValueError("one time per arc is wanted, none of them negative")
    own_s = np.where(np.isfinite(through_s), through_s, graph.arc_travel_s)
    return ArcTimes(through_s, own_s, float(own_s.max()))


@dataclass(frozen=True, slots=True)
class TimesTo:
    """Driving times to `goal` from everywhere; made by `times_to`.

    Attributes
    ----------
    graph, goal
        The network and the place on it.
    arc_s
        Live driving time of every arc [s], with the free time where a closure made it infinite
        (needed by those who already stand inside the closure).
    state_s
        Driving time from every search state to the goal [s].
    next_arc, next_state
        The way onward from every state; next_state -1: the arc leads to the goal.
    """

    graph: RoadGraph
    goal: RoadPosition
    arc_s: Floats
    state_s: Floats
    next_arc: Ints
    next_state: Ints

    def seconds_from(self, start: RoadPosition) -> float:
        """Driving time from a place on the road [s]; infinite when there is no way."""
        return float(self.seconds_from_many([start.section], [start.fraction])[0])

    def seconds_from_many(self, section: ArrayLike, fraction: ArrayLike) -> Floats:
        """Driving times [s] from many places; infinite where the section is -1."""
        choices = self._choices(np.asarray(section), np.asarray(fraction, dtype=np.float64))
        return np.asarray(np.min(choices, axis=0))

    def route_from(self, start: RoadPosition) -> Route:
        """Return the fastest way from a place, with its shape and road names.

        Raises
        ------
        Unreachable
            There is none, or not within the limit of the search.
        """
        choices = self._choices(np.array([start.section]), np.array([start.fraction]))[:, 0]
        choice = int(np.argmin(choices))
        if not np.isfinite(choices[choice]):
            raise Unreachable(f"from section {start.section} to section {self.goal.section}")
        stretches = self._stretches(start, choice)
        return describe(self.graph, stretches, self.arc_s)

    def _choices(self, section: NDArray[np.int64], fraction: Floats) -> Floats:
        graph, to = self.graph, self.goal.fraction
        known = section != NONE
        at = np.where(known, fraction, 0.0)
        same = known & (section == self.goal.section)
        along, against = graph.section_arcs[section].T
        along_s = np.where(along == NONE, np.inf, self.arc_s[along])
        against_s = np.where(against == NONE, np.inf, self.arc_s[against])
        tail, head = _ends(graph, section)
        choices = [
            _times(along_s, 1.0 - at) + self.state_s[graph.arc_state[along]],
            _times(against_s, at) + self.state_s[graph.arc_state[against]],
            np.where(same & (at <= to), _times(along_s, np.maximum(to - at, 0.0)), np.inf),
            np.where(same & (at >= to), _times(against_s, np.maximum(at - to, 0.0)), np.inf),
            np.where(at <= AT_NODE, self.state_s[tail], np.inf),
            np.where(at >= 1.0 - AT_NODE, self.state_s[head], np.inf),
        ]
        return np.where(known, np.stack(choices), np.inf)

    def _stretches(self, start: RoadPosition, choice: int) -> list[Stretch]:
        graph, goal = self.graph, self.goal
        along, against = (int(arc) for arc in graph.section_arcs[start.section])
        if choice == _DIRECT:
            return [Stretch(along, start.fraction, goal.fraction)]
        if choice == _DIRECT_BACK:
            return [Stretch(against, start.fraction, goal.fraction)]
        if choice == _ALONG:
            first = Stretch(along, start.fraction, 1.0)
            return [first, *self._onward(int(graph.arc_state[along]))]
        if choice == _AGAINST:
            first = Stretch(against, start.fraction, 0.0)
            return [first, *self._onward(int(graph.arc_state[against]))]
        tail, head = _ends(graph, np.array([start.section]))
        node = int(tail[0] if choice == _AT_TAIL else head[0])
        # a zero-length first stretch keeps the start in the shape when start and goal coincide
        here = Stretch(max(along, against), start.fraction, start.fraction)
        return [here, *self._onward(node)]

    def _onward(self, state: int) -> list[Stretch]:
        graph, stretches = self.graph, []
        while (arc := int(self.next_arc[state])) != NONE:
            is_along = graph.section_arcs[graph.arc_section[arc], 0] == arc
            begin, end = (0.0, 1.0) if is_along else (1.0, 0.0)
            after = int(self.next_state[state])
            stretches.append(Stretch(arc, begin, self.goal.fraction if after == NONE else end))
            if after == NONE:
                break
            state = after
        return stretches


def times_to(
    graph: RoadGraph,
    goal: RoadPosition,
    *,
    times: ArcTimes | None = None,
    limit_s: float = np.inf,
) -> TimesTo:
    """Driving time from everywhere to a place: one search against the arcs.

    Parameters
    ----------
    graph
        The network.
    goal
        The place to reach. A closure of its own section does not bar the way to it: what
        happened there is often why it is closed.
    times
        Live driving times from `arc_times`; None: free of conditions.
    limit_s
        Nothing farther than this is searched [s]; it stays infinite.
    """
    times = times or arc_times(graph)
    against = Links(graph.first_entry, graph.entry_source, graph.entry_arc)
    seeds = _seeds(graph, goal, times.own_s)
    state_s, next_arc, next_state = search(
        against, times.through_s, times.longest_s, *seeds, limit_s
    )
    return TimesTo(graph, goal, times.own_s, state_s, next_arc, next_state)


def times_from(
    graph: RoadGraph,
    start: RoadPosition,
    *,
    times: ArcTimes | None = None,
    limit_s: float = np.inf,
) -> TimesFrom:
    """Driving time to everywhere from a place: for one unit and many incidents.

    Parameters and the treatment of closures as in `times_to`.
    """
    times = times or arc_times(graph)
    along, against = (int(arc) for arc in graph.section_arcs[start.section])
    tail, head = (int(ends[0]) for ends in _ends(graph, np.array([start.section])))
    share = start.fraction
    begins = [
        (graph.arc_state[along], (1.0 - share) * times.own_s[along], along != NONE),
        (graph.arc_state[against], share * times.own_s[against], against != NONE),
        (tail, 0.0, share <= AT_NODE),
        (head, 0.0, share >= 1.0 - AT_NODE),
    ]
    states = np.array([state for state, _, open_ in begins if open_], dtype=np.int32)
    seconds = np.array([s for _, s, open_ in begins if open_], dtype=np.float64)
    onward = Links(graph.first_move, graph.move_target, graph.move_arc)
    arcs = np.full(len(states), NONE, dtype=np.int32)
    state_s, _, _ = search(
        onward, times.through_s, times.longest_s, states, seconds, arcs, limit_s
    )
    return TimesFrom(graph, start, times.own_s, state_s)


@dataclass(frozen=True, slots=True)
class TimesFrom:
    """Driving times from `start` to everywhere; made by `times_from`."""

    graph: RoadGraph
    start: RoadPosition
    arc_s: Floats
    state_s: Floats

    def seconds_to_many(self, section: ArrayLike, fraction: ArrayLike) -> Floats:
        """Driving times [s] to many places; infinite where the section is -1."""
        graph, start = self.graph, self.start
        section, to = np.asarray(section), np.asarray(fraction, dtype=np.float64)
        known = section != NONE
        at = np.where(known, to, 0.0)
        same = known & (section == start.section)
        along, against = graph.section_arcs[section].T
        along_s = np.where(along == NONE, np.inf, self.arc_s[along])
        against_s = np.where(against == NONE, np.inf, self.arc_s[against])
        tail, head = _ends(graph, section)
        begun, gone = start.fraction, np.maximum(at - start.fraction, 0.0)
        left = np.maximum(start.fraction - at, 0.0)
        node_s = self._node_seconds()
        choices = [
            _times(along_s, at) + self._before(along),
            _times(against_s, 1.0 - at) + self._before(against),
            np.where(same & (at >= begun), _times(along_s, gone), np.inf),
            np.where(same & (at <= begun), _times(against_s, left), np.inf),
            np.where(at <= AT_NODE, node_s[tail], np.inf),
            np.where(at >= 1.0 - AT_NODE, node_s[head], np.inf),
        ]
        return np.where(known, np.min(np.stack(choices), axis=0), np.inf)

    def _before(self, arcs: Ints) -> Floats:
        """Earliest time at which each arc can be entered, by any state that may."""
        graph = self.graph
        earliest_s = self.state_s[graph.arc_source[arcs]]
        # moves from states that remember a turn follow the plain ones; they are few
        extra_arc = graph.move_arc[graph.arc_count :]
        remembering = np.arange(graph.node_count, graph.state_count)
        extra_state = np.repeat(remembering, np.diff(graph.first_move[graph.node_count :]))
        for place in np.flatnonzero(np.isin(arcs, extra_arc)):
            entering = extra_state[extra_arc == arcs[place]]
            earliest_s[place] = min(earliest_s[place], self.state_s[entering].min())
        return np.asarray(earliest_s)

    def _node_seconds(self) -> Floats:
        nodes = self.graph.node_count
        node_s = self.state_s[:nodes].copy()
        np.minimum.at(node_s, self.graph.state_node[nodes:], self.state_s[nodes:])
        return node_s


def _seeds(graph: RoadGraph, goal: RoadPosition, own_s: Floats) -> tuple[Ints, Floats, Ints]:
    """States from which the goal is on the next arc, its time on that arc, and the arc.

    The nodes of a goal that stands at one come first: of equal times the earlier seed stays.
    """
    states: list[int] = []
    seconds: list[float] = []
    arcs: list[int] = []
    tail, head = _ends(graph, np.array([goal.section]))
    for node, is_there in (
        (tail, goal.fraction <= AT_NODE),
        (head, goal.fraction >= 1.0 - AT_NODE),
    ):
        if is_there:
            here = np.flatnonzero(graph.state_node == node[0]).tolist()
            states += here
            seconds += [0.0] * len(here)
            arcs += [NONE] * len(here)
    along, against = (int(arc) for arc in graph.section_arcs[goal.section])
    for arc, share in ((along, goal.fraction), (against, 1.0 - goal.fraction)):
        if arc != NONE:
            leaving = _states_leaving_by(graph, arc)
            states += leaving
            seconds += [float(share * own_s[arc])] * len(leaving)
            arcs += [arc] * len(leaving)
    return (
        np.array(states, dtype=np.int32),
        np.array(seconds, dtype=np.float64),
        np.array(arcs, dtype=np.int32),
    )


def _states_leaving_by(graph: RoadGraph, arc: int) -> list[int]:
    """Every state in which this arc may be driven next."""
    after = graph.state_node == graph.arc_source[arc]
    return [
        int(state)
        for state in np.flatnonzero(after)
        if arc in graph.move_arc[graph.first_move[state] : graph.first_move[state + 1]]
    ]


def _ends(graph: RoadGraph, section: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Nodes at the beginning and at the end of the drawn direction."""
    along, against = graph.section_arcs[section].T
    tail = np.where(along != NONE, graph.arc_source[along], graph.arc_target[against])
    head = np.where(along != NONE, graph.arc_target[along], graph.arc_source[against])
    return tail, head


def _times(seconds: Floats, share: Floats) -> Floats:
    """Return seconds x share, with infinity x 0 staying infinite: no arc, no way."""
    return np.where(np.isfinite(seconds), seconds, 1.0) * share + np.where(
        np.isfinite(seconds), 0.0, np.inf
    )
