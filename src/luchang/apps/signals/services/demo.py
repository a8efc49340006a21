"""What the demo city's junctions are made of. Everything here is invented and marked as such."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from luchang.apps.signals.bridge.wording import in_words
from luchang.apps.signals.models import Candidate, Scheme, Study
from luchang.apps.signals.selectors import current_candidates
from luchang.apps.signals.services import (
    computing,
    proving,
    scheme_advising,
    scheme_planning,
    schemes,
)
from luchang.apps.signals.services.computing import Advice
from luchang.apps.signals.services.counting import Reading
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


def advice_for(study: Study) -> Sequence[Advice]:
    """Computed as for any study."""
    return computing.advise(_fresh(study), ticking=lambda *_told: None)


def keep_advice(*, study: Study, advice: Sequence[Advice], by: Actor, at: datetime) -> Study:
    return computing.store_candidates(of=study, advice=advice, by=by, at=at)


def prove(*, study: Study, by: Actor, at: datetime) -> None:
    """The candidate of least expected delay, with a result that no simulator has shown."""
    rows = list(current_candidates(study))
    best = min((row for row in rows if not row.is_present), key=lambda row: row.delay_s or 0.0)
    now = next(row for row in rows if row.is_present)
    proving.choose(of=study, candidate_id=best.pk, by=by, at=at)
    both = {"before": _as_shown(now), "after": _as_shown(best)}
    proving.store_proof(
        of=study,
        candidate_id=best.pk,
        result={"seeds": [0], "plans": both},
        by=by,
        at=at,
        shown_by=NOT_SIMULATED,
    )


def advise_corridor(*, scheme: Scheme, by: Actor, at: datetime) -> None:
    """Present plans and the widest bands, judged as for any corridor; the bands are chosen."""
    advice = scheme_advising.without_search(scheme_planning.asked_of(scheme))
    computing.store_candidates(of=scheme, advice=advice, by=by, at=at)
    best = current_candidates(scheme).filter(is_present=False).earliest("pk")
    proving.choose(of=scheme, candidate_id=best.pk, by=by, at=at)


def corridor_counts(scheme: Scheme, by: Actor) -> dict[int, int]:
    """The latest counts of each junction of a corridor."""
    return schemes.latest_counts(scheme, by)


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


def _fresh(study: Study) -> Study:
    rows = Study.objects.select_related("junction__layout", "count_set__layout")
    found: Study = rows.get(pk=study.pk)
    return found
