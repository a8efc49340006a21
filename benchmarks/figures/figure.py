"""What a benchmark hands back: one measured figure beside its goal and its peer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of `build/bench/<name>.json`.

    Attributes
    ----------
    figure, value, unit
        What was measured in this run; value None: could not be measured, `note` says why.
    goal, better
        The value to reach, and which direction is better.
    peer, peer_value
        Another way to do the same job, measured in the same run on the same input.
    data, seed, n
        Instances, random seed, number of measurements.
    """

    figure: str
    value: float | None
    unit: str
    goal: float | None = None
    better: Literal["lower", "higher"] = "lower"
    peer: str | None = None
    peer_value: float | None = None
    data: str = ""
    seed: int | None = None
    n: int | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.goal is None:
            return None
        if self.value is None:
            return False
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal
