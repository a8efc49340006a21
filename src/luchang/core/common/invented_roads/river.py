"""The river of an invented city: a meandering line through the centre, from south to north."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from luchang.core.common.roads import Floats

_MEANDERS_M = ((9_000.0, 31_000.0), (2_400.0, 11_000.0), (500.0, 4_300.0))
"""Amplitude and wave length of the meanders [m]."""


@dataclass(frozen=True, slots=True)
class River:
    """East coordinate of the middle of the stream as a function of the north coordinate."""

    phases: tuple[float, ...]
    offset_m: float
    width_m: float

    def east_m(self, north_m: Floats) -> Floats:
        """Middle of the stream [m east of the city centre]."""
        waves = [
            amplitude * np.sin(2 * np.pi * north_m / length + phase)
            for (amplitude, length), phase in zip(_MEANDERS_M, self.phases, strict=True)
        ]
        return np.asarray(sum(waves)) - self.offset_m

    def side(self, east_m: Floats, north_m: Floats) -> Floats:
        """-1 west of the stream, 1 east of it."""
        return np.where(np.asarray(east_m) < self.east_m(north_m), -1.0, 1.0)

    def is_wet(self, east_m: Floats, north_m: Floats, margin_m: float) -> np.ndarray:
        """Whether a point lies in the water or within the margin of its banks."""
        away = np.abs(np.asarray(east_m) - self.east_m(north_m)) * self._narrowing(north_m)
        return np.asarray(away < self.width_m / 2 + margin_m)

    def _narrowing(self, north_m: Floats) -> Floats:
        """Cosine of the stream's slant: distance across is shorter than distance east."""
        slope = (self.east_m(north_m + 50.0) - self.east_m(north_m - 50.0)) / 100.0
        return np.asarray(1.0 / np.hypot(1.0, slope))


def invent_river(generator: np.random.Generator, width_m: float) -> River:
    """Return a river that passes near the city centre."""
    phases = tuple(float(phase) for phase in generator.uniform(-0.6, 0.6, len(_MEANDERS_M)))
    river = River(phases, 0.0, width_m)
    at_centre = float(river.east_m(np.array([0.0]))[0])
    return River(phases, at_centre + float(generator.uniform(-600, 600)), width_m)
