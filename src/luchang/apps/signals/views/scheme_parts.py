"""The cards of the page of a scheme: its junctions, its plans, what they show."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from luchang.apps.signals.bridge import waves
from luchang.apps.signals.bridge.wording import method_text
from luchang.apps.signals.models import Scheme, SchemeCandidate, SchemeMember
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.selectors import current_candidates
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.day_planning import parts_for
from luchang.apps.signals.services.members import entries_of, members_of, scheme_members
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.signing import signed_plans
from luchang.apps.signals.states import SchemeKind, StudyStatus
from luchang.apps.signals.views.parts import Values
from luchang.apps.signals.views.retiming import corridor_as_kept, is_corridor, wave_of
from luchang.core.signals.corridor import Corridor
from luchang.kernel.identity.actors import Actor


def members(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """The junctions in their order, with the counts that are used."""
    del by, at
    return {"rows": scheme_members(row), "is_corridor": is_corridor(row)}


@dataclass(frozen=True)
class Drawn:
    """One candidate as it is drawn: along the road, or over the day."""

    title: str
    wave: waves.WaveDiagram | None = None
    parts: list[waves.DayPart] | None = None


def diagrams(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """The present plans and the chosen ones, or the best, one above the other."""
    del by, at
    found = list(current_candidates(row))
    if not found:
        return None
    return {"drawn": drawn_of(row, found), "row": row, "is_corridor": is_corridor(row)}


def drawn_of(row: Scheme, found: list[SchemeCandidate]) -> list[Drawn]:
    """Present and chosen; of a corridor nobody has chosen for yet, every candidate."""
    shown = [each for each in found if each.is_present or each.pk == row.chosen_id]
    if row.chosen_id is None:
        shown = found
    members = scheme_members(row)
    corridor = corridor_as_kept(members) if is_corridor(row) else None
    return [_drawn(row, each, members, corridor) for each in shown]


def _drawn(
    row: Scheme,
    candidate: SchemeCandidate,
    members: tuple[SchemeMember, ...],
    corridor: Corridor | None,
) -> Drawn:
    title, entries = method_text(candidate.method), entries_of(row, candidate)
    if row.kind == SchemeKind.DAY:
        numbers = _numbers(row) if candidate.pk == row.chosen_id else {}
        return Drawn(title, parts=waves.day_bar(entries, row.begins_min, row.ends_min, numbers))
    return Drawn(title, wave_of(row, entries, members, corridor))


def _numbers(row: Scheme) -> dict[int, int]:
    """Numbers of the approved plans by the minute they begin at."""
    return {begin: each.plan_no for each in signed_plans(row) for begin, _end in each.hours}


def flows(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """Vehicles of the day by quarter of an hour, for who divides it."""
    del by, at
    if row.kind != SchemeKind.DAY or row.status == StudyStatus.OPEN:
        return None
    (member,) = members_of(row)
    try:
        counted = together.counted_of(row, member.count_set)
    except Refused:
        return None
    totals = [round(float(each)) for each in counted.vehicles.sum(axis=1)]
    times = [clock_of(row.begins_min + 15 * nth) for nth in range(len(totals))]
    begins = parts_for(row, counted)
    return {
        "chart": {
            "categories": times,
            "series": [{"name": _("全路口流量（辆/15分钟）"), "values": totals}],
        },
        "parts": " ".join(clock_of(each) for each in begins),
        "is_set": bool(row.parts),
    }


@dataclass(frozen=True)
class PlanRow:
    """One approved plan: its junction, number, hours, cycle, offset, greens."""

    name: str
    plan_no: int
    hours: str
    cycle_s: float
    offset_s: float
    greens: str


def approved(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """The plans that were signed, under their numbers."""
    del by, at
    found = plan_rows(row)
    return {"rows": found, "is_corridor": is_corridor(row)} if found else None


def plan_rows(row: Scheme) -> list[PlanRow]:
    return [
        PlanRow(
            each.junction.name,
            each.plan_no,
            "、".join(f"{clock_of(begin)}–{clock_of(end)}" for begin, end in each.hours),
            each.plan.cycle_s,
            each.plan.offset_s,
            " ".join(f"{step.green_s:g}" for step in each.plan.steps),
        )
        for each in signed_plans(row)
    ]
