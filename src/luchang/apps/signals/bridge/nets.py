"""A SUMO net as the layout of one of its signalled junctions, with the plan it runs."""

import gzip
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import groupby
from xml.parsers import expat

from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import (
    ACROSS,
    Approach,
    Direction,
    LaneLayout,
    Layout,
    Rules,
    StageLayout,
    Way,
)
from luchang.core.signals.plan import Plan, PlanStep

MOST_BYTES = 60_000_000
"""Of a net after it is unpacked: a city of middle size."""

PIECE = 1 << 20
KMH_PER_MPS = 3.6
LONGEST_M, SHORTEST_M = 2_000.0, 30.0
SNAP_M = 10.0
TURNS = {
    "l": Turn.LEFT, "L": Turn.LEFT, "s": Turn.THROUGH, "r": Turn.RIGHT, "R": Turn.RIGHT,
    "t": Turn.U_TURN,
}  # fmt: skip
MOST_NAMED = 12

Values = dict[str, str]


class UnreadableNet(Exception):
    """The file is no net, or not one a junction could be taken from; `code` names a refusal."""

    def __init__(self, code: str, /, **named: object) -> None:
        super().__init__(code)
        self.code, self.named = code, named


@dataclass
class _Edge:
    name: str
    begins: str
    ends: str
    lanes: list[Values] = field(default_factory=list)


@dataclass
class _Net:
    edges: dict[str, _Edge] = field(default_factory=dict)
    connections: list[Values] = field(default_factory=list)
    programmes: dict[str, list[Values]] = field(default_factory=dict)
    signal: str = ""
    edge: _Edge | None = None

    def take(self, name: str, values: Values) -> None:
        if name == "edge":
            self.edge = None
            if values.get("function", "normal") == "normal":
                said = values.get("name", "")
                self.edge = _Edge(said, values.get("from", ""), values.get("to", ""))
                self.edges[values["id"]] = self.edge
        elif name == "lane" and self.edge is not None:
            self.edge.lanes.append(values)
        elif name == "connection" and values.get("tl"):
            self.connections.append(values)
        elif name == "tlLogic":
            self.signal = values["id"]
            self.programmes[self.signal] = []
        elif name == "phase" and self.signal:
            self.programmes[self.signal].append(values)


def read_junction(content: bytes, signal: str = "") -> tuple[str, Layout, Plan]:
    """The signal's name, its layout and its plan; `signal` may be empty where there is one.

    Raises:
        UnreadableNet: what is wrong with the file, or which signals it has.
    """
    net = _read(content)
    codes = sorted(net.programmes)
    if not codes:
        raise UnreadableNet("no_signals")
    if not signal and len(codes) > 1:
        raise UnreadableNet("which_signal", codes="、".join(codes[:MOST_NAMED]))
    code = signal or codes[0]
    if code not in net.programmes:
        raise UnreadableNet("no_such_signal", code=code, codes="、".join(codes[:MOST_NAMED]))
    try:
        layout, lamps = _layout(net, code)
        return code, *_with_stages(layout, lamps, net.programmes[code], code)
    except (KeyError, ValueError, IndexError) as broken:
        why = f"{type(broken).__name__} {broken}"
        raise UnreadableNet("unreadable_net", why=why[:120]) from broken


