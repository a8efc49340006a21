"""Calm load: an ambulance service day by day, closest-idle against our policy, same calls.

JEMSS' train model of a city: Poisson calls where people live, fixed units at stations, time on
scene, transport, handover. Its generator is Julia's, whose streams numpy cannot repeat: the
train seed of the model seeds ours instead, so calls are of the same law, not the same calls.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.dispatch.instances import DAY_S, EmergencyCity
from luchang.core.common.roads import NONE, Floats
from luchang.core.common.shortest_paths import ArcTimes, TimesTo, arc_times, times_from, times_to
from luchang.core.common.snapping import RoadPosition
from luchang.core.dispatch.cover import CoverMap, CoverParameters, choose_post, choose_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRAIN_SEED = {"auckland": 1217248832, "manhattan": 1217248832}
CALLS_A_DAY = {"auckland": 280.0, "manhattan": 451.2}
CLASS_SHARES = {"auckland": (0.57, 0.245, 0.185), "manhattan": (0.42, 0.0, 0.58)}
TARGET_S = {"auckland": (480.0, 480.0, 1200.0), "manhattan": (480.0, 480.0, 630.0)}
COVER_S = 430.0
WARM_S = 0.3 * DAY_S
"""Calls before this are answered, not counted [s]."""
DISPATCH_DELAY_S, ON_SCENE_S, HANDOVER_S, TRANSPORT_SHARE = 50.0, 720.0, 720.0, 0.8
"""Delays and means of the exponential times of the model's `gen_config.xml` [s]."""


@dataclass(frozen=True, slots=True)
class Call:
    at_s: float
    urgency: int
    node: int
    on_scene_s: float
    is_transported: bool
    handover_s: float


def calls(name: str, city: EmergencyCity, days: float, replication: int) -> list[Call]:
    """Calls of some days; the same for every policy."""
    rng = np.random.default_rng([TRAIN_SEED[name], replication])
    found, at_s = [], 0.0
    while (at_s := at_s + rng.exponential(DAY_S / CALLS_A_DAY[name])) < days * DAY_S:
        found.append(
            Call(
                at_s,
                int(rng.choice(3, p=CLASS_SHARES[name])) + 1,
                int(rng.choice(city.demand_nodes, p=city.demand_weight)),
                float(rng.exponential(ON_SCENE_S)),
                bool(rng.random() < TRANSPORT_SHARE),
                float(rng.exponential(HANDOVER_S)),
            )
        )
    return found


@dataclass(slots=True)
class Car:
    """Idle cars are on their way to, or at, their post along `path`."""

    post: int
    home: int
    is_idle: bool = True
    path: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    path_s: Floats = field(default_factory=lambda: np.empty(0))

    def place(self, at_s: float) -> tuple[int, float]:
        """Next node on its path, and the time until it is there [s]."""
        step = min(int(np.searchsorted(self.path_s, at_s)), len(self.path) - 1)
        return int(self.path[step]), max(float(self.path_s[step]) - at_s, 0.0)


class Service:
    """One city with its trees of driving times, shared by all runs."""

    def __init__(self, name: str, city: EmergencyCity) -> None:
        graph = city.network.graph
        self.name, self.city, self.graph = name, city, graph
        self.fast, self.slow = arc_times(graph), arc_times(graph, city.slow_s)
        self.to_station = [
            times_to(graph, self.at(n), times=self.slow) for n in city.station_nodes
        ]
        self.to_hospital = [
            times_to(graph, self.at(n), times=self.slow) for n in city.hospital_nodes
        ]
        reach = [self._node_s(node) for node in city.station_nodes]
        self.cover = CoverMap.within(city.demand_weight, np.array(reach), COVER_S)

    def _node_s(self, node: int) -> Floats:
        away = times_from(self.graph, self.at(node), times=self.fast)
        return away.state_s[self.city.demand_nodes]

    def at(self, node: int) -> RoadPosition:
        """A node as a place on one of its sections."""
        arc = int(self.graph.first_arc[node])
        section = int(self.graph.arc_section[arc])
        fraction = 0.0 if self.graph.section_arcs[section, 0] == arc else 1.0
        lon, lat = float(self.graph.node_lon[node]), float(self.graph.node_lat[node])
        return RoadPosition(section, fraction, 0.0, lon, lat)

    def to_call(self, call: Call) -> TimesTo:
        times: ArcTimes = self.slow if call.urgency == 3 else self.fast
        return times_to(self.graph, self.at(call.node), times=times)

    def path(self, node: int, tree: TimesTo, from_s: float) -> tuple[NDArray[np.int64], Floats]:
        """Nodes to the root of a tree and the times at which a car passes them."""
        nodes = [node]
        while (state := int(tree.next_state[nodes[-1]])) != NONE:
            nodes.append(state)
        passed = tree.state_s[node] - tree.state_s[np.array(nodes)]
        return np.array(nodes), from_s + passed


