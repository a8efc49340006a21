"""The cards of the pages of junctions, studies and counts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from luchang.apps.signals import selectors
from luchang.apps.signals.bridge import drawings, plans
from luchang.apps.signals.bridge.wording import fault_text, method_text, way_text
from luchang.apps.signals.models import (
    Candidate,
    CountSet,
    Junction,
    Measurement,
    PlanRelease,
    Proof,
    SchemeMeasurement,
    Study,
    TimingPlan,
)
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports.simulator import simulator
from luchang.apps.signals.states import BOUND, Channel, Measure, Quality, Side, StudyStatus
from luchang.core.signals.layout import Way
from luchang.core.signals.layout_checks import faults_of
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job

Values = dict[str, object]
UNITS = {"delay_s": "s", "p95_s": "s", "stops": "", "queue_m": "m", "co2_g": "g"}
SHOWN_SETS = 10


def sketch(row: Junction, by: Actor, at: datetime) -> Values | None:
    del by, at
    if row.layout is None:
        return {"sketch": None}
    layout = row.layout.layout
    return {
        "sketch": drawings.sketch_of(layout),
        "version": row.layout,
        "stages": drawings.stages_of(layout),
        "rules": layout.rules,
        "free_right": layout.free_right,
        "warnings": [fault_text(each) for each in faults_of(layout) if each.is_warning],
    }


@dataclass(frozen=True)
class PlanShape:
    """A plan as it is drawn."""

    title: str
    note: str
    cycle_s: float
    offset_s: float
    stages: list[drawings.StageShape]
    bars: list[drawings.BarRow]
    is_old: bool = False


def running(row: Junction, by: Actor, at: datetime) -> Values | None:
    rows = selectors.plans_in_force(by, at=at).filter(junction=row)
    return {"plans": [_shape(each, row) for each in rows.order_by("begins_min")]}


def _shape(plan: TimingPlan, row: Junction) -> PlanShape:
    layout = plan.layout.layout
    content = plans.read(plan.content, row.code)
    note = f"{plan.get_days_display()} {plan.hours} · {plan.get_origin_display()} · {plan.layout}"
    return PlanShape(
        plan.name,
        note,
        content.cycle_s,
        content.offset_s,
        drawings.stages_of(layout, content),
        drawings.bars_of(layout, content),
        is_old=plan.layout_id != row.layout_id,
    )


def versions(row: Junction, by: Actor, at: datetime) -> Values | None:
    del at
    found = list(selectors.layouts(by).filter(junction=row)[:20])
    return {"rows": found} if found else None


def numbers(row: Junction, by: Actor, at: datetime) -> Values | None:
    """By which numbers other systems know the junction."""
    del by, at
    found = list(row.numbers.all())
    return {"rows": found} if found else None


def records(row: Junction, by: Actor, at: datetime) -> Values | None:
    """What else is on record about the junction."""
    del at
    return {
        "studies": list(selectors.studies(by).filter(junction=row)[:SHOWN_SETS]),
        "count_sets": list(selectors.count_sets(by).filter(junction=row)[:SHOWN_SETS]),
        "works": list(selectors.works(by).filter(junction=row)[:SHOWN_SETS]),
    }


def job(row: Study, by: Actor, at: datetime) -> Values | None:
    """The long job that is under way, or that failed last."""
    del at
    found = Job.objects.filter(pk=row.job_id).first() if row.job_id else None
    needs = row.status == StudyStatus.COMPUTED and not simulator().is_available()
    if found is None or not (found.is_open or found.error):
        return {"job": None, "needs_simulator": True} if needs else None
    return {
        "job": found,
        "needs_simulator": needs,
        "is_own": found.asked_by_id == by.user_id,
    }


@dataclass(frozen=True)
class CandidateRow:
    candidate: Candidate
    method: str
    is_chosen: bool
    stages: str


def candidates(row: Study, by: Actor, at: datetime) -> Values | None:
    """Every candidate beside the present plan."""
    del by, at
    found = list(selectors.current_candidates(row).select_related("layout"))
    if not found:
        return None
    rows = [
        CandidateRow(
            each,
            method_text(each.method),
            each.pk == row.chosen_id,
            " ".join(f"{step['green_s']:g}" for step in each.content["steps"]),
        )
        for each in found
    ]
    shown = next((each for each in found if each.pk == row.chosen_id), None)
    return {
        "rows": rows,
        "plan": _of_candidate(shown, row) if shown else None,
        "has_present": any(each.is_present for each in found),
    }


def _of_candidate(candidate: Candidate, row: Study) -> PlanShape:
    layout = candidate.layout.layout
    content = plans.read(candidate.content, row.junction.code)
    return PlanShape(
        method_text(candidate.method),
        "",
        content.cycle_s,
        content.offset_s,
        drawings.stages_of(layout, content),
        drawings.bars_of(layout, content),
    )


@dataclass(frozen=True)
class ProofRow:
    """One measure of both plans, with what the change is in parts."""

    name: str
    unit: str
    before: float | None
    before_sd: float | None
    after: float
    after_sd: float

    @property
    def change(self) -> float | None:
        if not self.before:
            return None
        return (self.after / self.before - 1.0) * 100.0


def proof(row: Study, by: Actor, at: datetime) -> Values | None:
    """What the simulator showed of the chosen plan."""
    del by, at
    rows = Proof.objects.filter(study=row).select_related("candidate__layout")
    found = rows.order_by("-at", "-pk").first()
    if found is None:
        return None
    both = found.result["plans"]
    before, after = both.get("before"), both["after"]
    layout = found.candidate.layout.layout
    content = plans.read(found.candidate.content, row.junction.code)
    drawn = [
        shape
        for way, paths in after["paths"].items()
        if (shape := drawings.time_space(layout, content, way, paths)) is not None
    ]
    return {
        "proof": found,
        "rows": [measured_row(name, before, after) for name in UNITS],
        "seeds": "、".join(str(seed) for seed in found.result["seeds"]),
        "vehicles": after["vehicles"],
        "arrived": after["arrived"],
        "queues": drawings.queue_chart(
            before["queues"] if before else None, after["queues"], (_("现行方案"), _("新方案"))
        ),
        "paths": drawn,
        "is_of_chosen": found.candidate_id == row.chosen_id,
    }


def measured_row(name: str, before: Any, after: Any) -> ProofRow:
    """One measure of both plans."""
    titles = {
        "delay_s": _("车均延误"),
        "p95_s": _("95分位延误"),
        "stops": _("平均停车次数"),
        "queue_m": _("最大排队"),
        "co2_g": _("单车二氧化碳"),
    }
    old = before[name] if before else None
    return ProofRow(
        titles[name],
        UNITS[name],
        old["mean"] if old else None,
        old["sd"] if old else None,
        after[name]["mean"],
        after[name]["sd"],
    )


def comparison(row: Study, by: Actor, at: datetime) -> Values | None:
    """Before and after on the street."""
    del by, at
    rows = list(Measurement.objects.filter(study=row))
    return compared_of(rows, row.comparison) if rows else None


def compared_of(
    rows: Sequence[Measurement] | Sequence[SchemeMeasurement], kept: dict[str, Any] | None
) -> Values:
    """Measurements of both sides, and what their comparison told."""
    sides: dict[str, list[Measurement | SchemeMeasurement]] = defaultdict(list)
    for each in rows:
        sides[each.side].append(each)
    told = dict(kept) if kept else None
    if told:
        told["label"] = Measure(told["measure"]).label
        told |= {
            f"{name}_percent": told[name] * 100 for name in ("share", "share_low", "share_high")
        }
        told["is_better"] = told["is_clear"] and told["change"] < 0
    return {"sides": [sides[Side.BEFORE], sides[Side.AFTER]], "told": told}


def releases(row: Study, by: Actor, at: datetime) -> Values | None:
    """Where the plan went, and the files it may be taken out as."""
    del at
    if row.status not in BOUND:
        return None
    return {
        "rows": list(PlanRelease.objects.filter(study=row)),
        "study": row,
        "may_export": by.may(MANAGE),
        "channels": [Channel.GA1049_FILE, Channel.UTDF_FILE],
    }


@dataclass(frozen=True)
class CountCell:
    text: str
    quality: str
    pk: int


def count_table(row: CountSet, by: Actor, at: datetime) -> Values | None:
    """Counts by movement, as a chart of the day and a table."""
    del at
    rows = list(selectors.counts(by).filter(count_set=row).order_by("begins_min", "way"))
    if not rows:
        return None
    ways = list(dict.fromkeys(sorted((each.way for each in rows), key=_order)))
    times = sorted({each.begins_min for each in rows})
    by_cell = {(each.begins_min, each.way): each for each in rows}
    series = []
    for way in ways:
        values = [_vehicles(by_cell.get((time, way))) for time in times]
        series.append({"name": way_text(way), "values": values})
    table = [(clock_of(time), [_cell(by_cell.get((time, way))) for way in ways]) for time in times]
    bad = sum(each.quality in {Quality.MISSING, Quality.DOUBTFUL} for each in rows)
    return {
        "chart": {"categories": [clock_of(time) for time in times], "series": series},
        "ways": [way_text(way) for way in ways],
        "table": table,
        "total": sum(each.vehicles or 0 for each in rows),
        "bad": bad,
        "count": len(rows),
        "missing": sum(each.quality == Quality.MISSING for each in rows),
    }


def _order(key: str) -> tuple[int, str]:
    way = Way.parse(key)
    return int(way.arm), way.turn.value


def _vehicles(count: Any) -> int | None:
    return count.vehicles if count is not None else None


def _cell(count: Any) -> CountCell:
    if count is None:
        return CountCell("", "", 0)
    text = "" if count.vehicles is None else str(count.vehicles)
    return CountCell(text, count.quality, count.pk)
