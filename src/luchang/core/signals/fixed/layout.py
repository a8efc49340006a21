"""Junctions and counts made into the arrays the queues run on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.demand import Movement
from luchang.core.signals.fixed.traffic import NONE, Arrivals, Streets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.signals.fixed.problem import Drivers, Feeder, Problem
    from luchang.core.signals.junction import Junction, Lane, Link

    Floats = NDArray[np.float64]

LUCKS = 8
"""Turns on one way whose luck is drawn apart."""


@dataclass
class _Names:
    """Lanes, groups and links by name, in the order of the arrays."""

    lanes: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    group_lanes: list[list[int]] = field(default_factory=list)
    links: list[tuple[str, Link | Feeder]] = field(default_factory=list)

    def add_lane(self, name: str, group: str) -> int:
        if group not in self.groups:
            self.groups[group] = len(self.group_lanes)
            self.group_lanes.append([])
        self.lanes[name] = len(self.lanes)
        self.group_lanes[self.groups[group]].append(self.lanes[name])
        return self.lanes[name]


@dataclass
class _Links:
    """Columns of the links."""

    lane: list[int] = field(default_factory=list)
    lamp: list[int] = field(default_factory=list)
    headway_s: list[float] = field(default_factory=list)
    leads_to: list[int] = field(default_factory=list)
    waiting_m: list[float] = field(default_factory=list)

    def add(self, lane: int, lamp: int, headway_s: float, leads_to: int, waiting_m: float) -> None:
        self.lane.append(lane)
        self.lamp.append(lamp)
        self.headway_s.append(headway_s)
        self.leads_to.append(leads_to)
        self.waiting_m.append(waiting_m)


class Layout:
    """The arrays of a problem, and which row is what.

    Attributes
    ----------
    lamp_begin
        First column of each junction's lamps; the last column of all is a lamp always green, for
        vehicles that leave before the stop line.
    outside
        Group x interval x movement: vehicles that come from outside [veh].
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.movement_at = {one: place for place, one in enumerate(problem.counts.movements)}
        sizes = [one.lamps for one in problem.network.junctions]
        begins = np.cumsum([0, *sizes]).tolist()
        ids = [one.junction_id for one in problem.network.junctions]
        self.lamp_begin = dict(zip(ids, begins, strict=False))
        self.lamps = begins[-1] + 1
        self.names = _Names()
        self.columns = len(problem.counts.movements) + len(problem.feeders)
        self._name_lanes()
        self.streets, self.outside = self._streets()

    def _name_lanes(self) -> None:
        for one in self.problem.network.junctions:
            for name in one.links_by_lane:
                self.names.add_lane(name, one.lanes[name].approach)
        for feeder in self.problem.feeders:
            for place in range(feeder.lanes):
                self.names.add_lane(f"{feeder.name}/{place}", feeder.name)

    def _streets(self) -> tuple[Streets, Floats]:
        drivers = self.problem.drivers
        travel_s, room, beyond = self._lanes(drivers)
        allowed = np.zeros((len(self.names.lanes), self.columns), np.int8)
        link_of = np.full((len(self.names.lanes), self.columns), NONE)
        links = self._links(drivers, allowed, link_of)
        self._feed(links, allowed, link_of)
        foe_begin, foes = self._foes()
        rival_begin, rivals = self._rivals()
        turns_to, outside = self._turns()
        group_lanes = self.names.group_lanes
        waiting_m = np.array(links.waiting_m)
        places = (waiting_m / drivers.place_m).astype(np.int64)
        streets = Streets(
            travel_s=travel_s,
            room=room,
            beyond=beyond,
            group_begin=np.cumsum([0, *map(len, group_lanes)]),
            group_lanes=np.array([lane for group in group_lanes for lane in group]),
            allowed=allowed,
            link_of=link_of,
            link_lane=np.array(links.lane),
            lamp=np.array(links.lamp),
            headway_s=np.array(links.headway_s),
            leads_to=np.array(links.leads_to),
            places=places,
            creeps=((waiting_m > 0.0) & (places == 0)).astype(np.int8),
            foe_begin=foe_begin,
            foes=foes,
            rival_begin=rival_begin,
            rivals=rivals,
            turns_to=turns_to,
            interval_s=float(self.problem.counts.interval_s),
            feed_s=float(drivers.headway_s),
            gap_s=float(drivers.gap_s),
            start_s=float(drivers.start_s),
            stop_loss_s=float(drivers.stop_loss_s),
        )
        return streets, outside

    def _lanes(self, drivers: Drivers) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
        size = len(self.names.lanes)
        travel_s, room, beyond = np.zeros(size), np.ones(size, np.int64), np.full(size, NONE)
        roads = {road.approach: road for road in self.problem.roads}
        feeders = {feeder.name: feeder for feeder in self.problem.feeders}
        own: dict[int, Lane] = {}
        for one in self.problem.network.junctions:
            own |= {self.names.lanes[name]: one.lanes[name] for name in one.links_by_lane}
        for group, place in self.names.groups.items():
            lanes = self.names.group_lanes[place]
            for lane in lanes:
                piece = roads.get(group) or feeders.get(group) or own[lane]
                metres = piece.length_m
                if group in roads:
                    metres *= roads[group].lanes / len(lanes)
                travel_s[lane] = piece.length_m / max(piece.speed_mps, 1.0)
                room[lane] = max(1, int(metres / drivers.room_m))
                if group in feeders:
                    beyond[lane] = self.names.groups[feeders[group].approach]
        return travel_s, room, beyond

    def _links(
        self, drivers: Drivers, allowed: NDArray[np.int8], link_of: NDArray[np.int64]
    ) -> _Links:
        found = _Links()
        leads_to = {road.exit: self.names.groups[road.approach] for road in self.problem.roads}
        for one in self.problem.network.junctions:
            begin = self.lamp_begin[one.junction_id]
            for link in one.links:
                lane = self.names.lanes[link.from_lane]
                movement = self.movement_at.get(movement_of(one, link))
                if movement is not None and link_of[lane, movement] == NONE:
                    allowed[lane, movement] = 1
                    link_of[lane, movement] = len(found.lane)
                self.names.links.append((one.junction_id, link))
                found.add(
                    lane,
                    begin + link.index,
                    drivers.headway_s * drivers.turn_factors[link.turn],
                    leads_to.get(one.lanes[link.to_lane].approach, NONE),
                    link.waiting_m,
                )
        return found

    def _feed(self, links: _Links, allowed: NDArray[np.int8], link_of: NDArray[np.int64]) -> None:
        """Let feeders lead where their approach leads, and away before it for those who pass."""
        known = len(self.problem.counts.movements)
        for place, feeder in enumerate(self.problem.feeders):
            lanes = self.names.group_lanes[self.names.groups[feeder.name]]
            ahead = self.names.group_lanes[self.names.groups[feeder.approach]]
            allowed[lanes, :known] = allowed[ahead, :known].max(axis=0)
            allowed[lanes, known + place] = 1
            link_of[lanes, known + place] = len(links.lane)
            self.names.links.append(("", feeder))
            links.add(lanes[0], self.lamps - 1, self.problem.drivers.headway_s, NONE, 0.0)

    def _foes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        begin, foes, first = [0], [], 0
        for one in self.problem.network.junctions:
            for link in one.links:
                foes += [
                    first + place
                    for place, other in enumerate(one.links)
                    if other.from_lane != link.from_lane and one.yields[link.index, other.index]
                ]
                begin.append(len(foes))
            first += len(one.links)
        for feeder in self.problem.feeders:
            foes += self._crossed(feeder)
            begin.append(len(foes))
        return np.array(begin), np.array(foes, np.int64)

    def _crossed(self, feeder: Feeder) -> list[int]:
        every = ((one, link) for one in self.problem.network.junctions for link in one.links)
        return [
            place
            for place, (one, link) in enumerate(every)
            if one.lanes[link.to_lane].approach in feeder.crosses
        ]

    def _rivals(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        found: dict[int, list[int]] = {}
        for feeder in self.problem.feeders:
            if not feeder.gives_way:
                continue
            rivals = [
                lane
                for other in self.problem.feeders
                if other.approach == feeder.approach and not other.gives_way
                for lane in self.names.group_lanes[self.names.groups[other.name]]
            ]
            for lane in self.names.group_lanes[self.names.groups[feeder.name]]:
                found[lane] = rivals
        rows = [found.get(lane, []) for lane in range(len(self.names.lanes))]
        flat = [rival for row in rows for rival in row]
        return np.cumsum([0, *map(len, rows)]), np.array(flat, np.int64)

    def _turns(self) -> tuple[Floats, Floats]:
        """Cumulated turning shares of traffic from upstream, and what comes from outside."""
        counts = self.problem.counts
        groups, intervals = len(self.names.groups), len(counts.vehicles)
        turns = np.zeros((groups, intervals, self.columns))
        inflow = np.zeros((groups, intervals))
        roads = {road.exit: self.names.groups[road.approach] for road in self.problem.roads}
        for place, movement in enumerate(counts.movements):
            for group, part in self._entries(movement):
                turns[group, :, place] += part * counts.vehicles[:, place]
            if movement.exit in roads:
                inflow[roads[movement.exit]] += counts.vehicles[:, place]
        for place, feeder in enumerate(self.problem.feeders):
            if feeder.passing:
                column = len(counts.movements) + place
                turns[self.names.groups[feeder.name], :, column] = feeder.passing
        total = turns.sum(axis=2)
        stays = np.minimum(1.0, total / np.maximum(inflow, 1e-9))
        outside = np.maximum(0.0, total - inflow) / np.maximum(total, 1e-9)
        shares = turns / np.maximum(total, 1e-9)[..., None]
        return np.cumsum(shares * stays[..., None], axis=2), turns * outside[..., None]

    def _entries(self, movement: Movement) -> list[tuple[int, float]]:
        """Groups in which vehicles of a movement appear, and the part of them that does there."""
        feeders = [one for one in self.problem.feeders if one.approach == movement.approach]
        if not feeders:
            return [(self.names.groups[movement.approach], 1.0)]
        if len(feeders) == 1:
            return [(self.names.groups[feeders[0].name], 1.0)]
        return [(self.names.groups[one.name], one.share.get(movement, 0.0)) for one in feeders]

    def arrivals(self, seed: int, *, resample: bool = False, times: float = 1.0) -> Arrivals:
        """Vehicles from outside: as many as counted, at random times within their interval.

        With `resample` the counts are drawn anew as well, from a gamma distribution of their
        mean and variance; `times` is traffic over what was counted [-].
        """
        rng = np.random.default_rng([self.problem.limits.seed, seed])
        interval_s = self.problem.counts.interval_s
        expected = times * (self._resampled(rng) if resample else self.outside)
        group, interval, movement = np.nonzero(expected)
        wanted = expected[group, interval, movement]
        number = np.floor(wanted).astype(np.int64)
        number += rng.random(len(wanted)) < wanted - number
        row = np.repeat(np.arange(len(wanted)), number)
        at_s = (interval[row] + rng.random(len(row))) * interval_s
        order = np.argsort(at_s, kind="stable")
        return Arrivals(
            at_s[order],
            group[row][order],
            movement[row][order],
            rng.random((len(row), LUCKS)),
        )

    def _resampled(self, rng: np.random.Generator) -> Floats:
        counts = self.problem.counts
        mean = np.maximum(counts.vehicles, 1e-9)
        shape = mean**2 / np.maximum(counts.variance, 1e-9)
        factor = np.ones((len(mean), self.columns))
        factor[:, : mean.shape[1]] = rng.gamma(shape, 1.0 / shape)
        return self.outside * factor[None]


def movement_of(junction: Junction, link: Link) -> Movement:
    """The movement a link serves."""
    lanes = junction.lanes
    start, end = lanes[link.from_lane].approach, lanes[link.to_lane].approach
    return Movement(junction.junction_id, start, end)
