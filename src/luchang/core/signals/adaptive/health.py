"""Whether the detectors of a junction can be believed; if not, its fixed plan runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.adaptive.memory import NOBODY

if TYPE_CHECKING:
    from luchang.core.signals.adaptive.memory import Memory
    from luchang.core.signals.adaptive.sight import Sight
    from luchang.core.signals.plan import Plan

KNOWN_AFTER_S = 600.0
"""Before so long nobody knows what is usual here, and silence proves nothing [s]."""
LEAST_QUIET_S = 120.0
"""Where signals upstream gather traffic into platoons, shorter silence proves nothing [s]."""
LEAST_RATE = 1e-3
"""Where less than this crosses elsewhere, nothing can be told from it [1/s]."""
DEFAULT_GREEN_S = 20.0


class Health:
    """Watches for detectors that are silent, stuck, or say themselves that they fail.

    Attributes
    ----------
    blind
        Lanes that are silent while the rest of the junction has traffic: the rate of arrivals that
        was usual before [1/s]. Whether the detector fails or nobody comes any more, nobody can
        tell; one lane alone is no reason to give up the others.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        queues = len(memory.layout.stops)
        self.lanes = np.array(memory.layout.lane_of)
        self.blind: dict[int, float] = {}
        self.last_seen = np.full(queues, -np.inf)
        self.rate_then = np.zeros(queues)
        self.crossed = 0
        self.crossed_then = np.zeros(queues)
        self.share_then = np.zeros(queues)
        self.unsound_at: float | None = None
        self.greens_of_head: dict[int, int] = {}
        self.stage = NOBODY

    def is_sound(self, sight: Sight) -> bool:
        """Take one second; whether what is seen may be believed."""
        self._listen(sight)
        if self._has_failed(sight) or self._is_silent(sight) or self._is_stuck(sight):
            self.unsound_at = sight.at_s
        if self.unsound_at is None:
            return True
        return sight.at_s - self.unsound_at >= self.memory.parameters.recovery_s

    def _has_failed(self, sight: Sight) -> bool:
        return not sight.failed.isdisjoint(self.memory.layout.stops)

    def _listen(self, sight: Sight) -> None:
        """Note who is heard of, and which lanes have been quiet for many times the usual gap.

        Gaps are counted in time and in what crossed elsewhere; the less counts, for at night all
        lanes are quiet.
        """
        layout, learned = self.memory.layout, self.memory.learned
        heard = np.isin(self.lanes, sight.lane) | np.isneginf(self.last_seen)
        for _track, link in sight.passed:
            if link >= 0:
                heard[layout.queue_of[link]] = True  # its lane may be shorter than a second's way
                self.crossed += 1
        usual = np.minimum(learned.usual_rate, learned.rate)
        elsewhere = usual.sum() - usual
        self.last_seen[heard] = sight.at_s
        self.rate_then[heard] = usual[heard]
        self.crossed_then[heard] = self.crossed
        self.share_then[heard] = (usual / np.maximum(elsewhere, LEAST_RATE))[heard]
        quiet = sight.at_s - self.last_seen
        gaps = np.minimum(
            quiet * self.rate_then, (self.crossed - self.crossed_then) * self.share_then
        )
        silent = (gaps > self.memory.parameters.silent_gaps) & (quiet > LEAST_QUIET_S)
        known = learned.seconds >= KNOWN_AFTER_S
        lost = np.flatnonzero(silent & known).tolist()
        self.blind = {one: float(self.rate_then[one]) for one in lost}

    def _is_silent(self, sight: Sight) -> bool:
        """Nothing is heard of the whole junction for many times the usual gap."""
        quiet = sight.at_s - self.last_seen.max()
        expected = quiet * self.rate_then.sum()
        silent = expected > self.memory.parameters.silent_gaps and quiet > LEAST_QUIET_S
        return bool(silent) and self.memory.learned.seconds >= KNOWN_AFTER_S

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
