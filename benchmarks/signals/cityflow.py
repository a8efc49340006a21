"""Junctions of Hangzhou, published for another simulator, as a net and demand for ours.

What the files say is kept: geometry, lanes, stages, the plan in use, lengths and speeds of
vehicles, when each departs and where it drives. A lane leads to one lane of the road it turns
into, the one at the same side. Turns to the right that are free in every stage yield. Between
stages lie five seconds, of which the first three are amber.
"""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from benchmarks.signals.scenarios import Scenario, home
from tools.shared_data import DataAbsent, data_set

SINGLES = ("bc-tyc", "kn-hz", "qc-yn", "sb-sx", "tms-xy")
GRID = "gudang"
AMBER_S, CLEAR_S = 3, 2
DRIVER = {"sigma": "0.5", "departLane": "best"}


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one place, and what its lamps show in turn: (stage, seconds)."""

    roads: dict[str, Any]
    flows: list[dict[str, Any]]
    plan: tuple[tuple[int, int], ...]


def names() -> list[str]:
    """Places published, single junctions first."""
    return [f"hangzhou-{one}" for one in (*SINGLES, GRID)]


def scenario(name: str, folder: Path) -> Scenario:
    """Return a place of Hangzhou as a scenario, made in the folder.

    Raises
    ------
    DataAbsent
        It is not on this machine.
    """
    place = _read(name.removeprefix("hangzhou-"))
    target = folder / name
    net, routes = target / "net.xml", target / "rou.xml"
    if not routes.is_file():
        target.mkdir(parents=True, exist_ok=True)
        _build(place, target, net)
        routes.write_text("\n".join(_routes(place.flows)))
    return Scenario(name, net, routes, 0)


def _read(short: str) -> Place:
    found = sorted(data_set("hangzhou_cityflow").glob(f"hangzhou_*_{short}_*"))
    if not found:
        raise DataAbsent(f"no hangzhou_cityflow of {short}")
    folder = found[0]
    if short == GRID:
        return Place(
            _json(folder / "roadnet_4X4.json.gz"),
            _json(next(folder.glob("hangzhou_4x4_*.json.gz"))),
            _by_begins((folder / "signal_inter_intersection_1_1.txt").read_text()),
        )
    return Place(
        _json(folder / "roadnet.json"),
        _json(folder / "flow.json.gz"),
        _by_seconds((folder / "signal_plan_template.txt").read_text()),
    )


def _json(path: Path) -> Any:
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


def _by_seconds(text: str) -> tuple[tuple[int, int], ...]:
    """The turn of stages from a line a second, after one with the junction's name."""
    shown = [(int(key), len(list(run))) for key, run in groupby(text.split()[1:])]
    return _one_turn([one for one in shown if one[0]])


def _by_begins(text: str) -> tuple[tuple[int, int], ...]:
    """The turn of stages from lines `second,stage`: each begins, and ends in another line."""
    rows = [tuple(int(float(part)) for part in line.split(",")) for line in text.split()]
    return _one_turn([(a[1], b[0] - a[0]) for a, b in zip(rows[::2], rows[1::2], strict=False)])


