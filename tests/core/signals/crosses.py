"""Small junctions to test with: two roads that cross, with or without a yielding left turn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from luchang.core.signals.adaptive import UNKNOWN, Sight
from luchang.core.signals.junction import Junction, Lane, Link, SafetyRules, Stage, Turn

NORTH, EAST, SOUTH, WEST = range(4)
NORTH_SOUTH, EAST_WEST = 0, 1
EXITS = 4


def cross(rules: SafetyRules | None = None, name: str = "cross") -> Junction:
    """Four single lanes straight on; north and south together, east and west together."""
    sides = ("north", "east", "south", "west")
    lanes = {side: Lane(side, 150.0, 13.9, side) for side in sides}
    lanes |= {f"out-{side}": Lane(f"out-{side}", 150.0, 13.9, f"out-{side}") for side in sides}
    links = tuple(
        Link(k, side, f"out-{sides[(k + 2) % 4]}", Turn.THROUGH) for k, side in enumerate(sides)
    )
    conflicts = np.zeros((4, 4), dtype=np.bool_)
    for one in (NORTH, SOUTH):
        for other in (EAST, WEST):
            conflicts[one, other] = conflicts[other, one] = True
    stages = (
        Stage("GrGr", frozenset({NORTH, SOUTH})),
        Stage("rGrG", frozenset({EAST, WEST})),
    )
    nobody_yields = np.zeros((4, 4), dtype=np.bool_)
    return Junction(name, links, lanes, conflicts, nobody_yields, stages, rules or SafetyRules())


def with_left_turns() -> Junction:
    """Every lane also turns left, and yields to the traffic opposite."""
    plain = cross()
    lefts = tuple(
        Link(k + 4, link.from_lane, f"out-{('east', 'south', 'west', 'north')[k]}", Turn.LEFT)
        for k, link in enumerate(plain.links)
    )
    conflicts = np.zeros((8, 8), dtype=np.bool_)
    yields = np.zeros((8, 8), dtype=np.bool_)
    for one in range(8):
        for other in range(8):
            across = (one - other) % 2 == 1
            opposite = (one % 4 + 2) % 4 == other % 4 and (one < 4) != (other < 4)
            conflicts[one, other] = across or opposite
            yields[one, other] = opposite and one >= 4
    stages = (
        Stage("GrGrgrgr", frozenset({0, 2}), frozenset({4, 6})),
        Stage("rGrGrgrg", frozenset({1, 3}), frozenset({5, 7})),
    )
    return replace(
        plain, links=plain.links + lefts, conflicts=conflicts, yields=yields, stages=stages
    )


@dataclass(frozen=True)
class Seen:
    """A vehicle on one of the four lanes."""

    lane: int
    distance_m: float
    speed_mps: float = 13.9
    track: int = 1
    movement: int = UNKNOWN


def sight(
    at_s: float,
    vehicles: Iterable[Seen] = (),
    *,
    stage: int = NORTH_SOUTH,
    shown_s: int = 10,
    passed: tuple[tuple[int, int], ...] = (),
    failed: frozenset[str] = frozenset(),
) -> Sight:
    """One second of a junction that may switch."""
    seen = list(vehicles)
    return Sight(
        at_s=at_s,
        stage=stage,
        shown_s=shown_s,
        change_rest_s=0,
        may_switch=shown_s >= 5,
        lane=np.array([one.lane for one in seen], dtype=np.int32),
        distance_m=np.array([one.distance_m for one in seen], dtype=np.float64),
        speed_mps=np.array([one.speed_mps for one in seen], dtype=np.float64),
        track=np.array([one.track for one in seen], dtype=np.int64),
        movement=np.array([one.movement for one in seen], dtype=np.int32),
        passed=passed,
        failed=failed,
    )
