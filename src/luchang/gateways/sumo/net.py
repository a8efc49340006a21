"""Reads a SUMO net (.net.xml): lanes, signalled junctions, which ways conflict or yield."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast
from xml.parsers import expat

import numpy as np

from luchang.core.signals.junction import (
    Junction,
    Lane,
    Link,
    Network,
    SafetyRules,
    Stage,
    Turn,
)

REACH_M = 200.0
"""How far upstream of a stop line lanes are taken up."""

MOST_BYTES = 200_000_000
TURNS = {
    "l": Turn.LEFT,
    "L": Turn.LEFT,
    "s": Turn.THROUGH,
    "r": Turn.RIGHT,
    "R": Turn.RIGHT,
    "t": Turn.U_TURN,
}


class UnreadableNet(Exception):
    """The file is no SUMO net, or none with a signal."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a programme in a net."""

    state: str
    duration_s: float
    least_s: float | None
    most_s: float | None


@dataclass(frozen=True, slots=True)
class Programme:
    """The fixed programme of one signal as the net holds it."""

    signal_id: str
    programme_id: str
    offset_s: float
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """One lane-to-lane way of the net; `via` is the lane inside the junction."""

    from_lane: str
    to_lane: str
    via: str
    direction: str
    signal_id: str
    lamp: int


@dataclass
class Net:
    """Everything of a net that signals need."""

    network: Network
    programmes: dict[str, Programme]
    connections: dict[str, list[Connection]]
    lanes: dict[str, Lane]
    states: dict[str, tuple[str, ...]]


@dataclass
class _Parts:
    """What the elements of a net say, taken one after the other."""

    lanes: dict[str, tuple[float, float, str]] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    programmes: dict[str, Programme] = field(default_factory=dict)
    requests: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)
    waits_inside: set[tuple[str, int]] = field(default_factory=set)
    incoming: dict[str, str] = field(default_factory=dict)
    edge: str = ""
    junction: str = ""
    signal: str = ""

    def take_edge(self, values: dict[str, str]) -> None:
        self.edge = values.get("id", "")

    def take_lane(self, values: dict[str, str]) -> None:
        size = (float(values["length"]), float(values["speed"]), self.edge)
        self.lanes[values["id"]] = size

    def take_junction(self, values: dict[str, str]) -> None:
        self.junction = values.get("id", "")
        for lane in values.get("incLanes", "").split():
            self.incoming[lane] = self.junction

    def take_request(self, values: dict[str, str]) -> None:
        found = self.requests.setdefault(self.junction, {})
        found[int(values["index"])] = (values["response"], values["foes"])
        if values.get("cont") == "1":
            self.waits_inside.add((self.junction, int(values["index"])))

    def take_connection(self, values: dict[str, str]) -> None:
        self.connections.append(
            Connection(
                f"{values['from']}_{values['fromLane']}",
                f"{values['to']}_{values['toLane']}",
                values.get("via", ""),
                values.get("dir", ""),
                values.get("tl", ""),
                int(values.get("linkIndex", "-1")),
            )
        )

    def take_signal(self, values: dict[str, str]) -> None:
        """Of several programmes of a signal the last is the one the simulator runs."""
        self.signal = values["id"]
        offset = float(values.get("offset", "0"))
        name = values.get("programID", "0")
        self.programmes[self.signal] = Programme(self.signal, name, offset, ())

    def take_phase(self, values: dict[str, str]) -> None:
        least, most = values.get("minDur"), values.get("maxDur")
        phase = Phase(
            values["state"],
            float(values["duration"]),
            None if least is None else float(least),
            None if most is None else float(most),
        )
        so_far = self.programmes[self.signal]
        self.programmes[self.signal] = replace(so_far, phases=(*so_far.phases, phase))


def read_net(path: Path, rules: SafetyRules | None = None) -> Net:
    """Return the signalled junctions of a net, in the order of their programmes.

    Raises
    ------
    UnreadableNet
        Missing, too large, not XML, with a document type, or without a signal.
    """
    parts = _collect(path)
    if not parts.programmes:
        raise UnreadableNet(f"{path.name}: no signal in it")
    feeders = _feeders(parts)
    lanes = {
        name: Lane(name, length, speed, edge, feeders.get(name, ()))
        for name, (length, speed, edge) in parts.lanes.items()
    }
    of_signal: dict[str, list[Connection]] = {name: [] for name in parts.programmes}
    for one in parts.connections:
        if one.signal_id in of_signal:
            of_signal[one.signal_id].append(one)
    guarded = {one.from_lane for found in of_signal.values() for one in found}
    junctions = tuple(
        _junction(parts, lanes, guarded, name, found, rules or SafetyRules())
        for name, found in of_signal.items()
        if found
    )
    states = {
        junction.junction_id: tuple(stage.name for stage in junction.stages)
        for junction in junctions
    }
    return Net(Network(junctions), parts.programmes, of_signal, lanes, states)


def _collect(path: Path) -> _Parts:
    parts = _Parts()
    take = {
        "edge": parts.take_edge,
        "lane": parts.take_lane,
        "junction": parts.take_junction,
        "request": parts.take_request,
        "connection": parts.take_connection,
        "tlLogic": parts.take_signal,
        "phase": parts.take_phase,
    }
    try:
        for name, values in _elements(path):
            if name in take:
                take[name](values)
    except (OSError, EOFError, expat.ExpatError, KeyError, ValueError) as broken:
        raise UnreadableNet(f"{path.name}: {broken}") from broken
    return parts


