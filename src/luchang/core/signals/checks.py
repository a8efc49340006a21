"""Whether a plan may go out at all, judged from the plan and the layout without running it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from luchang.core.signals.junction import Turn

if TYPE_CHECKING:
    from luchang.core.signals.junction import Junction, SafetyRules, Stage
    from luchang.core.signals.plan import Plan

CLOSE_S = 1e-6
"""Seconds within which two times are one: plans are computed in floating point."""


class FaultCode(StrEnum):
    """Kinds of what is wrong with a plan."""

    OTHER_JUNCTION = "other_junction"
    RULES = "rules"
    NO_STEPS = "no_steps"
    UNKNOWN_STAGE = "unknown_stage"
    UNKNOWN_LAMP = "unknown_lamp"
    TWO_MEANINGS = "two_meanings"
    NO_TIME = "no_time"
    FRACTION = "fraction"
    CONFLICT = "conflict"
    AMBER = "amber"
    CLEARANCE = "clearance"
    MIN_GREEN = "min_green"
    ON_FOOT_UNKNOWN = "on_foot_unknown"
    ON_FOOT = "on_foot"
    NEVER_GREEN = "never_green"
    CYCLE_SUM = "cycle_sum"
    CYCLE_BOUNDS = "cycle_bounds"
    OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One fault of a plan: what is wrong, and where.

    Attributes
    ----------
    step
        Place in the plan, from 0; None where no one step is at fault.
    lamps
        The lamps concerned, the one that must act first.
    needed_s, given_s
        What the rules ask for and what the plan has [s]; None where no time is at fault.
    """

    code: FaultCode
    step: int | None = None
    lamps: tuple[int, ...] = ()
    needed_s: float | None = None
    given_s: float | None = None

    def __str__(self) -> str:
        parts: list[str] = [self.code]
        if self.step is not None:
            parts.append(f"step {self.step + 1}")
        if self.lamps:
            parts.append("lamps " + ",".join(str(lamp) for lamp in self.lamps))
        if self.needed_s is not None:
            parts.append(f"needs {self.needed_s:g} s")
        if self.given_s is not None:
            parts.append(f"has {self.given_s:g} s")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class CycleLimits:
    """Bounds on a cycle [s]; what lies outside is taken for a slip of the pen."""

    least_s: float = 20.0
    most_s: float = 300.0

    def __post_init__(self) -> None:
        if not 0 < self.least_s <= self.most_s < math.inf:
            raise ValueError("cycle limits must be positive and in order")


def faults(
    junction: Junction,
    plan: Plan,
    *,
    limits: CycleLimits = CycleLimits(),
    common_cycle_s: float | None = None,
    whole_seconds: bool = False,
) -> list[PlanFault]:
    """Everything that forbids a plan; an empty list means that it may be approved and sent.

    Parameters
    ----------
    junction, plan
        The layout with its safety rules, and the plan drawn for it.
    limits
        Bounds on the cycle.
    common_cycle_s
        Cycle that a coordinated plan shares with its neighbours [s].
    whole_seconds
        Whether fractions of a second are faults: controllers store whole ones, and a rounded
        plan is not the one that was approved.

    Notes
    -----
    Lamps change at the end of a step: those that the next stage does not keep show amber for
    their own amber time and are red from then on; the next stage begins after `change_s`.
    A lamp counts as green from the beginning of the first stage that shows it to the end of the
    green time of the last, across the end of the cycle.
    """
    found = [*_form_faults(junction, plan)]
    if found:  # the rest would measure nonsense
        return found
    if whole_seconds:
        junction = replace(junction, rules=_rounded_up(junction.rules))
    return [
        *(_fractions(plan) if whole_seconds else ()),
        *_stage_faults(junction, plan),
        *_change_faults(junction, plan),
        *_green_faults(junction, plan),
        *_cycle_faults(plan, limits, common_cycle_s),
    ]


