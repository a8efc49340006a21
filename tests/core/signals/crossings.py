"""Junctions with four arms, drawn by geometry: who crosses whom is not written down by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

import numpy as np

from luchang.core.signals.demand import Movement, TurningCounts
from luchang.core.signals.junction import Junction, Lane, Link, Network, SafetyRules, Stage, Turn

ARMS = "NESW"
TURNS = {Turn.LEFT: 1, Turn.THROUGH: 2, Turn.RIGHT: 3}
"""Arms further clockwise that each turn leaves by, driving on the right."""


def _crosses(one: tuple[int, Turn], other: tuple[int, Turn]) -> bool:
    """Whether two ways meet: entries and exits stand around a circle, each arm's entry first."""
    if one[0] == other[0]:
        return False
    begin, end = 2 * one[0], 2 * ((one[0] + TURNS[one[1]]) % 4) + 1
    first, last = 2 * other[0], 2 * ((other[0] + TURNS[other[1]]) % 4) + 1
    inside = [(point - begin) % 8 < (end - begin) % 8 for point in (first, last)]
    return end == last or inside[0] != inside[1]


def crossing(
    name: str = "J",
    *,
    arms: str = ARMS,
    shared: Iterable[str] = (),
    length_m: float = 300.0,
    rules: SafetyRules | None = None,
    protected_lefts: bool = True,
) -> Junction:
    """A junction with a lane for every turn, or one for all turns on the `shared` arms.

    Stages: north-south, its lefts alone, east-west, its lefts alone; without `protected_lefts`
    only the two in which lefts give way.
    """
    ways = [
        (arm, turn)
        for arm, turn in product(range(4), TURNS)
        if ARMS[arm] in arms and ARMS[(arm + TURNS[turn]) % 4] in arms
    ]
    lanes: dict[str, Lane] = {}
    links = []
    for lamp, (arm, turn) in enumerate(ways):
        start = f"{name}{ARMS[arm]}_" + ("all" if ARMS[arm] in shared else turn.value)
        end = f"{name}to{ARMS[(arm + TURNS[turn]) % 4]}"
        lanes[start] = Lane(start, length_m, 13.9, f"{name}{ARMS[arm]}")
        lanes[end] = Lane(end, length_m, 13.9, end)
        links.append(Link(lamp, start, end, turn, 12.0 if turn is Turn.LEFT else 0.0))
    conflicts = np.array([[_crosses(one, other) for other in ways] for one in ways])
    lefts = np.array([turn is Turn.LEFT for _, turn in ways])
    yields = conflicts & lefts[:, None] & ~lefts[None, :]
    stages = _stages(ways, protected_lefts=protected_lefts)
    return Junction(name, tuple(links), lanes, conflicts, yields, stages, rules or SafetyRules())


def _stages(ways: list[tuple[int, Turn]], *, protected_lefts: bool) -> tuple[Stage, ...]:
    stages = []
    for axis in (0, 1):
        mine = [lamp for lamp, (arm, _) in enumerate(ways) if arm % 2 == axis]
        lefts = frozenset(lamp for lamp in mine if ways[lamp][1] is Turn.LEFT)
        if mine:
            stages.append(Stage(f"axis {axis}", frozenset(mine) - lefts, lefts))
        if lefts and protected_lefts:
            stages.append(Stage(f"lefts {axis}", lefts))
    return tuple(stages)


def movements(junction: Junction) -> tuple[Movement, ...]:
    lanes = junction.lanes
    return tuple(
        Movement(
            junction.junction_id, lanes[link.from_lane].approach, lanes[link.to_lane].approach
        )
        for link in junction.links
    )


def counts(
    junctions: Junction | Network,
    per_hour: float | Mapping[str, float] = 200.0,
    *,
    intervals: int = 4,
    interval_s: float = 300.0,
) -> TurningCounts:
    """The same flow on every movement, or by approach [veh/h]."""
    found = (junctions,) if isinstance(junctions, Junction) else junctions.junctions
    every = tuple(movement for one in found for movement in movements(one))
    flows = [
        per_hour.get(one.approach, 0.0) if isinstance(per_hour, Mapping) else per_hour
        for one in every
    ]
    vehicles = np.tile(np.array(flows) * interval_s / 3600.0, (intervals, 1))
    return TurningCounts(every, vehicles, vehicles.copy(), interval_s)