def _one_turn(shown: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Until the first stage comes again."""
    after = [at for at, one in enumerate(shown) if at and one[0] == shown[0][0]]
    return tuple(shown[: after[0] if after else None])


def _build(place: Place, folder: Path, net: Path) -> None:
    for name, lines in (
        ("nod", _nodes(place.roads)),
        ("edg", _edges(place.roads)),
        ("con", _connections(place.roads)),
        ("tll", _lamps(place)),
    ):
        (folder / f"{name}.xml").write_text("\n".join(lines))
    subprocess.run(  # noqa: S603 - the simulator's own program
        [
            str(home() / "bin" / "netconvert"),
            *("-n", str(folder / "nod.xml"), "-e", str(folder / "edg.xml")),
            *("-x", str(folder / "con.xml"), "-i", str(folder / "tll.xml")),
            *("--no-turnarounds", "true", "-o", str(net)),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _nodes(roads: dict[str, Any]) -> Iterator[str]:
    yield "<nodes>"
    for one in roads["intersections"]:
        kind = "dead_end" if one["virtual"] else "traffic_light"
        at = one["point"]
        yield (
            f'  <node id={quoteattr(one["id"])} x="{at["x"]}" y="{at["y"]}" type="{kind}" '
            f'radius="{one["width"]}"/>'
        )
    yield "</nodes>"


def _edges(roads: dict[str, Any]) -> Iterator[str]:
    yield "<edges>"
    for road in roads["roads"]:
        lanes = road["lanes"]
        shape = " ".join(f"{point['x']},{point['y']}" for point in road["points"])
        yield (
            f"  <edge id={quoteattr(road['id'])} from={quoteattr(road['startIntersection'])} "
            f'to={quoteattr(road["endIntersection"])} numLanes="{len(lanes)}" '
            f'speed="{lanes[0]["maxSpeed"]}" shape="{shape}"/>'
        )
    yield "</edges>"


def _connections(roads: dict[str, Any]) -> Iterator[str]:
    yield "<connections>"
    for junction in _signals(roads):
        for attributes, _ in _links(roads, junction):
            yield f"  <connection {attributes}/>"
    yield "</connections>"


def _lamps(place: Place) -> Iterator[str]:
    yield "<tlLogics>"
    for junction in _signals(place.roads):
        name = quoteattr(junction["id"])
        links = [link for _, link in _links(place.roads, junction)]
        yield f'  <tlLogic id={name} type="static" programID="0" offset="0">'
        states = [_state(junction, links, stage) for stage, _ in place.plan]
        for at, (_, seconds) in enumerate(place.plan):
            after = states[(at + 1) % len(states)]
            amber = _between(states[at], after, "y")
            clear = _between(states[at], after, "r")
            yield f'    <phase duration="{seconds}" state="{states[at]}"/>'
            yield f'    <phase duration="{AMBER_S}" state="{amber}"/>'
            yield f'    <phase duration="{CLEAR_S}" state="{clear}"/>'
        yield "  </tlLogic>"
    for junction in _signals(place.roads):
        name = quoteattr(junction["id"])
        for at, (attributes, _) in enumerate(_links(place.roads, junction)):
            yield f'  <connection {attributes} tl={name} linkIndex="{at}"/>'
    yield "</tlLogics>"


def _signals(roads: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in roads["intersections"] if not one["virtual"]]


def _links(roads: dict[str, Any], junction: dict[str, Any]) -> list[tuple[str, int]]:
    """Connections of a junction as attributes, and the turn of the files each belongs to.

    The files count lanes from the middle of the road, the simulator from its edge.
    """
    lanes = {road["id"]: len(road["lanes"]) for road in roads["roads"]}
    found: list[tuple[str, int]] = []
    for at, turn in enumerate(junction["roadLinks"]):
        start, end = turn["startRoad"], turn["endRoad"]
        for lane in sorted({one["startLaneIndex"] for one in turn["laneLinks"]}):
            into = min(lane, lanes[end] - 1)
            found.append(
                (
                    f"from={quoteattr(start)} to={quoteattr(end)} "
                    f'fromLane="{lanes[start] - 1 - lane}" toLane="{lanes[end] - 1 - into}"',
                    at,
                )
            )
    return found


def _state(junction: dict[str, Any], links: list[int], stage: int) -> str:
    phases = junction["trafficLight"]["lightphases"]
    free = set(phases[0]["availableRoadLinks"])
    open_ = set(phases[stage]["availableRoadLinks"])
    return "".join("g" if one in free else "G" if one in open_ else "r" for one in links)


def _between(before: str, after: str, lost: str) -> str:
    return "".join(
        lost if a in "Gg" and b == "r" else a if a in "Gg" else "r"
        for a, b in zip(before, after, strict=True)
    )


def _routes(flows: list[dict[str, Any]]) -> Iterator[str]:
    """Vehicles in order of their departure; those of one kind share a type."""
    kinds: dict[str, str] = {}
    rows: list[tuple[float, str, str]] = []
    for flow in flows:
        kind = _kind(flow["vehicle"])
        name = kinds.setdefault(kind, f"kind-{len(kinds)}")
        at_s = float(flow["startTime"])
        while at_s <= float(flow["endTime"]):
            rows.append((at_s, name, " ".join(flow["route"])))
            at_s += float(flow["interval"])
    yield "<routes>"
    for kind, name in kinds.items():
        yield f'  <vType id="{name}" {kind} sigma="{DRIVER["sigma"]}"/>'
    for number, (at_s, name, edges) in enumerate(sorted(rows)):
        yield (
            f'  <vehicle id="{number}" type="{name}" depart="{at_s:.2f}" '
            f'departLane="{DRIVER["departLane"]}"><route edges="{edges}"/></vehicle>'
        )
    yield "</routes>"


def _kind(vehicle: dict[str, float]) -> str:
    return (
        f'length="{vehicle["length"]}" width="{vehicle["width"]}" minGap="{vehicle["minGap"]}" '
        f'accel="{vehicle["usualPosAcc"]}" decel="{vehicle["usualNegAcc"]}" '
        f'maxSpeed="{vehicle["maxSpeed"]}" tau="{vehicle["headwayTime"]}"'
    )
