"""A corridor as one net: junctions built as they are alone, joined by the roads between them.

Every name begins with the place of its junction in the row: `1-E_in` is the eastern approach of
the second.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from luchang.apps.signals.ports.simulator import Outcome
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Approach, Direction, Way
from luchang.core.signals.layout_junction import KMH_PER_MPS, lane_links
from luchang.gateways.sumo import tripinfo
from luchang.gateways.sumo.nets import EXIT_M, bay_m, element, lane_lengths, lane_link, states_of

if TYPE_CHECKING:
    from luchang.apps.signals.ports.joint import Joined, JointTrial

WIDENS_M = 30.0
"""After a junction the road takes on the lanes of the next."""

QUEUE_STEP_S, CAR_M, SLOW_MPS, FOLLOW_STEP_S = 30, 5.0, 0.1, 2
WATCHED_S = (600, 960)
MOST_FOLLOWED = 30


@dataclass(frozen=True)
class Corridor:
    """A trial with where its junctions stand and which arms lead to which others."""

    trial: JointTrial

    @property
    def places(self) -> tuple[Joined, ...]:
        return self.trial.places

    def leads_to(self, place: int, arm: Direction) -> tuple[int, Direction] | None:
        """The junction an arm leads to, and the arm by which traffic arrives there."""
        if place < len(self.trial.spans) and self.trial.spans[place].leaves == arm:
            return place + 1, self.trial.spans[place].arrives
        if place > 0 and self.trial.spans[place - 1].arrives == arm:
            return place - 1, self.trial.spans[place - 1].leaves
        return None

    def length_m(self, place: int, arm: Direction) -> float:
        if place < len(self.trial.spans) and self.trial.spans[place].leaves == arm:
            return self.trial.spans[place].length_m
        return self.trial.spans[place - 1].length_m

    def centres(self) -> list[tuple[float, float]]:
        found = [(0.0, 0.0)]
        for span in self.trial.spans:
            x, y = found[-1]
            dx, dy = _ray(span.leaves, span.length_m)
            found.append((x + dx, y + dy))
        return found

    def ends_s(self) -> float:
        return len(self.places[0].vehicles) * self.trial.interval_s


def write(trial: JointTrial, folder: Path) -> None:
    """The files a net and its traffic are built from."""
    corridor = Corridor(trial)
    files = {
        "net.nod.xml": ("nodes", _nodes(corridor)),
        "net.edg.xml": ("edges", _edges(corridor)),
        "net.con.xml": ("connections", _connections(corridor)),
        "net.tll.xml": ("tlLogics", _lamps(corridor)),
        "trips.rou.xml": ("routes", _trips(corridor)),
    }
    for name, (root, lines) in files.items():
        body = "\n".join(lines)
        (folder / name).write_text(f"<{root}>\n{body}\n</{root}>\n")


def _ray(arm: Direction, metres: float) -> tuple[float, float]:
    angle = math.radians(arm.bearing)
    return metres * math.sin(angle), metres * math.cos(angle)


def _arms(corridor: Corridor) -> Iterator[tuple[int, Approach]]:
    for place, one in enumerate(corridor.places):
        for arm in one.layout.approaches:
            yield place, arm


def _far(place: int, arm: Direction) -> str:
    return f"{place}-{arm.name}_far"


def _gone(corridor: Corridor, place: int, arm: Direction) -> str:
    """Where an exit ends: at the begin of the approach it leads to, or out of sight."""
    ahead = corridor.leads_to(place, arm)
    return _far(*ahead) if ahead else f"{place}-{arm.name}_gone"


def _nodes(corridor: Corridor) -> Iterator[str]:
    centres = corridor.centres()
    for place, (x, y) in enumerate(centres):
        yield element("node", id=f"C{place}", x=x, y=y, type="traffic_light", tl=f"C{place}")
    for place, arm in _arms(corridor):
        x, y = centres[place]
        inner = corridor.leads_to(place, arm.direction)
        reach = corridor.length_m(place, arm.direction) - WIDENS_M if inner else arm.length_m
        dx, dy = _ray(arm.direction, reach)
        name = f"{place}-{arm.direction.name}"
        yield element("node", id=_far(place, arm.direction), x=x + dx, y=y + dy, type="priority")
        if inner is None:
            dx, dy = _ray(arm.direction, EXIT_M)
            yield element("node", id=f"{name}_gone", x=x + dx, y=y + dy, type="priority")
        if bay_m(arm):
            dx, dy = _ray(arm.direction, min(bay_m(arm), reach - 1.0))
            yield element("node", id=f"{name}_bay", x=x + dx, y=y + dy, type="priority")


def _edges(corridor: Corridor) -> Iterator[str]:
    for place, arm in _arms(corridor):
        name, speed = f"{place}-{arm.direction.name}", arm.speed_kmh / KMH_PER_MPS
        far = _far(place, arm.direction)
        if arm.lanes:
            begin = f"{name}_bay" if bay_m(arm) else far
            yield element("edge", id=f"{name}_in", from_=begin, to=f"C{place}",
                          numLanes=len(arm.lanes), speed=speed, priority=1)  # fmt: skip
            if bay_m(arm):
                through = sum(not lane.bay_m for lane in arm.lanes)
                yield element("edge", id=f"{name}_up", from_=far, to=f"{name}_bay",
                              numLanes=through, speed=speed, priority=1)  # fmt: skip
        if arm.exit_lanes:
            yield element("edge", id=f"{name}_out", from_=f"C{place}",
                          to=_gone(corridor, place, arm.direction),
                          numLanes=arm.exit_lanes, speed=speed, priority=1)  # fmt: skip


def _connections(corridor: Corridor) -> Iterator[str]:
    for place, one in enumerate(corridor.places):
        for way, lane, to in lane_links(one.layout):
            yield element("connection", **lane_link(one.layout, way, lane, to, f"{place}-"))
    for place, arm in _arms(corridor):
        name = f"{place}-{arm.direction.name}"
        kept = sum(not lane.bay_m for lane in arm.lanes)
        if arm.lanes and bay_m(arm):
            yield from _spread(f"{name}_up", kept, f"{name}_in", len(arm.lanes))
        ahead = corridor.leads_to(place, arm.direction)
        if ahead is not None and arm.exit_lanes:
            other = corridor.places[ahead[0]].layout.arms[ahead[1]]
            whole = sum(not lane.bay_m for lane in other.lanes)
            begin = "up" if bay_m(other) else "in"
            lanes = whole if bay_m(other) else len(other.lanes)
            target = f"{ahead[0]}-{ahead[1].name}_{begin}"
            yield from _spread(f"{name}_out", arm.exit_lanes, target, lanes)


def _spread(begin: str, lanes: int, end: str, into: int) -> Iterator[str]:
    """Every lane of one edge leads on, every lane of the next is reached."""
    pairs = {(round(lane * (lanes - 1) / max(into - 1, 1)), lane) for lane in range(into)}
    pairs |= {(lane, round(lane * (into - 1) / max(lanes - 1, 1))) for lane in range(lanes)}
    for one, other in sorted(pairs):
        yield element("connection", from_=begin, to=end, fromLane=one, toLane=other)


def _lamps(corridor: Corridor) -> Iterator[str]:
    for place, one in enumerate(corridor.places):
        offset = f"{one.plan.offset_s:g}"
        yield f'<tlLogic id="C{place}" type="static" programID="0" offset="{offset}">'
        for state, seconds in states_of(one.layout, one.plan):
            yield element("phase", duration=seconds, state=state)
        yield "</tlLogic>"
    for place, one in enumerate(corridor.places):
        for number, (way, lane, to) in enumerate(lane_links(one.layout)):
            told = lane_link(one.layout, way, lane, to, f"{place}-")
            yield element("connection", **told, tl=f"C{place}", linkIndex=number)


# Traffic


class _Demand:
    """Who enters where and how he goes on: as counted at every junction he passes."""

    def __init__(self, corridor: Corridor) -> None:
        self.corridor = corridor
        self.random = np.random.default_rng(corridor.trial.seed)
        self.by_arm: dict[tuple[int, Direction], list[tuple[Way, list[float]]]] = defaultdict(list)
        self.inflow: dict[tuple[int, Direction], list[float]] = {}
        self._take()

    def _take(self) -> None:
        intervals = len(self.corridor.places[0].vehicles)
        for place, one in enumerate(self.corridor.places):
            for column, key in enumerate(one.ways):
                way = Way.parse(key)
                leads_to = one.layout.exit_of(way)
                if way.turn == Turn.ON_FOOT or leads_to is None:
                    continue
                series = [row[column] for row in one.vehicles]
                self.by_arm[place, way.arm].append((way, series))
                ahead = self.corridor.leads_to(place, leads_to)
                if ahead is not None:
                    known = self.inflow.setdefault(ahead, [0.0] * intervals)
                    self.inflow[ahead] = [a + b for a, b in zip(known, series, strict=True)]

    def vehicles(self) -> Iterator[tuple[float, str]]:
        """When each departs and the edges of its way."""
        step = self.corridor.trial.interval_s
        for (place, arm), ways in self.by_arm.items():
            for way, series in ways:
                for nth, number in enumerate(series):
                    wanted = number * self._outside(place, arm, nth)
                    count = math.floor(wanted) + int(self.random.random() < wanted % 1)
                    for at_s in self.random.uniform(nth * step, (nth + 1) * step, count):
                        yield float(at_s), " ".join(self._edges(place, way, nth))

    def _outside(self, place: int, arm: Direction, nth: int) -> float:
        """Part of an approach's traffic that no junction of the row sends."""
        if (place, arm) not in self.inflow:
            return 1.0
        total = sum(series[nth] for _, series in self.by_arm[place, arm])
        return max(0.0, total - self.inflow[place, arm][nth]) / total if total else 0.0

    def _edges(self, place: int, way: Way, nth: int) -> list[str]:
        found: list[str] = []
        going: Way | None = way
        while going is not None:
            layout = self.corridor.places[place].layout
            name = f"{place}-{going.arm.name}"
            found += [f"{name}_up"] if bay_m(layout.arms[going.arm]) else []
            leads_to = layout.exit_of(going) or going.arm
            found += [f"{name}_in", f"{place}-{leads_to.name}_out"]
            ahead = self.corridor.leads_to(place, leads_to)
            if ahead is None:
                break
            place = ahead[0]
            going = self._next(ahead, nth)
        return found

    def _next(self, ahead: tuple[int, Direction], nth: int) -> Way | None:
        """How somebody goes on who arrives; None where he leaves the road before."""
        ways = self.by_arm.get(ahead, [])
        weights = [series[nth] for _, series in ways]
        total, inflow = sum(weights), self.inflow[ahead][nth]
        if not total or self.random.random() >= min(1.0, total / max(inflow, 1e-9)):
            return None
        chosen = self.random.choice(len(ways), p=[weight / total for weight in weights])
        return ways[int(chosen)][0]


