"""Green waves of given plans: the greens along a road, the bands they leave, better offsets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.progression import HalfACorridor, Signal, two_way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.signals.corridor import Corridor
    from luchang.core.signals.layout import Layout
    from luchang.core.signals.plan import Plan

    Bools = NDArray[np.bool_]

GRID_S = 0.5
"""Bands are measured on this grid [s]."""

STEPS_S = (8, 3, 1)
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Band:
    """The widest moment all greens of one direction share.

    Attributes
    ----------
    begin_s
        When it passes the first junction of the row, within the cycle [s].
    width_s
        0 where no vehicle gets through without a stop [s].
    """

    begin_s: float
    width_s: float


@dataclass(frozen=True, slots=True)
class Bands:
    """Both directions; None where the junctions have no common cycle.

    Attributes
    ----------
    out, back
        `back` passes the last junction first; its `begin_s` is there.
    """

    cycle_s: float
    out: Band
    back: Band


def windows(layout: Layout, plan: Plan, way: str) -> list[tuple[float, float]]:
    """When a movement is green, from the begin of the plan's cycle, without its offset [s]."""
    found: list[tuple[float, float]] = []
    at_s = 0.0
    for place, step in enumerate(plan.steps):
        then = plan.steps[(place + 1) % len(plan.steps)]
        if way in layout.stages[step.stage].green:
            goes_on = way in layout.stages[then.stage].green
            end = at_s + step.green_s + (step.change_s if goes_on else 0.0)
            if found and found[-1][1] == at_s:
                found[-1] = (found[-1][0], end)
            else:
                found.append((at_s, end))
        at_s += step.green_s + step.change_s
    return found


def common_cycle_s(plans: Sequence[Plan]) -> float | None:
    """The cycle all plans share; None where they do not [s]."""
    cycles = {round(plan.cycle_s, 3) for plan in plans}
    return cycles.pop() if len(cycles) == 1 else None


def bands_of(corridor: Corridor, plans: Mapping[str, Plan], speed_mps: float) -> Bands | None:
    """The bands of plans as they are; None where their cycles differ."""
    row = [plans[place.junction_id] for place in corridor.places]
    cycle_s = common_cycle_s(row)
    if cycle_s is None or cycle_s <= 0.0:
        return None
    greens = _Greens(corridor, row, cycle_s, speed_mps)
    return greens.bands([plan.offset_s for plan in row])


def with_wave(
    corridor: Corridor, plans: Mapping[str, Plan], speed_mps: float
) -> tuple[dict[str, Plan], Bands]:
    """The same plans with the offsets that leave the widest bands in both directions.

    Parameters
    ----------
    corridor
        The junctions in order, and the movements that follow the road.
    plans
        Of one common cycle, by junction.
    speed_mps
        Of the platoons, out and back [m/s].

    Raises
    ------
    HalfACorridor
        No common cycle, or a junction where the road has no green.

    Notes
    -----
    Begins with the offsets of Morgan and Little [1]_ for greens that are equal out and back, then
    shifts one junction after the other while the narrower band grows, or at the same width both
    together: greens out and back need not lie at the same place of the cycle.

    References
    ----------
    .. [1] Morgan, J. T., Little, J. D. C. (1964). Synchronizing traffic signals for maximal
       bandwidth. Operations Research 12 (6), 896-912.
    """
    row = [plans[place.junction_id] for place in corridor.places]
    cycle_s = common_cycle_s(row)
    if cycle_s is None:
        raise HalfACorridor("no common cycle")
    greens = _Greens(corridor, row, cycle_s, speed_mps)
    offsets = greens.better(_first(corridor, row, cycle_s, speed_mps))
    shift = offsets[0]
    placed = {
        plan.junction_id: replace(plan, offset_s=float(round(offset - shift) % round(cycle_s)))
        for plan, offset in zip(row, offsets, strict=True)
    }
    return placed, greens.bands([placed[plan.junction_id].offset_s for plan in row])


