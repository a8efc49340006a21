"""What a junction learns from who crosses its stop lines: headways, turns, ways in, rates."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

START_UP_S = (1.5, 3.6, 5.6, 7.5, 9.3, 11.1, 12.9, 14.7)
"""Crossing times after green of a queue from standstill, until a junction knows its own [s]."""
HEADWAY_S = 1.8
MEMORY = 0.05
"""Weight of a new observation of a headway [-]."""
TURN_MEMORY = 0.995
WAY_MEMORY = 0.98
WAY_PRIOR = 4.0
RATE_MEMORY_S = 300.0
RATE_PRIOR_S = 120.0
"""How many seconds of quiet a new junction's rates begin with [s]."""


@dataclass
class Learned:
    """The estimates of one junction.

    Attributes
    ----------
    start_up_s
        When the nth vehicle of a queue crosses after its green began [s].
    headway_s
        Between vehicles of a queue in motion, per lane [s].
    turns
        Per link, how many took it lately, beginning with what is expected of it.
    ways
        Lanes x queues: how many seen on the lane left by the queue's stop line; in the last
        column those who went elsewhere.
    rate
        Arrivals per queue [1/s].
    """

    lanes: int
    turns: np.ndarray
    ways: np.ndarray
    start_up_s: np.ndarray = field(default_factory=lambda: np.array(START_UP_S))
    headway_s: np.ndarray = field(init=False)
    rate: np.ndarray = field(init=False)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.headway_s = np.full(self.lanes, HEADWAY_S)
        self.rate = np.zeros(self.lanes)

    def queue_crossed(self, nth: int, after_green_s: float) -> None:
        """Take the crossing of the nth vehicle that had stood when its green began."""
        if nth < self.start_up_s.size:
            self.start_up_s[nth] += MEMORY * (after_green_s - self.start_up_s[nth])
            np.maximum.accumulate(self.start_up_s, out=self.start_up_s)

    def followed(self, queue: int, headway_s: float) -> None:
        """Take the headway of two vehicles of one moving queue; all lanes learn a little."""
        self.headway_s += 0.3 * MEMORY * (headway_s - self.headway_s)
        self.headway_s[queue] += 0.7 * MEMORY * (headway_s - self.headway_s[queue])

    def turned(self, links: np.ndarray, link: int) -> None:
        """Take a crossing of a lane by one of its links."""
        self.turns[links] *= TURN_MEMORY
        self.turns[link] += 1.0

    def came(self, lane: int, queue: int) -> None:
        """Take whereto somebody seen on a lane went; past the last queue is elsewhere."""
        self.ways[lane] *= WAY_MEMORY
        self.ways[lane, queue] += 1.0

    def second(self, arrivals: np.ndarray) -> None:
        """Take one second's crossings per queue."""
        self.seconds += 1.0
        memory = min(self.seconds + RATE_PRIOR_S, RATE_MEMORY_S)
        self.rate += (arrivals - self.rate) / memory