def _trips(corridor: Corridor) -> Iterator[str]:
    yield element("vType", id="car", carFollowModel="Krauss", speedFactor="normc(1,0.1,0.7,1.3)")
    for number, (depart, edges) in enumerate(sorted(_Demand(corridor).vehicles())):
        yield (
            f'<vehicle id="v.{number}" type="car" depart="{depart:.2f}" departLane="best" '
            f'departSpeed="max"><route edges="{edges}"/></vehicle>'
        )


# What came of it


def outcome(trial: JointTrial, folder: Path) -> Outcome:
    """Delays and stops of whole ways, queues by junction, ways along the road."""
    seen = tripinfo.trips(folder / "trips.xml")
    if not seen:
        return Outcome(0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)
    delays = [trip.delay_s for trip in seen]
    stops, carbon = tripinfo.stops_and_carbon(folder / "trips.xml", len(seen))
    queues, paths = _followed(Corridor(trial), folder)
    return Outcome(
        delay_s=tripinfo.mean_of(delays),
        p95_s=float(np.percentile(delays, 95)),
        stops=stops,
        queue_m=max((metres for series in queues.values() for _, metres in series), default=0.0),
        co2_g=carbon,
        vehicles=len(seen),
        arrived=sum(trip.arrived for trip in seen),
        queues=queues,
        paths=paths,
    )


