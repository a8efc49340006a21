"""Give units to waiting incidents: the top class first, inside a class the soonest pairs.

Units that are free now and units that will be soon are planned together: an incident waits for
a nearer unit where that one is expected to be there sooner, and the free unit takes what is
near it. Sending every freed unit at once to the top class lets units cross the city past each
other: in a storm half of all driving is that (docs/benchmarks/dispatch.md, after [1]_ and [2]_).
No amount of waiting lets a lesser class choose before a higher one; age counts inside a class.

References
----------
.. [1] Powell, W. B. (1996). A stochastic formulation of the dynamic assignment problem, with an
   application to truckload motor carriers. Transportation Science 30 (3), 195-219.
.. [2] Spivey, M. Z. and Powell, W. B. (2004). The dynamic assignment problem. Transportation
   Science 38 (4), 399-419.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from luchang.core.common.shortest_paths import times_from, times_to
from luchang.core.dispatch import VERSION
from luchang.core.dispatch.problem import Incident, RoadConditions, Unit, input_hash

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.common.roads import Floats
    from luchang.core.common.snapping import RoadPositions
    from luchang.core.dispatch.network import RoadNetwork

_NEVER_S = 1e7
"""Cost of a pair that may not be [s]: larger than any sum of real ones."""


_FARTHER = 3.0
"""Factor by which a search is widened [-]."""

_FARTHEST_S = 2_000.0
"""Searches beyond this have no limit [s]."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident without a unit, and for how long [s]."""

    incident: Incident
    waited_s: float


@dataclass(frozen=True, slots=True)
class WaitingParameters:
    """How waiting and driving are weighed.

    Attributes
    ----------
    age_weight
        Seconds of driving that one second of waiting is worth inside a class [-].
    siren_speed, off_road_m, unsuited_s, busy_most_s, busy_margin
        As in `RankingParameters`.
    first_radius_s
        Searches begin with this limit and go on only where the plan needs more [s].
    """

    age_weight: float = 0.25
    siren_speed: float = 1.25
    off_road_m: float = 1_500.0
    unsuited_s: float = 300.0
    busy_most_s: float = 900.0
    busy_margin: float = 1.2
    first_radius_s: float = 120.0


