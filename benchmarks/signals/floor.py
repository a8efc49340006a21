"""The hour as it would be without conflicts: every lamp green, nobody in anybody's way inside.

What is lost then - corners, slower vehicles ahead, entering the net - no control can take away.
The times at which vehicles cross their first stop line there are the arrivals of the lower bound.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from benchmarks.signals.programmes import write
from benchmarks.signals.scenarios import HOUR_S, home
from luchang.core.signals.bound import Rules, Stream, junction_bound
from luchang.core.signals.fixed.layout import movement_of
from luchang.gateways.sumo.net import Phase, read_net
from luchang.gateways.sumo.tripinfo import trips

if TYPE_CHECKING:
    from benchmarks.signals.scenarios import Scenario
    from luchang.core.signals.junction import Network

UNSEEING = 'jmIgnoreJunctionFoeProb="1" jmIgnoreFoeProb="1" jmIgnoreFoeSpeed="100"'
"""Drivers who yield to nobody, in the simulator's words."""

RULES = Rules(headway_s=1.0, change_s=1.0, start_s=1.0, hold_s=5.0)
"""Headway: the resolution of the crossing times, below any that drivers keep; two of three seconds
of amber used, a second to start, minimum green: on the safe side [s]."""

Streams = dict[str, dict[int, Stream]]


@dataclass(frozen=True, slots=True)
class Floor:
    """What the hour loses without conflicts [s/veh], and what conflicts must add to it."""

    delay_s: float
    waits_s: float

    @property
    def bound_s(self) -> float:
        """Less than this no control has [s/veh]."""
        return self.delay_s + self.waits_s


def floor(scenario: Scenario, network: Network, folder: Path, seed: int) -> Floor:
    """Drive the hour without conflicts, then let the streams of each junction take turns.

    Each vehicle waits at the first signal on its way alone, so that junctions add up. That the sum
    is a bound supposes that nobody crosses his first line earlier, or drives on faster behind it,
    because others were held.
    """
    ended, routes = _drive(scenario, folder, seed)
    delays = [one.delay_s for one in trips(ended)]
    waits_s = sum(
        junction_bound(junction, streams, RULES, float(HOUR_S)).total_s
        for junction in network.junctions
        if (streams := _crossings(scenario, network, routes).get(junction.junction_id))
    )
    return Floor(mean(delays), waits_s / len(delays))


def _drive(scenario: Scenario, folder: Path, seed: int) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    routes = folder / "unseeing.rou.xml"
    routes.write_text(_unseeing(scenario.routes.read_text()))
    ended, driven = folder / "tripinfo.xml", folder / "driven.rou.xml"
    subprocess.run(  # noqa: S603 - the simulator's own program
        [
            str(home() / "bin" / "sumo"),
            *("-n", str(scenario.net), "-r", str(routes)),
            *("-a", str(_all_green(scenario, folder / "green.add.xml")), "--seed", str(seed)),
            *("-b", str(scenario.begin_s), "-e", str(scenario.end_s)),
            *("--time-to-teleport", "-1", "--collision.action", "none"),
            *("--collision.check-junctions", "false", "--ignore-junction-blocker", "1"),
            *("--tripinfo-output", str(ended), "--tripinfo-output.write-unfinished"),
            *("--vehroute-output", str(driven), "--vehroute-output.exit-times"),
            *("--vehroute-output.write-unfinished", "--no-step-log", "--no-warnings"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return ended, driven


def _unseeing(routes: str) -> str:
    """Add the words to every type of vehicle, and to that of vehicles without one."""
    if "<vType " in routes:
        return routes.replace("<vType ", f"<vType {UNSEEING} ")
    kind = f'<vType id="DEFAULT_VEHTYPE" {UNSEEING}/>'
    return re.sub(r"<routes[^>]*>", lambda found: found[0] + kind, routes, count=1)


def _all_green(scenario: Scenario, target: Path) -> Path:
    programmes = [
        replace(
            one,
            programme_id="green",
            phases=(Phase("G" * len(one.phases[0].state), float(HOUR_S), None, None),),
        )
        for one in read_net(scenario.net).programmes.values()
    ]
    return write(programmes, target)


def _crossings(scenario: Scenario, network: Network, driven: Path) -> Streams:
    """When each vehicle crossed its first signal, by junction and lamp."""
    lamps, lanes = _lamps(network)
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    for _, route in ET.iterparse(driven):  # noqa: S314 - written by our own run
        edges, left = route.get("edges", "").split(), route.get("exitTimes", "").split()
        turns = zip(pairwise(edges), left, strict=False)
        first = next(((lamps[pair], float(at)) for pair, at in turns if pair in lamps), None)
        if first and first[1] >= 0:
            times[first[0]].append(first[1] - scenario.begin_s)
    found: Streams = defaultdict(dict)
    for (junction_id, lamp), crossed in times.items():
        found[junction_id][lamp] = Stream(tuple(crossed), frozenset(lanes[junction_id, lamp]))
    return found


def _lamps(
    network: Network,
) -> tuple[dict[tuple[str, str], tuple[str, int]], dict[tuple[str, int], set[str]]]:
    """The lamp of each turn from one edge into another, and the lanes of each lamp."""
    lamps: dict[tuple[str, str], tuple[str, int]] = {}
    lanes: dict[tuple[str, int], set[str]] = defaultdict(set)
    for junction in network.junctions:
        for link in junction.links:
            movement = movement_of(junction, link)
            known = lamps.setdefault(
                (movement.approach, movement.exit), (junction.junction_id, link.index)
            )
            lanes[known].add(link.from_lane)
    return lamps, lanes
