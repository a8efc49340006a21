"""What is remembered of a junction from second to second: lamps, heads of queues, tracks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.adaptive.kernels import GREEN, YIELD
from luchang.core.signals.adaptive.learning import TURN_PRIOR, WAY_PRIOR, Learned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luchang.core.signals.adaptive.layout import Layout
    from luchang.core.signals.adaptive.learning import Floats, Ints
    from luchang.core.signals.adaptive.parameters import AdaptiveParameters
    from luchang.core.signals.adaptive.sight import Sight

STANDING_MPS = 0.5
CAUGHT_MPS = 6.0
"""Who drives into the junction faster than this is not caught behind somebody there [m/s]."""
AT_LINE_M = 8.0
NOBODY = -1
NEVER_GREEN = -1.0
CHANGING_SHARE = 0.1
"""Share of drivers expected to change lanes before any was seen [-]."""
GONE_S = 15.0
"""Who has been out of sight for so long does not come back [s]."""
IN_MOTION = 3
"""From this place in a queue on, headways are those of vehicles in motion."""
CHANCE_S = 15.0
"""Who stands so long on a green that yields has had its chance [s]."""
LONGEST_HEADWAY_S = 4.0
"""Longer gaps are none of a queue."""


@dataclass
class Queue:
    """What is remembered of one stop line.

    Attributes
    ----------
    green_since
        Since when it may go; negative while it may not [s].
    closed_at
        When it last lost its green [s].
    crossed, last_crossed
        How many have crossed since, and when the last did [s].
    stood
        Tracks that stood there when the green began and have not crossed.
    head, head_since
        Track of the first in the lane, and since when it stands [s].
    served_at
        When it last had its chance: came, moved, or let a green go by [s].
    stuck, stuck_on
        Track of a first vehicle that stands on green, and the stages it did so in.
    """

    green_since: float = NEVER_GREEN
    closed_at: float = 0.0
    crossed: int = 0
    last_crossed: float = -1e9
    stood: set[int] = field(default_factory=set)
    head: int = NOBODY
    head_since: float = 0.0
    served_at: float = 0.0
    stuck: int = NOBODY
    stuck_on: set[int] = field(default_factory=set)


class Memory:
    """Takes every second, whoever decides.

    Attributes
    ----------
    inside
        Of each track that stands inside the junction, its link and since when [s].
    caught
        Pairs of links: of who drives inside the junction behind somebody of its lane that stands
        there and yields, and of that one.
    """

    def __init__(self, layout: Layout, parameters: AdaptiveParameters) -> None:
        self.layout = layout
        self.parameters = parameters
        self.queues = [Queue() for _ in layout.stops]
        self.visited: dict[int, set[int]] = {}
        self.seen_at: dict[int, float] = {}
        self.inside: dict[int, tuple[int, float]] = {}
        self.caught: set[tuple[int, int]] = set()
        self.stage = NOBODY
        ways = np.zeros((len(layout.junction.lanes), len(layout.stops) + 1))
        for place, reached in layout.watched.items():
            for queue, _offset in reached:
                leads = queue in layout.leads[place]
                ways[place, queue] = WAY_PRIOR * (1.0 if leads else CHANGING_SHARE)
        self.learned = Learned(layout.first_shares * TURN_PRIOR, ways)

    def take(self, sight: Sight) -> None:
        """Remember one second and learn from it."""
        arrivals = np.zeros(len(self.queues))
        for track, link in sight.passed:
            if link >= 0:
                self._cross(sight, track, link, arrivals)
        self.learned.second(arrivals)
        self._follow(sight)
        if sight.change_rest_s == 0 and sight.stage != self.stage:
            self._begin_stage(sight)
        self._see_heads(sight)
        self._see_inside(sight)

    def _cross(self, sight: Sight, track: int, link: int, arrivals: Floats) -> None:
        number = self.layout.queue_of[link]
        queue = self.queues[number]
        links = self.layout.links_of[number]
        at = sight.at_s - 0.5  # some time in the second gone by
        arrivals[number] += 1
        if links.size > 1:
            self.learned.turned(links, link)
        if queue.green_since >= 0 and track in queue.stood:
            self.learned.queue_crossed(queue.crossed, at - queue.green_since)
            headway = at - queue.last_crossed
            if queue.crossed >= IN_MOTION and headway < LONGEST_HEADWAY_S:
                self.learned.followed(number, headway)
        if self.layout.lights[sight.stage, link] != GREEN:
            queue.stood.clear()  # behind one that had to yield nothing is learned of headways
        queue.crossed += 1
        queue.last_crossed = at
        queue.stood.discard(track)
        for lane in self.visited.pop(track, ()):
            self.learned.came(lane, number)

    def _follow(self, sight: Sight) -> None:
        """Note on which lanes each was seen; who is gone before our lines went elsewhere."""
        seen = dict(zip(sight.track.tolist(), sight.lane.tolist(), strict=True))
        for track, lane in seen.items():
            if lane in self.layout.watched:
                self.visited.setdefault(track, set()).add(lane)
                self.seen_at[track] = sight.at_s
        gone = [one for one, at in self.seen_at.items() if sight.at_s - at > GONE_S]
        for track in gone:
            del self.seen_at[track]
            for lane in self.visited.pop(track, ()):
                if lane not in self.layout.lane_of:
                    self.learned.came(lane, len(self.queues))

    def _begin_stage(self, sight: Sight) -> None:
        """Note which lanes begin to be green, and who stands there."""
        before, self.stage = self.stage, sight.stage
        lights = self.layout.lights
        for number, queue in enumerate(self.queues):
            links = self.layout.links_of[number]
            now = lights[sight.stage, links]
            was_green = before >= 0 and bool(lights[before, links].any())
            if was_green and not now.any():
                queue.closed_at = sight.at_s
            if not now.any():
                queue.green_since = NEVER_GREEN
                queue.stood = set()
            elif (now == GREEN).any() and not was_green:
                queue.green_since = sight.at_s
                queue.crossed = 0
                lane = self.layout.lane_of[number]
                here = (sight.lane == lane) & (sight.speed_mps < STANDING_MPS)
                queue.stood = set(sight.track[here].tolist())

    def _see_inside(self, sight: Sight) -> None:
        """Note who stands inside the junction, and who is caught behind somebody there."""
        standing = np.flatnonzero(sight.speed_mps < STANDING_MPS).tolist()
        before, self.inside = self.inside, {}
        for one in standing:
            link = self.layout.inside.get(int(sight.lane[one]), NOBODY)
            if link != NOBODY:
                track = int(sight.track[one])
                self.inside[track] = (link, before.get(track, (link, sight.at_s))[1])
        self.caught = set(self._caught(sight))

    def _caught(self, sight: Sight) -> Iterator[tuple[int, int]]:
        """Yield the link of everybody caught, and of who is in its way until that one leaves."""
        lights = self.layout.lights[sight.stage]
        yielding = {link for link, _since in self.inside.values() if lights[link] == YIELD}
        if not yielding:
            return
        for one in np.flatnonzero(sight.speed_mps < CAUGHT_MPS).tolist():
            link = self.layout.inside.get(int(sight.lane[one]), NOBODY)
            if link == NOBODY or lights[link] != GREEN:
                continue
            for ahead in yielding:
                if self.layout.queue_of[ahead] == self.layout.queue_of[link]:
                    yield link, ahead

    def _see_heads(self, sight: Sight) -> None:
        """Note who stands first at each line, since when, and who is stuck on green."""
        heads = _heads(sight)
        for number, queue in enumerate(self.queues):
            found = heads.get(self.layout.lane_of[number])
            if found is None:
                queue.head = queue.stuck = NOBODY
                continue
            distance, speed, track = found
            if track != queue.stuck:
                queue.stuck = NOBODY
            if speed >= STANDING_MPS or track != queue.head:
                queue.head, queue.head_since, queue.served_at = track, sight.at_s, sight.at_s
            elif distance < AT_LINE_M:
                self._suspect(sight, number)

    def _suspect(self, sight: Sight, number: int) -> None:
        """Call the first of a lane stuck if it stands long on green.

        Where it lets every way it may want go by, it is not the way: the junction is full, and
        nothing is known of it.
        """
        queue = self.queues[number]
        is_stuck = queue.stuck != NOBODY
        ways = self.ways_of_stuck(number) if is_stuck else self.layout.links_of[number]
        lights = self.layout.lights[sight.stage, ways]
        stood_s = min(sight.shown_s, sight.at_s - queue.head_since)
        if lights.any() and stood_s >= CHANCE_S:
            queue.served_at = sight.at_s  # others shall have their turn
        if not (lights == GREEN).any() or stood_s < self.parameters.blocked_s:
            return
        queue.served_at = sight.at_s
        queue.stuck_on = {*(queue.stuck_on if is_stuck else ()), sight.stage}
        queue.stuck = queue.head if self.ways_of_stuck(number).size else NOBODY

    def ways_of_stuck(self, number: int) -> Ints:
        """Return the links that a vehicle may want that stood on the green of these stages.

        Those of its own lane that were closed, or, where all were open, those of the lanes
        beside it, which it could not reach; none where those were open too.
        """
        for links in (self.layout.links_of[number], self.layout.beside[number]):
            lights = self.layout.lights[list(self.queues[number].stuck_on)][:, links]
            closed = (lights != GREEN).all(axis=0)
            if closed.any():
                ways: Ints = links[closed]
                return ways
        return self.layout.links_of[number][:0]


def _heads(sight: Sight) -> dict[int, tuple[float, float, int]]:
    """Return by lane the distance, speed and track of its first vehicle."""
    found: dict[int, tuple[float, float, int]] = {}
    for lane, distance, speed, track in zip(
        sight.lane.tolist(),
        sight.distance_m.tolist(),
        sight.speed_mps.tolist(),
        sight.track.tolist(),
        strict=True,
    ):
        if lane not in found or distance < found[lane][0]:
            found[lane] = (distance, speed, track)
    return found
