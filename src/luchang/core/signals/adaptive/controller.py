"""The controller of one junction: looks, learns, compares what each next stage would cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.adaptive.kernels import NEVER, explore, outflow
from luchang.core.signals.adaptive.layout import REACH_M, layout
from luchang.core.signals.adaptive.learning import WAY_PRIOR, Learned
from luchang.core.signals.adaptive.parameters import AdaptiveParameters
from luchang.core.signals.adaptive.sight import UNKNOWN

if TYPE_CHECKING:
    from luchang.core.signals.adaptive.sight import Sight
    from luchang.core.signals.junction import Junction, Network

STAYS_S = np.array([0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 19.0])
"""How long the stage may go on before the next, as the search tries it [s]."""
STANDING_MPS = 0.5
AT_LINE_M = 8.0
PHANTOM_EVERY_S = 10.0
INSIDE_S = 2.0
"""From the stop line through the junction to the exit lane [s]."""
FREE_ROAD_M = 14.0
"""Two vehicles standing further apart than this do not wait for each other [m]."""
CHANGING_SHARE = 0.1
"""Share of drivers expected to change lanes before any was seen [-]."""
LEAST_SHARE = 0.02
Row = tuple[float, float, int, int, float, float]
"""Soonest time at the line, weight, track, movement, and between which draws it is there."""
OTHER_GOLDEN = 0.7548776662466927
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
    weights: np.ndarray
    ways: np.ndarray


class JunctionControl:
    """Adaptive control of one junction; asked every second."""

    def __init__(self, junction: Junction, parameters: AdaptiveParameters) -> None:
        self.parameters = parameters
        self.plan = layout(junction)
        queues = len(self.plan.stops)
        ways = np.zeros((len(junction.lanes), queues + 1))
        for place, reached in self.plan.watched.items():
            for queue, _offset in reached:
                leads = queue in self.plan.leads[place]
                ways[place, queue] = WAY_PRIOR * (1.0 if leads else CHANGING_SHARE)
        turns = self.plan.first_shares.copy()
        self.learned = Learned(queues, turns * 4.0, ways)
        self.queues = [Queue() for _ in range(queues)]
        self.visited: dict[int, set[int]] = {}
        self.stage = -1
        self.is_shown = False
        self.length_m = np.array([lane.length_m for lane in junction.lanes.values()])
        self.lane_of = [list(junction.lanes).index(stop) for stop in self.plan.stops]
        self.lamps_of = [
            {junction.links[link].index for link in links} for links in self.plan.links_of
        ]
        self.has_right = [
            [bool((row[links] == 2).any()) for links in self.plan.links_of]
            for row in self.plan.lights
        ]
        self.feeds: set[int] = set()
        self.planned: list[tuple[int, float, float]] = []
        self.fed_by: list[tuple[JunctionControl, dict[int, tuple[int, float]]]] = []
        self.fed: set[int] = set()

    def meet(self, neighbour: JunctionControl) -> None:
        """Learn which of a neighbour's links lead into lanes in sight here."""
        lanes = {name: place for place, name in enumerate(self.plan.junction.lanes)}
        links: dict[int, tuple[int, float]] = {}
        for number, link in enumerate(neighbour.plan.junction.links):
            lane = lanes.get(link.to_lane, -1)
            if lane in self.plan.watched:
                links[number] = (lane, INSIDE_S)
                self.fed.update(queue for queue, _offset in self.plan.watched[lane])
        if links:
            neighbour.feeds.update(links)
            self.fed_by.append((neighbour, links))

    def decide(self, sight: Sight) -> int:
        """Return the stage wanted."""
        self._remember(sight)
        if not sight.may_switch:
            return sight.stage
        return self._search(sight, self.coming(sight.at_s))

    # what is remembered

    def _remember(self, sight: Sight) -> None:
        arrivals = np.zeros(len(self.queues))
        for track, link in sight.passed:
            if link >= 0:
                self._crossed(sight, track, link, arrivals)
        self.learned.second(arrivals)
        self._lights(sight)
        self._follow(sight)
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
        for lane in self.visited.pop(track, ()):
            self.learned.came(lane, number)

    def _follow(self, sight: Sight) -> None:
        """Note on which lanes each was seen; who vanished before our lines went elsewhere."""
        seen = dict(zip(sight.track.tolist(), sight.lane.tolist(), strict=True))
        for track, lane in seen.items():
            if lane in self.plan.watched:
                self.visited.setdefault(track, set()).add(lane)
        for track in [one for one in self.visited if one not in seen]:
            for lane in self.visited.pop(track):
                if lane not in self.lane_of:
                    self.learned.came(lane, len(self.queues))

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
                here = (sight.lane == self.lane_of[number]) & (sight.speed_mps < STANDING_MPS)
                queue.stood = set(sight.track[here].tolist())
            elif not (lights[sight.stage, links] > 0).any():
                queue.green_since = -1.0
                queue.stood = set()

    def _heads(self, sight: Sight) -> None:
        """Note who stands first at each line, since when, and who is stuck on green."""
        first: dict[int, tuple[float, float, int]] = {}
        for lane, distance, speed, track in zip(
            sight.lane.tolist(),
            sight.distance_m.tolist(),
            sight.speed_mps.tolist(),
            sight.track.tolist(),
            strict=True,
        ):
            if lane not in first or distance < first[lane][0]:
                first[lane] = (distance, speed, track)
        for number, queue in enumerate(self.queues):
            found = first.get(self.lane_of[number])
            if found is None:
                queue.head = queue.stuck = -1
                continue
            distance, speed, track = found
            if track != queue.stuck:
                queue.stuck = -1
            if speed >= STANDING_MPS or track != queue.head:
                queue.head, queue.head_since = track, sight.at_s
            elif (
                self.has_right[sight.stage][number]
                and distance < AT_LINE_M
                and sight.shown_s >= self.parameters.blocked_s
                and sight.at_s - queue.head_since >= self.parameters.blocked_s
                and queue.stuck != track
            ):
                queue.stuck, queue.stuck_on = track, sight.stage

    # what is expected

    def vehicles(self, sight: Sight, coming: list[tuple[int, float, float]]) -> Vehicles:
        """Return everybody in sight and expected, by queue, in the order of arrival."""
        rows: list[list[Row]] = [[] for _ in self.queues]
        far: list[list[float]] = [[] for _ in self.queues]
        standing: list[list[tuple[float, int]]] = [[] for _ in self.queues]
        accel = self.parameters.acceleration_mps2
        for lane, distance, speed, track, movement in zip(
            sight.lane.tolist(),
            sight.distance_m.tolist(),
            sight.speed_mps.tolist(),
            sight.track.tolist(),
            sight.movement.tolist(),
            strict=True,
        ):
            for queue, offset, low, high in self._belongs(lane, movement):
                eta = travel_s(distance + offset, speed, self.plan.speeds[queue], accel)
                if speed < STANDING_MPS and lane != self.lane_of[queue]:
                    standing[queue].append((distance + offset, len(rows[queue])))
                rows[queue].append((eta, 1.0, track, movement, low, high))
                far[queue].append(distance + offset)
        self._hold(rows, far, standing)
        for queue, eta, weight in coming:
            rows[queue].append((eta, weight, -1, UNKNOWN, 0.0, 1.0))
        for queue, found in enumerate(rows):
            self._expect(queue, found)
            found.sort()
        return self._arrays(rows)

    def _hold(
        self,
        rows: list[list[Row]],
        far: list[list[float]],
        standing: list[list[tuple[float, int]]],
    ) -> None:
        """Who stands upstream with a free road ahead waits for something that is not ours."""
        hold = self.parameters.held_s
        for queue, found in enumerate(standing):
            for distance, place in found:
                ahead = max((other for other in far[queue] if other < distance), default=0.0)
                if distance - ahead > FREE_ROAD_M:
                    eta, *rest = rows[queue][place]
                    rows[queue][place] = (eta + hold, *rest)  # type: ignore[assignment]

    def _belongs(self, lane: int, movement: int) -> list[tuple[int, float, float, float]]:
        """Return the queues a vehicle may join: how far on, and between which draws."""
        reached = self.plan.watched.get(lane, ())
        if lane in self.lane_of:
            return [(*reached[0], 0.0, 1.0)]
        shares = [self._share(lane, queue, movement) for queue, _offset in reached]
        total = sum(shares)
        if movement == UNKNOWN:
            total += float(self.learned.ways[lane, -1])
        if total <= 0:
            return self._belongs(lane, UNKNOWN) if movement != UNKNOWN else []
        found = []
        low = 0.0
        for (queue, offset), share in zip(reached, shares, strict=True):
            if share / total > LEAST_SHARE:
                found.append((queue, offset, low, low + share / total))
            low += share / total
        return found

    def _share(self, lane: int, queue: int, movement: int) -> float:
        if movement != UNKNOWN and movement not in self.lamps_of[queue]:
            return 0.0
        return float(self.learned.ways[lane, queue])

    def _expect(self, queue: int, found: list[Row]) -> None:
        """Add the unseen: arrivals at the rate of the last minutes from the edge of sight on."""
        rate = float(self.learned.rate[queue])
        if rate <= 0 or queue in self.fed:
            return
        step = min(1.0 / rate, PHANTOM_EVERY_S)
        at = REACH_M / self.plan.speeds[queue] + step / 2
        while at < self.parameters.expected_s:
            found.append((at, rate * step, -1, UNKNOWN, 0.0, 1.0))
            at += step

    def _arrays(self, rows: list[list[Row]]) -> Vehicles:
        counts = np.array([len(found) for found in rows])
        end = np.cumsum(counts)
        flat = [row for found in rows for row in found]
        tracks = np.array([row[2] for row in flat], dtype=np.int64)
        low, high = (np.array([row[place] for row in flat]) for place in (4, 5))
        spread = np.arange(self.parameters.scenarios)[:, None] / self.parameters.scenarios
        drawn = (tracks * OTHER_GOLDEN + spread) % 1.0
        is_here = (low <= drawn) & (drawn < high)
        ways = np.zeros((self.parameters.scenarios, len(flat)), dtype=np.int64)
        for queue, last in enumerate(end.tolist()):
            here = slice(last - len(rows[queue]), last)
            self._draw(queue, tracks[here], ways[:, here])
            self._correct(queue, rows[queue], ways[:, here])
        return Vehicles(
            end.astype(np.int64),
            (end - counts).astype(np.int64),
            np.array([row[0] for row in flat]),
            np.where(is_here, np.array([row[1] for row in flat]), 0.0),
            ways,
        )

    def _draw(self, queue: int, tracks: np.ndarray, ways: np.ndarray) -> None:
        """Draw the links of one queue by the shares; a vehicle keeps its draw while in sight."""
        links = self.plan.links_of[queue]
        if links.size == 1 or tracks.size == 0:
            ways[:] = links[0]
            return
        unseen = -7 * np.arange(1, tracks.size + 1)
        numbers = np.where(tracks >= 0, tracks, unseen)
        ways[:] = _shared_out(links, self.learned.turns[links], numbers, ways.shape[0])

    def _correct(
        self, queue: int, rows: list[Row], ways: np.ndarray
    ) -> None:
        """Put what is known of single vehicles over what was drawn."""
        links = self.plan.links_of[queue]
        lamps = self.plan.junction.links
        stuck = self.queues[queue].stuck
        for place, (_eta, _weight, track, movement, _low, _high) in enumerate(rows):
            if track >= 0 and track == stuck:
                ways[:, place] = self._ways_of_stuck(queue, links)
            elif movement != UNKNOWN:
                beside = self.plan.beside[queue].tolist()
                known = [link for link in beside if lamps[link].index == movement]
                ways[:, place] = known[0] if known else ways[:, place]

    def _ways_of_stuck(self, queue: int, links: np.ndarray) -> np.ndarray | int:
        """Return what a vehicle that stands on green may want: a way that is not open.

        One of its own lane's, or, where all of those are open, one of the lanes beside it, which
        it could not reach.
        """
        for wanted in (links, self.plan.beside[queue]):
            shares = self.learned.turns[wanted].copy()
            shares[self.plan.lights[self.queues[queue].stuck_on, wanted] == 2] = 0.0
            if shares.sum() > 0:
                return _shared_out(wanted, shares, np.zeros(1), self.parameters.scenarios)[:, 0]
        return int(links[0])

    # what is compared

    def _search(self, sight: Sight, coming: list[tuple[int, float, float]]) -> int:
        vehicles = self.vehicles(sight, coming)
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
        state = (
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
            vehicles.weights,
            vehicles.ways,
            self.plan.lights,
            self.plan.foes,
            self._shut(sight),
            self.learned.start_up_s,
            self.learned.headway_s,
            parameters.yield_gap_s,
            parameters.stop_cost_s,
        )
        explore(sight.stage, 0.0, stays, allowed, *state, values)
        choice, coming_stage = self._chosen(sight, stays, values)
        if self.feeds:
            crossings = np.empty(vehicles.ways.shape)
            outflow(sight.stage, float(stays[choice]), coming_stage, *state, crossings)
            self._announce(sight, vehicles, crossings)
        return sight.stage if choice else coming_stage

    def _chosen(self, sight: Sight, stays: np.ndarray, values: np.ndarray) -> tuple[int, int]:
        """Return how long to stay, as a place among the stays, and where to go then."""
        if stays.size == 1:
            values[0, sight.stage] = NEVER * 2
            return 0, int(values[0].argmin())
        go = int(values[0].argmin())
        later = np.unravel_index(values[1:].argmin(), values[1:].shape)
        if values[0, go] + self.parameters.switch_margin_s < values[1:].min():
            return 0, go
        return int(later[0]) + 1, int(later[1])

    def _announce(self, sight: Sight, vehicles: Vehicles, crossings: np.ndarray) -> None:
        """Keep who is planned to leave by a link that feeds a neighbour, and when."""
        self.planned = []
        share = 1.0 / crossings.shape[0]
        for scenario, vehicle in np.argwhere(crossings < self.parameters.expected_s).tolist():
            link = int(vehicles.ways[scenario, vehicle])
            if link in self.feeds:
                at = sight.at_s + float(crossings[scenario, vehicle])
                weight = float(vehicles.weights[scenario, vehicle])
                self.planned.append((link, at, share * weight))

    def coming(self, at_s: float) -> list[tuple[int, float, float]]:
        """Return who neighbours plan to send: queue, seconds from now, share of a vehicle."""
        found = []
        for neighbour, links in self.fed_by:
            for link, left_at, weight in neighbour.planned:
                if left_at <= at_s or link not in links:
                    continue
                lane, inside_s = links[link]
                reached = self.plan.watched[lane]
                total = self.learned.ways[lane].sum()
                for queue, offset in reached:
                    share = self.learned.ways[lane, queue] / total
                    way_s = (self.length_m[lane] + offset) / self.plan.speeds[queue]
                    found.append((queue, left_at - at_s + inside_s + way_s, weight * share))
        return found

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