Series = dict[str, list[tuple[float, float]]]
Paths = dict[str, list[list[tuple[float, float]]]]


def _followed(corridor: Corridor, folder: Path) -> tuple[Series, Paths]:
    lengths = lane_lengths(folder / "net.net.xml")
    along = _along(corridor, lengths)
    queues: dict[str, dict[float, float]] = defaultdict(dict)
    ways: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    before: dict[str, tuple[str, float]] = {}
    at_s = 0.0
    for values in tripinfo.elements(folder / "seen.xml", frozenset({"timestep", "vehicle"})):
        if values["kind"] == "timestep":
            at_s = float(values["time"])
            continue
        lane, pos = values["lane"], float(values["pos"])
        edge = lane.rsplit("_", 1)[0]
        if edge.startswith(":"):
            continue
        last = before.get(values["id"])
        before[values["id"]] = (lane, pos)
        still = last is not None and last[0] == lane and pos - last[1] < SLOW_MPS * FOLLOW_STEP_S
        if still and edge.endswith("_in"):
            name = corridor.places[int(edge.split("-")[0])].name
            step = at_s // QUEUE_STEP_S * QUEUE_STEP_S
            metres = lengths.get(lane, 0.0) - pos + CAR_M
            queues[name][step] = max(queues[name].get(step, 0.0), metres)
        if edge in along and WATCHED_S[0] <= at_s <= WATCHED_S[1]:
            side, base, sign = along[edge]
            ways[values["id"], side].append((at_s, round(base + sign * pos, 1)))
    return {name: sorted(each.items()) for name, each in sorted(queues.items())}, _paths(ways)