def _form_faults(junction: Junction, plan: Plan) -> Iterator[PlanFault]:
    if plan.junction_id != junction.junction_id:
        yield PlanFault(FaultCode.OTHER_JUNCTION)
    if not all(_is_time(seconds, 0.0) for seconds in _ruled_times(junction)):
        yield PlanFault(FaultCode.RULES)
    if not plan.steps:
        yield PlanFault(FaultCode.NO_STEPS)
    if not math.isfinite(plan.offset_s):
        yield PlanFault(FaultCode.OFFSET, given_s=plan.offset_s)
    for place, step in enumerate(plan.steps):
        yield from _stage_form(junction, place, step.stage)
        for seconds, least in ((step.green_s, CLOSE_S), (step.change_s, 0.0)):
            if not _is_time(seconds, least):
                yield PlanFault(FaultCode.NO_TIME, place, given_s=seconds)


def _ruled_times(junction: Junction) -> Iterator[float]:
    rules = junction.rules
    yield from (rules.amber_s, rules.all_red_s, rules.min_green_s)
    for each in (rules.amber_by_lamp, rules.clearance_by_lamp, rules.min_green_by_lamp):
        yield from each.values()


def _is_time(seconds: float, least_s: float) -> bool:
    return math.isfinite(seconds) and seconds >= least_s


def _stage_form(junction: Junction, place: int, number: int) -> Iterator[PlanFault]:
    if not 0 <= number < len(junction.stages):
        yield PlanFault(FaultCode.UNKNOWN_STAGE, place)
        return
    stage = junction.stages[number]
    if strange := {lamp for lamp in stage.green if not 0 <= lamp < junction.lamps}:
        yield PlanFault(FaultCode.UNKNOWN_LAMP, place, tuple(sorted(strange)))
    if both := stage.protected & stage.yielding:
        yield PlanFault(FaultCode.TWO_MEANINGS, place, tuple(sorted(both)))


def _rounded_up(rules: SafetyRules) -> SafetyRules:
    """Amber and clearance as a controller keeps them: never shorter than the rule."""
    return replace(
        rules,
        amber_s=math.ceil(rules.amber_s - CLOSE_S),
        all_red_s=math.ceil(rules.all_red_s - CLOSE_S),
        amber_by_lamp=_each_rounded_up(rules.amber_by_lamp),
        clearance_by_lamp=_each_rounded_up(rules.clearance_by_lamp),
    )


def _each_rounded_up(seconds: Mapping[int, float]) -> dict[int, float]:
    return {lamp: math.ceil(each - CLOSE_S) for lamp, each in seconds.items()}


def _fractions(plan: Plan) -> Iterator[PlanFault]:
    if not _is_whole(plan.offset_s):
        yield PlanFault(FaultCode.FRACTION, given_s=plan.offset_s)
    for place, step in enumerate(plan.steps):
        for seconds in (step.green_s, step.change_s):
            if not _is_whole(seconds):
                yield PlanFault(FaultCode.FRACTION, place, given_s=seconds)


def _is_whole(seconds: float) -> bool:
    return abs(seconds - round(seconds)) <= CLOSE_S


def _stage_faults(junction: Junction, plan: Plan) -> Iterator[PlanFault]:
    for place, step in enumerate(plan.steps):
        stage = junction.stages[step.stage]
        for one, other in combinations(sorted(stage.green), 2):
            if _conflict(junction, one, other) and not _gives_way(junction, stage, one, other):
                yield PlanFault(FaultCode.CONFLICT, place, (one, other))


def _conflict(junction: Junction, one: int, other: int) -> bool:
    """Either way round: half a matrix must not open a junction."""
    return bool(junction.conflicts[one, other] or junction.conflicts[other, one])


def _gives_way(junction: Junction, stage: Stage, one: int, other: int) -> bool:
    """Whether of two conflicting greens one is a permitted turn that waits for the other."""
    return bool(
        (one in stage.yielding and junction.yields[one, other])
        or (other in stage.yielding and junction.yields[other, one])
    )


def _change_faults(junction: Junction, plan: Plan) -> Iterator[PlanFault]:
    greens = [junction.stages[step.stage].green for step in plan.steps]
    for place, step in enumerate(plan.steps):
        for lamp in sorted(greens[place] - greens[(place + 1) % len(greens)]):
            amber = junction.rules.amber_of(lamp)
            if step.change_s < amber - CLOSE_S:
                yield PlanFault(FaultCode.AMBER, place, (lamp,), amber, step.change_s)
            elif fault := _cleared_late(junction, plan, place, lamp):
                yield fault


