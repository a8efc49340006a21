"""Plans over a day: a plan for each part of it, kept only where it beats the one for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from luchang.core.signals import VERSION
from luchang.core.signals.fixed.day import Entry, day_states
from luchang.core.signals.fixed.model import Expected, Model, expected
from luchang.core.signals.fixed.search import Search, Timing
from luchang.core.signals.fixed.shown import as_used
from luchang.core.signals.fixed.solve import alone, plan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from luchang.core.signals.fixed.problem import Problem
    from luchang.core.signals.junction import Junction
    from luchang.core.signals.plan import Plan

MUST_PAY = 0.01
"""Part of the cost that another plan for a part of the day must save [-]."""


@dataclass(frozen=True)
class DayAdvice:
    """When which plan runs, by junction, and what that should cost."""

    entries: dict[str, tuple[Entry, ...]]
    expected: Expected
    version: str
    seed: int
    input_hash: str


class _Day:
    """The plans of each part of the period, judged over all of it, changes included."""

    def __init__(self, problem: Problem, begins: Sequence[int]) -> None:
        self.problem, self.begins = problem, list(begins)
        self.model = Model(problem)
        self.keeps_step = len(problem.network.junctions) > 1

    def entries(self, sets: Sequence[dict[str, Plan]], junction_id: str) -> tuple[Entry, ...]:
        found: list[Entry] = []
        for begin, plans in zip(self.begins, sets, strict=True):
            if not found or found[-1].plan != plans[junction_id]:
                found.append(Entry(begin, plans[junction_id], self.keeps_step))
        return tuple(found)

    def lamps(self, sets: Sequence[dict[str, Plan]]) -> NDArray[np.int8]:
        shown = self.model.blank()
        for one in self.problem.network.junctions:
            entries = self.entries(sets, one.junction_id)
            states = day_states(one, entries, self.model.seconds)
            self.model.put(shown, one.junction_id, as_used(states, self.problem.drivers.gain_s))
        return shown

    def costs(self, sets: Sequence[dict[str, Plan]], draws: range) -> list[float]:
        return self.model.costs(self.lamps(sets), draws)

    def cost(self, sets: Sequence[dict[str, Plan]], draws: int) -> float:
        return fmean(self.costs(sets, range(draws)))


def plan_set(problem: Problem, begins_s: Sequence[int]) -> DayAdvice:
    """Plans for the parts of a period that begin at these times, the first at 0 [s].

    Each part gets the plan for its own counts where that saves anything over the whole period,
    the queues it inherits and the change between plans included; else it keeps the common one.
    """
    interval_s = problem.counts.interval_s
    if any(begin % interval_s for begin in begins_s):
        raise ValueError(f"parts begin within an interval of {interval_s:g} s: {begins_s}")
    day = _Day(problem, begins_s)
    common = {one.junction_id: one for one in plan(problem).plans}
    sets = [common] * len(begins_s)
    draws = 2 * problem.limits.draws
    best = day.cost(sets, draws)
    ends = [*begins_s[1:], round(len(problem.counts.vehicles) * interval_s)]
    for place, (begin, end) in enumerate(zip(begins_s, ends, strict=True)):
        for other in _candidates(day, sets, place, during(problem, begin, end)):
            attempt = [*sets[:place], other, *sets[place + 1 :]]
            cost = day.cost(attempt, draws)
            if cost < best * (1.0 - MUST_PAY):
                sets, best = attempt, cost
    return DayAdvice(
        entries={
            one.junction_id: day.entries(sets, one.junction_id)
            for one in problem.network.junctions
        },
        expected=expected(day.model, day.lamps(sets)),
        version=VERSION,
        seed=problem.limits.seed,
        input_hash=problem.input_hash(),
    )


def during(problem: Problem, begin_s: float, end_s: float) -> Problem:
    """The same junctions with the counts of a part of the period."""
    interval_s = problem.counts.interval_s
    begin, end = round(begin_s / interval_s), round(end_s / interval_s)
    feeders = tuple(
        replace(feeder, passing=feeder.passing[begin:end]) for feeder in problem.feeders
    )
    return replace(problem, counts=problem.counts.between(begin, end), feeders=feeders)


def _candidates(
    day: _Day, sets: Sequence[dict[str, Plan]], place: int, part: Problem
) -> list[dict[str, Plan]]:
    if not part.counts.vehicles.any():
        return []
    junctions = part.network.junctions
    if len(junctions) > 1:
        return [{one.junction_id: one for one in plan(part).plans}]
    (junction,) = junctions
    before = day.model.runs

    def judge(timing: Timing, draws: range) -> list[float]:
        other = {junction.junction_id: timing.plan(junction)}
        return day.costs([*sets[:place], other, *sets[place + 1 :]], draws)

    limits = part.limits
    search = Search(
        junction,
        judge,
        limits.longest_cycle_s,
        limits.draws,
        lambda: day.model.runs - before < limits.runs,
    )
    for start in (_timing(sets[place], junction), alone(part, junction)):
        search.refine(start)
    return [{junction.junction_id: one.plan(junction)} for one in search.proven()[:2]]


def _timing(plans: dict[str, Plan], junction: Junction) -> Timing:
    steps = plans[junction.junction_id].steps
    stages = tuple(step.stage for step in steps)
    return Timing(stages, tuple(round(step.green_s) for step in steps))
