"""Who will be at which stop line when: seen, announced by neighbours, or merely expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.signals.adaptive.kernels import NO_ROOM, YIELD
from luchang.core.signals.adaptive.layout import REACH_M
from luchang.core.signals.adaptive.memory import NOBODY, STANDING_MPS
from luchang.core.signals.adaptive.sight import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from luchang.core.signals.adaptive.learning import Floats, Ints
    from luchang.core.signals.adaptive.memory import Memory
    from luchang.core.signals.adaptive.sight import Sight

EXPECTED_EVERY_S = 10.0
"""Rarer arrivals than this are expected in parts of a vehicle [s]."""
FREE_ROAD_M = 14.0
"""Two vehicles standing further apart than this do not wait for each other [m]."""
LEAST_SHARE = 0.02
"""Ways that fewer take are left out [-]."""
INSIDE_ETA_S = -1.0
"""Of those who have crossed the line and wait inside the junction [s]."""
EVERY = -1
"""A row of all scenarios."""
GOLDEN, OTHER_GOLDEN = 0.6180339887498949, 0.7548776662466927
"""Multiples of these spread evenly over [0, 1): one draw for turns, one for lanes."""


class Coming(NamedTuple):
    """Somebody a neighbour plans to send, in one scenario."""

    queue: int
    eta_s: float
    weight: float
    scenario: int
    track: int


class _Row(NamedTuple):
    """Somebody on the way to a queue; drawn into it between `low` and `high`."""

    eta: float
    weight: float = 1.0
    track: int = NOBODY
    movement: int = UNKNOWN
    low: float = 0.0
    high: float = 1.0
    scenario: int = EVERY


@dataclass(frozen=True)
class Expected:
    """Everybody expected, queue by queue and in order, as the search takes it.

    Attributes
    ----------
    place, end
        Of each queue, its first and past its last vehicle.
    eta
        Soonest time at the stop line [s from now].
    ways, weights
        Scenarios x vehicles: link it takes, and how much of a vehicle it is.
    tracks
        Number of each, NOBODY of the merely expected.
    """

    place: Ints
    end: Ints
    eta: Floats
    ways: Ints
    weights: Floats
    tracks: Ints


class Forecast:
    """Turns what one junction sees and remembers into who is expected."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.layout = memory.layout
        self.parameters = memory.parameters
        lamps = [link.index for link in self.layout.junction.links]
        self.lamps_of = [{lamps[link] for link in links} for links in self.layout.links_of]
        self.lamps = lamps

    def expected(
        self, sight: Sight, coming: list[Coming], fed: set[int], blind: Mapping[int, float]
    ) -> Expected:
        """Return everybody in sight, coming and expected.

        `fed` queues are fed by neighbours; on `blind` ones nobody is seen who may yet be there.
        """
        rows = self._seen(sight)
        for queue, row in self._inside(sight):
            rows[queue].append(row)
        for one in coming:
            row = _Row(one.eta_s, one.weight, one.track, scenario=one.scenario)
            rows[one.queue].append(row)
        for queue, found in enumerate(rows):
            if queue in blind:
                found.extend(self._supposed(queue, blind[queue], sight.at_s))
            elif queue not in fed:
                found.extend(self._unseen(queue))
            found.sort()
        return self._arrays(rows)

    def _inside(self, sight: Sight) -> Iterator[tuple[int, _Row]]:
        """Yield who waits inside the junction for a gap, and of which queue."""
        for track, (link, _since) in self.memory.inside.items():
            waits = self.layout.lights[sight.stage, link] == YIELD
            if waits and self.layout.places[link] > NO_ROOM:
                row = _Row(INSIDE_ETA_S, track=track, movement=self.lamps[link])
                yield self.layout.queue_of[link], row

    def _seen(self, sight: Sight) -> list[list[_Row]]:
        rows: list[list[_Row]] = [[] for _ in self.layout.stops]
        far: list[list[tuple[float, bool]]] = [[] for _ in rows]
        accel = self.parameters.acceleration_mps2
        for lane, distance, speed, track, movement in zip(
            sight.lane.tolist(),
            sight.distance_m.tolist(),
            sight.speed_mps.tolist(),
            sight.track.tolist(),
            sight.movement.tolist(),
            strict=True,
        ):
            upstream = lane not in self.layout.lane_of
            for queue, offset, low, high in self.queues_of(lane, movement):
                way = distance + offset
                eta = travel_s(way, speed, self.layout.speeds[queue], accel)
                rows[queue].append(_Row(eta, 1.0, track, movement, low, high))
                far[queue].append((way, upstream and speed < STANDING_MPS))
        for found, ways in zip(rows, far, strict=True):
            self._hold(found, ways)
        return rows

    def _hold(self, rows: list[_Row], far: list[tuple[float, bool]]) -> None:
        """Who stands upstream with a free road ahead waits for something that is not ours."""
        for place, (way, stands) in enumerate(far):
            if not stands:
                continue
            ahead = max((other for other, _ in far if other < way), default=0.0)
            if way - ahead > FREE_ROAD_M:
                eta = rows[place].eta + self.parameters.held_s
                rows[place] = rows[place]._replace(eta=eta)

    def queues_of(self, lane: int, movement: int) -> list[tuple[int, float, float, float]]:
        """Return the queues a vehicle may join: how far on, and between which draws."""
        reached = self.layout.watched.get(lane, ())
        if lane in self.layout.lane_of:
            return [(*reached[0], 0.0, 1.0)]
        shares = [self._share(lane, queue, movement) for queue, _offset in reached]
        total = sum(shares)
        if total <= 0 and movement != UNKNOWN:
            return self.queues_of(lane, UNKNOWN)
        if movement == UNKNOWN:
            total += float(self.memory.learned.ways[lane, -1])
        found = []
        low = 0.0
        for (queue, offset), share in zip(reached, shares, strict=True):
            if share > LEAST_SHARE * total:
                found.append((queue, offset, low, low + share / total))
            low += share / total if total > 0 else 0.0
        return found

    def drawn_queue(self, lane: int, track: int, scenario: int) -> tuple[int, float]:
        """Return whereto somebody coming into a lane goes in a scenario; how far on that is."""
        spread = scenario / self.parameters.scenarios
        drawn = (track * OTHER_GOLDEN + spread) % 1.0
        for queue, offset, low, high in self.queues_of(lane, UNKNOWN):
            if low <= drawn < high:
                return queue, offset
        return NOBODY, 0.0

    def _share(self, lane: int, queue: int, movement: int) -> float:
        if movement != UNKNOWN and movement not in self.lamps_of[queue]:
            return 0.0
        return float(self.memory.learned.ways[lane, queue])

    def _unseen(self, queue: int) -> list[_Row]:
        """Return arrivals at the rate of the last minutes, from the edge of sight on."""
        rate = float(self.memory.learned.rate[queue])
        if rate <= 0:
            return []
        step = min(1.0 / rate, EXPECTED_EVERY_S)
        first = REACH_M / self.layout.speeds[queue] + step / 2
        times = np.arange(first, self.parameters.expected_s, step).tolist()
        return [_Row(at, rate * step) for at in times]

    def _supposed(self, queue: int, rate: float, at_s: float) -> list[_Row]:
        """Return who waits and comes where nobody is seen, if as many come as usual."""
        known = self.memory.queues[queue]
        since_s = min(at_s - known.closed_at, self.parameters.longest_wait_s)
        green_s = at_s - known.green_since if known.green_since >= 0 else 0.0
        waiting = rate * since_s - green_s / self.memory.learned.headway_s[queue]
        step = 1.0 / rate
        times = np.arange(step / 2, self.parameters.expected_s, step).tolist()
        return [_Row(0.0)] * int(max(waiting, 0.0)) + [_Row(at) for at in times]

    def _arrays(self, rows: list[list[_Row]]) -> Expected:
        flat = [row for found in rows for row in found]
        counts = np.array([len(found) for found in rows], dtype=np.int64)
        end = np.cumsum(counts)
        columns = np.array(flat, dtype=np.float64).reshape(len(flat), len(_Row._fields))
        tracks = columns[:, 2].astype(np.int64)
        scenarios = self.parameters.scenarios
        drawn = _draws(tracks, OTHER_GOLDEN, scenarios)
        is_here = (columns[:, 4] <= drawn) & (drawn < columns[:, 5])
        is_here &= (columns[:, 6] == EVERY) | (columns[:, 6] == np.arange(scenarios)[:, None])
        ways = np.zeros((scenarios, len(flat)), dtype=np.int64)
        for queue, found in enumerate(rows):
            here = slice(int(end[queue] - counts[queue]), int(end[queue]))
            ways[:, here] = self._drawn_ways(queue, tracks[here])
            self._correct(queue, found, ways[:, here])
        weights = np.where(is_here, columns[:, 1], 0.0)
        return Expected(end - counts, end, columns[:, 0].copy(), ways, weights, tracks)

    def _drawn_ways(self, queue: int, tracks: Ints) -> Ints:
        """Draw the links of one queue by the shares; a vehicle keeps its draw while in sight."""
        links = self.layout.links_of[queue]
        unseen = -7 * np.arange(1, tracks.size + 1)
        numbers = np.where(tracks >= 0, tracks, unseen)
        shares = self.memory.learned.turns[links]
        return _shared_out(links, shares, numbers, self.parameters.scenarios)

    def _correct(self, queue: int, rows: list[_Row], ways: Ints) -> None:
        """Put what is known of single vehicles over what was drawn."""
        stuck = self.memory.queues[queue].stuck
        wanted = self.memory.ways_of_stuck(queue) if stuck != NOBODY else None
        for place, row in enumerate(rows):
            if wanted is not None and row.track == stuck:
                shares = self.memory.learned.turns[wanted]
                zero = np.zeros(1, dtype=np.int64)
                ways[:, place] = _shared_out(wanted, shares, zero, ways.shape[0])[:, 0]
            elif row.movement != UNKNOWN:
                own, beside = self.layout.links_of[queue], self.layout.beside[queue]
                known = [k for k in (*own, *beside) if self.lamps[k] == row.movement]
                if known:
                    ways[:, place] = known[0]