def _along(
    corridor: Corridor, lengths: Mapping[str, float]
) -> dict[str, tuple[str, float, float]]:
    """Edges of the road with where they begin along it, and whether they lead out or back."""
    found: dict[str, tuple[str, float, float]] = {}
    for place, one in enumerate(corridor.places):
        for arm in one.layout.approaches:
            ahead = corridor.leads_to(place, arm.direction)
            if ahead is None:
                continue
            name = f"{place}-{arm.direction.name}"
            side, sign = ("out", 1.0) if ahead[0] > place else ("back", -1.0)
            found[f"{name}_out"] = (side, one.at_m, sign)
            other, sign_in = ("back", -1.0) if ahead[0] > place else ("out", 1.0)
            length = lengths.get(f"{name}_in_0", 0.0)
            found[f"{name}_in"] = (other, one.at_m - sign_in * length, sign_in)
            if bay_m(arm):
                up = lengths.get(f"{name}_up_0", 0.0)
                found[f"{name}_up"] = (other, one.at_m - sign_in * (length + up), sign_in)
    return found


def _paths(ways: Mapping[tuple[str, str], Sequence[tuple[float, float]]]) -> Paths:
    """Of each direction those that went farthest."""
    by_side: Paths = {"out": [], "back": []}
    for (_, side), points in ways.items():
        if len(points) > 1:
            by_side[side].append(list(points))
    for side, found in by_side.items():
        found.sort(key=lambda points: -abs(points[-1][1] - points[0][1]))
        by_side[side] = found[:MOST_FOLLOWED]
    return by_side
