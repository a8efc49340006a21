"""Driving times and routes to one place from everywhere, under live conditions.

One reverse search from an incident answers every unit at once, whatever the size of the fleet,
and its tree holds every unit's route.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.common.compiled import compiled
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


class _Entries(NamedTuple):
    """The moves grouped by the state they enter (a tuple for numba)."""

    first: Ints
    source: Ints
    arc: Ints


class Unreachable(Exception):
    """No permitted way leads from the start to the goal within the limit of the search."""


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
    arc_s: Floats | None = None,
    limit_s: float = np.inf,
) -> TimesTo:
    """Driving time from everywhere to a place: one reverse Dijkstra search [1]_.

    Parameters
    ----------
    graph
        The network.
    goal
        The place to reach. A closure of its own section does not bar the way to it: what
        happened there is often why it is closed.
    arc_s
        Live driving time of every arc [s], from `graph.travel_s`; None: free of conditions.
    limit_s
        Nothing farther than this is searched [s]; it stays infinite.

    References
    ----------
    .. [1] Dijkstra, E. W. (1959). A note on two problems in connexion with graphs.
       Numerische Mathematik 1, 269-271.
    """
    live_s = graph.arc_travel_s if arc_s is None else np.asarray(arc_s, dtype=np.float64)
    own_s = np.where(np.isfinite(live_s), live_s, graph.arc_travel_s)
    entries = _Entries(graph.first_entry, graph.entry_source, graph.entry_arc)
    seeds = _seeds(graph, goal, own_s)
    state_s, next_arc, next_state = _reverse_search(entries, live_s, *seeds, limit_s)
    return TimesTo(graph, goal, own_s, state_s, next_arc, next_state)


def _seeds(graph: RoadGraph, goal: RoadPosition, own_s: Floats) -> tuple[Ints, Floats, Ints]:
    """States from which the goal is on the next arc, its time on that arc, and the arc."""
    states: list[int] = []
    seconds: list[float] = []
    arcs: list[int] = []
    along, against = (int(arc) for arc in graph.section_arcs[goal.section])
    for arc, share in ((along, goal.fraction), (against, 1.0 - goal.fraction)):
        if arc != NONE:
            leaving = _states_leaving_by(graph, arc)
            states += leaving
            seconds += [float(share * own_s[arc])] * len(leaving)
            arcs += [arc] * len(leaving)
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


@compiled
def _push(keys: Floats, items: Ints, size: int, key: float, item: int) -> int:
    """Add to a binary heap; returns its new size."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if keys[above] <= key:
            break
        keys[place], items[place] = keys[above], items[above]
        place = above
    keys[place], items[place] = key, item
    return size + 1


@compiled
def _drop_least(keys: Floats, items: Ints, size: int) -> int:
    """Remove the least of a binary heap; returns its new size."""
    size -= 1
    key, item = keys[size], items[size]
    place = 0
    child = 1
    while child < size:
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[place], items[place] = keys[child], items[child]
        place = child
        child = 2 * place + 1
    keys[place], items[place] = key, item
    return size


@compiled
def _reverse_search(
    entries: _Entries,
    arc_s: Floats,
    seed_state: Ints,
    seed_s: Floats,
    seed_arc: Ints,
    limit_s: float,
) -> tuple[Floats, Ints, Ints]:
    """Dijkstra against the moves from the seeds; beyond the limit stays infinite."""
    state_count = len(entries.first) - 1
    state_s = np.full(state_count, np.inf)
    next_arc = np.full(state_count, -1, dtype=np.int32)
    next_state = np.full(state_count, -1, dtype=np.int32)
    keys = np.empty(len(entries.source) + len(seed_state) + 1)
    items = np.empty(len(keys), dtype=np.int32)
    size = 0
    for seed in range(len(seed_state)):
        state, seconds = seed_state[seed], seed_s[seed]
        if seconds < state_s[state] and seconds <= limit_s:
            state_s[state], next_arc[state] = seconds, seed_arc[seed]
            size = _push(keys, items, size, seconds, state)
    while size > 0:
        seconds, state = keys[0], items[0]
        size = _drop_least(keys, items, size)
        if seconds > state_s[state]:
            continue  # an older, longer entry of a state already settled
        for entry in range(entries.first[state], entries.first[state + 1]):
            source = entries.source[entry]
            longer = seconds + arc_s[entries.arc[entry]]
            if longer < state_s[source] and longer <= limit_s:
                state_s[source] = longer
                next_arc[source] = entries.arc[entry]
                next_state[source] = state
                size = _push(keys, items, size, longer, source)
    return state_s, next_arc, next_state
