"""Road nets drawn at random: nobody has seen them, and the next number gives another.

Roads of two lanes end where they meet others; every junction has lamps and the simulator's own
programme for them. Vehicles enter and leave at the rim, from everywhere to everywhere, each by
its fastest way.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.signals.counting import edges_of
from benchmarks.signals.scenarios import HOUR_S, Scenario, generate

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a net is drawn: its number, how often it grows, and how many vehicles drive there."""

    seed: int
    iterations: int
    vehicles: int


DRAWINGS = {
    "drawn-1": Drawing(1, 25, 1800),
    "drawn-2": Drawing(2, 25, 3000),
    "drawn-3": Drawing(3, 40, 3000),
}


def scenario(name: str, folder: Path) -> Scenario:
    """Draw a net and its demand, the same ones every time."""
    drawing, target = DRAWINGS[name], folder / name
    net, routes = target / "net.xml", target / "rou.xml"
    if not routes.is_file():
        target.mkdir(parents=True, exist_ok=True)
        generate(net, *_roads(drawing))
        routes.write_text("".join(_trips(drawing, net)))
    return Scenario(name, net, routes, 0)


def _roads(drawing: Drawing) -> tuple[str, ...]:
    return (
        *("--rand", "--rand.iterations", str(drawing.iterations), "--seed", str(drawing.seed)),
        *("--rand.min-distance", "120", "--rand.max-distance", "280"),
        *("--default.lanenumber", "2"),
    )


def _trips(drawing: Drawing, net: Path) -> Iterator[str]:
    """Yield a route file; the simulator looks for the ways itself."""
    onward = {edge: set(after) for edge, after in edges_of(net).onward.items()}
    met = set().union(*onward.values())
    starts = sorted(set(onward) - met)
    goals = {start: sorted(_reached(start, onward) - set(onward)) for start in starts}
    starts = [start for start in starts if goals[start]]
    source = random.Random(drawing.seed)
    yield "<routes>\n"
    for number, at_s in enumerate(sorted(source.random() for _ in range(drawing.vehicles))):
        start = source.choice(starts)
        yield f'  <trip id="{number}" depart="{at_s * HOUR_S:.2f}" departLane="best"'
        yield f' from="{start}" to="{source.choice(goals[start])}"/>\n'
    yield "</routes>\n"


def _reached(start: str, onward: Mapping[str, set[str]]) -> set[str]:
    seen, rest = {start}, [start]
    while rest:
        for after in onward.get(rest.pop(), set()) - seen:
            seen.add(after)
            rest.append(after)
    return seen
