"""Give free units to waiting incidents: the top class first, inside a class the nearest pairs.

A freed unit takes the nearest waiting incident of the top class; age counts only inside a
class, so no amount of waiting lets a lesser call pass an urgent one. With several free units
the pairs of one class are chosen together, so that the sum of driving is least.
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
    siren_speed, off_road_m, unsuited_s
        As in `RankingParameters`.
    first_radius_s
        Searches begin with this limit and go on only where the plan needs more [s].
    """

    age_weight: float = 0.25
    siren_speed: float = 1.25
    off_road_m: float = 1_500.0
    unsuited_s: float = 300.0
    first_radius_s: float = 120.0


@dataclass(frozen=True, slots=True)
class WaitingProblem:
    """Waiting incidents and units that are free now."""

    waiting: tuple[Waiting, ...]
    units: tuple[Unit, ...]
    conditions: RoadConditions = field(default_factory=RoadConditions)
    parameters: WaitingParameters = field(default_factory=WaitingParameters)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit for one incident, and its driving time [s]."""

    incident_id: int
    unit_id: int
    drive_s: float


@dataclass(frozen=True, slots=True)
class WaitingPlan:
    """Assignments, top class first; `unserved` names the incidents nobody is left for."""

    assignments: tuple[Assignment, ...]
    unserved: tuple[int, ...]
    version: str
    network: str
    input_hash: str


def assign_waiting(problem: WaitingProblem, network: RoadNetwork) -> WaitingPlan:
    """Plan who takes which waiting incident.

    The plan is exact for its cost (driving, less the worth of the waiting, plus unsuited
    kinds): pairs beyond the searched radius enter with that radius as a lower bound, and a plan
    that uses one is computed again with the true time.
    """
    drive = _DriveTimes(problem, network)
    free = np.ones(len(problem.units), dtype=bool)
    assignments: list[Assignment] = []
    order = sorted(range(len(problem.waiting)), key=lambda row: _class_of(problem, row))
    for _, members in groupby(order, key=lambda row: _class_of(problem, row)):
        rows, columns = np.array(list(members)), np.flatnonzero(free)
        for row, column, drive_s in _pairs(problem, drive, rows, columns):
            free[column] = False
            incident = problem.waiting[row].incident
            unit_id = problem.units[column].unit_id
            assignments.append(Assignment(incident.incident_id, unit_id, drive_s))
    served = {assignment.incident_id for assignment in assignments}
    ids = [waiting.incident.incident_id for waiting in problem.waiting]
    return WaitingPlan(
        assignments=tuple(assignments),
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
    """Cost of every pair besides driving [s]: waiting, unsuited kinds, missing skills."""
    chosen = problem.parameters
    extra = np.zeros((len(rows), len(columns)))
    for i, row in enumerate(rows):
        waiting = problem.waiting[row]
        needs, suited = waiting.incident.needs, waiting.incident.suited_kinds
        for j, column in enumerate(columns):
            unit = problem.units[column]
            if not needs <= unit.skills:
                extra[i, j] = _NEVER_S
            elif suited and unit.kind not in suited:
                extra[i, j] = chosen.unsuited_s
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
