"""Plans for the junctions of a problem: each alone, then cycle, offsets and splits together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals import VERSION
from luchang.core.signals.demand import check
from luchang.core.signals.fixed.model import Expected, Model, expected
from luchang.core.signals.fixed.search import Search, Timing, lane_flows
from luchang.core.signals.fixed.sequences import least_green_s
from luchang.core.signals.fixed.shown import change_s
from luchang.core.signals.junction import Network

if TYPE_CHECKING:
    from luchang.core.signals.fixed.problem import Problem
    from luchang.core.signals.junction import Junction
    from luchang.core.signals.plan import Plan


JUNCTION_RUNS = 6_000
"""Runs of a network times its junctions: a run takes longer the more there are."""


@dataclass(frozen=True)
class Advice:
    """A plan a junction, what it should cost, and everything needed to compute it again."""

    plans: tuple[Plan, ...]
    expected: Expected
    version: str
    seed: int
    input_hash: str


def plan(problem: Problem) -> Advice:
    """The plans with the least expected delay that the search finds.

    Raises
    ------
    UnusableCounts
        The counts do not fit the junctions, or cannot be true.
    """
    check(problem.counts, problem.network.junctions)
    timings = {one.junction_id: alone(problem, one) for one in problem.network.junctions}
    model = Model(problem)
    if len(timings) > 1:
        timings = _together(model, timings)
    plans = tuple(timings[one.junction_id].plan(one) for one in problem.network.junctions)
    return advice(model, plans)


def candidates(problem: Problem, most: int = 3) -> list[Advice]:
    """Plans that differ in kind, best first, to be compared before one is chosen.

    Of one junction the best timing of each order of stages; of several the coordinated plans and
    each junction's own.
    """
    best = plan(problem)
    model = Model(problem)
    if len(problem.network.junctions) > 1:
        own = tuple(alone(problem, one).plan(one) for one in problem.network.junctions)
        others = [] if own == best.plans else [own]
    else:
        (junction,) = problem.network.junctions
        kinds: dict[tuple[int, ...], Timing] = {}
        for timing in _search(problem, junction).best(lane_flows(model, junction)):
            kinds.setdefault(timing.stages, timing)
        others = [(timing.plan(junction),) for timing in kinds.values()]
    fresh = [plans for plans in others if plans != best.plans]
    return [best, *(advice(model, plans) for plans in fresh)][:most]


def advice(model: Model, plans: tuple[Plan, ...]) -> Advice:
    """Given plans with what they should cost."""
    return Advice(
        plans=plans,
        expected=expected(model, model.shown(plans)),
        version=VERSION,
        seed=model.problem.limits.seed,
        input_hash=model.problem.input_hash(),
    )


def only(problem: Problem, junction: Junction) -> Problem:
    """The part of a problem that one junction sees: its own counts, no neighbours."""
    counts = problem.counts
    mine = [
        place
        for place, movement in enumerate(counts.movements)
        if movement.junction_id == junction.junction_id
    ]
    approaches = {lane.approach for lane in junction.lanes.values()}
    return replace(
        problem,
        network=Network((junction,)),
        counts=replace(
            counts,
            movements=tuple(counts.movements[place] for place in mine),
            vehicles=counts.vehicles[:, mine],
            variance=counts.variance[:, mine],
        ),
        roads=(),
        feeders=tuple(one for one in problem.feeders if one.approach in approaches),
    )


def alone(problem: Problem, junction: Junction) -> Timing:
    """The best timing of one junction as if it had no neighbours."""
    model = Model(only(problem, junction))
    return _search(problem, junction, model).best(lane_flows(model, junction))[0]


def _search(problem: Problem, junction: Junction, model: Model | None = None) -> Search:
    judging = model or Model(only(problem, junction))
    limits = problem.limits

    def judge(timing: Timing, draws: range) -> list[float]:
        return judging.costs(judging.shown((timing.plan(junction),)), draws)

    return Search(
        junction,
        judge,
        limits.longest_cycle_s,
        limits.draws,
        lambda: judging.runs < limits.runs,
    )


class _Together:
    """Timings of a network, bettered junction by junction under one cost."""

    def __init__(self, model: Model, timings: dict[str, Timing]) -> None:
        self.model, self.timings = model, dict(timings)
        self.junctions = model.problem.network.junctions
        self.best = self.cost(self.timings)

    def cost(self, timings: dict[str, Timing]) -> float:
        plans = [timings[one.junction_id].plan(one) for one in self.junctions]
        return self.model.cost(plans, 1)

    def attempt(self, changed: dict[str, Timing]) -> bool:
        """Take other timings of some junctions if the network is better off."""
        timings = self.timings | changed
        cost = self.cost(timings)
        if cost < self.best - 1e-9:
            self.timings, self.best = timings, cost
            return True
        return False


def _together(model: Model, each: dict[str, Timing]) -> dict[str, Timing]:
    """Keep each junction's own cycle, or give all a common one with offsets: what costs less."""
    most = model.problem.limits.network_runs
    runs = min(most, max(most // 8, JUNCTION_RUNS // len(each)))
    own = _Together(model, each)
    own = _polish(own, model.runs + runs // 3)
    best = own
    for cycle_s in _common_cycles(model, own.timings):
        common = _Together(model, _at_cycle(model, own.timings, cycle_s))
        _polish(common, model.runs + runs // 6)
        if common.best < best.best:
            best = common
    _polish(best, model.runs + runs // 3)
    return best.timings


def _common_cycles(model: Model, timings: dict[str, Timing]) -> list[int]:
    cycles = sorted(
        round(timings[one.junction_id].plan(one).cycle_s)
        for one in model.problem.network.junctions
    )
    middle = cycles[len(cycles) // 2]
    return sorted({middle, cycles[-1], round(1.3 * middle)} - {0})


def _at_cycle(model: Model, timings: dict[str, Timing], cycle_s: int) -> dict[str, Timing]:
    """The same stages with one cycle for all, greens shared as before."""
    found = {}
    for one in model.problem.network.junctions:
        timing = timings[one.junction_id]
        pairs = zip(timing.stages, (*timing.stages[1:], timing.stages[0]), strict=True)
        lost = round(sum(change_s(one, a, b) for a, b in pairs))
        greens = np.array(timing.greens_s, float)
        least = np.array([least_green_s(one, stage) for stage in timing.stages])
        rest = cycle_s - lost
        whole = np.maximum(least, np.floor(greens * rest / greens.sum())).astype(int)
        whole[int(np.argmax(greens))] += rest - whole.sum()
        if (whole >= least).all():
            found[one.junction_id] = replace(timing, greens_s=tuple(int(g) for g in whole))
        else:
            found[one.junction_id] = timing
    return found


def _polish(state: _Together, until: int) -> _Together:
    """Shift offsets and greens of one junction after the other while it pays."""
    sizes = (12, 5, 2)
    for size in sizes:
        improved = True
        while improved and state.model.runs < until:
            improved = False
            for one in state.junctions:
                for change in _moves(one, state.timings[one.junction_id], size):
                    if state.model.runs >= until:
                        return state
                    if state.attempt({one.junction_id: change}):
                        improved = True
                        break
    return state


def _moves(junction: Junction, timing: Timing, size: int) -> list[Timing]:
    """Other offsets, and green moved between two stages, of one junction at the same cycle."""
    cycle = round(timing.plan(junction).cycle_s)
    found = [
        replace(timing, offset_s=(timing.offset_s + shift) % cycle) for shift in (size, -size)
    ]
    piece = max(1, size // 3)
    for one in range(len(timing.stages)):
        for other in range(len(timing.stages)):
            greens = list(timing.greens_s)
            greens[one] += piece
            greens[other] -= piece
            if one != other and greens[other] >= least_green_s(junction, timing.stages[other]):
                found.append(replace(timing, greens_s=tuple(greens)))
    return found