@dataclass(frozen=True, slots=True)
class Outcome:
    """Response time of every call [s], from the call to a unit at the scene."""

    response_s: Floats
    urgency: NDArray[np.int64]
    target_s: Floats

    @property
    def late_share(self) -> float:
        return float((self.response_s > self.target_s).mean())

    @property
    def urgent_mean_s(self) -> float:
        return float(self.response_s[self.urgency < 3].mean())

    @property
    def mean_s(self) -> float:
        return float(self.response_s.mean())


def replay(
    service: Service, todays: list[Call], parameters: CoverParameters | None, warm_s: float = 0.0
) -> Outcome:
    """Run one policy over the calls; parameters None: closest idle unit, every unit home."""
    run = _Run(service, parameters)
    for call in todays:
        run.until(call.at_s)
        run.answer(call)
    run.until(np.inf)
    counted = [i for i, call in enumerate(todays) if call.at_s >= warm_s]
    urgency = np.array([todays[i].urgency for i in counted])
    target = np.array(TARGET_S[service.name])[urgency - 1]
    return Outcome(np.array([run.response_s[id(todays[i])] for i in counted]), urgency, target)


class _Run:
    def __init__(self, service: Service, parameters: CoverParameters | None) -> None:
        self.service, self.parameters = service, parameters
        stations = service.city.station_nodes
        self.cars = [
            Car(int(s), int(s), path=np.array([stations[s]]), path_s=np.zeros(1))
            for s in service.city.unit_stations
        ]
        self.events: list[tuple[float, int, int, int]] = []
        self.order = count()
        self.queue: list[tuple[int, float, int, Call]] = []
        self.response_s: dict[int, float] = {}

    def until(self, at_s: float) -> None:
        """Free every car whose work ends before `at_s`."""
        while self.events and self.events[0][0] <= at_s:
            free_s, _, car, node = heapq.heappop(self.events)
            if self.queue:
                call = heapq.heappop(self.queue)[3]
                tree = self.service.to_call(call)
                self._send(car, call, free_s, float(tree.state_s[node]))
            else:
                self._to_post(car, node, free_s)

    def answer(self, call: Call) -> None:
        idle = [i for i, car in enumerate(self.cars) if car.is_idle]
        if not idle:
            heapq.heappush(self.queue, (call.urgency, call.at_s, next(self.order), call))
            return
        tree = self.service.to_call(call)
        sent_s = call.at_s + DISPATCH_DELAY_S
        places = [self.cars[i].place(sent_s) for i in idle]
        eta = np.array([ahead_s + tree.state_s[node] for node, ahead_s in places])
        car = idle[self._choose(call, eta, idle)]
        self._send(car, call, sent_s, float(eta[idle.index(car)]))

    def _choose(self, call: Call, eta: Floats, idle: list[int]) -> int:
        if self.parameters is None:
            return int(np.argmin(eta))
        losses = self.service.cover.losses(self._at_posts(), self.parameters.busy_share)
        target_s = TARGET_S[self.service.name][call.urgency - 1] - DISPATCH_DELAY_S
        chosen = choose_unit(
            eta,
            losses[[self.cars[i].post for i in idle]],
            is_urgent=call.urgency < 3,
            target_s=target_s,
            parameters=self.parameters,
        )
        assert chosen is not None
        return chosen

    def _at_posts(self) -> Floats:
        posts = [car.post for car in self.cars if car.is_idle]
        return np.bincount(posts, minlength=len(self.service.city.station_nodes)).astype(float)

    def _send(self, car: int, call: Call, sent_s: float, drive_s: float) -> None:
        self.cars[car].is_idle = False
        arrived_s = max(sent_s, call.at_s + DISPATCH_DELAY_S) + drive_s
        self.response_s[id(call)] = arrived_s - call.at_s
        free_s, node = arrived_s + call.on_scene_s, call.node
        if call.is_transported:
            drives = [float(tree.state_s[node]) for tree in self.service.to_hospital]
            nearest = int(np.argmin(drives))
            free_s += drives[nearest] + call.handover_s
            node = int(self.service.city.hospital_nodes[nearest])
        heapq.heappush(self.events, (free_s, next(self.order), car, node))

    def _to_post(self, number: int, node: int, at_s: float) -> None:
        car = self.cars[number]
        car.post = car.home
        if self.parameters is not None:
            drives = np.array([tree.state_s[node] for tree in self.service.to_station])
            car.post = choose_post(self.service.cover, self._at_posts(), drives, self.parameters)
        car.path, car.path_s = self.service.path(node, self.service.to_station[car.post], at_s)
        car.is_idle = True