def _first(
    corridor: Corridor, row: Sequence[Plan], cycle_s: float, speed_mps: float
) -> list[float]:
    """Offsets of the begins of the plans from those of the middles of green."""
    signals, middles = [], []
    rows = zip(corridor.places, row, corridor.at_m, corridor.out, corridor.back, strict=True)
    for place, plan, at_m, out, back in rows:
        green = _longest(windows(place.layout, plan, out))
        other = _longest(windows(place.layout, plan, back))
        if green is None or other is None:
            raise HalfACorridor(f"{place.junction_id} has no green along the road")
        length = min(green[1] - green[0], other[1] - other[0], cycle_s)
        signals.append(Signal(place.junction_id, at_m, length))
        middles.append((green[0] + green[1] + other[0] + other[1]) / 4.0)
    wave = two_way(signals, cycle_s, speed_mps)
    return [
        float(round(offset - middle)) % cycle_s
        for offset, middle in zip(wave.offsets_s, middles, strict=True)
    ]


def _longest(found: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    return max(found, key=lambda each: each[1] - each[0], default=None)


class _Greens:
    """Greens of every junction on a grid of the cycle, seen by who moves with the wave."""

    def __init__(
        self, corridor: Corridor, row: Sequence[Plan], cycle_s: float, speed_mps: float
    ) -> None:
        self.cycle_s = cycle_s
        self.size = max(1, round(cycle_s / GRID_S))
        travel = [metres / speed_mps for metres in corridor.at_m]
        self.out = self._seen(corridor, row, corridor.out, travel)
        self.back = self._seen(corridor, row, corridor.back, [travel[-1] - t for t in travel])

    def _seen(
        self,
        corridor: Corridor,
        row: Sequence[Plan],
        ways: Sequence[str],
        travel: Sequence[float],
    ) -> list[Bools]:
        """Greens as if every junction stood where the direction begins."""
        found = []
        for place, plan, way, late in zip(corridor.places, row, ways, travel, strict=True):
            green = np.zeros(self.size, np.bool_)
            for begin, end in windows(place.layout, plan, way):
                first, last = round(begin / GRID_S), round(end / GRID_S)
                green[np.arange(first, min(last, first + self.size)) % self.size] = True
            found.append(np.roll(green, -round(late / GRID_S)))
        return found

    def bands(self, offsets: Sequence[float]) -> Bands:
        return Bands(self.cycle_s, self._band(self.out, offsets), self._band(self.back, offsets))

    def better(self, offsets: list[float]) -> list[float]:
        best = self._worth(offsets)
        for size in STEPS_S:
            for _ in range(SWEEPS):
                improved = False
                for place in range(1, len(offsets)):
                    for shift in self._shifts(size):
                        attempt = list(offsets)
                        attempt[place] = (attempt[place] + shift) % self.cycle_s
                        worth = self._worth(attempt)
                        if worth > best:
                            offsets, best, improved = attempt, worth, True
                if not improved:
                    break
        return offsets

    def _shifts(self, size: int) -> list[float]:
        """All over the cycle in large steps, near by in small ones."""
        if size == STEPS_S[0]:
            return [float(step) for step in range(size, round(self.cycle_s), size)]
        return [float(size), -float(size)]

    def _worth(self, offsets: Sequence[float]) -> tuple[float, float]:
        found = self.bands(offsets)
        widths = found.out.width_s, found.back.width_s
        return min(widths), sum(widths)

    def _band(self, greens: Sequence[Bools], offsets: Sequence[float]) -> Band:
        shared = np.ones(self.size, np.bool_)
        for green, offset in zip(greens, offsets, strict=True):
            shared &= np.roll(green, round(offset / GRID_S))
        begin, length = longest_run(shared)
        return Band(begin * GRID_S, length * GRID_S)


def longest_run(shared: Bools) -> tuple[int, int]:
    """Begin and length of the longest run of True around a circle."""
    size = len(shared)
    if shared.all():
        return 0, size
    closed = np.flatnonzero(~shared)
    gaps = np.diff(np.concatenate([closed, closed[:1] + size])) - 1
    widest = int(gaps.argmax())
    return int(closed[widest] + 1) % size, int(gaps[widest])