def _elements(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield elements as they open."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()

    def refuse(*_words: object) -> None:
        raise UnreadableNet(f"{path.name}: a document type has no place in a net")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, values: found.append((name, values))
    total = 0
    with _opened(path) as file:
        while piece := file.read(1 << 20):
            total += len(piece)
            if total > MOST_BYTES:
                raise UnreadableNet(f"{path.name}: larger than {MOST_BYTES} bytes")
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by place
            yield from found
            found.clear()
        parser.Parse(b"", True)  # noqa: FBT003
    yield from found


def _opened(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def _feeders(parts: _Parts) -> dict[str, tuple[str, ...]]:
    """Lanes by the lanes right before them; the lanes inside junctions are lanes too."""
    before: dict[str, dict[str, None]] = {}
    for one in parts.connections:
        before.setdefault(one.via or one.to_lane, {})[one.from_lane] = None
    return {lane: tuple(found) for lane, found in before.items()}


def _junction(
    parts: _Parts,
    lanes: dict[str, Lane],
    guarded: set[str],
    name: str,
    connections: list[Connection],
    rules: SafetyRules,
) -> Junction:
    programme = parts.programmes[name]
    size = max(len(phase.state) for phase in programme.phases)
    conflicts = np.zeros((size, size), dtype=np.bool_)
    yields = np.zeros((size, size), dtype=np.bool_)
    places = [(one, *_place_in_junction(parts, one)) for one in connections]
    for one, junction, place in places:
        response, foes = parts.requests.get(junction, {}).get(place, ("", ""))
        for other, foreign, index in places:
            if foreign != junction or other.lamp == one.lamp:
                continue
            if lanes[other.from_lane].approach == lanes[one.from_lane].approach:
                continue  # lanes side by side that merge sort themselves out under one lamp
            if _bit(foes, index):
                conflicts[one.lamp, other.lamp] = conflicts[other.lamp, one.lamp] = True
            if _bit(response, index):
                yields[one.lamp, other.lamp] = True
    links = tuple(
        Link(
            one.lamp,
            one.from_lane,
            one.to_lane,
            _turn(one),
            _waiting_m(parts, lanes, one),
            one.via if one.via in lanes else "",
        )
        for one in sorted(connections, key=lambda one: one.lamp)
    )
    near = _near(lanes, guarded, [link.from_lane for link in links])
    near |= {link.to_lane: lanes[link.to_lane] for link in links}
    near |= {one.via: lanes[one.via] for one in connections if one.via in lanes}
    return Junction(name, links, near, conflicts, yields, _stages(programme, size), rules)


def _waiting_m(parts: _Parts, lanes: dict[str, Lane], one: Connection) -> float:
    """Length inside the junction up to where a yielding vehicle waits; 0 where it may not [m]."""
    if one.via in lanes and _place_in_junction(parts, one) in parts.waits_inside:
        return lanes[one.via].length_m
    return 0.0


def _turn(one: Connection) -> Turn:
    if one.from_lane.startswith(":"):
        return Turn.ON_FOOT
    return TURNS.get(one.direction, Turn.THROUGH)


def _place_in_junction(parts: _Parts, one: Connection) -> tuple[str, int]:
    """Return the junction a way runs through and its number there.

    A lane inside a junction is `:junction_first_nth`: the number of the first way of its edge
    and the place within the edge.
    """
    inside = one.via or (one.to_lane if one.to_lane.startswith(":") else "")
    junction = parts.incoming.get(one.from_lane, "")
    if not inside:
        return junction, -1
    stem, first, nth = inside.rsplit("_", 2)
    if first.startswith("c"):  # a crossing comes after the ways of vehicles
        vehicles = len({o.via for o in parts.connections if o.via.startswith(f"{stem}_")})
        return stem[1:], vehicles + int(first[1:])
    return stem[1:], int(first) + int(nth)


def _bit(bits: str, place: int) -> bool:
    return 0 <= place < len(bits) and bits[-1 - place] == "1"


def _near(lanes: dict[str, Lane], guarded: set[str], ends: list[str]) -> dict[str, Lane]:
    """Stop-line lanes and what feeds them, as far as the reach or the next stop line upstream."""
    found: dict[str, Lane] = {}
    rest = [(name, 0.0) for name in ends if name in lanes]
    reached: dict[str, float] = {}
    while rest:
        name, distance = rest.pop()
        lane = lanes[name]
        found[name] = lane
        if reached.get(name, np.inf) <= distance:
            continue
        reached[name] = distance
        far = distance + lane.length_m
        if far >= REACH_M:
            continue
        rest += [(one, far) for one in lane.feeders if one in lanes and one not in guarded]
    return found


def _stages(programme: Programme, size: int) -> tuple[Stage, ...]:
    """The phases without amber in which somebody has green, each state once."""
    states: dict[str, None] = {}
    for phase in programme.phases:
        letters = set(phase.state)
        if letters.isdisjoint("yYu") and not letters.isdisjoint("Gg"):
            states[phase.state.ljust(size, "r")] = None
    return tuple(
        Stage(
            state,
            frozenset(lamp for lamp, letter in enumerate(state) if letter == "G"),
            frozenset(lamp for lamp, letter in enumerate(state) if letter == "g"),
        )
        for state in states
    )
