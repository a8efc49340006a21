"""What a plan shows, second by second, as the queues read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.fixed.traffic import PROTECTED, RED, YIELDING
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.safety import plan_states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from luchang.core.signals.junction import Junction

AMBER = 3
CODES = {"G": PROTECTED, "g": YIELDING, "s": YIELDING, "y": AMBER, "Y": AMBER}


def change_s(junction: Junction, before: int, after: int) -> float:
    """Time between two stages: amber, then clearance, of the lamps that lose green [s]."""
    losing = junction.stages[before].green - junction.stages[after].green
    amber = max((junction.rules.amber_of(lamp) for lamp in losing), default=0.0)
    return amber + max((junction.rules.clearance_of(lamp) for lamp in losing), default=0.0)


def steps_of(
    junction: Junction, stages: Sequence[int], greens_s: Sequence[float]
) -> tuple[PlanStep, ...]:
    """Steps of a cycle, with the change each stage needs before the one that follows."""
    following = [*stages[1:], stages[0]]
    return tuple(
        PlanStep(stage, float(green), change_s(junction, stage, after))
        for stage, green, after in zip(stages, greens_s, following, strict=True)
    )


def cycle_table(junction: Junction, plan: Plan, gain_s: int) -> NDArray[np.int8]:
    """Lamps of each second of a cycle (second x lamp): red, yielding or protected.

    The first `gain_s` seconds of amber still count as the green before: the extension of the
    effective green, HCM 2000, chapter 16.
    """
    return as_used(plan_states(junction, plan), gain_s)


def as_used(states: Sequence[str], gain_s: int) -> NDArray[np.int8]:
    """Lamp states, the last followed by the first, as drivers use them."""
    used = np.array([[CODES.get(letter, RED) for letter in state] for state in states], np.int8)
    for _ in range(gain_s):
        before = np.roll(used, 1, axis=0)
        used = np.where((used == AMBER) & (before != RED), before, used)
    used[used == AMBER] = RED
    return used


def shown_over(table: NDArray[np.int8], offset_s: float, seconds: int) -> NDArray[np.int8]:
    """The cycle repeated over a period; its first step begins at `offset_s`, and before it too."""
    return table[(np.arange(seconds) - round(offset_s)) % len(table)]