def _cleared_late(junction: Junction, plan: Plan, place: int, lamp: int) -> PlanFault | None:
    """The first stage that turns foes of a lamp green before it has cleared, if there is one.

    Not only the next stage: a short one between may leave too little time as well.
    """
    needed = junction.rules.amber_of(lamp) + junction.rules.clearance_of(lamp)
    elapsed, before = plan.steps[place].change_s, plan.steps[place]
    for later in range(place + 1, place + len(plan.steps)):
        step = plan.steps[later % len(plan.steps)]
        if elapsed >= needed - CLOSE_S or lamp in junction.stages[step.stage].green:
            return None
        gained = junction.stages[step.stage].green - junction.stages[before.stage].green
        if foes := [foe for foe in sorted(gained) if _conflict(junction, lamp, foe)]:
            return PlanFault(FaultCode.CLEARANCE, place, (lamp, *foes), needed, elapsed)
        elapsed, before = elapsed + step.green_s + step.change_s, step
    return None


def _green_faults(junction: Junction, plan: Plan) -> Iterator[PlanFault]:
    on_foot = {link.index for link in junction.links if link.turn is Turn.ON_FOOT}
    used = {link.index for link in junction.links}
    for lamp in range(junction.lamps):
        runs = list(_green_runs(junction, plan, lamp))
        if not runs:
            if lamp in used:
                yield PlanFault(FaultCode.NEVER_GREEN, lamps=(lamp,))
            continue
        if lamp in on_foot and lamp not in junction.rules.min_green_by_lamp:
            yield PlanFault(FaultCode.ON_FOOT_UNKNOWN, lamps=(lamp,))
        needed = junction.rules.min_green_of(lamp)
        code = FaultCode.ON_FOOT if lamp in on_foot else FaultCode.MIN_GREEN
        for place, seconds in runs:
            if seconds < needed - CLOSE_S:
                yield PlanFault(code, place, (lamp,), needed, seconds)


def _green_runs(junction: Junction, plan: Plan, lamp: int) -> Iterator[tuple[int, float]]:
    """Step at which each green of a lamp begins, and how long it lasts [s]; inf if it never ends.

    The first step is the one after a step without it, so that a green over the end of the cycle
    is one green.
    """
    shows = [lamp in junction.stages[step.stage].green for step in plan.steps]
    if all(shows):
        yield 0, math.inf
        return
    count = len(shows)
    for begin in range(count):
        if not shows[begin] or shows[begin - 1]:
            continue
        place, seconds = begin, 0.0
        while shows[place]:
            seconds += plan.steps[place].green_s
            if shows[(place + 1) % count]:
                seconds += plan.steps[place].change_s
            place = (place + 1) % count
        yield begin, seconds


def _cycle_faults(
    plan: Plan, limits: CycleLimits, common_cycle_s: float | None
) -> Iterator[PlanFault]:
    cycle = plan.cycle_s
    if common_cycle_s is not None and abs(cycle - common_cycle_s) > CLOSE_S:
        yield PlanFault(FaultCode.CYCLE_SUM, needed_s=common_cycle_s, given_s=cycle)
    if cycle < limits.least_s - CLOSE_S:
        yield PlanFault(FaultCode.CYCLE_BOUNDS, needed_s=limits.least_s, given_s=cycle)
    if cycle > limits.most_s + CLOSE_S:
        yield PlanFault(FaultCode.CYCLE_BOUNDS, needed_s=limits.most_s, given_s=cycle)
    if not -CLOSE_S <= plan.offset_s < cycle - CLOSE_S:
        yield PlanFault(FaultCode.OFFSET, needed_s=cycle, given_s=plan.offset_s)


def change_parts(junction: Junction, plan: Plan, place: int) -> tuple[float, float]:
    """How the change after a step divides into amber and all-red [s], as controllers store it.

    The amber is the longest that a lamp needs which the next stage does not keep.
    """
    step = plan.steps[place]
    now = junction.stages[step.stage].green
    then = junction.stages[plan.steps[(place + 1) % len(plan.steps)].stage].green
    amber = max((junction.rules.amber_of(lamp) for lamp in now - then), default=0.0)
    amber = min(amber, step.change_s)
    return amber, step.change_s - amber
