"""Rank units for one incident by the time until they can be there, with every reason."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from luchang.core.common.shortest_paths import TimesTo, times_to
from luchang.core.dispatch import VERSION
from luchang.core.dispatch.problem import RankingParameters, RoadConditions, input_hash

if TYPE_CHECKING:
    from luchang.core.common.routes import Route
    from luchang.core.common.snapping import RoadPositions
    from luchang.core.dispatch.network import RoadNetwork
    from luchang.core.dispatch.problem import Incident, RankingProblem, Unit


class ReasonCode(StrEnum):
    """Why a unit stands where it stands; the texts belong to the pages."""

    ROAD_TIME = "road_time"
    OFF_ROAD = "off_road"
    FREE_SOON = "free_soon"
    STALE_FIX = "stale_fix"
    UNSUITED_KIND = "unsuited_kind"
    LOAD = "load"
    DETOUR = "detour"
    NO_FIX = "no_fix"
    LOST_FIX = "lost_fix"
    FAR_FROM_ROADS = "far_from_roads"
    UNREACHABLE = "unreachable"
    MISSING_SKILL = "missing_skill"
    BUSY = "busy"


class Reason(NamedTuple):
    """One reason: what it adds to the unit's score [s], and the number or codes behind it.

    `value` by code: seconds of driving (road time), metres (off road, far from roads), seconds
    until free (free soon, busy), seconds of age (stale, lost fix), tasks (load), seconds longer
    than on free roads (detour). `codes` holds missing skills or the unsuited kind. A tuple,
    because a ranking makes four thousand of them.
    """

    code: ReasonCode
    seconds: float
    value: float = 0.0
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One unit in a ranking.

    Attributes
    ----------
    rank
        1 for the first; units that cannot be sent follow those that can.
    can_go
        False when something rules the unit out; `reasons` says what.
    eta_s
        Expected time until it stands at the scene [s], waiting included; infinite if unknown.
    score_s
        What the ranking compares [s]: `eta_s` plus every cost.
    """

    unit_id: int
    rank: int
    can_go: bool
    eta_s: float
    score_s: float
    reasons: tuple[Reason, ...]


class IncidentOffRoads(ValueError):
    """No road is near the incident: its place is wrong, or the network does not cover it."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer, and what it takes to compute it again."""

    candidates: tuple[Candidate, ...]
    version: str
    parameters: RankingParameters
    network: str
    input_hash: str
    seed: int | None = None
    _times: TimesTo | None = field(default=None, repr=False, compare=False)
    _places: RoadPositions | None = field(default=None, repr=False, compare=False)
    _unit_ids: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def route_of(self, unit_id: int) -> Route:
        """Way of a unit to the incident, for the map.

        Raises
        ------
        KeyError
            The unit has no place on the network.
        Unreachable
            No way leads from there to the incident.
        """
        if unit_id not in self._unit_ids or self._times is None or self._places is None:
            raise KeyError(unit_id)
        start = self._places[self._unit_ids.index(unit_id)]
        if start is None:
            raise KeyError(unit_id)
        return self._times.route_from(start)


@dataclass(frozen=True, slots=True)
class _Travel:
    """Per unit: where it is on the network and how long it drives [s]."""

    places: RoadPositions
    beside_m: list[float]
    drive_s: list[float]
    free_road_s: list[float]
    to_scene_m: float


def rank_units(problem: RankingProblem, network: RoadNetwork) -> Ranking:
    """Rank every unit of the problem; nothing is left out, ties go to the lower identity.

    The score [s] of a unit that can go is the waiting time until it is free, the driving time,
    the way beside the road, and costs for an old position, an unsuited kind and a full day.

    Raises
    ------
    IncidentOffRoads
        No road within `off_road_m` of the incident.
    """
    times, travel = _travel(problem, network)
    judged = [_judge(unit, problem, travel, place) for place, unit in enumerate(problem.units)]
    judged.sort(key=lambda j: (not j.can_go, j.score_s, j.unit_id))
    return Ranking(
        candidates=tuple(
            Candidate(j.unit_id, rank, j.can_go, j.eta_s, j.score_s, j.reasons)
            for rank, j in enumerate(judged, start=1)
        ),
        version=VERSION,
        parameters=problem.parameters,
        network=network.digest,
        input_hash=input_hash(problem, network.digest),
        _times=times,
        _places=travel.places,
        _unit_ids=tuple(unit.unit_id for unit in problem.units),
    )


