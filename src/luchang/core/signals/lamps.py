"""Lamp states as strings, one letter a lamp, and the way from one stage to the next.

G green with the right of way, g green that yields, y amber, r red, s red with a right turn after
a stop. A stage is named by its state, so the letters of its red lamps are not lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luchang.core.signals.junction import Junction

GREEN = frozenset("Gg")
AMBER = frozenset("yY")
CLOSED = frozenset("rsuRSU")
LETTERS = GREEN | AMBER | CLOSED


def stage_state(junction: Junction, stage: int) -> str:
    """Return the state that shows a stage; a name that is a state is one."""
    shown = junction.stages[stage]
    if len(shown.name) == junction.lamps and set(shown.name) <= LETTERS:
        return shown.name
    return "".join(
        "G" if lamp in shown.protected else "g" if lamp in shown.yielding else "r"
        for lamp in range(junction.lamps)
    )


def change_states(before: str, after: str, junction: Junction) -> list[str]:
    """Return the seconds between two stages: amber per lamp, then red as long as clearance asks.

    Lamps that are green in both stay as they are until the new stage is shown.
    """
    rules = junction.rules
    losing = [
        lamp
        for lamp, (old, new) in enumerate(zip(before, after, strict=True))
        if old in GREEN and new not in GREEN
    ]
    ambers = {lamp: int(rules.amber_of(lamp)) for lamp in losing}
    clearing = max((int(rules.clearance_of(lamp)) for lamp in losing), default=0)
    longest = max(ambers.values(), default=int(rules.amber_s))
    states = []
    for second in range(longest + clearing):
        letters = list(before)
        for lamp, amber in ambers.items():
            letters[lamp] = "y" if second < amber else "r"
        states.append("".join(letters))
    return states


@dataclass
class LampDriver:
    """Shows stages second by second; whatever it is asked, it keeps amber and minimum green.

    Attributes
    ----------
    stage
        The stage shown, or the one on its way.
    shown_s
        Since when it is shown in full [s]; 0 while the change is under way.
    """

    junction: Junction
    stage: int = 0
    shown_s: int = 0
    _change: list[str] = field(default_factory=list)

    @property
    def is_changing(self) -> bool:
        return bool(self._change)

    @property
    def rest_of_change_s(self) -> int:
        return len(self._change)

    @property
    def least_green_s(self) -> int:
        """The longest minimum among the lamps of the stage shown [s]."""
        rules = self.junction.rules
        greens = self.junction.stages[self.stage].green
        return int(max((rules.min_green_of(lamp) for lamp in greens), default=rules.min_green_s))

    @property
    def may_switch(self) -> bool:
        return not self._change and self.shown_s >= self.least_green_s

    def want(self, stage: int) -> None:
        """Begin the change to a stage, if one may begin now."""
        if stage == self.stage or not self.may_switch:
            return
        before = stage_state(self.junction, self.stage)
        after = stage_state(self.junction, stage)
        self._change = change_states(before, after, self.junction)
        self.stage = stage
        self.shown_s = 0

    def next_second(self) -> str:
        """Return the state of the coming second."""
        if self._change:
            return self._change.pop(0)
        self.shown_s += 1
        return stage_state(self.junction, self.stage)
