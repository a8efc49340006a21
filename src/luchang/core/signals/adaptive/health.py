"""Whether the detectors of a junction can be believed; if not, its fixed plan runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from luchang.core.signals.adaptive.memory import NOBODY

if TYPE_CHECKING:
    from luchang.core.signals.adaptive.memory import Memory
    from luchang.core.signals.adaptive.sight import Sight
    from luchang.core.signals.plan import Plan

KNOWN_AFTER_S = 600.0
"""Before so long nobody knows what is usual here, and silence proves nothing [s]."""
LEAST_QUIET_S = 120.0
"""Where signals upstream gather traffic into platoons, shorter silence proves nothing [s]."""
DEFAULT_GREEN_S = 20.0


class Health:
    """Watches for detectors that are silent, stuck, or say themselves that they fail."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.last_seen: dict[int, float] = {}
        self.rate_then: dict[int, float] = {}
        self.unsound_at: float | None = None
        self.greens_of_head: dict[int, int] = {}
        self.stage = NOBODY

    def is_sound(self, sight: Sight) -> bool:
        """Take one second; whether what is seen may be believed."""
        if self._has_failed(sight) or self._is_silent(sight) or self._is_stuck(sight):
            self.unsound_at = sight.at_s
        if self.unsound_at is None:
            return True
        return sight.at_s - self.unsound_at >= self.memory.parameters.recovery_s

    def _has_failed(self, sight: Sight) -> bool:
        return not sight.failed.isdisjoint(self.memory.layout.stops)

    def _is_silent(self, sight: Sight) -> bool:
        """A lane that nobody has been seen on for many times the usual gap."""
        layout = self.memory.layout
        present = set(sight.lane.tolist())
        # a lane may be shorter than the way of a second: who crossed was there
        present |= {layout.lane_of[layout.queue_of[link]] for _, link in sight.passed if link >= 0}
        learned = self.memory.learned
        silent = False
        for number, lane in enumerate(layout.lane_of):
            if lane in present or number not in self.last_seen:
                self.last_seen[number] = sight.at_s
                self.rate_then[number] = float(
                    min(learned.usual_rate[number], learned.rate[number])
                )
            quiet = sight.at_s - self.last_seen[number]
            expected = quiet * self.rate_then[number]
            silent |= expected > self.memory.parameters.silent_gaps and quiet > LEAST_QUIET_S
        return silent and learned.seconds >= KNOWN_AFTER_S

    def _is_stuck(self, sight: Sight) -> bool:
        """A lane whose first vehicle has not moved for minutes, with greens for all its ways."""
        memory = self.memory
        if sight.stage != self.stage and sight.change_rest_s == 0:
            self.stage = sight.stage
            for number, links in enumerate(memory.layout.links_of):
                if memory.layout.lights[sight.stage, links].all():
                    self.greens_of_head[number] = self.greens_of_head.get(number, 0) + 1
        stuck = False
        for number, queue in enumerate(memory.queues):
            stood = sight.at_s - queue.head_since
            if queue.head == NOBODY or stood < 1.0:
                self.greens_of_head[number] = 0
            elif stood > memory.parameters.stuck_s and self.greens_of_head.get(number, 0) > 1:
                stuck = True
        return stuck


def stage_of_plan(plan: Plan | None, stages: int, at_s: float) -> int:
    """Return the stage a fixed plan shows at a time; without one, every stage in turn."""
    if plan is None:
        return int(at_s // DEFAULT_GREEN_S) % stages
    place = (at_s - plan.offset_s) % plan.cycle_s
    for step in plan.steps:
        place -= step.green_s + step.change_s
        if place < 0:
            return step.stage
    return plan.steps[-1].stage
