"""The controller of one junction: looks, learns, compares what each next stage would cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.adaptive.kernels import NEVER, explore
from luchang.core.signals.adaptive.layout import layout
from luchang.core.signals.adaptive.learning import WAY_PRIOR, Learned
from luchang.core.signals.adaptive.parameters import AdaptiveParameters
from luchang.core.signals.adaptive.sight import UNKNOWN

if TYPE_CHECKING:
    from luchang.core.signals.adaptive.sight import Sight
    from luchang.core.signals.junction import Junction

STAYS_S = np.array([0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 19.0])
"""How long the stage may go on before the next, as the search tries it [s]."""
STANDING_MPS = 0.5
AT_LINE_M = 8.0
PHANTOM_EVERY_S = 10.0
GOLDEN = 0.6180339887498949


@dataclass
class Queue:
    """What is remembered of one stop line."""

    green_since: float = -1.0
    crossed: int = 0
    last_crossed: float = -1e9
    stood: set[int] = field(default_factory=set)
    head: int = -1
    head_since: float = 0.0
    stuck: int = -1
    stuck_on: int = 0


@dataclass
class Vehicles:
    """Everybody expected, queue by queue and in order, as the search takes it."""

    end: np.ndarray
    place: np.ndarray
    eta: np.ndarray
    weight: np.ndarray
    ways: np.ndarray


class JunctionControl:
    """Adaptive control of one junction; asked every second."""

    def __init__(self, junction: Junction, parameters: AdaptiveParameters) -> None:
        self.parameters = parameters
        self.plan = layout(junction)
        queues = len(self.plan.stops)
        ways = np.zeros((len(junction.lanes), queues))
        for place, reached in self.plan.watched.items():
            for queue, _offset in reached:
                ways[place, queue] = WAY_PRIOR / len(reached)
        turns = self.plan.first_shares.copy()
        self.learned = Learned(queues, turns * 4.0, ways)
        self.queues = [Queue() for _ in range(queues)]
        self.first_seen: dict[int, int] = {}
        self.stage = -1
        self.is_shown = False
        self.length_m = np.array([lane.length_m for lane in junction.lanes.values()])

    def decide(self, sight: Sight) -> int:
        """Return the stage wanted."""
        self._remember(sight)
        if not sight.may_switch:
            return sight.stage
        return self._search(sight)

    # what is remembered

    def _remember(self, sight: Sight) -> None:
        arrivals = np.zeros(len(self.queues))
        for track, link in sight.passed:
            if link >= 0:
                self._crossed(sight, track, link, arrivals)
        self.learned.second(arrivals)
        self._lights(sight)
        tracks = sight.track.tolist()
        lanes = sight.lane.tolist()
        for track, lane in zip(tracks, lanes, strict=True):
            if track not in self.first_seen and lane in self.plan.watched:
                self.first_seen[track] = lane
        self._heads(sight)

    def _crossed(self, sight: Sight, track: int, link: int, arrivals: np.ndarray) -> None:
        stop = self.plan.junction.links[link].from_lane
        number = self.plan.stops.index(stop)
        queue = self.queues[number]
        links = self.plan.links_of[number]
        at = sight.at_s - 0.5
        arrivals[number] += 1
        if links.size > 1:
            self.learned.turned(links, link)
        if queue.green_since >= 0 and track in queue.stood:
            self.learned.queue_crossed(queue.crossed, at - queue.green_since)
            if queue.crossed >= 3 and at - queue.last_crossed < 4.0:
                self.learned.followed(number, at - queue.last_crossed)
        if self.plan.lights[sight.stage, link] != 2:
            queue.stood.clear()  # who had to yield says nothing of headways
        queue.crossed += 1
        queue.last_crossed = at
        queue.stood.discard(track)
        if queue.stuck == track:
            queue.stuck = -1
        lane = self.first_seen.pop(track, None)
        if lane is not None and lane != list(self.plan.junction.lanes).index(stop):
            self.learned.ways[lane] *= 0.98
            self.learned.ways[lane, number] += 1

    def _lights(self, sight: Sight) -> None:
        """Note which lanes began to be green, and who stood there then."""
        shown = sight.change_rest_s == 0
        if not shown or (sight.stage == self.stage and self.is_shown):
            self.is_shown = shown and sight.stage == self.stage
            if not shown:
                self.is_shown = False
            return
        before = self.stage
        self.stage, self.is_shown = sight.stage, True
        lights = self.plan.lights
        for number, queue in enumerate(self.queues):
            links = self.plan.links_of[number]
            green = lights[sight.stage, links] == 2
            was = before >= 0 and bool((lights[before, links] > 0).any())
            if green.any() and not was:
                queue.green_since = sight.at_s
                queue.crossed = 0
                lane = list(self.plan.junction.lanes).index(self.plan.stops[number])
                here = (sight.lane == lane) & (sight.speed_mps < STANDING_MPS)
                queue.stood = set(sight.track[here].tolist())
            elif not (lights[sight.stage, links] > 0).any():
                queue.green_since = -1.0
                queue.stood = set()

    def _heads(self, sight: Sight) -> None:
        """Note who stands first at each line, since when, and who is stuck on green."""
        names = list(self.plan.junction.lanes)
        for number, queue in enumerate(self.queues):
            lane = names.index(self.plan.stops[number])
            here = np.flatnonzero(sight.lane == lane)
            if here.size == 0:
                queue.head = -1
                continue
            first = here[np.argmin(sight.distance_m[here])]
            track = int(sight.track[first])
            if sight.speed_mps[first] >= STANDING_MPS or track != queue.head:
                queue.head, queue.head_since = track, sight.at_s
            lights = self.plan.lights[sight.stage, self.plan.links_of[number]]
            if (
                (lights == 2).any()
                and sight.distance_m[first] < AT_LINE_M
                and sight.speed_mps[first] < STANDING_MPS
                and sight.shown_s >= self.parameters.blocked_s
                and sight.at_s - queue.head_since >= self.parameters.blocked_s
            ):
                if queue.stuck != track:
                    queue.stuck, queue.stuck_on = track, sight.stage

    # what is expected

    def vehicles(self, sight: Sight, coming: list[tuple[int, float, float]]) -> Vehicles:
        """Return everybody in sight and expected, by queue, in the order of arrival."""
        rows: list[list[tuple[float, float, int, int]]] = [[] for _ in self.queues]
        parameters = self.parameters
        accel = parameters.acceleration_mps2
        for lane, distance, speed, track, movement in zip(
            sight.lane.tolist(),
            sight.distance_m.tolist(),
            sight.speed_mps.tolist(),
            sight.track.tolist(),
            sight.movement.tolist(),
            strict=True,
        ):
            reached = self.plan.watched.get(lane)
            if reached is None:
                continue
            total = self.learned.ways[lane].sum()
            for queue, offset in reached:
                share = 1.0 if len(reached) == 1 else self.learned.ways[lane, queue] / total
                if share < 0.02:
                    continue
                eta = travel_s(distance + offset, speed, self.plan.speeds[queue], accel)
                rows[queue].append((eta, share, track, movement))
        for queue, eta, weight in coming:
            rows[queue].append((eta, weight, -1, UNKNOWN))
        for queue, found in enumerate(rows):
            found.sort()
            self._expect(queue, found, bool(coming))
        return self._arrays(rows)

    def _expect(
        self, queue: int, found: list[tuple[float, float, int, int]], _fed: bool
    ) -> None:
        """Add the unseen: arrivals at the rate of the last minutes from the edge of sight on."""
        rate = float(self.learned.rate[queue])
        if rate <= 0:
            return
        edge = REACH_S(self, queue)
        step = min(1.0 / rate, PHANTOM_EVERY_S)
        at = edge + step / 2
        while at < self.parameters.expected_s:
            found.append((at, rate * step, -1, UNKNOWN))
            at += step

    def _arrays(self, rows: list[list[tuple[float, float, int, int]]]) -> Vehicles:
        counts = np.array([len(found) for found in rows])
        end = np.cumsum(counts)
        flat = [row for found in rows for row in found]
        ways = np.zeros((self.parameters.scenarios, len(flat)), dtype=np.int64)
        place = 0
        for queue, found in enumerate(rows):
            links = self.plan.links_of[queue]
            for nth, (_eta, _weight, track, movement) in enumerate(found):
                ways[:, place] = self._ways(queue, links, nth, track, movement)
                place += 1
        return Vehicles(
            end.astype(np.int64),
            (end - counts).astype(np.int64),
            np.array([row[0] for row in flat]),
            np.array([row[1] for row in flat]),
            ways,
        )

    def _ways(
        self, queue: int, links: np.ndarray, nth: int, track: int, movement: int
    ) -> np.ndarray | int:
        """Return the link of a vehicle in each scenario: known, or drawn by the shares."""
        if track >= 0 and track == self.queues[queue].stuck:
            return self._ways_of_stuck(queue, links)
        if links.size == 1:
            return int(links[0])
        junction = self.plan.junction
        if movement != UNKNOWN:
            for link in links:
                if junction.links[link].index == movement:
                    return int(link)
        return self._drawn(links, self.learned.turns[links], track if track >= 0 else -7 * nth)

    def _ways_of_stuck(self, queue: int, links: np.ndarray) -> np.ndarray | int:
        """Return what a vehicle that stands on green may want: a way that is not open.

        One of its own lane's, or, where all of those are open, one of the lanes beside it, which
        it could not reach.
        """
        for wanted in (links, self.plan.beside[queue]):
            shares = self.learned.turns[wanted].copy()
            shares[self.plan.lights[self.queues[queue].stuck_on, wanted] == 2] = 0.0
            if shares.sum() > 0:
                return self._drawn(wanted, shares, 0)
        return int(links[0])

    def _drawn(self, links: np.ndarray, shares: np.ndarray, number: int) -> np.ndarray:
        total = shares.sum()
        first = (number * GOLDEN) % 1.0
        count = self.parameters.scenarios
        drawn = (first + np.arange(count) / count) % 1.0
        return links[np.searchsorted(np.cumsum(shares / total)[:-1], drawn, side="right")]

    # what is compared

    def _search(self, sight: Sight, coming: list[tuple[int, float, float]] | None = None) -> int:
        vehicles = self.vehicles(sight, coming or [])
        if vehicles.eta.size == 0:
            return sight.stage
        parameters = self.parameters
        free = np.array(
            [
                max(queue.last_crossed - sight.at_s + self.learned.headway_s[number], 0.0)
                for number, queue in enumerate(self.queues)
            ]
        )
        started = np.array(
            [
                queue.green_since - sight.at_s if queue.green_since >= 0 else -100.0
                for queue in self.queues
            ]
        )
        since = np.array([queue.crossed for queue in self.queues])
        allowed = np.ones(len(self.plan.change_s), dtype=np.bool_)
        stays = STAYS_S
        due = self._due(sight)
        if due is not None:
            allowed[:] = due
            if not due[sight.stage]:
                stays = STAYS_S[:1]
        values = np.full((stays.size, allowed.size), NEVER)
        explore(
            sight.stage,
            0.0,
            stays,
            allowed,
            self.plan.change_s,
            self.plan.min_green_s,
            parameters.horizon_s,
            parameters.amber_used_s,
            parameters.gap_s,
            vehicles.place,
            free,
            started,
            since,
            vehicles.end,
            vehicles.eta,
            vehicles.weight,
            vehicles.ways,
            self.plan.lights,
            self.plan.foes,
            self._shut(sight),
            self.learned.start_up_s,
            self.learned.headway_s,
            parameters.yield_gap_s,
            parameters.stop_cost_s,
            values,
        )
        if stays.size == 1:
            values[0, sight.stage] = NEVER * 2
            return int(values[0].argmin())
        go = int(values[0].argmin())
        if values[0, go] + parameters.switch_margin_s < values[1:].min():
            return go
        return sight.stage

    def _due(self, sight: Sight) -> np.ndarray | None:
        """Return the stages that serve who has waited longest, once that is too long."""
        worst, number = max(
            (sight.at_s - queue.head_since if queue.head >= 0 else 0.0, number)
            for number, queue in enumerate(self.queues)
        )
        if worst < self.parameters.longest_wait_s:
            return None
        links = self.plan.links_of[number]
        wanted = self.plan.lights[:, links] > 0
        if self.queues[number].stuck >= 0:
            stuck_on = self.queues[number].stuck_on
            wanted = wanted & (self.plan.lights[stuck_on, links] != 2)
        serves = wanted.any(axis=1)
        return serves if serves.any() else None

    def _shut(self, sight: Sight) -> np.ndarray:
        """Until when each link is shut because its exit is full [s]."""
        shut = np.zeros(len(self.plan.exits))
        standing = sight.speed_mps < 1.0
        for link, lane in enumerate(self.plan.exits):
            here = standing & (sight.lane == lane)
            if here.any():
                room = self.length_m[lane] - sight.distance_m[here].max() - 5.0
                if room < self.parameters.exit_room_m:
                    shut[link] = self.parameters.full_exit_s
        return shut


def REACH_S(control: JunctionControl, queue: int) -> float:  # noqa: N802
    return 200.0 / control.plan.speeds[queue]


def travel_s(distance_m: float, speed_mps: float, limit_mps: float, accel_mps2: float) -> float:
    """Return the soonest a vehicle can be at a point, from its speed now up to the limit [s]."""
    if speed_mps >= limit_mps:
        return distance_m / speed_mps
    gaining = (limit_mps - speed_mps) / accel_mps2
    covered = 0.5 * (limit_mps + speed_mps) * gaining
    if covered >= distance_m:
        return float((np.sqrt(speed_mps**2 + 2 * accel_mps2 * distance_m) - speed_mps) / accel_mps2)
    return gaining + (distance_m - covered) / limit_mps


class AdaptiveControl:
    """Every junction of a network under adaptive control."""

    def __init__(self, parameters: AdaptiveParameters | None = None) -> None:
        self.parameters = parameters or AdaptiveParameters()
        self.controls: dict[str, JunctionControl] = {}

    def begin(self, net) -> None:  # type: ignore[no-untyped-def]  # noqa
        self.controls = {
            one.junction_id: JunctionControl(one, self.parameters)
            for one in net.network.junctions
        }

    def decide(self, junction_id: str, sight: Sight) -> int:
        return self.controls[junction_id].decide(sight)