def _read(content: bytes) -> _Net:
    net = _Net()
    parser = expat.ParserCreate()

    def refuse(*_words: object) -> None:
        raise UnreadableNet("unreadable_net", why="DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = net.take
    total = 0
    try:
        for piece in _pieces(content):
            total += len(piece)
            if total > MOST_BYTES:
                raise UnreadableNet("unreadable_net", why=f"> {MOST_BYTES} B")
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by place
        parser.Parse(b"", True)  # noqa: FBT003
    except (OSError, EOFError, zlib.error, expat.ExpatError, KeyError, ValueError) as broken:
        raise UnreadableNet("unreadable_net", why=str(broken)[:120]) from broken
    return net


def _pieces(content: bytes) -> Iterator[bytes]:
    is_packed = content[:2] == b"\x1f\x8b"
    with BytesIO(content) as plain, gzip.GzipFile(fileobj=plain) as unpacked:
        while piece := unpacked.read(PIECE) if is_packed else plain.read(PIECE):
            yield piece


def _layout(net: _Net, code: str) -> tuple[Layout, dict[int, set[str]]]:
    """The arms of a signal, and what each of its lamps switches."""
    ways = [each for each in net.connections if each["tl"] == code]
    driven = [each for each in ways if each["from"] in net.edges and each["to"] in net.edges]
    nodes = {net.edges[each["from"]].ends for each in driven}
    if len(nodes) != 1:
        raise UnreadableNet("joined_signal", code=code, count=len(nodes))
    incoming = {each["from"] for each in driven}
    outgoing = {each["to"] for each in driven}
    bearings = {name: _bearing(net.edges[name], at_end=True) for name in incoming}
    bearings |= {name: _bearing(net.edges[name], at_end=False) for name in outgoing}
    arms = _arms(net, bearings, incoming)
    lamps: dict[int, set[str]] = {}
    for each in driven:
        key = Way(arms[each["from"]], TURNS.get(each.get("dir", "s"), Turn.THROUGH)).key
        lamps.setdefault(int(each["linkIndex"]), set()).add(key)
    approaches = tuple(
        _approach(net, arm, arms, incoming, driven) for arm in sorted(set(arms.values()))
    )
    return Layout(approaches, (), _rules(net.programmes[code])), lamps


def _arms(net: _Net, bearings: dict[str, float], incoming: set[str]) -> dict[str, Direction]:
    """One direction an arm; where two arms would share one, the next free one is taken."""
    found: dict[str, Direction] = {}
    by_end: dict[str, list[str]] = {}
    for name in bearings:
        edge = net.edges[name]
        by_end.setdefault(edge.begins if name in incoming else edge.ends, []).append(name)
    taken: set[Direction] = set()
    for names in sorted(by_end.values(), key=lambda names: bearings[names[0]]):
        bearing = bearings[names[0]]
        near = sorted(
            (each for each in Direction if each not in taken),
            key=lambda each: abs((each.bearing - bearing + 180.0) % 360.0 - 180.0),
        )
        taken.add(near[0])
        found |= dict.fromkeys(names, near[0])
    return found


def _bearing(edge: _Edge, *, at_end: bool) -> float:
    """Where the arm lies as seen from the junction [degrees from north]."""
    points = [tuple(map(float, each.split(",")[:2])) for each in edge.lanes[0]["shape"].split()]
    if at_end:
        points.reverse()
    here = points[0]
    there = next((p for p in points if math.dist(p, here) > SNAP_M), points[-1])
    return math.degrees(math.atan2(there[0] - here[0], there[1] - here[1])) % 360.0


def _approach(
    net: _Net,
    arm: Direction,
    arms: dict[str, Direction],
    incoming: set[str],
    driven: list[Values],
) -> Approach:
    entering = [name for name, where in arms.items() if where == arm and name in incoming]
    leaving = [name for name, where in arms.items() if where == arm and name not in incoming]
    lanes: list[LaneLayout] = []
    speed, length, road = 50.0, 300.0, ""
    for name in entering:
        edge = net.edges[name]
        speed = float(edge.lanes[0]["speed"]) * KMH_PER_MPS
        length = min(max(float(edge.lanes[0]["length"]), SHORTEST_M), LONGEST_M)
        road = edge.name or name
        lanes += _lanes(name, len(edge.lanes), driven)
    exits = [len(net.edges[name].lanes) for name in leaving]
    if leaving and not road:
        road = net.edges[leaving[0]].name or leaving[0]
    return Approach(arm, road[:40], round(speed), tuple(lanes), sum(exits), 0.0, round(length, 1))


def _lanes(edge: str, count: int, driven: list[Values]) -> list[LaneLayout]:
    """From the centre line: a net counts its lanes from the kerb."""
    found = []
    for place in reversed(range(count)):
        turns = {
            TURNS.get(each.get("dir", "s"), Turn.THROUGH)
            for each in driven
            if each["from"] == edge and int(each["fromLane"]) == place
        }
        if turns:
            ordered = sorted(turns, key=lambda turn: (ACROSS[turn], turn.value))
            found.append(LaneLayout(tuple(ordered)))
    return found


def _rules(phases: list[Values]) -> Rules:
    ambers = [float(p["duration"]) for p in phases if "y" in p["state"].lower()]
    reds = [float(p["duration"]) for p in phases if set(p["state"].lower()) == {"r"}]
    greens = [float(p["duration"]) for p in phases if _is_green(p["state"])]
    amber = min(max(min(ambers, default=3.0), 3.0), 7.0)
    least = min([7.0, *greens])
    return Rules(amber, min(max(reds, default=0.0), 10.0), max(least, 1.0))


def _with_stages(
    layout: Layout, lamps: dict[int, set[str]], phases: list[Values], code: str
) -> tuple[Layout, Plan]:
    """The green phases as stages, each once, and the programme as a plan of them."""
    rows = [(_is_green(p["state"]), p) for p in phases]
    while rows and not rows[0][0]:  # a programme may begin in the middle of a change
        rows.append(rows.pop(0))
    stages: dict[StageLayout, int] = {}
    steps: list[PlanStep] = []
    for is_green, group in groupby(rows, key=lambda row: row[0]):
        for _, phase in group:
            seconds = float(phase["duration"])
            if is_green:
                stage = _stage(layout, lamps, phase["state"])
                known = next((s for s in stages if s.green == stage.green), stage)
                number = stages.setdefault(known, len(stages))
                steps.append(PlanStep(number, seconds, 0.0))
            elif steps:
                last = steps[-1]
                steps[-1] = replace(last, change_s=last.change_s + seconds)
    named = tuple(replace(each, name=f"P{place + 1}") for each, place in stages.items())
    return replace(layout, stages=named), Plan(code, tuple(steps))


def _is_green(state: str) -> bool:
    letters = set(state)
    return bool(letters & set("Gg")) and not letters & set("yY")


def _stage(layout: Layout, lamps: dict[int, set[str]], state: str) -> StageLayout:
    """A movement with lamps of both kinds gives way."""
    firm: set[str] = set()
    yielding: set[str] = set()
    for lamp, letter in enumerate(state):
        if letter == "G":
            firm |= lamps.get(lamp, set())
        elif letter == "g":
            yielding |= lamps.get(lamp, set())
    order = [way.key for way in layout.lamps]
    return StageLayout(
        "",
        tuple(key for key in order if key in firm - yielding),
        tuple(key for key in order if key in yielding),
    )