@dataclass(frozen=True, slots=True)
class WaitingProblem:
    """Waiting incidents, and units free now or soon (`free_in_s`).

    A busy unit stands where it will be when it is free: at the scene it is at or drives to.
    """

    waiting: tuple[Waiting, ...]
    units: tuple[Unit, ...]
    conditions: RoadConditions = field(default_factory=RoadConditions)
    parameters: WaitingParameters = field(default_factory=WaitingParameters)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit for one incident, its driving time, and when it can set out [s from now]."""

    incident_id: int
    unit_id: int
    drive_s: float
    free_in_s: float = 0.0


@dataclass(frozen=True, slots=True)
class WaitingPlan:
    """Who takes what, top class first.

    Attributes
    ----------
    assignments
        To be sent now: their units are free.
    expected
        Better served by a unit that is still busy. Nothing is promised: plan again whenever a
        call comes or a unit is freed or late.
    unserved
        Incidents nobody is left for.
    """

    assignments: tuple[Assignment, ...]
    expected: tuple[Assignment, ...]
    unserved: tuple[int, ...]
    version: str
    network: str
    input_hash: str


def assign_waiting(problem: WaitingProblem, network: RoadNetwork) -> WaitingPlan:
    """Plan who takes which waiting incident.

    The plan is exact for its cost (time until the unit is free, driving, unsuited kinds, less
    the worth of the waiting): pairs beyond the searched radius enter with that radius as a lower
    bound, and a plan that uses one is computed again with the true time.
    """
    drive = _DriveTimes(problem, network)
    most_s = problem.parameters.busy_most_s
    free = np.array([unit.free_in_s <= most_s for unit in problem.units], dtype=bool)
    planned: list[Assignment] = []
    order = sorted(range(len(problem.waiting)), key=lambda row: _class_of(problem, row))
    for _, members in groupby(order, key=lambda row: _class_of(problem, row)):
        rows, columns = np.array(list(members)), np.flatnonzero(free)
        for row, column, drive_s in _pairs(problem, drive, rows, columns):
            free[column] = False
            incident, unit = problem.waiting[row].incident, problem.units[column]
            planned.append(Assignment(incident.incident_id, unit.unit_id, drive_s, unit.free_in_s))
    served = {assignment.incident_id for assignment in planned}
    ids = [waiting.incident.incident_id for waiting in problem.waiting]
    return WaitingPlan(
        assignments=tuple(a for a in planned if a.free_in_s <= 0),
        expected=tuple(a for a in planned if a.free_in_s > 0),
        unserved=tuple(incident_id for incident_id in ids if incident_id not in served),
        version=VERSION,
        network=network.digest,
        input_hash=input_hash(problem, network.digest),
    )


def _class_of(problem: WaitingProblem, row: int) -> int:
    return problem.waiting[row].incident.urgency


def _pairs(
    problem: WaitingProblem,
    drive: _DriveTimes,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> list[tuple[int, int, float]]:
    """Best pairs of one class as (incident row, unit column, driving time)."""
    extra = _extra_costs(problem, rows, columns)
    while True:
        bounds, known = drive.between(rows, columns)
        cost = np.minimum(bounds + extra, _NEVER_S)
        # constants per incident may be negative, impossible pairs must stay the worst of all
        picked, taken = linear_sum_assignment(cost)
        real = cost[picked, taken] < _NEVER_S / 2
        picked, taken = picked[real], taken[real]
        if known[picked, taken].all():
            pairs = zip(rows[picked], columns[taken], bounds[picked, taken], strict=True)
            return [(int(row), int(column), float(s)) for row, column, s in pairs]
        drive.learn(rows[picked], columns[taken], ~known[picked, taken])


def _extra_costs(
    problem: WaitingProblem, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> Floats:
    """Cost of every pair besides driving [s]: waiting, busy and unsuited units, skills."""
    chosen = problem.parameters
    busy_s = np.array([problem.units[column].free_in_s for column in columns])
    extra = np.tile(busy_s * chosen.busy_margin, (len(rows), 1))
    for i, row in enumerate(rows):
        waiting = problem.waiting[row]
        needs, suited = waiting.incident.needs, waiting.incident.suited_kinds
        for j, column in enumerate(columns):
            unit = problem.units[column]
            if not needs <= unit.skills:
                extra[i, j] = _NEVER_S
            elif suited and unit.kind not in suited:
                extra[i, j] += chosen.unsuited_s
        extra[i] -= chosen.age_weight * waiting.waited_s
    return extra


class _DriveTimes:
    """Driving times between incidents (rows) and units (columns), searched as far as needed.

    One search serves a whole row or a whole column: whichever side is fewer is searched from.
    """

    def __init__(self, problem: WaitingProblem, network: RoadNetwork) -> None:
        chosen = problem.parameters
        self._graph = network.graph
        self._live = network.arc_times(problem.conditions, chosen.siren_speed)
        goals = [(w.incident.lon, w.incident.lat) for w in problem.waiting]
        self._goals = network.places(goals, chosen.off_road_m)
        starts = [(unit.lon, unit.lat) for unit in problem.units]
        self._starts = network.places(starts, chosen.off_road_m)
        self._from_units = len(starts) < len(goals)
        shape = len(goals), len(starts)
        self._seconds = np.full(shape, np.inf)
        self._known = np.zeros(shape, dtype=bool)
        self._limits = np.full(min(shape), chosen.first_radius_s)
        for line in range(min(shape)):
            self._search(line, chosen.first_radius_s)

    def between(
        self, rows: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return lower bounds of the times [s], and where they are the times themselves."""
        block = np.ix_(rows, columns)
        return self._seconds[block], self._known[block]

    def learn(
        self,
        rows: NDArray[np.int64],
        columns: NDArray[np.int64],
        unknown: NDArray[np.bool_],
    ) -> None:
        """Search farther wherever a pair in question is not known."""
        lines = (columns if self._from_units else rows)[unknown]
        for line in sorted(set(lines.tolist())):
            self._search(line, self._limits[line] * _FARTHER)

    def _search(self, line: int, limit_s: float) -> None:
        limit_s = limit_s if limit_s < _FARTHEST_S else np.inf
        self._limits[line] = limit_s
        found = self._times(line, limit_s)
        known = (found <= limit_s) | (limit_s == np.inf)
        target = (slice(None), line) if self._from_units else (line, slice(None))
        self._seconds[target] = np.where(known, found, limit_s)
        self._known[target] = known

    def _times(self, line: int, limit_s: float) -> Floats:
        begin, others = self._ends()
        place = begin[line]
        if place is None:
            return np.full(len(others), np.inf)
        if self._from_units:
            onward = times_from(self._graph, place, times=self._live, limit_s=limit_s)
            return onward.seconds_to_many(others.section, others.fraction)
        back = times_to(self._graph, place, times=self._live, limit_s=limit_s)
        return back.seconds_from_many(others.section, others.fraction)

    def _ends(self) -> tuple[RoadPositions, RoadPositions]:
        if self._from_units:
            return self._starts, self._goals
        return self._goals, self._starts
