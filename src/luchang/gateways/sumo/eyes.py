"""Detectors of a simulated junction: what a camera would see, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from luchang.core.signals.adaptive.sight import UNKNOWN, Sight
from luchang.gateways.sumo.net import REACH_M

if TYPE_CHECKING:
    from luchang.core.signals.junction import Junction
    from luchang.core.signals.lamps import LampDriver
    from luchang.gateways.sumo.net import Net

EXIT_SEEN_M = 60.0
"""How far into an exit lane the detector behind the junction sees [m]."""


class _Field:
    """What of the net one junction sees."""

    def __init__(self, junction: Junction, net: Net) -> None:
        self.junction = junction
        self.places = {name: place for place, name in enumerate(junction.lanes)}
        self.least = _distances(junction)
        exits = {link.to_lane for link in junction.links}
        self.exit_from = {
            name: max(junction.lanes[name].length_m - EXIT_SEEN_M, 0.0)
            for name in exits
            if name not in self.least
        }
        vias = {one.via for one in net.connections[junction.junction_id]}
        self.inside = vias - set(self.least)
        self.passages = _passages(junction, net)

    def sees(self, lane: str, distance_m: float) -> bool:
        if lane in self.least:
            return self.least[lane] + distance_m <= REACH_M
        return lane in self.inside or distance_m >= self.exit_from[lane]


def _distances(junction: Junction) -> dict[str, float]:
    """From the end of each lane to the nearest stop line it can reach [m]."""
    found: dict[str, float] = {}
    rest = [(link.from_lane, 0.0) for link in junction.links]
    while rest:
        name, distance = rest.pop()
        if name not in junction.lanes or found.get(name, np.inf) <= distance:
            continue
        found[name] = distance
        far = distance + junction.lanes[name].length_m
        if far < REACH_M:
            rest += [(one, far) for one in junction.lanes[name].feeders]
    return found


def _passages(junction: Junction, net: Net) -> dict[str, dict[str, int]]:
    """By stop-line lane and lane or edge met next: the place of the link that was used."""
    found: dict[str, dict[str, int]] = {}
    vias = {
        (one.lamp, one.from_lane, one.to_lane): one.via
        for one in net.connections[junction.junction_id]
    }
    for place, link in enumerate(junction.links):
        ways = found.setdefault(link.from_lane, {})
        ways[vias.get((link.index, link.from_lane, link.to_lane), "")] = place
        ways[link.to_lane] = place
        ways.setdefault(junction.lanes[link.to_lane].approach, place)
    return found


class Eyes:
    """Looks at every vehicle once a second and deals them out to the junctions that see them."""

    def __init__(self, net: Net, library: Any, *, knows_movements: bool) -> None:
        self.library = library
        self.net = net
        self.knows_movements = knows_movements
        self.fields = {one.junction_id: _Field(one, net) for one in net.network.junctions}
        self.by_lane: dict[str, list[_Field]] = {}
        self.stop_lanes: dict[str, _Field] = {}
        for field in self.fields.values():
            for lane in field.places:
                self.by_lane.setdefault(lane, []).append(field)
            for lane in field.passages:
                self.stop_lanes[lane] = field
        self.tracks: dict[str, int] = {}
        self.before: dict[str, str] = {}
        self.seen: dict[str, list[tuple[int, float, float, int, int]]] = {}
        self.passed: dict[str, list[tuple[int, int]]] = {}

    def look(self) -> None:
        """Take this second's positions."""
        self.seen = {name: [] for name in self.fields}
        self.passed = {name: [] for name in self.fields}
        vehicle = self.library.vehicle
        now: dict[str, str] = {}
        for name in vehicle.getIDList():
            lane = vehicle.getLaneID(name)
            now[name] = lane
            track = self.tracks.setdefault(name, len(self.tracks))
            before = self.before.get(name)
            if before is not None and before != lane and before in self.stop_lanes:
                self._pass(self.stop_lanes[before], before, lane, track)
            if lane in self.by_lane:
                self._take(name, lane, track)
        for name, before in self.before.items():
            if name not in now and before in self.stop_lanes:
                self._pass(self.stop_lanes[before], before, "", self.tracks[name])
        self.before = now

    def _take(self, name: str, lane: str, track: int) -> None:
        vehicle = self.library.vehicle
        distance = self.net.lanes[lane].length_m - vehicle.getLanePosition(name)
        speed = vehicle.getSpeed(name)
        for field in self.by_lane[lane]:
            if field.sees(lane, distance):
                movement = self._movement(name, field) if self.knows_movements else UNKNOWN
                row = (field.places[lane], distance, speed, track, movement)
                self.seen[field.junction.junction_id].append(row)

    def _movement(self, name: str, field: _Field) -> int:
        wanted = field.junction.junction_id
        for signal, lamp, _distance, _state in self.library.vehicle.getNextTLS(name):
            if signal == wanted:
                return int(lamp)
        return UNKNOWN

    def _pass(self, field: _Field, before: str, lane: str, track: int) -> None:
        ways = field.passages[before]
        edge = self.net.lanes[lane].approach if lane in self.net.lanes else ""
        if edge and edge == self.net.lanes[before].approach:
            return  # it has only changed lanes
        place = ways.get(lane, ways.get(edge, next(iter(ways.values())) if len(ways) == 1 else -1))
        self.passed[field.junction.junction_id].append((track, place))

    def sight(self, junction_id: str, at_s: int, driver: LampDriver) -> Sight:
        """Return what one junction sees now."""
        rows = self.seen[junction_id]
        columns = list(zip(*rows, strict=True)) if rows else [()] * 5
        return Sight(
            at_s=float(at_s),
            stage=driver.stage,
            shown_s=driver.shown_s,
            change_rest_s=driver.rest_of_change_s,
            may_switch=driver.may_switch,
            lane=np.array(columns[0], dtype=np.int32),
            distance_m=np.array(columns[1], dtype=np.float64),
            speed_mps=np.array(columns[2], dtype=np.float64),
            track=np.array(columns[3], dtype=np.int64),
            movement=np.array(columns[4], dtype=np.int32),
            passed=tuple(self.passed[junction_id]),
        )
