"""Several plans over a day, and how a controller goes from one to the next.

The step that is being shown is finished, the lamps change from its stage straight to the first
stage of the new plan, and the new plan runs. Where its cycles must keep step with neighbours,
the first of them are made longer, never shorter, until they do: every green keeps its minimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from luchang.core.signals.lamps import change_states, stage_state
from luchang.core.signals.safety import plan_states

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from luchang.core.signals.junction import Junction
    from luchang.core.signals.plan import Plan

STRETCH = 0.2
"""Part by which a cycle may be made longer to come into step [-]."""


@dataclass(frozen=True, slots=True)
class Entry:
    """From when on a plan runs.

    Attributes
    ----------
    begin_s
        Within the period [s].
    keeps_step
        Whether the plan's cycles must begin at its offset, for the sake of neighbours.
    """

    begin_s: int
    plan: Plan
    keeps_step: bool = False


class Unordered(ValueError):
    """The entries of a timetable do not begin at 0 and follow one another."""


def day_states(junction: Junction, entries: Sequence[Entry], seconds: int) -> list[str]:
    """Lamp states of every second under a timetable.

    Raises
    ------
    Unordered
        No entry at 0, or one that does not begin after the one before.
    """
    begins = [entry.begin_s for entry in entries]
    if not begins or begins[0] != 0 or any(a >= b for a, b in pairwise(begins)):
        raise Unordered(f"entries begin at {begins}")
    states: list[str] = []
    stage = _first(junction, entries[0], states)
    for place, entry in enumerate(entries):
        until = begins[place + 1] if place + 1 < len(begins) else seconds
        for following, green, is_first in _steps(entry.plan):
            states += _change(junction, stage, following)
            more = _stretch(entry, len(states)) if is_first else 0
            states += [stage_state(junction, following)] * (green + more)
            stage = following
            if len(states) >= until:
                break
    return states[:seconds]


def _first(junction: Junction, entry: Entry, states: list[str]) -> int:
    """Begin as if the plan had run before: within the cycle, at its offset."""
    cycle = plan_states(junction, entry.plan)
    late = round(entry.plan.offset_s) % len(cycle)
    states += cycle[len(cycle) - late :] if late else []
    return entry.plan.steps[0].stage


def _change(junction: Junction, before: int, after: int) -> list[str]:
    """Lamps between two stages; nothing where no lamp loses its green."""
    if not junction.stages[before].green - junction.stages[after].green:
        return []
    return change_states(stage_state(junction, before), stage_state(junction, after), junction)


def _steps(plan: Plan) -> Iterator[tuple[int, int, bool]]:
    """Stage and green of step after step, and whether a cycle begins with it."""
    while True:
        for place, step in enumerate(plan.steps):
            yield step.stage, round(step.green_s), place == 0


def _stretch(entry: Entry, at_s: int) -> int:
    """By how much the first green of a cycle that begins now is longer, to come into step [s]."""
    cycle_s = round(entry.plan.cycle_s)
    if not entry.keeps_step or not cycle_s:
        return 0
    behind = (round(entry.plan.offset_s) - at_s) % cycle_s
    return min(behind, max(1, int(STRETCH * cycle_s)))
