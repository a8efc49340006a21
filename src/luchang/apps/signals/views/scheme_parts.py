"""The cards of the page of a scheme: its junctions, its plans, what they show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from luchang.apps.signals.bridge import drawings, schemes, waves
from luchang.apps.signals.bridge.wording import method_text
from luchang.apps.signals.models import (
    Scheme,
    SchemeCandidate,
    SchemeMeasurement,
    SchemeMember,
    SchemePlan,
    SchemeProof,
    SchemeRelease,
)
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports.simulator import simulator
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.day_planning import parts_for
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.scheme_proving import current_scheme_candidates
from luchang.apps.signals.states import BOUND, Channel, SchemeKind, StudyStatus
from luchang.apps.signals.views.parts import UNITS, compared_of, measured_row
from luchang.core.signals.corridor import BrokenCorridor, Corridor
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job

Values = dict[str, object]


def members(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """The junctions in their order, with the counts that are used."""
    del by, at
    return {"rows": together.members_of(row), "is_corridor": row.kind == SchemeKind.CORRIDOR}


def job(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """The long job that is under way, or that failed last."""
    del at
    found = Job.objects.filter(pk=row.job_id).first() if row.job_id else None
    needs = row.status == StudyStatus.COMPUTED and not simulator().is_available()
    if found is None or not (found.is_open or found.error):
        return {"job": None, "needs_simulator": True} if needs else None
    return {"job": found, "needs_simulator": needs, "is_own": found.asked_by_id == by.user_id}


@dataclass(frozen=True)
class CandidateRow:
    candidate: SchemeCandidate
    method: str
    is_chosen: bool
    cycles: str


def candidates(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """Every candidate beside the present plans."""
    del by, at
    found = list(current_scheme_candidates(row))
    if not found:
        return None
    rows = [
        CandidateRow(each, method_text(each.method), each.pk == row.chosen_id, _cycles(each))
        for each in found
    ]
    return {
        "rows": rows,
        "has_present": any(each.is_present for each in found),
        "is_corridor": row.kind == SchemeKind.CORRIDOR,
    }


def _cycles(candidate: SchemeCandidate) -> str:
    cycles = [each.plan.cycle_s for each in schemes.read(candidate.content)]
    return "、".join(f"{each:g}" for each in dict.fromkeys(cycles))


@dataclass(frozen=True)
class Drawn:
    """One candidate as it is drawn: along the road, or over the day."""

    title: str
    wave: waves.WaveDiagram | None = None
    parts: list[waves.DayPart] | None = None


def diagrams(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """The present plans and the chosen ones, or the best, one above the other."""
    del by, at
    found = list(current_scheme_candidates(row))
    if not found:
        return None
    return {"drawn": drawn_of(row, found), "row": row, "is_corridor": _is_corridor(row)}


def drawn_of(row: Scheme, found: list[SchemeCandidate]) -> list[Drawn]:
    """Present and chosen; of a corridor nobody has chosen for yet, every candidate."""
    shown = [each for each in found if each.is_present or each.pk == row.chosen_id]
    if row.chosen_id is None:
        shown = found
    members_of = together.members_of(row)
    corridor = corridor_as_kept(members_of) if _is_corridor(row) else None
    return [_drawn(row, each, members_of, corridor) for each in shown]


def _is_corridor(row: Scheme) -> bool:
    return row.kind == SchemeKind.CORRIDOR


def corridor_as_kept(members_of: tuple[SchemeMember, ...]) -> Corridor | None:
    """The corridor of the junctions as they are; None where they make none any more."""
    try:
        return schemes.corridor([each.junction for each in members_of])
    except (BrokenCorridor, Refused):
        return None


def _drawn(
    row: Scheme,
    candidate: SchemeCandidate,
    members_of: tuple[SchemeMember, ...],
    corridor: Corridor | None,
    paths: waves.Paths | None = None,
) -> Drawn:
    title = method_text(candidate.method)
    entries = schemes.read(candidate.content)
    if row.kind == SchemeKind.DAY:
        numbers = _numbers(row) if candidate.pk == row.chosen_id else {}
        return Drawn(title, parts=waves.day_bar(entries, row.begins_min, row.ends_min, numbers))
    if corridor is None:
        return Drawn(title)
    plans = {each.junction: each.plan for each in entries}
    names = {each.junction.code: each.junction.name for each in members_of}
    try:
        return Drawn(title, waves.wave_diagram(corridor, plans, row.speed_mps, names, paths))
    except (KeyError, IndexError):  # drawn for a layout that is no longer there
        return Drawn(title)


def _numbers(row: Scheme) -> dict[int, int]:
    """Numbers of the approved plans by the minute they begin at."""
    rows = SchemePlan.objects.filter(scheme=row)
    return {int(begin): each.plan_no for each in rows for begin, _end in each.hours}


def flows(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """Vehicles of the day by quarter of an hour, for who divides it."""
    del by, at
    if row.kind != SchemeKind.DAY or row.status == StudyStatus.OPEN:
        return None
    (member,) = together.members_of(row)
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


def proof(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """What the simulator showed of the chosen plans."""
    del by, at
    rows = SchemeProof.objects.filter(scheme=row).select_related("candidate")
    found = rows.order_by("-at", "-pk").first()
    if found is None:
        return None
    both = found.result["plans"]
    before, after = both.get("before"), both["after"]
    driven = None
    paths = after.get("paths") or {}
    if _is_corridor(row) and (paths.get("out") or paths.get("back")):
        members_of = together.members_of(row)
        corridor = corridor_as_kept(members_of)
        driven = _drawn(row, found.candidate, members_of, corridor, paths).wave
    return {
        "proof": found,
        "rows": [measured_row(name, before, after) for name in UNITS],
        "seeds": "、".join(str(seed) for seed in found.result["seeds"]),
        "vehicles": after["vehicles"],
        "arrived": after["arrived"],
        "queues": drawings.queue_chart(
            before["queues"] if before else None, after["queues"], (_("现行方案"), _("新方案"))
        ),
        "driven": driven,
        "parts": [
            f"{clock_of(begin)}–{clock_of(end)}" for begin, end in found.result.get("parts", ())
        ],
        "is_of_chosen": found.candidate_id == row.chosen_id,
    }


def comparison(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """Before and after on the street."""
    del by, at
    rows = list(SchemeMeasurement.objects.filter(scheme=row))
    return compared_of(rows, row.comparison) if rows else None


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
    return {"rows": found, "is_corridor": _is_corridor(row)} if found else None


def plan_rows(row: Scheme) -> list[PlanRow]:
    rows = SchemePlan.objects.filter(scheme=row).select_related("junction")
    found = []
    for each in rows.order_by("junction__code", "plan_no"):
        steps: Any = each.content["steps"]
        cycle = sum(step["green_s"] + step["change_s"] for step in steps)
        hours = "、".join(f"{clock_of(begin)}–{clock_of(end)}" for begin, end in each.hours)
        greens = " ".join(f"{step['green_s']:g}" for step in steps)
        offset = float(each.content["offset_s"])
        found.append(PlanRow(each.junction.name, each.plan_no, hours, cycle, offset, greens))
    return found


def releases(row: Scheme, by: Actor, at: datetime) -> Values | None:
    """Where the plans went, and the files they may be taken out as."""
    del at
    if row.status not in BOUND:
        return None
    return {
        "rows": list(SchemeRelease.objects.filter(scheme=row)),
        "scheme": row,
        "may_export": by.may(MANAGE),
        "channels": [Channel.GA1049_FILE, Channel.UTDF_FILE],
    }
