"""A vehicle's way from camera to camera: how far, how fast, and whether it can be true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from luchang.core.passages.bounds import FAST_FACTOR

FASTEST_KMH = 120.0
"""No road permits more [km/h]: 道路交通安全法实施条例 第78条."""

CLOCKS_MS = 2_000
"""What two good clocks may differ by [ms]."""

STOP_MS = 30 * 60_000
"""Longer than this between two cameras is a stop, unless the way is as long [ms]."""

STOP_FACTOR = 2.0
"""A drive takes no more than this many times the free driving time [-]."""


class Verdict(StrEnum):
    """What is to be thought of a move."""

    PLAUSIBLE = "plausible"
    FAST = "fast"
    IMPOSSIBLE = "impossible"
    STOP = "stop"
    UNKNOWN = "unknown"


class Seen(NamedTuple):
    """A passage: camera, and when [ms]."""

    camera: int
    at_ms: int


class Way(NamedTuple):
    """The shortest way in time between two cameras: length [m], free driving time [s]."""

    length_m: float
    travel_s: float


@dataclass(frozen=True, slots=True)
class Leg:
    """From one camera to the next.

    Attributes
    ----------
    took_ms
        [ms]; negative where a clock is wrong.
    length_m, speed_kmh
        Of the fastest way; None where no way is known, or where no time passed.
    """

    begin: int
    end: int
    took_ms: int
    length_m: float | None
    speed_kmh: float | None
    verdict: Verdict


def legs(
    seen: Sequence[Seen], way: Callable[[int, int], Way | None], *, factor: float = FAST_FACTOR
) -> Iterator[Leg]:
    """Moves between consecutive passages, `begin` and `end` being their places in `seen`.

    Notes
    -----
    A move is impossible when it took less than the free driving time of the fastest way divided
    by `factor`, less what two clocks may differ by; it is the bound of `bounds.fastest_ms`. Mean
    speed = length of that way / time taken; whoever drove a longer way was faster still.
    """
    for at, (one, other) in enumerate(pairwise(seen)):
        took = other.at_ms - one.at_ms
        known = None if one.camera == other.camera else way(one.camera, other.camera)
        speed = None if known is None or took <= 0 else known.length_m / took * 3_600.0
        length = None if known is None else known.length_m
        yield Leg(at, at + 1, took, length, speed, _verdict(known, took, speed, factor))


def _verdict(way: Way | None, took_ms: int, speed_kmh: float | None, factor: float) -> Verdict:
    if way is not None and took_ms < way.travel_s * 1_000.0 / factor - CLOCKS_MS:
        return Verdict.IMPOSSIBLE
    if took_ms > max(STOP_MS, way.travel_s * 1_000.0 * STOP_FACTOR if way else 0.0):
        return Verdict.STOP
    if way is None or speed_kmh is None:
        return Verdict.UNKNOWN
    return Verdict.FAST if speed_kmh > FASTEST_KMH else Verdict.PLAUSIBLE
