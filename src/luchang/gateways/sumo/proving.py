"""Proves a plan: a net built from our own layout, the counted demand, one run in a child.

The simulator is an extra; without it nothing here is imported but this module.
"""

from __future__ import annotations

import importlib.util
import math
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from luchang.apps.signals.ports.simulator import Flow, Outcome, SimulatorRefused, Trial
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Approach, Direction, Layout, Way
from luchang.core.signals.layout_junction import KMH_PER_MPS, lane_links
from luchang.gateways.sumo import joint, tripinfo
from luchang.gateways.sumo.nets import (
    EXIT_M,
    bay_m,
    element,
    lane_lengths,
    lane_link,
    states_of,
)

if TYPE_CHECKING:
    from luchang.apps.signals.ports.joint import JointTrial
    from luchang.core.signals.plan import Plan

POLL_S, MOST_S = 0.5, 1_200.0
LAST_WORDS = 300
EMPTYING_S = 900
"""After the last vehicle is due: what is still there by then counts with all its delay."""

QUEUE_STEP_S = 30
WATCHED_S = (300, 720)
"""Seconds between which some vehicles are followed metre by metre."""

MOST_FOLLOWED = 40
FOLLOW_STEP_S = 2
SLOW_MPS = 0.1
CAR_M = 5.0


