"""Asking the core whom to send, and keeping the answer so that it can be asked again."""

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import bridge, policies
from luchang.apps.dispatch.models import Advice, Incident
from luchang.apps.dispatch.selectors import categories
from luchang.apps.dispatch.selectors.workload import free_in_s, loads
from luchang.apps.dispatch.services.refusals import NotLocated, Refused
from luchang.apps.force import selectors as force
from luchang.apps.places import selectors as places
from luchang.core.dispatch.problem import RankingProblem
from luchang.core.dispatch.ranking import IncidentOffRoads, Ranking, rank_units
from luchang.kernel.identity.actors import Actor

KEPT = 20
"""Candidates kept and shown; a desk never looks further."""


@dataclass(frozen=True)
class Question:
    """What is known when the units are ranked, maybe before anything is registered."""

    longitude: float | None
    latitude: float | None
    category: str
    grade: str
    incident_id: int | None = None


@dataclass(frozen=True)
class Replay:
    """What came of computing an advice anew."""

    advice_id: int
    is_same: bool
    problem: str
    """Empty when it is the same, else what differs."""


def advise(*, incident_id: int, by: Actor, at: datetime) -> Advice:
    """Rank the units for a registered incident and keep the advice with it.

    The core runs outside any transaction; nothing waits for it.

    Raises:
        Forbidden: `by` does not hold the incident's desk.
        NotLocated: it has no place on the map, or none near a road.
    """
    incident = Incident.objects.select_related("organisation").get(pk=incident_id)
    policies.check_can_dispatch(by, incident)
    question = Question(
        longitude=incident.longitude,
        latitude=incident.latitude,
        category=incident.category,
        grade=incident.grade,
        incident_id=incident.pk,
    )
    return advise_on(question, by=by, at=at)


def advise_on(question: Question, *, by: Actor, at: datetime) -> Advice:
    """Rank the units in `by`'s sight for a place, and keep the advice.

    Raises:
        Forbidden: `by` dispatches nothing.
        NotLocated: the place is unknown or on no road.
    """
    by.check(policies.DISPATCH_UNITS)
    started = time.perf_counter()
    units = {unit.unit_id: unit for unit in force.duty_units(at=at, actor=by)}
    problem, ranking = _rank(question, list(units.values()), at=at)
    advice = Advice(
        incident_id=question.incident_id,
        core_version=ranking.version,
        graph_digest=ranking.network,
        input_hash=ranking.input_hash,
        seed=ranking.seed or 0,
        parameters=asdict(ranking.parameters),
        problem=problem.to_json(),
        candidates=bridge.candidates_as_json(ranking, units, at_most=KEPT),
        unit_count=len(ranking.candidates),
        elapsed_ms=round(1_000 * (time.perf_counter() - started), 3),
        at=at,
        asked_by_id=by.user_id,
    )
    with transaction.atomic():
        advice.keep()
    return advice


def replay(*, advice_id: int) -> Replay:
    """Compute a kept advice anew from its stored inputs and compare.

    Raises:
        Refused: the road network it was computed on is not the active one.
    """
    kept = Advice.objects.get(pk=advice_id)
    network = bridge.network()
    if network.digest != kept.graph_digest:
        raise Refused(_("建议所用路网不是当前启用的路网，请先启用该版本。"))
    problem = RankingProblem.from_json(kept.problem)
    ranking = rank_units(problem, network)
    return Replay(advice_id, *_compared(kept, ranking))


def route(*, advice_id: int, unit_id: int) -> list[tuple[float, float]]:
    """The way a proposed unit would drive, for the map; empty where there is none."""
    kept = Advice.objects.get(pk=advice_id)
    scene = json.loads(kept.problem)["incident"]
    start = next((each for each in kept.candidates if each["unit_id"] == unit_id), None)
    if start is None:
        return []
    found = places.route_between(
        (start["longitude"], start["latitude"]), (scene["lon"], scene["lat"]), at=kept.at
    )
    return list(found.line) if found else []


def _rank(
    question: Question, units: list[force.DutyUnit], *, at: datetime
) -> tuple[RankingProblem, Ranking]:
    if question.longitude is None or question.latitude is None:
        raise NotLocated(_("请先在地图上确定地点。"))
    kind = categories.category(question.category)
    scene = bridge.Scene(
        incident_id=question.incident_id or 0,
        longitude=question.longitude,
        latitude=question.latitude,
        urgency=int(question.grade or "4"),
        needs=kind.skills if kind else frozenset(),
        suited_kinds=frozenset(map(str, kind.suited_kinds)) if kind else frozenset(),
    )
    try:
        network = bridge.network()
        problem = bridge.problem_of(
            scene=scene,
            units=units,
            free_in_s=free_in_s(at=at),
            loads=loads(at=at),
            closed=places.closed_sections(places.active_network(), at=at),
            at=at,
        )
        return problem, rank_units(problem, network)
    except IncidentOffRoads as nowhere:
        raise NotLocated(_("地点附近没有道路。")) from nowhere
    except places.NoRoadNetwork as missing:
        raise NotLocated(_("尚未导入路网。")) from missing


def _compared(kept: Advice, ranking: Ranking) -> tuple[bool, str]:
    if ranking.input_hash != kept.input_hash:
        return False, f"input hash {ranking.input_hash} instead of {kept.input_hash}"
    if not bridge.same_order(ranking, kept.candidates):
        return False, "the candidates differ"
    return True, ""