def _shared_out(
    links: np.ndarray, shares: np.ndarray, numbers: np.ndarray, scenarios: int
) -> np.ndarray:
    """Draw scenarios x numbers of links by their shares, spread evenly over the scenarios."""
    first = numbers * GOLDEN % 1.0
    drawn = (first + np.arange(scenarios)[:, None] / scenarios) % 1.0
    bounds = np.cumsum(shares)[:-1] / shares.sum()
    return links[np.searchsorted(bounds, drawn, side="right")]


def travel_s(distance_m: float, speed_mps: float, limit_mps: float, accel_mps2: float) -> float:
    """Return the soonest a vehicle can be at a point, from its speed now up to the limit [s]."""
    if speed_mps >= limit_mps:
        return distance_m / speed_mps
    gaining = (limit_mps - speed_mps) / accel_mps2
    covered = 0.5 * (limit_mps + speed_mps) * gaining
    if covered >= distance_m:
        return float(
            (np.sqrt(speed_mps**2 + 2 * accel_mps2 * distance_m) - speed_mps) / accel_mps2
        )
    return gaining + (distance_m - covered) / limit_mps


class AdaptiveControl:
    """Every junction of a network under adaptive control; neighbours tell each other their plans."""

    def __init__(self, parameters: AdaptiveParameters | None = None) -> None:
        self.parameters = parameters or AdaptiveParameters()
        self.controls: dict[str, JunctionControl] = {}

    def begin(self, network: Network) -> None:
        """Prepare for the junctions of a network."""
        self.controls = {
            one.junction_id: JunctionControl(one, self.parameters) for one in network.junctions
        }
        for control in self.controls.values():
            for other in self.controls.values():
                if other is not control:
                    control.meet(other)

    def decide(self, junction_id: str, sight: Sight) -> int:
        """Return the stage wanted at one junction."""
        return self.controls[junction_id].decide(sight)
