"""Green waves: offsets along a road that let platoons through in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


class HalfACorridor(ValueError):
    """Something a green wave needs of a road is missing; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal on the road as the wave sees it.

    Attributes
    ----------
    at_m
        Distance from the first signal [m].
    green_s
        Green of the road in the common cycle, the same out and back [s].
    """

    junction_id: str
    at_m: float
    green_s: float


@dataclass(frozen=True, slots=True)
class Wave:
    """Offsets of the middles of green, and the bands they leave [s]."""

    offsets_s: tuple[float, ...]
    out_s: float
    back_s: float


def two_way(signals: Sequence[Signal], cycle_s: float, speed_mps: float) -> Wave:
    """Offsets with the widest bands, the same in both directions.

    Parameters
    ----------
    signals
        In order along the road.
    cycle_s
        Common cycle [s].
    speed_mps
        Of the platoons, out and back [m/s].

    Returns
    -------
    Wave
        Offsets of the middle of each green after the middle of the first, 0 or half a cycle.

    Raises
    ------
    HalfACorridor
        Fewer than two signals, one that is out of order, or one without green.

    Notes
    -----
    For equal bands the middles of the greens stand at 0 or C/2 to each other; the choice is made
    so that the spread of the interferences is smallest, by trying every signal as the one that
    limits the band [1]_.

    References
    ----------
    .. [1] Morgan, J. T., Little, J. D. C. (1964). Synchronizing traffic signals for maximal
       bandwidth. Operations Research 12 (6), 896-912.
    """
    _check(signals, cycle_s, speed_mps)
    best: Wave | None = None
    for anchor in signals:
        halves = [_half(one, anchor, cycle_s, speed_mps) for one in signals]
        wave = _wave(signals, halves, cycle_s, speed_mps)
        if best is None or wave.out_s > best.out_s + 1e-9:
            best = wave
    if best is None:
        raise HalfACorridor("no signal")
    return best


def _check(signals: Sequence[Signal], cycle_s: float, speed_mps: float) -> None:
    if len(signals) < 2:  # noqa: PLR2004
        raise HalfACorridor(f"a green wave needs two signals, there is {len(signals)}")
    if cycle_s <= 0.0 or speed_mps <= 0.0:
        raise HalfACorridor(f"cycle {cycle_s} s, speed {speed_mps} m/s")
    for before, after in pairwise(signals):
        if after.at_m <= before.at_m:
            raise HalfACorridor(f"{after.junction_id} does not lie beyond {before.junction_id}")
    for one in signals:
        if not 0.0 < one.green_s <= cycle_s:
            raise HalfACorridor(f"{one.junction_id}: green {one.green_s} s in {cycle_s} s")


def _half(one: Signal, anchor: Signal, cycle_s: float, speed_mps: float) -> bool:
    """Whether the middle of green stands half a cycle off the anchor's."""
    away = abs(one.at_m - anchor.at_m) / speed_mps % cycle_s
    straight = min(away, cycle_s - away)
    return straight > abs(away - cycle_s / 2.0)


def _wave(signals: Sequence[Signal], halves: list[bool], cycle_s: float, speed_mps: float) -> Wave:
    offsets = [cycle_s / 2.0 * (half != halves[0]) for half in halves]
    travel = [(one.at_m - signals[0].at_m) / speed_mps for one in signals]
    out = _band(signals, [o - t for o, t in zip(offsets, travel, strict=True)], cycle_s)
    back = _band(signals, [o + t for o, t in zip(offsets, travel, strict=True)], cycle_s)
    return Wave(tuple(offsets), out, back)


def _band(signals: Sequence[Signal], middles: list[float], cycle_s: float) -> float:
    """Width of the moment all greens share, seen by a driver who moves with the wave [s]."""
    best = 0.0
    for reference in middles:
        near = [(m - reference + cycle_s / 2.0) % cycle_s - cycle_s / 2.0 for m in middles]
        begin = max(m - one.green_s / 2.0 for m, one in zip(near, signals, strict=True))
        end = min(m + one.green_s / 2.0 for m, one in zip(near, signals, strict=True))
        best = max(best, end - begin)
    return best
