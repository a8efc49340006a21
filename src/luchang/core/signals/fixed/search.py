"""Search for the plan of one junction: sequences by rough splits, then second by second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING

from luchang.core.signals.fixed.sequences import least_green_s, sequences, split
from luchang.core.signals.fixed.shown import steps_of
from luchang.core.signals.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from luchang.core.signals.fixed.model import Model
    from luchang.core.signals.junction import Junction

FIRST_CYCLES_S = (30, 42, 56, 75, 100)
SIZES_S = (6, 3, 1)
KEPT, FINALISTS, FINAL_DRAWS = 3, 12, 4
"""Sequences worth a closer look; timings, and how often the draws, of the last comparison."""
GLANCE, HOPELESS = 2, 0.05
"""After how many draws, one of them with the reserve, a timing that costs so much more is left."""
STAGE_MUST_PAY = 0.15
"""Part of the cost a plan with more stages must save [-]: in simulation every stage beyond the
second costs one to two seconds a vehicle more than the queues foresee."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Stages in order with their greens [s], and the offset [s]."""

    stages: tuple[int, ...]
    greens_s: tuple[int, ...]
    offset_s: int = 0

    def plan(self, junction: Junction) -> Plan:
        steps = steps_of(junction, self.stages, self.greens_s)
        return Plan(junction.junction_id, steps, float(self.offset_s))


@dataclass
class Search:
    """Looks for the timing of one junction while the others stay as they are.

    Attributes
    ----------
    judge
        Cost of a timing in each of some draws; lower is better.
    seen
        The cost of each timing in the first draws, as many as it was worth.
    """

    junction: Junction
    judge: Callable[[Timing, range], list[float]]
    longest_cycle_s: int
    draws: int = 2
    may_run: Callable[[], bool] = lambda: True
    seen: dict[Timing, list[float]] = field(default_factory=dict)

    def cost(self, timing: Timing, draws: int) -> float:
        known = self.seen.setdefault(timing, [])
        if len(known) < draws:
            known += self.judge(timing, range(len(known), draws))
        return fmean(known[:draws])

    def is_better(self, timing: Timing, than: Timing) -> bool:
        """Whether a timing costs less; after a glance nothing more is run for a hopeless one."""
        glance = min(GLANCE, self.draws)
        if self.cost(timing, glance) > (1.0 + HOPELESS) * self.cost(than, glance):
            return False
        return self.cost(timing, self.draws) < self.cost(than, self.draws) - 1e-9

    def best(
        self, flows: dict[str, float], cycles_s: Sequence[int] = FIRST_CYCLES_S
    ) -> list[Timing]:
        """Timings worth running, best first."""
        starts = []
        for stages in sequences(self.junction, flows):
            rough = self._rough(stages, flows, cycles_s)
            starts.append(min(rough, key=lambda timing: self.cost(timing, 1)))
        starts.sort(key=lambda timing: self.cost(timing, 1))
        for timing in starts[:KEPT]:
            self.refine(timing)
        return self.proven()

    def proven(self) -> list[Timing]:
        """The most promising timings seen of each sequence, by more draws; fewer stages first.

        A stage must pay: of two timings that cost about the same the one with fewer changes is
        the better known, for what happens in a change is what is known least.
        """
        by_sequence: dict[tuple[int, ...], list[Timing]] = {}
        for timing, known in self.seen.items():
            if len(known) >= self.draws:
                by_sequence.setdefault(timing.stages, []).append(timing)
        final: list[Timing] = []
        for timings in by_sequence.values():
            timings.sort(key=lambda timing: self.cost(timing, self.draws))
            final += timings[: FINALISTS // len(by_sequence)]
        exact = {timing: self.cost(timing, FINAL_DRAWS * self.draws) for timing in final}
        limit = (1.0 + STAGE_MUST_PAY) * min(exact.values())
        return sorted(
            final,
            key=lambda one: (exact[one] > limit, len(one.stages), exact[one]),
        )

    def _rough(
        self, stages: tuple[int, ...], flows: dict[str, float], cycles_s: Sequence[int]
    ) -> list[Timing]:
        found: dict[Timing, None] = {}
        for cycle_s in cycles_s:
            greens, _ = split(self.junction, stages, flows, cycle_s)
            found[Timing(stages, tuple(greens))] = None
        return list(found)

    def refine(self, timing: Timing, *, keeps_cycle: bool = False) -> Timing:
        """Shift green between stages, add and take, in ever smaller pieces, while it pays."""
        self.cost(timing, self.draws)  # proven even if nothing around it is worth so many
        for size in SIZES_S:
            improved = True
            while improved and self.may_run():
                improved = False
                for other in self._around(timing, size, keeps_cycle=keeps_cycle):
                    if self.is_better(other, timing):
                        timing, improved = other, True
                        break
                    if not self.may_run():
                        break
        return timing

    def _around(self, timing: Timing, size: int, *, keeps_cycle: bool) -> Iterator[Timing]:
        places = range(len(timing.stages))
        for one in places:
            for other in places:
                if one != other:
                    yield from self._changed(timing, {one: size, other: -size})
            if not keeps_cycle:
                yield from self._changed(timing, {one: size})
                yield from self._changed(timing, {one: -size})
        if not keeps_cycle and len(timing.stages) > 1:
            yield from self._changed(timing, dict.fromkeys(places, size))
            yield from self._changed(timing, dict.fromkeys(places, -size))

    def _changed(self, timing: Timing, by: dict[int, int]) -> Iterator[Timing]:
        greens = list(timing.greens_s)
        for place, change in by.items():
            greens[place] += change
            if greens[place] < least_green_s(self.junction, timing.stages[place]):
                return
        other = Timing(timing.stages, tuple(greens), timing.offset_s)
        if other.plan(self.junction).cycle_s <= self.longest_cycle_s:
            yield other


def lane_flows(model: Model, junction: Junction) -> dict[str, float]:
    """Flow over saturation flow of each lane, movements spread evenly over their lanes [-]."""
    layout, hourly = model.layout, model.problem.counts.hourly
    names = {place: name for name, place in layout.names.lanes.items()}
    flows = dict.fromkeys(junction.links_by_lane, 0.0)
    for movement, place in layout.movement_at.items():
        if movement.junction_id != junction.junction_id:
            continue
        group = layout.names.group_lanes[layout.names.groups[movement.approach]]
        lanes = [lane for lane in group if layout.streets.allowed[lane, place]]
        for lane in lanes:
            headway_s = layout.streets.headway_s[layout.streets.link_of[lane, place]]
            flows[names[lane]] += hourly[place] / len(lanes) * headway_s / 3600.0
    return flows
