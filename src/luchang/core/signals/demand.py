"""Turning counts of a junction: from passages, detectors or a sheet, with what is uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Movement(NamedTuple):
    """Traffic from one approach of a junction to one way out of it."""

    junction_id: str
    approach: str
    exit: str


@dataclass(frozen=True)
class TurningCounts:
    """Vehicles of each movement in intervals of equal length.

    Attributes
    ----------
    vehicles
        interval x movement [veh].
    variance
        Of each count as an estimate of the vehicles expected [veh^2]; a count of n vehicles is
        a draw of a Poisson variable, so its own is n.
    interval_s
        Length of an interval [s].
    """

    movements: tuple[Movement, ...]
    vehicles: Floats
    variance: Floats
    interval_s: float
    begin_s: float = 0.0

    @property
    def hourly(self) -> Floats:
        """Mean flow of each movement over the whole period [veh/h]."""
        flow: Floats = self.vehicles.mean(axis=0) * 3600.0 / self.interval_s
        return flow
