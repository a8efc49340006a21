"""Plans over a day: a plan for each part of it, kept only where it provably beats the one for all.

A count of ten minutes differs from the next by chance alone, and a plan fitted to it looks better
than it is when the same count judges it. So the counts of a part are first drawn towards those of
the whole period, as far as chance explains their difference, and what a plan saves is then proven
on days no search has seen.

References
----------
James, W., Stein, C. (1961). Estimation with quadratic loss. Proc. 4th Berkeley Symp. Math. Stat.
Prob. 1, 361-379. Morris, C. N. (1983). Parametric empirical Bayes inference: theory and
applications. J. Am. Stat. Assoc. 78 (381), 47-55: how far to draw.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals import VERSION
from luchang.core.signals.fixed.day import Entry, day_states
from luchang.core.signals.fixed.model import Expected, Model, expected
from luchang.core.signals.fixed.search import Search, Timing
from luchang.core.signals.fixed.shown import as_used
from luchang.core.signals.fixed.solve import alone, plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.signals.demand import TurningCounts
    from luchang.core.signals.fixed.problem import Problem
    from luchang.core.signals.junction import Junction
    from luchang.core.signals.plan import Plan

    Floats = NDArray[np.float64]

MUST_PAY = 0.15
"""What another plan must save of all that is lost in its part of the period [-]; the same as for
another stage: of smaller savings by the queues nothing was left in simulation."""
PROOF_DAYS, FIRST_PROOF_DAY = 48, 2_000
"""Days, arrivals and counts drawn anew, that a saving is proven on; the draw of the first."""
STANDARD_ERRORS = 3.0
"""How far above nothing the mean saving must lie [-]: two errors are one chance in forty, and an
hour asks a dozen times."""
TINY = 1e-9
"""Variance of what was never seen, to divide by."""


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

    def costs_on_other_days(self, sets: Sequence[dict[str, Plan]]) -> Floats:
        """What each of the days of the proof costs; the same days whatever the plans [s/veh]."""
        lamps, arrivals = self.lamps(sets), self.model.layout.arrivals
        draws = range(FIRST_PROOF_DAY, FIRST_PROOF_DAY + PROOF_DAYS)
        days = (arrivals(draw, resample=True) for draw in draws)
        return np.array([self.model.cost_on(lamps, one) for one in days])

    def share_of(self, place: int) -> float:
        """Part of the vehicles of the period that belong to a part of it [-]."""
        vehicles = self.problem.counts.vehicles.sum(axis=1)
        begins = [round(begin / self.problem.counts.interval_s) for begin in self.begins]
        return float(np.add.reduceat(vehicles, begins)[place] / vehicles.sum())


def plan_set(problem: Problem, begins_s: Sequence[int]) -> DayAdvice:
    """Plans for the parts of a period that begin at these times, the first at 0 [s].

    Each part gets the plan for its own traffic where that provably saves something over the whole
    period, the queues it inherits and the change between plans included; else it keeps the common
    one.
    """
    interval_s = problem.counts.interval_s
    if any(begin % interval_s for begin in begins_s):
        raise ValueError(f"parts begin within an interval of {interval_s:g} s: {begins_s}")
    day = _Day(replace(problem, counts=probable(problem.counts, begins_s)), begins_s)
    common = {one.junction_id: one for one in plan(problem).plans}
    sets = [common] * len(begins_s)
    before = day.costs_on_other_days(sets)
    ends = [*begins_s[1:], round(len(problem.counts.vehicles) * interval_s)]
    for place, (begin, end) in enumerate(zip(begins_s, ends, strict=True)):
        if not during(problem, begin, end).counts.vehicles.any():
            continue
        least = MUST_PAY * day.share_of(place)
        for other in _candidates(day, sets, place, during(day.problem, begin, end)):
            attempt = [*sets[:place], other, *sets[place + 1 :]]
            after = day.costs_on_other_days(attempt)
            if saves(before, after, least):
                sets, before = attempt, after
    return DayAdvice(
        entries={
            one.junction_id: day.entries(sets, one.junction_id)
            for one in problem.network.junctions
        },
        expected=expected(Model(problem), day.lamps(sets)),
        version=VERSION,
        seed=problem.limits.seed,
        input_hash=problem.input_hash(),
    )


def saves(before: Floats, after: Floats, least: float) -> bool:
    """Whether costs of the same days fall, by more than chance and by this part of them [-]."""
    saved = before - after
    error = float(saved.std(ddof=1)) / math.sqrt(len(saved))
    return float(saved.mean()) > max(STANDARD_ERRORS * error, least * float(before.mean()))


def probable(counts: TurningCounts, begins_s: Sequence[int]) -> TurningCounts:
    """What to expect of other days: each part's counts, drawn towards those of the whole period.

    Where the parts differ no more than chance lets them nothing of the difference is left, where
    they differ Q times as much 1 - 1/Q; Q is chi-squared over its degrees of freedom, of all
    movements together, with the variance of the counts. The whole period keeps its sum.
    """
    begins = [round(begin / counts.interval_s) for begin in begins_s]
    parts = np.diff([*begins, len(counts.vehicles)])[:, None]
    if len(begins) == 1:
        return counts
    counted = np.add.reduceat(counts.vehicles, begins, axis=0)
    by_chance = np.maximum(counts.variance.mean(axis=0) * parts, TINY)
    apart = (counted - counts.vehicles.mean(axis=0) * parts) ** 2 / by_chance
    freedom = (len(begins) - 1) * int(np.count_nonzero(counts.vehicles.any(axis=0)))
    kept = 1.0 - 1.0 / max(float(apart.sum()) / max(freedom, 1), 1.0)
    return replace(
        counts,
        vehicles=kept * counts.vehicles + (1.0 - kept) * counts.vehicles.mean(axis=0),
        variance=kept * counts.variance + (1.0 - kept) * counts.variance.mean(axis=0),
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