class Sumo:
    """Eclipse SUMO through its programs."""

    name = "Eclipse SUMO"

    def __init__(self) -> None:
        if self.is_available():
            self.name = f"Eclipse SUMO {self._version}"

    def is_available(self) -> bool:
        return importlib.util.find_spec("sumo") is not None

    def run(self, trial: Trial, *, ticking: Callable[[], None]) -> Outcome:
        """Run one trial in programs of their own.

        Raises
        ------
        SimulatorRefused
            Absent, the net cannot be built, or the program died.
        """
        if not self.is_available():
            raise SimulatorRefused("absent")
        with tempfile.TemporaryDirectory(prefix="trial-") as name:
            folder = Path(name)
            _write(trial, folder)
            self._call("netconvert", _net_options(), folder, ticking, "unbuildable")
            ends = _ends(trial.flows) + EMPTYING_S
            self._call("sumo", _run_options(trial.seed, ends), folder, ticking, "failed")
            return _outcome(trial, folder)

    def run_joint(self, trial: JointTrial, *, ticking: Callable[[], None]) -> Outcome:
        """Run a corridor in one net, likewise."""
        if not self.is_available():
            raise SimulatorRefused("absent")
        with tempfile.TemporaryDirectory(prefix="joint-") as name:
            folder = Path(name)
            joint.write(trial, folder)
            self._call("netconvert", _net_options(), folder, ticking, "unbuildable")
            ends = round(joint.Corridor(trial).ends_s()) + EMPTYING_S
            self._call("sumo", _run_options(trial.seed, ends), folder, ticking, "failed")
            return joint.outcome(trial, folder)

    @cached_property
    def _home(self) -> Path:
        sumo = importlib.import_module("sumo")
        return Path(str(sumo.SUMO_HOME))

    @cached_property
    def _version(self) -> str:
        from importlib.metadata import version  # noqa: PLC0415 - only where the extra is

        return version("eclipse-sumo")

    def _call(
        self,
        program: str,
        options: Sequence[str],
        folder: Path,
        ticking: Callable[[], None],
        refusal: str,
    ) -> None:
        """Run a program to its end; whoever raises in `ticking` ends it."""
        said = folder / f"{program}.log"
        with said.open("wb") as log:
            child = subprocess.Popen(  # noqa: S603 - the extra's own program, no shell
                [str(self._home / "bin" / program), *options],
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
            try:
                _wait(child, ticking)
            finally:
                if child.poll() is None:
                    child.kill()
                child.wait()
        if child.returncode != 0:
            words = said.read_text(errors="replace")[-LAST_WORDS:].strip()
            raise SimulatorRefused(refusal, why=words or f"{program}: {child.returncode}")


def _wait(child: subprocess.Popen[bytes], ticking: Callable[[], None]) -> None:
    begun = time.monotonic()
    while True:
        try:
            child.wait(POLL_S)
        except subprocess.TimeoutExpired:
            if time.monotonic() - begun > MOST_S:
                return  # the caller kills it; its return code tells
            ticking()
        else:
            return


def _net_options() -> list[str]:
    return [
        *("-n", "net.nod.xml", "-e", "net.edg.xml", "-x", "net.con.xml", "-i", "net.tll.xml"),
        *("-o", "net.net.xml", "--no-turnarounds", "--no-internal-links", "false"),
        *("--junctions.corner-detail", "5", "--no-warnings", "--offset.disable-normalization"),
    ]


def _run_options(seed: int, ends_s: int) -> list[str]:
    return [
        *("-n", "net.net.xml", "-r", "trips.rou.xml"),
        *("--seed", str(seed), "-b", "0", "-e", str(ends_s)),
        *("--time-to-teleport", "-1", "--no-step-log", "--no-warnings", "--duration-log.disable"),
        *("--tripinfo-output", "trips.xml", "--tripinfo-output.write-unfinished"),
        *("--tripinfo-output.write-undeparted", "--device.emissions.probability", "1"),
        *("--fcd-output", "seen.xml", "--device.fcd.period", str(FOLLOW_STEP_S)),
        *("--fcd-output.attributes", "id,lane,pos"),
    ]


def _ends(flows: Sequence[Flow]) -> int:
    return max((flow.ends_s for flow in flows), default=0)


# The net


def _write(trial: Trial, folder: Path) -> None:
    layout = trial.layout
    files = {
        "net.nod.xml": ("nodes", _nodes(layout)),
        "net.edg.xml": ("edges", _edges(layout)),
        "net.con.xml": ("connections", _connections(layout)),
        "net.tll.xml": ("tlLogics", _lamps(layout, trial.plan)),
        "trips.rou.xml": ("routes", _trips(trial)),
    }
    for name, (root, lines) in files.items():
        body = "\n".join(lines)
        (folder / name).write_text(f"<{root}>\n{body}\n</{root}>\n")


def _at(arm: Approach, metres: float) -> tuple[float, float]:
    angle = math.radians(arm.direction.bearing)
    return metres * math.sin(angle), metres * math.cos(angle)


def _nodes(layout: Layout) -> Iterator[str]:
    yield element("node", id="C", x=0.0, y=0.0, type="traffic_light", tl="C")
    for arm in layout.approaches:
        name = arm.direction.name
        x, y = _at(arm, arm.length_m)
        yield element("node", id=f"{name}_far", x=x, y=y, type="priority")
        x, y = _at(arm, EXIT_M)
        yield element("node", id=f"{name}_gone", x=x, y=y, type="priority")
        if bay_m(arm):
            x, y = _at(arm, bay_m(arm))
            yield element("node", id=f"{name}_bay", x=x, y=y, type="priority")


def _edges(layout: Layout) -> Iterator[str]:
    for arm in layout.approaches:
        name, speed = arm.direction.name, arm.speed_kmh / KMH_PER_MPS
        through = sum(not lane.bay_m for lane in arm.lanes)
        if arm.lanes:
            begin = f"{name}_bay" if bay_m(arm) else f"{name}_far"
            yield element("edge", id=f"{name}_in", from_=begin, to="C",
                           numLanes=len(arm.lanes), speed=speed, priority=1)  # fmt: skip
            if bay_m(arm):
                yield element("edge", id=f"{name}_up", from_=f"{name}_far", to=f"{name}_bay",
                               numLanes=through, speed=speed, priority=1)  # fmt: skip
        if arm.exit_lanes:
            yield element("edge", id=f"{name}_out", from_="C", to=f"{name}_gone",
                           numLanes=arm.exit_lanes, speed=speed, priority=1)  # fmt: skip


def _connections(layout: Layout) -> Iterator[str]:
    for way, place, to in lane_links(layout):
        yield element("connection", **lane_link(layout, way, place, to))
    for arm in layout.approaches:
        if not bay_m(arm):
            continue
        name, kept = arm.direction.name, [p for p, lane in enumerate(arm.lanes) if not lane.bay_m]
        for place in range(len(arm.lanes)):
            nearest = min(range(len(kept)), key=lambda each: abs(kept[each] - place))
            yield element(
                "connection", from_=f"{name}_up", to=f"{name}_in",
                fromLane=len(kept) - 1 - nearest, toLane=len(arm.lanes) - 1 - place,
            )  # fmt: skip


def _lamps(layout: Layout, plan: Plan) -> Iterator[str]:
    links = lane_links(layout)
    yield f'<tlLogic id="C" type="static" programID="0" offset="{plan.offset_s:g}">'
    for state, seconds in states_of(layout, plan):
        yield element("phase", duration=seconds, state=state)
    yield "</tlLogic>"
    for number, (way, place, to) in enumerate(links):
        yield element("connection", **lane_link(layout, way, place, to), tl="C", linkIndex=number)


def _trips(trial: Trial) -> Iterator[str]:
    yield element("vType", id="car", carFollowModel="Krauss", speedFactor="normc(1,0.1,0.7,1.3)")
    generator = np.random.default_rng(trial.seed)
    rows: list[tuple[float, str]] = []
    for flow in trial.flows:
        way = Way.parse(flow.way)
        leads_to = trial.layout.exit_of(way)
        if way.turn == Turn.ON_FOOT or leads_to is None:
            continue
        count = math.floor(flow.vehicles) + int(generator.random() < flow.vehicles % 1)
        times = np.sort(generator.uniform(flow.begins_s, flow.ends_s, count))
        begin = f"{way.arm.name}_up" if bay_m(trial.layout.arms[way.arm]) else ""
        edges = " ".join(filter(None, (begin, f"{way.arm.name}_in", f"{leads_to.name}_out")))
        rows += [(float(each), f"{flow.way}|{edges}") for each in times]
    for number, (depart, said) in enumerate(sorted(rows)):
        key, edges = said.split("|")
        yield (
            f'<vehicle id="{key}.{number}" type="car" depart="{depart:.2f}" departLane="best" '
            f'departSpeed="max"><route edges="{edges}"/></vehicle>'
        )


# What came of it


def _outcome(trial: Trial, folder: Path) -> Outcome:
    seen = tripinfo.trips(folder / "trips.xml")
    if not seen:
        return Outcome(0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)
    delays = [trip.delay_s for trip in seen]
    stops, carbon = tripinfo.stops_and_carbon(folder / "trips.xml", len(seen))
    queues, paths = _followed(trial.layout, folder)
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


def _followed(
    layout: Layout, folder: Path
) -> tuple[dict[str, list[tuple[float, float]]], dict[str, list[list[tuple[float, float]]]]]:
    """Queues by arm through the whole run, and the ways of some vehicles."""
    lengths = lane_lengths(folder / "net.net.xml")
    queues: dict[str, dict[float, float]] = defaultdict(dict)
    vehicles: dict[str, list[tuple[float, float]]] = defaultdict(list)
    before: dict[str, tuple[str, float]] = {}
    at_s = 0.0
    kinds = frozenset({"timestep", "vehicle"})
    for values in tripinfo.elements(folder / "seen.xml", kinds):
        if values["kind"] == "timestep":
            at_s = float(values["time"])
            continue
        lane, place = values["lane"], float(values["pos"])
        edge = lane.rsplit("_", 1)[0]
        ahead = _metres_to_stop(layout, edge, lengths.get(lane, 0.0), place)
        if ahead is None:
            continue
        last = before.get(values["id"])
        before[values["id"]] = (lane, place)
        is_still = (
            last is not None and last[0] == lane and place - last[1] < SLOW_MPS * FOLLOW_STEP_S
        )
        if is_still and ahead >= 0:
            arm = edge.split("_")[0]
            step = at_s // QUEUE_STEP_S * QUEUE_STEP_S
            queues[arm][step] = max(queues[arm].get(step, 0.0), ahead + CAR_M)
        if WATCHED_S[0] <= at_s <= WATCHED_S[1]:
            vehicles[values["id"]].append((at_s, round(ahead, 1)))
    return (
        {arm: sorted(series.items()) for arm, series in sorted(queues.items())},
        _paths(vehicles),
    )


def _metres_to_stop(layout: Layout, edge: str, length: float, place: float) -> float | None:
    """How far it still is to the stop line; negative beyond it, None inside the junction."""
    if edge.startswith(":"):
        return None
    arm, kind = edge.split("_", 1)
    if kind == "in":
        return length - place
    if kind == "up":
        return length - place + bay_m(layout.arms[Direction[arm]])
    return -place


def _paths(
    vehicles: dict[str, list[tuple[float, float]]],
) -> dict[str, list[list[tuple[float, float]]]]:
    """Of the movement most vehicles made, those that were followed longest."""
    by_way: dict[str, list[list[tuple[float, float]]]] = defaultdict(list)
    for name, points in vehicles.items():
        if len(points) > 1:
            by_way[name.rsplit(".", 1)[0]].append(points)
    if not by_way:
        return {}
    way = max(by_way, key=lambda each: (len(by_way[each]), each))
    return {way: by_way[way][:MOST_FOLLOWED]}
