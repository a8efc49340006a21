"""Scenarios: public ones where they are on this machine, and small invented ones anywhere."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tools.shared_data import DataAbsent, data_set

HOUR_S = 3600
BEGINS = {
    "cologne1": 25200,
    "cologne3": 25200,
    "ingolstadt1": 57600,
    "ingolstadt7": 57600,
    "grid4x4": 0,
}
JUDGED = ("cologne1", "cologne3", "ingolstadt1", "ingolstadt7")
"""The scenarios of the goals and of the geometric mean."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A net, its hour of demand, and when the hour begins [s]."""

    name: str
    net: Path
    routes: Path
    begin_s: int

    @property
    def end_s(self) -> int:
        return self.begin_s + HOUR_S


def public(name: str) -> Scenario:
    """Return a scenario of the public set, its files untouched.

    Raises
    ------
    DataAbsent
        It is not on this machine.
    """
    folder = data_set("resco") / name
    if not folder.is_dir():
        raise DataAbsent(f"public scenario {name} is absent: no data/resco/{name}")
    net, routes = folder / f"{name}.net.xml", folder / f"{name}.rou.xml"
    return Scenario(name, net, routes, BEGINS[name])


@dataclass(frozen=True, slots=True)
class Invention:
    """How an invented net and its demand are made.

    Attributes
    ----------
    columns, rows, block_m
        A grid of signals and the length of its blocks [m].
    lanes, bay_m
        Lanes of a road; length of an additional left-turn lane, 0 for none [m].
    arrivals_per_hour
        Vehicles an hour from each road that enters, on the main road and across it.
    turning
        Weights of left, straight on, right.
    speed_mps
        Permitted everywhere [m/s].
    """

    columns: int
    rows: int
    block_m: float
    lanes: int
    bay_m: float
    arrivals_per_hour: tuple[float, float]
    turning: tuple[float, float, float] = (1.0, 4.0, 1.0)
    speed_mps: float = 13.89
    seed: int = 1


INVENTIONS = {
    "invented-cross": Invention(1, 1, 250.0, 2, 60.0, (900.0, 500.0)),
    "invented-one-lane": Invention(1, 1, 250.0, 1, 0.0, (450.0, 300.0)),
    "invented-road": Invention(3, 1, 220.0, 2, 50.0, (800.0, 300.0), (1.0, 6.0, 1.0)),
    "invented-grid": Invention(3, 2, 180.0, 1, 0.0, (350.0, 300.0)),
}


def invented(name: str, folder: Path) -> Scenario:
    """Make an invented scenario, the same one every time."""
    form = INVENTIONS[name]
    target = folder / name
    net, routes = target / "net.xml", target / "rou.xml"
    if not routes.is_file():
        target.mkdir(parents=True, exist_ok=True)
        generate(net, *_grid(form))
        routes.write_text("".join(_demand(form, net)))
    return Scenario(name, net, routes, 0)


def home() -> Path:
    """Folder of the simulator's programs and scripts."""
    import sumo

    return Path(cast("str", sumo.SUMO_HOME))


def generate(net: Path, *options: str) -> None:
    """Let the simulator's own program make a net in which every junction has lamps."""
    subprocess.run(  # noqa: S603 - the simulator's own program
        [
            str(home() / "bin" / "netgenerate"),
            *("--default-junction-type", "traffic_light", "--no-turnarounds", "true"),
            *options,
            *("-o", str(net)),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _grid(form: Invention) -> tuple[str, ...]:
    bay = ["--turn-lanes", "1", "--turn-lanes.length", str(form.bay_m)] if form.bay_m else []
    return (
        *("--grid", "--grid.x-number", str(form.columns), "--grid.y-number", str(form.rows)),
        *("--grid.length", str(form.block_m), "--grid.attach-length", "300"),
        *("--default.lanenumber", str(form.lanes), "--default.speed", str(form.speed_mps)),
        *("--tls.left-green.time", "6", *bay),
    )


def _demand(form: Invention, net: Path) -> Iterator[str]:
    """Yield a route file: vehicles enter at random and turn by the weights at every junction."""
    ways = _ways(net)
    source = random.Random(form.seed)
    entries = sorted(edge for edge in ways if not any(edge in next_ for next_ in _reached(ways)))
    vehicles: list[tuple[float, list[str]]] = []
    for edge in entries:
        rate = form.arrivals_per_hour[0 if edge.startswith(("left", "right")) else 1] / HOUR_S
        at_s = source.expovariate(rate)
        while at_s < HOUR_S:
            vehicles.append((at_s, _route(edge, ways, form, source)))
            at_s += source.expovariate(rate)
    yield "<routes>\n"
    for number, (at_s, edges) in enumerate(sorted(vehicles)):
        yield f'  <vehicle id="{number}" depart="{at_s:.2f}" departLane="best">'
        yield f'<route edges="{" ".join(edges)}"/></vehicle>\n'
    yield "</routes>\n"


def _reached(ways: dict[str, dict[str, str]]) -> list[set[str]]:
    return [set(turns.values()) for turns in ways.values()]


def _route(
    edge: str, ways: dict[str, dict[str, str]], form: Invention, source: random.Random
) -> list[str]:
    edges = [edge]
    while turns := ways.get(edges[-1]):
        weights = dict(zip("lsr", form.turning, strict=True))
        directions = sorted(turns)
        chosen = source.choices(directions, [weights[one] for one in directions])[0]
        edges.append(turns[chosen])
    return edges


def _ways(net: Path) -> dict[str, dict[str, str]]:
    """Edges by the turn and the edge that follow."""
    from luchang.gateways.sumo.tripinfo import elements

    found: dict[str, dict[str, str]] = {}
    for values in elements(net, frozenset({"connection"})):
        turn = values["dir"].lower()
        if not values["from"].startswith(":") and turn in "lsr":
            found.setdefault(values["from"], {})[turn] = values["to"]
    return found
