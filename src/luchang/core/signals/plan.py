"""A fixed plan: stages in order with their green, and the cycle they make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One stage of a plan.

    Attributes
    ----------
    stage
        Index into the junction's stages.
    green_s
        Time the stage is shown in full [s].
    change_s
        Amber and all-red after it [s], before the next stage is shown.
    """

    stage: int
    green_s: float
    change_s: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A cycle of one junction.

    Attributes
    ----------
    offset_s
        Begin of the first step within the common cycle [s].
    """

    junction_id: str
    steps: tuple[PlanStep, ...]
    offset_s: float = 0.0

    @property
    def cycle_s(self) -> float:
        return sum(step.green_s + step.change_s for step in self.steps)
