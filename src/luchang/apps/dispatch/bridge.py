"""Rows of 122 and of the force ↔ problems and results of the dispatch core."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from luchang.apps.force.selectors import DutyUnit
from luchang.apps.places import selectors as places
from luchang.core.dispatch.network import RoadNetwork
from luchang.core.dispatch.problem import Incident, RankingProblem, RoadConditions, Unit
from luchang.core.dispatch.ranking import Candidate, Ranking

HOME_AGE_S = 0.0
"""A crew that never reported stands at its home until it does."""


DENSE_DEG = 0.1
"""Edge of the squares in which junctions are counted to find the built-up area [degrees]."""


@dataclass(frozen=True)
class Area:
    """A box on the ground [WGS-84 degrees]."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Scene:
    """Where a unit is wanted, and for what."""

    incident_id: int
    longitude: float
    latitude: float
    urgency: int
    needs: frozenset[str]
    suited_kinds: frozenset[str]


def network() -> RoadNetwork:
    """The active road network as the core uses it, built once a process and version.

    Raises:
        places.NoRoadNetwork: none was imported.
    """
    return _network(places.active_network().graph_file)


def area() -> Area:
    """The built-up box: 5th to 95th percentile of the junctions around where they are densest.

    Percentiles of the whole network would span the mountains between the towns.

    Raises:
        places.NoRoadNetwork: none was imported.
    """
    graph = places.graph()
    lon, lat = graph.node_lon, graph.node_lat
    squares = np.stack([np.floor(lon / DENSE_DEG), np.floor(lat / DENSE_DEG)], axis=1)
    found, count = np.unique(squares, axis=0, return_counts=True)
    middle_lon, middle_lat = (found[np.argmax(count)] + 0.5) * DENSE_DEG
    is_near = np.maximum(abs(lon - middle_lon), abs(lat - middle_lat)) <= DENSE_DEG
    west, east = np.quantile(lon[is_near], [0.05, 0.95])
    south, north = np.quantile(lat[is_near], [0.05, 0.95])
    return Area(float(west), float(south), float(east), float(north))


@lru_cache(maxsize=2)
def _network(graph_file: str) -> RoadNetwork:
    del graph_file  # the key: every version has its own file
    return RoadNetwork(places.graph())


def problem_of(
    *,
    scene: Scene,
    units: Iterable[DutyUnit],
    free_in_s: Mapping[int, float],
    loads: Mapping[int, int],
    closed: frozenset[int],
    at: datetime,
) -> RankingProblem:
    """The question which of these crews should go; those not ready are left out of it."""
    return RankingProblem(
        incident=Incident(
            incident_id=scene.incident_id,
            lon=scene.longitude,
            lat=scene.latitude,
            urgency=scene.urgency,
            needs=scene.needs,
            suited_kinds=scene.suited_kinds,
        ),
        units=tuple(
            Unit(
                unit_id=unit.unit_id,
                lon=unit.longitude,
                lat=unit.latitude,
                fix_age_s=_age_s(unit, at=at),
                kind=unit.kind,
                skills=unit.skills,
                free_in_s=free_in_s.get(unit.unit_id, 0.0),
                load=loads.get(unit.unit_id, 0),
            )
            for unit in units
            if unit.is_ready
        ),
        conditions=RoadConditions(closed=closed),
    )


def candidates_as_json(
    ranking: Ranking, names: Mapping[int, DutyUnit], *, at_most: int
) -> list[dict[str, object]]:
    """The best candidates as they are kept and shown; unknown times become null."""
    return [_as_json(each, names[each.unit_id]) for each in ranking.candidates[:at_most]]


def same_order(ranking: Ranking, kept: Iterable[Mapping[str, object]]) -> bool:
    """Whether a ranking begins with exactly these candidates, times included."""
    return all(
        each.unit_id == before["unit_id"]
        and _finite(each.eta_s) == before["eta_s"]
        and _finite(each.score_s) == before["score_s"]
        for each, before in zip(ranking.candidates, kept, strict=False)
    )


def _as_json(candidate: Candidate, unit: DutyUnit) -> dict[str, object]:
    road_s = next((each.value for each in candidate.reasons if each.code == "road_time"), None)
    return {
        "unit_id": candidate.unit_id,
        "call_sign": unit.call_sign,
        "kind": unit.kind,
        "organisation": unit.organisation_name,
        "longitude": unit.longitude,
        "latitude": unit.latitude,
        "rank": candidate.rank,
        "can_go": candidate.can_go,
        "eta_s": _finite(candidate.eta_s),
        "travel_s": road_s,
        "score_s": _finite(candidate.score_s),
        "reasons": [
            reason._asdict() | {"code": reason.code.value, "codes": list(reason.codes)}
            for reason in candidate.reasons
        ],
    }


def _age_s(unit: DutyUnit, *, at: datetime) -> float:
    if unit.position_at is None:
        return HOME_AGE_S
    return max((at - unit.position_at).total_seconds(), 0.0)


def _finite(seconds: float) -> float | None:
    return seconds if math.isfinite(seconds) else None
