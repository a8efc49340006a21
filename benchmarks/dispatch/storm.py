"""Storm: five times the calls for three hours; who takes which waiting call, and when.

40 units on a real road graph, 16 incidents an hour over 14 hours and five times as many in hours
4 to 7, service 8 to 25 minutes at the scene, units stay where they were freed. Every call that
comes and every unit that is freed is a moment to decide. Peer: priority-then-FIFO with the
closest free unit, on the same calls. Nobody knows how long a unit will stay at a scene: ours
expects the mean of all stays, and from a unit that has stayed longer still `AT_LEAST_S`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.dispatch.problem import Incident, Unit
from luchang.core.dispatch.waiting import (
    Waiting,
    WaitingParameters,
    WaitingProblem,
    assign_waiting,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.dispatch.instances import EmergencyCity
    from luchang.core.common.roads import Floats
    from luchang.core.dispatch.network import RoadNetwork

UNITS, HOURS, BASE_AN_HOUR, SURGE, SURGE_HOURS = 40, 14.0, 16.0, 5.0, (4.0, 7.0)
SERVICE_S = (480.0, 1500.0)
EXPECTED_S, AT_LEAST_S = sum(SERVICE_S) / 2, 300.0
CLASS_SHARES = (0.2, 0.3, 0.5)
HOUR_S = 3600.0
DRIVING_SPEED = 1 / 1.424
"""Speed of the model's second mode, without lights and sirens, over its first [-]."""
SEED = 20161
TUNING_RUNS = range(100, 112)
"""Replications on which parameters were chosen; those that are reported begin at 0."""


@dataclass(frozen=True, slots=True)
class StormCall:
    number: int
    at_s: float
    urgency: int
    node: int
    service_s: float


def storm_calls(city: EmergencyCity, replication: int) -> tuple[list[StormCall], list[int]]:
    """Calls of one storm, and the nodes where the units begin."""
    rng = np.random.default_rng([SEED, replication])
    found: list[StormCall] = []
    at_s = 0.0
    peak = BASE_AN_HOUR * SURGE
    while (at_s := at_s + rng.exponential(HOUR_S / peak)) < HOURS * HOUR_S:
        in_surge = SURGE_HOURS[0] <= at_s / HOUR_S < SURGE_HOURS[1]
        keep = in_surge or rng.random() < 1 / SURGE
        if keep:
            urgency = int(rng.choice(3, p=CLASS_SHARES)) + 1
            node = int(rng.choice(city.demand_nodes, p=city.demand_weight))
            service_s = float(rng.uniform(*SERVICE_S))
            found.append(StormCall(len(found), at_s, urgency, node, service_s))
    starts = rng.choice(city.demand_nodes, UNITS, p=city.demand_weight)
    return found, [int(node) for node in starts]


@dataclass(slots=True)
class StormUnit:
    """Where a unit is, or will be when it is free."""

    node: int
    is_free: bool = True
    arrives_s: float = 0.0

    def free_in_s(self, at_s: float) -> float:
        """Expected time until it is free [s], from what a desk can know."""
        return 0.0 if self.is_free else max(self.arrives_s + EXPECTED_S - at_s, AT_LEAST_S)


Fleet = list[StormUnit]
Order = tuple[int, StormCall]
Chooser = Callable[["Storm", Fleet, list[StormCall], float], list[Order]]


def first_come(storm: Storm, fleet: Fleet, waiting: list[StormCall], at_s: float) -> list[Order]:
    """Peer: of the top class the call that waits longest, to the closest free unit."""
    del at_s
    call = min(waiting, key=lambda call: (call.urgency, call.at_s))
    away = storm.drives(call.node)
    free = [number for number, unit in enumerate(fleet) if unit.is_free]
    return [(min(free, key=lambda number: (away[fleet[number].node], number)), call)]


def planned(parameters: WaitingParameters) -> Chooser:
    """Ours: `assign_waiting` over the units that are free and those that will be soon."""

    def choose(storm: Storm, fleet: Fleet, waiting: list[StormCall], at_s: float) -> list[Order]:
        units = tuple(
            Unit(number, *storm.point(unit.node), free_in_s=unit.free_in_s(at_s))
            for number, unit in enumerate(fleet)
        )
        asked = tuple(
            Waiting(Incident(call.number, *storm.point(call.node), call.urgency), at_s - call.at_s)
            for call in waiting
        )
        plan = assign_waiting(WaitingProblem(asked, units, parameters=parameters), storm.network)
        by_number = {call.number: call for call in waiting}
        return [(order.unit_id, by_number[order.incident_id]) for order in plan.assignments]

    return choose


@dataclass(frozen=True, slots=True)
class StormOutcome:
    """Per call: response time and driving time [s], and its class."""

    response_s: Floats
    drive_s: Floats
    urgency: NDArray[np.int64]

    @property
    def mean_s(self) -> float:
        return float(self.response_s.mean())

    @property
    def p90_s(self) -> float:
        return float(np.percentile(self.response_s, 90))

    @property
    def driving_s(self) -> float:
        return float(self.drive_s.sum())

    @property
    def longest_s(self) -> float:
        return float(self.response_s.max())

    def mean_of(self, urgency: int) -> float:
        return float(self.response_s[self.urgency == urgency].mean())


class Storm:
    """Driving times between demand nodes, shared by both policies (one search a node)."""

    def __init__(self, network: RoadNetwork, drives: Callable[[int], Floats]) -> None:
        self.network, self.drives = network, drives

    def point(self, node: int) -> tuple[float, float]:
        graph = self.network.graph
        return float(graph.node_lon[node]), float(graph.node_lat[node])

    def run(self, calls: list[StormCall], starts: list[int], choose: Chooser) -> StormOutcome:
        """Play every call to its end."""
        played = _Run(self, choose, [StormUnit(node) for node in starts], len(calls))
        for call in calls:
            played.free_until(call.at_s)
            played.waiting.append(call)
            played.decide(call.at_s)
        played.free_until(np.inf)
        urgency = np.array([call.urgency for call in calls])
        return StormOutcome(played.response_s, played.drive_s, urgency)


class _Run:
    """One policy on the calls of one storm."""

    def __init__(self, storm: Storm, choose: Chooser, fleet: Fleet, calls: int) -> None:
        self.storm, self.choose, self.fleet = storm, choose, fleet
        self.waiting: list[StormCall] = []
        self.response_s, self.drive_s = np.zeros(calls), np.zeros(calls)
        self._freed: list[tuple[float, int]] = []

    def decide(self, at_s: float) -> None:
        """Ask until nobody more is sent."""
        while self.waiting and any(unit.is_free for unit in self.fleet):
            orders = self.choose(self.storm, self.fleet, self.waiting, at_s)
            for number, call in orders:
                self._send(number, call, at_s)
            if not orders:
                return

    def free_until(self, limit_s: float) -> None:
        """Let time pass; every freed unit is a moment to decide."""
        while self._freed and self._freed[0][0] <= limit_s:
            at_s, number = heapq.heappop(self._freed)
            self.fleet[number].is_free = True
            self.decide(at_s)

    def _send(self, number: int, call: StormCall, at_s: float) -> None:
        unit = self.fleet[number]
        drive_s = float(self.storm.drives(call.node)[unit.node])
        unit.node, unit.is_free, unit.arrives_s = call.node, False, at_s + drive_s
        self.drive_s[call.number] = drive_s
        self.response_s[call.number] = unit.arrives_s - call.at_s
        self.waiting.remove(call)
        heapq.heappush(self._freed, (unit.arrives_s + call.service_s, number))