def _travel(problem: RankingProblem, network: RoadNetwork) -> tuple[TimesTo, _Travel]:
    incident, chosen = problem.incident, problem.parameters
    goal = network.snapper.nearest(incident.lon, incident.lat, within_m=chosen.off_road_m)
    if goal is None:
        raise IncidentOffRoads(f"no road within {chosen.off_road_m:.0f} m")
    places = network.places([(u.lon, u.lat) for u in problem.units], chosen.off_road_m)
    live = network.arc_times(problem.conditions, chosen.siren_speed)
    times = times_to(network.graph, goal, times=live)
    drive_s = times.seconds_from_many(places.section, places.fraction)
    free_road_s = drive_s
    if problem.conditions.closed or problem.conditions.factors:
        calm = network.arc_times(RoadConditions(), chosen.siren_speed)
        free = times_to(network.graph, goal, times=calm)
        free_road_s = free.seconds_from_many(places.section, places.fraction)
    # lists: a thousand units ask for single numbers, which arrays hand out slowly
    return times, _Travel(
        places,
        places.distance_m.tolist(),
        drive_s.tolist(),
        free_road_s.tolist(),
        goal.distance_m,
    )


class _Judged(NamedTuple):
    unit_id: int
    can_go: bool
    eta_s: float
    score_s: float
    reasons: tuple[Reason, ...]


def _judge(unit: Unit, problem: RankingProblem, travel: _Travel, place: int) -> _Judged:
    chosen = problem.parameters
    drive_s = travel.drive_s[place]
    beside_m = travel.beside_m[place] + travel.to_scene_m
    barriers = _barriers(unit, problem.incident, chosen, place=place, travel=travel)
    if not math.isfinite(drive_s):
        return _Judged(unit.unit_id, False, math.inf, math.inf, tuple(barriers))  # noqa: FBT003
    reasons = [Reason(ReasonCode.ROAD_TIME, drive_s, drive_s)]
    longer_s = drive_s - travel.free_road_s[place]
    if longer_s >= 1.0:
        reasons.append(Reason(ReasonCode.DETOUR, 0.0, longer_s))
    walk_s = beside_m / chosen.walk_m_s
    reasons.append(Reason(ReasonCode.OFF_ROAD, walk_s, beside_m))
    wait_s = max(unit.free_in_s, 0.0) * chosen.busy_margin
    if unit.free_in_s > 0:
        reasons.append(Reason(ReasonCode.FREE_SOON, wait_s, unit.free_in_s))
    cost_s, costs = _costs(unit, problem.incident, chosen)
    eta_s = drive_s + walk_s + wait_s
    reasons = [*barriers, *reasons, *costs] if barriers else reasons + costs
    return _Judged(unit.unit_id, not barriers, eta_s, eta_s + cost_s, tuple(reasons))


def _barriers(
    unit: Unit, incident: Incident, chosen: RankingParameters, *, place: int, travel: _Travel
) -> list[Reason]:
    """Return what rules a unit out, every reason and not only the first."""
    found = []
    if not incident.needs <= unit.skills:
        missing = tuple(sorted(incident.needs - unit.skills))
        found.append(Reason(ReasonCode.MISSING_SKILL, 0.0, len(missing), missing))
    if unit.free_in_s > chosen.busy_most_s:
        found.append(Reason(ReasonCode.BUSY, 0.0, unit.free_in_s))
    if unit.lon is None or unit.lat is None:
        found.append(Reason(ReasonCode.NO_FIX, 0.0))
    elif unit.fix_age_s > chosen.lost_s:
        found.append(Reason(ReasonCode.LOST_FIX, 0.0, unit.fix_age_s))
    if unit.lon is not None and not math.isfinite(travel.beside_m[place]):
        found.append(Reason(ReasonCode.FAR_FROM_ROADS, 0.0, chosen.off_road_m))
    elif unit.lon is not None and not math.isfinite(travel.drive_s[place]):
        found.append(Reason(ReasonCode.UNREACHABLE, 0.0))
    return found


def _costs(
    unit: Unit, incident: Incident, chosen: RankingParameters
) -> tuple[float, list[Reason]]:
    """Return what makes a unit less welcome though it can go: the sum [s], and each reason."""
    found = []
    total_s = 0.0
    old_s = unit.fix_age_s - chosen.fresh_s
    if old_s > 0:
        total_s += (cost := min(old_s * chosen.stale_s_per_s, chosen.stale_most_s))
        found.append(Reason(ReasonCode.STALE_FIX, cost, unit.fix_age_s))
    if incident.suited_kinds and unit.kind not in incident.suited_kinds:
        total_s += chosen.unsuited_s
        found.append(Reason(ReasonCode.UNSUITED_KIND, chosen.unsuited_s, 0.0, (unit.kind,)))
    if unit.load > 0:
        total_s += (cost := min(unit.load * chosen.load_s, chosen.load_most_s))
        found.append(Reason(ReasonCode.LOAD, cost, unit.load))
    return total_s, found
