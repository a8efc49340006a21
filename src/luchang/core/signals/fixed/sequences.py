"""Which stages a cycle may run through, in which order, and greens to begin with."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.fixed.shown import change_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from luchang.core.signals.junction import Junction

    Floats = NDArray[np.float64]

FEW_STAGES = 5
MOST_STEPS = 4
"""Steps of a cycle where there are many stages to choose from."""
MOST_SEQUENCES = 48
YIELDING_WORTH = 0.5
"""What a second of yielding green is worth beside one with the right of way [-], at first."""


def wanted_lamps(junction: Junction) -> frozenset[int]:
    """Lamps that must turn green in a cycle: all that any stage can give it to."""
    anywhere = frozenset().union(*(stage.green for stage in junction.stages))
    return frozenset(link.index for link in junction.links) & anywhere


def least_green_s(junction: Junction, stage: int) -> int:
    """Shortest time a stage may be shown: the longest minimum of its lamps [s]."""
    rules = junction.rules
    lamps = junction.stages[stage].green
    return int(
        np.ceil(max((rules.min_green_of(lamp) for lamp in lamps), default=rules.min_green_s))
    )


def sequences(junction: Junction, flows: Mapping[str, float]) -> list[tuple[int, ...]]:
    """Cycles of stages that serve every lamp, each cycle once.

    Where there are few stages these are all; with many the best sets of up to `MOST_STEPS` by the
    saturation they leave.
    """
    size = len(junction.stages)
    if size <= FEW_STAGES:
        sets = [one for n in range(1, size + 1) for one in combinations(range(size), n)]
        return [cycle for one in sets if _serves(junction, one) for cycle in _cycles(one)]
    found = []
    for number in range(1, MOST_STEPS + 1):
        for one in combinations(range(size), number):
            if _serves(junction, one):
                lost = sum(change_s(junction, a, b) for a, b in _pairs(one))
                _, worst = split(junction, one, flows, 60 + lost)
                found.append((worst, one))
    found.sort()
    cycles = [cycle for _, one in found for cycle in _cycles(one)]
    return cycles[:MOST_SEQUENCES]


def _serves(junction: Junction, stages: Sequence[int]) -> bool:
    green = frozenset().union(*(junction.stages[stage].green for stage in stages))
    return wanted_lamps(junction) <= green


def _cycles(stages: Sequence[int]) -> Iterator[tuple[int, ...]]:
    first, *rest = stages
    for order in permutations(rest):
        yield (first, *order)


def _pairs(stages: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip(stages, (*stages[1:], stages[0]), strict=True)


def split(
    junction: Junction, stages: Sequence[int], flows: Mapping[str, float], cycle_s: float
) -> tuple[list[int], float]:
    """Greens that even out the saturation of the busiest lanes, and the highest that remains.

    `flows` are flow over saturation flow of each lane [-]; returned are greens [s] and the
    highest degree of saturation [-].
    """
    lanes = list(flows)
    worth = np.array([[_worth(junction, stage, lane) for stage in stages] for lane in lanes])
    demand = np.array([flows[lane] for lane in lanes])
    greens = np.array([least_green_s(junction, stage) for stage in stages], float)
    lost = sum(change_s(junction, a, b) for a, b in _pairs(stages))
    rest = cycle_s - lost - greens.sum()
    cycle = max(cycle_s, lost + greens.sum())
    while rest >= 1.0:
        saturation = demand * cycle / np.maximum(worth @ greens, 0.5)
        gain = (worth * (saturation**4)[:, None]).sum(axis=0)
        piece = min(rest, 2.0)
        greens[int(np.argmax(gain))] += piece
        rest -= piece
    saturation = demand * cycle / np.maximum(worth @ greens, 0.5)
    return [round(float(green)) for green in greens], float(saturation.max(initial=0.0))


def _worth(junction: Junction, stage: int, lane: str) -> float:
    """Part of a stage's green a lane can use: a shared lane is as free as its slowest turn."""
    shown = junction.stages[stage]
    links = junction.links_by_lane[lane]
    parts = [
        1.0 if link.index in shown.protected else YIELDING_WORTH * (link.index in shown.yielding)
        for link in links
    ]
    return float(np.mean(parts))
