"""What one junction's detectors and lamps say in one second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

UNKNOWN = -1
"""Next movement of a vehicle that only class B sensing would know."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One second of one junction.

    Attributes
    ----------
    at_s
        Time of the day [s].
    stage, shown_s
        Stage shown or on its way, and since when it is shown in full [s].
    change_rest_s
        Seconds until it is shown in full; 0 when it is.
    may_switch
        Whether another stage may be asked for now.
    lane
        Of each vehicle, the place of its lane in the junction's lanes.
    distance_m
        Of each vehicle, from its front to the end of its lane [m].
    speed_mps, track
        Its speed [m/s], and a number it keeps while it is in sight.
    movement
        Lamp it will pass, for class B; UNKNOWN for class A.
    passed
        Pairs of track and place of its link: who crossed a stop line since the last second.
    failed
        Lanes whose detectors report that they do not work.
    """

    at_s: float
    stage: int
    shown_s: int
    change_rest_s: int
    may_switch: bool
    lane: npt.NDArray[np.int32]
    distance_m: npt.NDArray[np.float64]
    speed_mps: npt.NDArray[np.float64]
    track: npt.NDArray[np.int64]
    movement: npt.NDArray[np.int32]
    passed: tuple[tuple[int, int], ...] = ()
    failed: frozenset[str] = field(default_factory=frozenset)