def _draws(numbers: Ints, step: float, scenarios: int) -> Floats:
    """Return scenarios x numbers in [0, 1): evenly spread over the scenarios of each number."""
    spread = np.arange(scenarios)[:, None] / scenarios
    drawn: npt.NDArray[np.float64] = (numbers * step + spread) % 1.0
    return drawn


def _shared_out(links: Ints, shares: Floats, numbers: Ints, scenarios: int) -> Ints:
    """Draw links by their shares."""
    bounds = np.cumsum(shares)[:-1] / shares.sum()
    return links[np.searchsorted(bounds, _draws(numbers, GOLDEN, scenarios), side="right")]


def travel_s(distance_m: float, speed_mps: float, limit_mps: float, accel_mps2: float) -> float:
    """Return the soonest a vehicle can be at a point, from its speed now up to the limit [s]."""
    if speed_mps >= limit_mps:
        return distance_m / speed_mps
    gaining = (limit_mps - speed_mps) / accel_mps2
    covered = 0.5 * (limit_mps + speed_mps) * gaining
    if covered >= distance_m:
        reached = np.sqrt(speed_mps**2 + 2 * accel_mps2 * distance_m)
        return float((reached - speed_mps) / accel_mps2)
    return gaining + (distance_m - covered) / limit_mps
