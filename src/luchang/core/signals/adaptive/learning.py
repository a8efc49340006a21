"""What a junction learns from who crosses its stop lines: headways, turns, ways in, rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

START_UP_S = (1.5, 3.6, 5.6, 7.5, 9.3, 11.1, 12.9, 14.7)
"""Crossing times after green of a queue from standstill, until a junction knows its own [s]."""
HEADWAY_S = 1.8
MEMORY = 0.05
"""Weight of a new observation of a headway [-]."""
OWN_SHARE = 0.7
"""Of it, what only the lane itself learns; the rest is learned by all lanes [-]."""
TURN_MEMORY = 0.995
TURN_PRIOR = 4.0
"""What is expected before anybody was seen counts like so many vehicles."""
WAY_MEMORY = 0.98
WAY_PRIOR = 4.0
RATE_MEMORY_S = 300.0
RATE_PRIOR_S = 120.0
"""How many seconds of quiet a new junction's rates begin with [s]."""
USUAL_MEMORY_S = 1800.0
"""Over how long the rate is taken that silence is judged by [s]."""


@dataclass
class Learned:
    """The estimates of one junction.

    Attributes
    ----------
    turns
        Per link, how many took it lately, beginning with what is expected of it.
    ways
        Lanes x queues: how many seen on the lane left by the queue's stop line; in the last
        column those who went elsewhere.
    start_up_s
        When the nth vehicle of a queue crosses after its green began [s].
    headway_s
        Between vehicles of a queue in motion, per lane [s].
    rate, usual_rate
        Arrivals per queue over minutes and over half an hour [1/s].
    """

    turns: Floats
    ways: Floats
    start_up_s: Floats = field(default_factory=lambda: np.array(START_UP_S))
    headway_s: Floats = field(init=False)
    rate: Floats = field(init=False)
    usual_rate: Floats = field(init=False)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        queues = self.ways.shape[1] - 1
        self.headway_s = np.full(queues, HEADWAY_S)
        self.rate = np.zeros(queues)
        self.usual_rate = np.zeros(queues)

    def queue_crossed(self, nth: int, after_green_s: float) -> None:
        """Take the crossing of the nth vehicle that had stood when its green began."""
        if nth < self.start_up_s.size:
            self.start_up_s[nth] += MEMORY * (after_green_s - self.start_up_s[nth])
            np.maximum.accumulate(self.start_up_s, out=self.start_up_s)

    def followed(self, queue: int, headway_s: float) -> None:
        """Take the headway of two vehicles of one moving queue; all lanes learn a little."""
        error = headway_s - self.headway_s
        self.headway_s += (1.0 - OWN_SHARE) * MEMORY * error
        self.headway_s[queue] += OWN_SHARE * MEMORY * error[queue]

    def turned(self, links: Ints, link: int) -> None:
        """Take a crossing of a lane by one of its links."""
        self.turns[links] *= TURN_MEMORY
        self.turns[link] += 1.0

    def came(self, lane: int, queue: int) -> None:
        """Take whereto somebody seen on a lane went; past the last queue is elsewhere."""
        self.ways[lane] *= WAY_MEMORY
        self.ways[lane, queue] += 1.0

    def second(self, arrivals: Floats) -> None:
        """Take one second's crossings per queue."""
        self.seconds += 1.0
        grown = self.seconds + RATE_PRIOR_S
        self.rate += (arrivals - self.rate) / min(grown, RATE_MEMORY_S)
        self.usual_rate += (arrivals - self.usual_rate) / min(grown, USUAL_MEMORY_S)
