"""Turning counts of a junction: from passages, detectors or a sheet, with what is uncertain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.signals.junction import Junction

    Floats = NDArray[np.float64]

MOST_PER_LANE_VPH = 2400.0
"""No lane has ever passed more in an hour: a count above is a fault of the count [veh/h]."""
USUAL_INTERVALS_S = (300.0, 900.0)


class Movement(NamedTuple):
    """Traffic from one approach of a junction to one way out of it."""

    junction_id: str
    approach: str
    exit: str


class CountFault(StrEnum):
    """What may be wrong with counts."""

    NOTHING_COUNTED = "nothing_counted"
    NEGATIVE = "negative"
    NOT_A_NUMBER = "not_a_number"
    ABOVE_CAPACITY = "above_capacity"
    APPROACH_MISSING = "approach_missing"
    NO_SUCH_MOVEMENT = "no_such_movement"
    OUTSIDE_PERIOD = "outside_period"
    NO_SIGNALS = "no_signals"


class UnusableCounts(ValueError):
    """Counts that no plan can be made from.

    Attributes
    ----------
    fault
        What.
    where
        Junction and approach, or movement, as far as known.
    """

    def __init__(self, fault: CountFault, where: str, value: float | str = "") -> None:
        self.fault, self.where, self.value = fault, where, value
        super().__init__(f"{fault}: {where} {value}".rstrip())


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
    begin_s
        Of the first, within the day [s].
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

    def between(self, begin: int, end: int) -> TurningCounts:
        """Some of the intervals."""
        return replace(
            self,
            vehicles=self.vehicles[begin:end],
            variance=self.variance[begin:end],
            begin_s=self.begin_s + begin * self.interval_s,
        )


def from_passages(
    movements: Sequence[Movement],
    at_s: Sequence[float],
    movement: Sequence[int],
    *,
    begin_s: float,
    intervals: int,
    interval_s: float = 300.0,
    seen_share: float = 1.0,
) -> TurningCounts:
    """Counts from single passages, as cameras at the stop lines see them.

    `at_s` and `movement` say when each passed [s] and the place of its movement; passages outside
    the intervals are left out. `seen_share` is the part of all vehicles the cameras read [-]:
    counts are scaled up by it, their variance by its square.

    Raises
    ------
    UnusableCounts
        A share that is none, or a movement nobody named.
    """
    if not 0.0 < seen_share <= 1.0:
        raise UnusableCounts(CountFault.NOT_A_NUMBER, "seen_share", seen_share)
    times = np.asarray(at_s, float)
    chosen = np.asarray(movement, np.int64)
    unknown = chosen[(chosen < 0) | (chosen >= len(movements))]
    if len(unknown):
        raise UnusableCounts(CountFault.NO_SUCH_MOVEMENT, "passages", int(unknown[0]))
    interval = np.floor((times - begin_s) / interval_s).astype(np.int64)
    inside = (interval >= 0) & (interval < intervals)
    seen = np.zeros((intervals, len(movements)))
    np.add.at(seen, (interval[inside], chosen[inside]), 1.0)
    return TurningCounts(
        tuple(movements), seen / seen_share, seen / seen_share**2, interval_s, begin_s
    )


def from_detectors(
    lanes: Mapping[str, Sequence[float]],
    shares: Mapping[str, Mapping[Movement, float]],
    *,
    interval_s: float,
    begin_s: float = 0.0,
) -> TurningCounts:
    """Counts of movements from counts of lanes and how each lane's traffic turns.

    `lanes` holds vehicles by interval [veh], `shares` the part of each lane's vehicles in each
    movement [-], together 1.

    Raises
    ------
    UnusableCounts
        A lane whose shares are missing or do not make 1.

    Notes
    -----
    A lane's n vehicles give p n of a movement with variance p^2 n + n p (1 - p): the count's own
    and that of the split.
    """
    movements = tuple(dict.fromkeys(one for split in shares.values() for one in split))
    place = {one: at for at, one in enumerate(movements)}
    intervals = max((len(counts) for counts in lanes.values()), default=0)
    vehicles = np.zeros((intervals, len(movements)))
    variance = np.zeros_like(vehicles)
    for lane, counts in lanes.items():
        total = sum(shares.get(lane, {}).values())
        if lane not in shares or abs(total - 1.0) > 0.01:  # noqa: PLR2004 - rounding of a sheet
            raise UnusableCounts(CountFault.NO_SUCH_MOVEMENT, lane, total)
        number = np.asarray(counts, float)
        for movement, part in shares[lane].items():
            vehicles[: len(number), place[movement]] += part * number
            spread = part**2 * number + number * part * (1.0 - part)
            variance[: len(number), place[movement]] += spread
    return TurningCounts(movements, vehicles, variance, interval_s, begin_s)


def from_sheet(
    rows: Iterable[tuple[Movement, float, float]],
    *,
    begin_s: float,
    intervals: int,
    interval_s: float = 900.0,
    doubt: float = 0.05,
) -> TurningCounts:
    """Counts from a sheet filled in by hand: movement, begin of the interval [s], vehicles.

    `doubt` is the relative error of counting by eye [-], added to the variance.

    Raises
    ------
    UnusableCounts
        An interval outside the period.
    """
    given = list(rows)
    movements = tuple(dict.fromkeys(movement for movement, _, _ in given))
    place = {one: at for at, one in enumerate(movements)}
    vehicles = np.zeros((intervals, len(movements)))
    for movement, from_s, number in given:
        interval = int((from_s - begin_s) // interval_s)
        if not 0 <= interval < intervals:
            raise UnusableCounts(CountFault.OUTSIDE_PERIOD, _name(movement), from_s)
        vehicles[interval, place[movement]] += number
    variance = vehicles + (doubt * vehicles) ** 2
    return TurningCounts(movements, vehicles, variance, interval_s, begin_s)


def check(counts: TurningCounts, junctions: Sequence[Junction]) -> None:
    """Refuse counts that no plan can be made from.

    Raises
    ------
    UnusableCounts
        No signals, nothing counted, a value that cannot be, an approach nobody counted, a
        movement the junction does not have.
    """
    if not junctions or not any(one.links for one in junctions):
        raise UnusableCounts(CountFault.NO_SIGNALS, "")
    for one in junctions:
        if not one.stages:
            raise UnusableCounts(CountFault.NO_SIGNALS, one.junction_id)
    _check_values(counts)
    possible = {one.junction_id: _lanes_by_movement(one) for one in junctions}
    _check_movements(counts, possible)
    _check_approaches(counts, possible)


def _check_movements(
    counts: TurningCounts, possible: Mapping[str, Mapping[Movement, int]]
) -> None:
    for at, movement in enumerate(counts.movements):
        lanes = possible.get(movement.junction_id, {}).get(movement)
        if lanes is None:
            raise UnusableCounts(CountFault.NO_SUCH_MOVEMENT, _name(movement))
        hourly = counts.vehicles[:, at].max() * 3600.0 / counts.interval_s
        if hourly > MOST_PER_LANE_VPH * lanes:
            raise UnusableCounts(CountFault.ABOVE_CAPACITY, _name(movement), round(hourly))


def _check_approaches(
    counts: TurningCounts, possible: Mapping[str, Mapping[Movement, int]]
) -> None:
    for junction_id, movements in possible.items():
        counted = {m.approach for m in counts.movements if m.junction_id == junction_id}
        for movement in movements:
            if movement.approach not in counted:
                where = f"{junction_id} {movement.approach}"
                raise UnusableCounts(CountFault.APPROACH_MISSING, where)


def _check_values(counts: TurningCounts) -> None:
    if counts.vehicles.size == 0 or not np.nansum(counts.vehicles) > 0:
        raise UnusableCounts(CountFault.NOTHING_COUNTED, "")
    for wrong, fault in (
        (~np.isfinite(counts.vehicles) | ~np.isfinite(counts.variance), CountFault.NOT_A_NUMBER),
        ((counts.vehicles < 0) | (counts.variance < 0), CountFault.NEGATIVE),
    ):
        found = np.argwhere(wrong)
        if len(found):
            interval, at = (int(one) for one in found[0])
            value = float(counts.vehicles[interval, at])
            raise UnusableCounts(fault, _name(counts.movements[at]), value)


def _lanes_by_movement(junction: Junction) -> dict[Movement, int]:
    lanes: dict[Movement, set[str]] = {}
    for link in junction.links:
        start = junction.lanes[link.from_lane].approach
        end = junction.lanes[link.to_lane].approach
        if not start.startswith(":"):
            movement = Movement(junction.junction_id, start, end)
            lanes.setdefault(movement, set()).add(link.from_lane)
    return {movement: len(found) for movement, found in lanes.items()}


def _name(movement: Movement) -> str:
    return f"{movement.junction_id} {movement.approach} -> {movement.exit}"
