"""What the demo city's junctions are made of. Everything here is invented and marked as such."""

from datetime import datetime
from typing import Any

from luchang.apps.signals.bridge.wording import in_words
from luchang.apps.signals.models import Candidate, Proof, Scheme, Study
from luchang.apps.signals.selectors import current_candidates
from luchang.apps.signals.services import (
    planning,
    proving,
    scheme_advising,
    scheme_planning,
    scheme_proving,
    schemes,
    studies,
)
from luchang.apps.signals.services.counting import Reading
from luchang.apps.signals.services.planning import Advice
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Approach, Direction, LaneLayout, Layout
from luchang.core.signals.layout_stages import standard_stages
from luchang.core.signals.plan import Plan, PlanStep
from luchang.kernel.identity.actors import Actor

NOT_SIMULATED = "演示数据，未经仿真"
QUARTERS = {Turn.LEFT: 28, Turn.THROUGH: 105, Turn.RIGHT: 22}
"""Vehicles of a movement in a quarter of an hour."""

LANES = ((Turn.LEFT,), (Turn.THROUGH,), (Turn.THROUGH, Turn.RIGHT))


def cross() -> Layout:
    """Two streets of six lanes with crossings; left turns have lanes of their own."""
    arms = tuple(
        Approach(
            arm,
            "演示大道" if arm in {Direction.E, Direction.W} else "示例路",
            50.0,
            tuple(LaneLayout(turns) for turns in LANES),
            2,
            22.0,
        )
        for arm in (Direction.N, Direction.E, Direction.S, Direction.W)
    )
    return in_words(standard_stages(Layout(arms, ())))


def present(junction_id: str) -> Plan:
    """The plan the demo junctions have always run: everybody the same."""
    return Plan(junction_id, tuple(PlanStep(stage, 30.0, 5.0) for stage in range(4)))


def readings(*, begins_min: int, ends_min: int) -> list[Reading]:
    """A morning's counts, a little different each quarter."""
    return [
        Reading(way.key, minute, QUARTERS[way.turn] + (minute // 15 * 7 + int(way.arm) * 3) % 9)
        for way in cross().ways
        if way.turn in QUARTERS
        for minute in range(begins_min, ends_min, 15)
    ]


def advice_for(study_id: int) -> list[Advice]:
    """Computed as for any study."""
    row = _study(study_id)
    demand, now = studies.problem_of(row)
    return planning.advise(
        studies.layout_of(row), demand, now, row.junction.code, ticking=lambda *_told: None
    )


def keep_advice(*, study_id: int, advice: list[Advice], by: Actor, at: datetime) -> Study:
    return studies.store_candidates(study_id=study_id, advice=advice, by=by, at=at)


def prove(*, study_id: int, by: Actor, at: datetime) -> Proof:
    """The candidate of least expected delay, with a result that no simulator has shown."""
    rows = list(current_candidates(_study(study_id)))
    best = min((row for row in rows if not row.is_present), key=lambda row: row.delay_s or 0.0)
    now = next(row for row in rows if row.is_present)
    proving.choose(study_id=study_id, candidate_id=best.pk, by=by, at=at)
    both = {"before": _as_shown(now), "after": _as_shown(best)}
    return proving.store_proof(
        study_id=study_id,
        candidate_id=best.pk,
        result={"seeds": [0], "plans": both},
        by=by,
        at=at,
        shown_by=NOT_SIMULATED,
    )


def advise_corridor(*, scheme_id: int, by: Actor, at: datetime) -> None:
    """Present plans and the widest bands, judged as for any corridor; the bands are chosen."""
    scheme = Scheme.objects.select_related("organisation").get(pk=scheme_id)
    asked = scheme_planning.asked_of(scheme)
    advice = scheme_advising.without_search(asked)
    schemes.store_scheme(scheme_id=scheme_id, advice=advice, by=by, at=at)
    best = scheme_proving.current_scheme_candidates(scheme).filter(is_present=False).earliest("pk")
    scheme_proving.choose_scheme(scheme_id=scheme_id, candidate_id=best.pk, by=by, at=at)


def corridor_counts(scheme_id: int, by: Actor) -> dict[int, int]:
    """The latest counts of each junction of a corridor."""
    return schemes.latest_counts(Scheme.objects.get(pk=scheme_id), by)


def _as_shown(row: Candidate) -> dict[str, Any]:
    """What was expected, told as if it had been shown."""
    values = {
        "delay_s": row.delay_s or 0.0,
        "p95_s": row.p95_s or 0.0,
        "stops": row.stops or 0.0,
        "queue_m": row.queue_m or 0.0,
        "co2_g": 120.0 + (row.delay_s or 0.0),
    }
    longest = values["queue_m"]
    queues = {"E": [[30.0 * place, longest * (0.4 + 0.1 * (place % 6))] for place in range(40)]}
    told = {name: {"mean": value, "sd": 0.0, "values": [value]} for name, value in values.items()}
    return {**told, "vehicles": 0, "arrived": 0, "queues": queues, "paths": {}}


def _study(study_id: int) -> Study:
    rows = Study.objects.select_related("junction__layout", "count_set__layout")
    return rows.get(pk=study_id)
