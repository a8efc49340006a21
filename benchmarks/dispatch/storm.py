"""Storm: five times the calls for three hours; who takes which waiting call when a unit frees.

40 units on a real road graph, 16 incidents an hour over 14 hours and five times as many in hours
4 to 7, service 8 to 25 minutes at the scene, units stay where they were freed. Peer:
priority-then-FIFO, on the same calls. A new call with a free unit takes the closest in both.
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

UNITS, HOURS, BASE_AN_HOUR, SURGE, SURGE_HOURS = 40, 14.0, 16.0, 5.0, (4.0, 7.0)
SERVICE_S = (480.0, 1500.0)
CLASS_SHARES = (0.2, 0.3, 0.5)
HOUR_S = 3600.0
DRIVING_SPEED = 1 / 1.424
"""Speed of the model's second mode, without lights and sirens, over its first [-]."""
SEED = 20161


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


Chooser = Callable[["Storm", int, list[StormCall], float], StormCall]


def first_come(storm: Storm, node: int, waiting: list[StormCall], at_s: float) -> StormCall:
    """Peer: the top class, and in it the call that waits longest."""
    del storm, node, at_s
    return min(waiting, key=lambda call: (call.urgency, call.at_s))


def nearest_of_top_class(parameters: WaitingParameters) -> Chooser:
    """Ours: `assign_waiting` with one free unit."""

    def choose(storm: Storm, node: int, waiting: list[StormCall], at_s: float) -> StormCall:
        unit = Unit(0, *storm.point(node))
        asked = tuple(
            Waiting(Incident(call.number, *storm.point(call.node), call.urgency), at_s - call.at_s)
            for call in waiting
        )
        problem = WaitingProblem(asked, (unit,), parameters=parameters)
        plan = assign_waiting(problem, storm.city.network)
        chosen = plan.assignments[0].incident_id
        return next(call for call in waiting if call.number == chosen)

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

    def __init__(self, city: EmergencyCity, drives: Callable[[int], Floats]) -> None:
        self.city, self.drives = city, drives

    def point(self, node: int) -> tuple[float, float]:
        graph = self.city.network.graph
        return float(graph.node_lon[node]), float(graph.node_lat[node])

    def run(self, calls: list[StormCall], starts: list[int], choose: Chooser) -> StormOutcome:
        idle = dict(enumerate(starts))
        waiting: list[StormCall] = []
        events: list[tuple[float, int, int]] = []
        response, drive = np.zeros(len(calls)), np.zeros(len(calls))

        def send(unit: int, call: StormCall, node: int, at_s: float) -> None:
            drive[call.number] = self.drives(call.node)[node]
            arrived_s = at_s + drive[call.number]
            response[call.number] = arrived_s - call.at_s
            heapq.heappush(events, (arrived_s + call.service_s, unit, call.node))

        def free_until(limit_s: float) -> None:
            while events and events[0][0] <= limit_s:
                at_s, unit, node = heapq.heappop(events)
                if waiting:
                    call = choose(self, node, waiting, at_s)
                    waiting.remove(call)
                    send(unit, call, node, at_s)
                else:
                    idle[unit] = node

        for call in calls:
            free_until(call.at_s)
            if not idle:
                waiting.append(call)
                continue
            away = self.drives(call.node)
            unit = min(idle, key=lambda unit: (away[idle[unit]], unit))
            send(unit, call, idle.pop(unit), call.at_s)
        free_until(np.inf)
        return StormOutcome(response, drive, np.array([call.urgency for call in calls]))
