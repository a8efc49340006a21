"""Detectors of a simulated junction: what a camera would see, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from luchang.core.signals.adaptive.sight import UNKNOWN, Sight
from luchang.gateways.sumo.net import REACH_M

if TYPE_CHECKING:
    from luchang.core.signals.junction import Junction
    from luchang.core.signals.lamps import LampDriver
    from luchang.gateways.sumo.net import Net

ONCE_S = 10
"""Nobody comes round to the same stop line sooner [s]."""
EXIT_SEEN_M = 60.0
"""How far into an exit lane the detector behind the junction sees [m]."""


class _Field:
    """What of the net one junction sees."""

    def __init__(self, junction: Junction, net: Net) -> None:
        self.junction = junction
        self.places = {name: place for place, name in enumerate(junction.lanes)}
        self.least = _distances(junction, junction.links_by_lane)
        exits = {link.to_lane for link in junction.links}
        self.exit_from = {
            name: max(junction.lanes[name].length_m - EXIT_SEEN_M, 0.0)
            for name in exits
            if name not in self.least
        }
        vias = {one.via for one in net.connections[junction.junction_id]}
        self.inside = vias - set(self.least)
        self.behind = _behind(junction, net)
        self.upstream = {
            lane: set(_distances(junction, [lane])) for lane in junction.links_by_lane
        }
        self.crossed_at: dict[int, int] = {}

    def crosses(self, track: int, at_s: int) -> bool:
        """Whether a crossing counts: of the lanes behind a line each is met, the line once."""
        before = self.crossed_at.get(track)
        self.crossed_at[track] = at_s
        return before is None or at_s - before > ONCE_S

    def link_between(self, before: str, lane: str) -> int | None:
        """Return the link by which a vehicle came from one lane in sight to another, if any.

        A stop line's lane may be shorter than the way of a second, so the lane before need not
        be the link's own.
        """
        places = self.behind.get(lane)
        if before not in self.least or not places:
            return None
        links = self.junction.links
        own = [place for place in places if links[place].from_lane == before]
        reached = [place for place in places if before in self.upstream[links[place].from_lane]]
        return next(iter(own or reached), None)

    def only_link_from(self, lane: str) -> int | None:
        """Return the link of a stop line's lane that has but one."""
        links = self.junction.links_by_lane.get(lane, ())
        return self.junction.links.index(links[0]) if len(links) == 1 else None

    def sees(self, lane: str, distance_m: float) -> bool:
        if lane in self.least:
            return self.least[lane] + distance_m <= REACH_M
        return lane in self.inside or distance_m >= self.exit_from[lane]


def _distances(junction: Junction, stops: Iterable[str]) -> dict[str, float]:
    """From the end of each lane to the nearest of these stop lines it can reach [m]."""
    found: dict[str, float] = {}
    rest = [(stop, 0.0) for stop in stops]
    while rest:
        name, distance = rest.pop()
        if name not in junction.lanes or found.get(name, np.inf) <= distance:
            continue
        found[name] = distance
        far = distance + junction.lanes[name].length_m
        if far < REACH_M:
            rest += [(one, far) for one in junction.lanes[name].feeders]
    return found


def _behind(junction: Junction, net: Net) -> dict[str, list[int]]:
    """By lane behind the stop lines, inside the junction or after it: links that lead there."""
    vias = {
        (one.lamp, one.from_lane, one.to_lane): one.via
        for one in net.connections[junction.junction_id]
    }
    found: dict[str, list[int]] = {}
    for place, link in enumerate(junction.links):
        via = vias.get((link.index, link.from_lane, link.to_lane), "")
        for lane in (via, link.to_lane):
            found.setdefault(lane, []).append(place)
    return found


class Eyes:
    """Looks at every vehicle once a second and deals them out to the junctions that see them."""

    def __init__(self, net: Net, library: Any, *, knows_movements: bool) -> None:
        self.library = library
        self.net = net
        self.knows_movements = knows_movements
        self.fields = {one.junction_id: _Field(one, net) for one in net.network.junctions}
        self.by_lane: dict[str, list[_Field]] = {}
        self.fields_before: dict[str, list[_Field]] = {}
        for field in self.fields.values():
            for lane in field.places:
                self.by_lane.setdefault(lane, []).append(field)
            for lane in field.least:
                self.fields_before.setdefault(lane, []).append(field)
        self.seconds = 0
        self.tracks: dict[str, int] = {}
        self.before: dict[str, str] = {}
        self.seen: dict[str, list[tuple[int, float, float, int, int]]] = {}
        self.passed: dict[str, list[tuple[int, int]]] = {}

    def look(self) -> None:
        """Take this second's positions."""
        self.seconds += 1
        self.seen = {name: [] for name in self.fields}
        self.passed = {name: [] for name in self.fields}
        vehicle = self.library.vehicle
        now: dict[str, str] = {}
        for name in vehicle.getIDList():
            lane = vehicle.getLaneID(name)
            now[name] = lane
            track = self.tracks.setdefault(name, len(self.tracks))
            before = self.before.get(name)
            if before is not None and before != lane:
                self._pass(before, lane, track)
            if lane in self.by_lane:
                self._take(name, lane, track)
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

    def _pass(self, before: str, lane: str, track: int) -> None:
        """Note a stop line crossed between two lanes."""
        for field in self.fields_before.get(before, ()):
            place = field.link_between(before, lane)
            if place is None and self._is_far(field, before, lane):
                place = field.only_link_from(before)
            if place is not None and field.crosses(track, self.seconds):
                self.passed[field.junction.junction_id].append((track, place))

    def _is_far(self, field: _Field, before: str, lane: str) -> bool:
        """Whether a vehicle has left a junction's sight at once, not only its lane."""
        same_road = self.net.lanes[before].approach == self.net.lanes[lane].approach
        return lane not in field.places and not same_road

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
