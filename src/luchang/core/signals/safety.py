"""The safety gate: what lamps may never show, second by second.

It knows nothing of plans or controllers; it looks only at lamps, so that no fault of those who
switch them can hide from it. A run, a plan and a street log are judged by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from luchang.core.signals.lamps import AMBER, CLOSED, GREEN, LETTERS, change_states, stage_state

if TYPE_CHECKING:
    from luchang.core.signals.junction import Junction
    from luchang.core.signals.plan import Plan

CYCLES_SEEN = 3
"""A plan is looked at over three cycles: every change is seen, the last into the first as well."""

LEFT_OVER_S = 5.0
"""Who keeps green over a change may show it alone so long after the amber of others [s]."""


class Breach(StrEnum):
    """What was broken."""

    UNREADABLE = "unreadable"
    CONFLICTING_GREENS = "conflicting_greens"
    AMBER_CONFLICT = "amber_conflict"
    NO_AMBER = "no_amber"
    AMBER_SHORT = "amber_short"
    AMBER_WITHOUT_GREEN = "amber_without_green"
    CLEARANCE_SHORT = "clearance_short"
    GREEN_SHORT = "green_short"
    FOREIGN_STAGE = "foreign_stage"


@dataclass(frozen=True, slots=True)
class Fault:
    """One breach.

    Attributes
    ----------
    at_s
        Second it was seen in.
    lamps
        The lamps concerned.
    value_s
        How long what was too short did last [s].
    """

    junction_id: str
    breach: Breach
    at_s: float
    lamps: tuple[int, ...] = ()
    value_s: float | None = None


@dataclass
class Gate:
    """Watches one junction; `see` every second, in order."""

    junction: Junction
    faults: list[Fault] = field(default_factory=list)
    _state: str = ""
    _since: list[float | None] = field(default_factory=list)
    _closed_at: list[float | None] = field(default_factory=list)
    _known: dict[str, bool] = field(default_factory=dict)
    _stage_greens: frozenset[int] = frozenset()
    _left_over_since: float | None = None

    def see(self, at_s: float, state: str) -> None:
        """Take the state shown from this second on."""
        if state == self._state:
            self._check_left_over(at_s)
            return
        self._left_over_since = None
        if len(state) != self.junction.lamps or not set(state) <= LETTERS:
            self._tell(Breach.UNREADABLE, at_s)
            return
        if not self._state:
            self._since = [None] * len(state)
            self._closed_at = [None] * len(state)
        else:
            self._check_changes(at_s, state)
        self._check_conflicts(at_s, state)
        self._check_stage(at_s, state)
        self._state = state

    def _check_changes(self, at_s: float, state: str) -> None:
        for lamp, (old, new) in enumerate(zip(self._state, state, strict=True)):
            if (old in GREEN) == (new in GREEN) and (old in AMBER) == (new in AMBER):
                continue
            self._check_change(at_s, lamp, old, new)
            self._since[lamp] = at_s
            if new in CLOSED:
                self._closed_at[lamp] = at_s

    def _check_change(self, at_s: float, lamp: int, old: str, new: str) -> None:
        since = self._since[lamp]
        lasted = None if since is None else at_s - since
        rules = self.junction.rules
        if old in GREEN:
            if new in CLOSED:
                self._tell(Breach.NO_AMBER, at_s, (lamp,))
            if lasted is not None and lasted < rules.min_green_of(lamp):
                self._tell(Breach.GREEN_SHORT, at_s, (lamp,), lasted)
        elif old in AMBER and new in CLOSED:
            if lasted is not None and lasted < rules.amber_of(lamp):
                self._tell(Breach.AMBER_SHORT, at_s, (lamp,), lasted)
        elif new in AMBER:
            self._tell(Breach.AMBER_WITHOUT_GREEN, at_s, (lamp,))
        if new in GREEN:
            self._check_clearance(at_s, lamp)

    def _check_clearance(self, at_s: float, lamp: int) -> None:
        """Traffic that lost its green has had time to leave before its conflict is let in."""
        for foe in self.junction.conflicts[lamp].nonzero()[0]:
            closed = self._closed_at[foe]
            needed = self.junction.rules.clearance_of(int(foe))
            if needed and closed is not None and at_s - closed < needed:
                self._tell(Breach.CLEARANCE_SHORT, at_s, (int(foe), lamp), at_s - closed)

    def _check_conflicts(self, at_s: float, state: str) -> None:
        greens = [lamp for lamp, letter in enumerate(state) if letter in GREEN]
        ambers = [lamp for lamp, letter in enumerate(state) if letter in AMBER]
        for place, one in enumerate(greens):
            for other in greens[place + 1 :]:
                if not self._may_be_green_together(one, other, state):
                    self._tell(Breach.CONFLICTING_GREENS, at_s, (one, other))
            for other in ambers:
                newly = self._state and self._state[one] not in GREEN
                if newly and self.junction.conflicts[one, other]:
                    self._tell(Breach.AMBER_CONFLICT, at_s, (one, other))

    def _may_be_green_together(self, one: int, other: int, state: str) -> bool:
        if not self.junction.conflicts[one, other]:
            return True
        yields = self.junction.yields
        return bool(
            (state[one] == "g" and yields[one, other])
            or (state[other] == "g" and yields[other, one])
        )

    def _check_stage(self, at_s: float, state: str) -> None:
        """With no amber the greens are a stage; with amber they are what is left of one."""
        greens = frozenset(lamp for lamp, letter in enumerate(state) if letter in GREEN)
        if AMBER.isdisjoint(state):
            if greens and not self._is_stage(state, greens):
                if greens < self._stage_greens and not AMBER.isdisjoint(self._state):
                    self._left_over_since = at_s
                    return
                self._tell(Breach.FOREIGN_STAGE, at_s, tuple(sorted(greens)))
            self._stage_greens = greens
        elif self._state and not greens <= self._stage_greens:
            self._tell(Breach.FOREIGN_STAGE, at_s, tuple(sorted(greens - self._stage_greens)))

    def _check_left_over(self, at_s: float) -> None:
        """Who stays green over a change longer than its amber is no stage only if it lasts."""
        since = self._left_over_since
        if since is not None and at_s - since >= LEFT_OVER_S:
            greens = {lamp for lamp, letter in enumerate(self._state) if letter in GREEN}
            self._tell(Breach.FOREIGN_STAGE, since, tuple(sorted(greens)))
            self._left_over_since = None

    def _is_stage(self, state: str, greens: frozenset[int]) -> bool:
        clearing = any(self.junction.rules.clearance_of(lamp) for lamp in self._stage_greens)
        if clearing and greens <= self._stage_greens:
            return True  # what goes on while others clear, after their amber
        if state not in self._known:
            protected = frozenset(lamp for lamp in greens if state[lamp] == "G")
            self._known[state] = any(
                stage.green == greens and protected <= stage.protected
                for stage in self.junction.stages
            )
        return self._known[state]

    def _tell(
        self,
        breach: Breach,
        at_s: float,
        lamps: tuple[int, ...] = (),
        value_s: float | None = None,
    ) -> None:
        self.faults.append(Fault(self.junction.junction_id, breach, at_s, lamps, value_s))


def faults(junction: Junction, states: Iterable[str], *, begin_s: float = 0.0) -> list[Fault]:
    """Return every breach in a record of lamp states, one a second."""
    gate = Gate(junction)
    for second, state in enumerate(states):
        gate.see(begin_s + second, state)
    return gate.faults


def plan_faults(junction: Junction, plan: Plan) -> list[Fault]:
    """Return every breach that a fixed plan would show on the street, each once."""
    cycle = plan_states(junction, plan)
    seen: dict[tuple[Breach, tuple[int, ...]], Fault] = {}
    for fault in faults(junction, cycle * CYCLES_SEEN):
        seen.setdefault((fault.breach, fault.lamps), fault)
    return list(seen.values())


def plan_states(junction: Junction, plan: Plan) -> list[str]:
    """Return one cycle of a plan as lamp states, a second each, from its first step.

    Where a step's change is shorter than the rules ask, it stays short: the gate shall see it.
    """
    shown = [stage_state(junction, step.stage) for step in plan.steps]
    states: list[str] = []
    for place, step in enumerate(plan.steps):
        after = shown[(place + 1) % len(shown)]
        change = change_states(shown[place], after, junction)
        states += [shown[place]] * round(step.green_s)
        states += _of_length(change, round(step.change_s), shown[place], after)
    return states


def _of_length(change: Sequence[str], seconds: int, before: str, after: str) -> list[str]:
    """Cut a change, or stretch it by what it ends in: red where green was lost."""
    if seconds <= len(change):
        return list(change[:seconds])
    rest = "".join(
        "r" if old in GREEN and new not in GREEN else old
        for old, new in zip(before, after, strict=True)
    )
    return [*change, *[rest] * (seconds - len(change))]
