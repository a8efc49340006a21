"""The cards of the pages of junctions and counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luchang.apps.signals import selectors
from luchang.apps.signals.bridge import drawings, plans
from luchang.apps.signals.bridge.wording import fault_text, way_text
from luchang.apps.signals.models import CountSet, Junction, TimingPlan
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.states import Quality
from luchang.core.signals.layout import Way
from luchang.core.signals.layout_checks import faults_of
from luchang.kernel.identity.actors import Actor

Values = dict[str, object]
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
