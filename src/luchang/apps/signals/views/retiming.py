"""The cards that the pages of studies and schemes share."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from luchang.apps.signals.bridge import drawings, schemes, waves
from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.bridge.wording import method_text
from luchang.apps.signals.models import (
    Candidate,
    Measured,
    Proof,
    Retiming,
    Scheme,
    SchemeCandidate,
    SchemeMember,
    SchemeProof,
    Study,
)
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports.simulator import simulator
from luchang.apps.signals.selectors import current_candidates
from luchang.apps.signals.services.members import entries_of, metres_of, scheme_members
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import BOUND, Channel, Measure, SchemeKind, Side, StudyStatus
from luchang.apps.signals.views.parts import PlanShape, Values
from luchang.core.signals.corridor import BrokenCorridor, Corridor
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job

UNITS = {"delay_s": "s", "p95_s": "s", "stops": "", "queue_m": "m", "co2_g": "g"}
FILES = (Channel.GA1049_FILE, Channel.UTDF_FILE)


def job(row: Retiming, by: Actor, at: datetime) -> Values | None:
    """The long job that is under way, or that failed last."""
    del at
    found = Job.objects.filter(pk=row.job_id).first() if row.job_id else None
    needs = row.status == StudyStatus.COMPUTED and not simulator().is_available()
    if found is None or not (found.is_open or found.error):
        return {"job": None, "needs_simulator": True} if needs else None
    return {"job": found, "needs_simulator": needs, "is_own": found.asked_by_id == by.user_id}


def is_corridor(row: Retiming) -> bool:
    return isinstance(row, Scheme) and row.kind == SchemeKind.CORRIDOR


@dataclass(frozen=True)
class CandidateRow:
    candidate: Candidate | SchemeCandidate
    method: str
    is_chosen: bool
    cycles: str
    greens: str


def candidates(row: Retiming, by: Actor, at: datetime) -> Values | None:
    """Every candidate beside the present plans."""
    del by, at
    found = list(current_candidates(row))
    if not found:
        return None
    is_single = isinstance(row, Study)
    shown = next((each for each in found if each.pk == row.chosen_id), None)
    return {
        "rows": [_candidate(row, each) for each in found],
        "has_present": any(each.is_present for each in found),
        "is_corridor": is_corridor(row),
        "is_single": is_single,
        "plan": _plan_shape(row, shown) if is_single and shown else None,
    }


def _candidate(row: Retiming, each: Candidate | SchemeCandidate) -> CandidateRow:
    plans = [entry.plan for entry in entries_of(row, each)]
    return CandidateRow(
        each,
        method_text(each.method),
        each.pk == row.chosen_id,
        "、".join(dict.fromkeys(f"{plan.cycle_s:g}" for plan in plans)),
        " ".join(f"{step.green_s:g}" for step in plans[0].steps),
    )


def _plan_shape(row: Retiming, candidate: Candidate) -> PlanShape:
    layout, (entry,) = candidate.layout.layout, entries_of(row, candidate)
    return PlanShape(
        method_text(candidate.method),
        "",
        entry.plan.cycle_s,
        entry.plan.offset_s,
        drawings.stages_of(layout, entry.plan),
        drawings.bars_of(layout, entry.plan),
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


def proof(row: Retiming, by: Actor, at: datetime) -> Values | None:
    """What the simulator showed of the chosen plans."""
    del by, at
    found = row.proofs.select_related("candidate").order_by("-at", "-pk").first()
    if found is None:
        return None
    both = found.result["plans"]
    before, after = both.get("before"), both["after"]
    return {
        "proof": found,
        "rows": [_measured_row(name, before, after) for name in UNITS],
        "seeds": "、".join(str(seed) for seed in found.result["seeds"]),
        "vehicles": after["vehicles"],
        "arrived": after["arrived"],
        "queues": drawings.queue_chart(
            before["queues"] if before else None, after["queues"], (_("现行方案"), _("新方案"))
        ),
        "parts": [
            f"{clock_of(begin)}–{clock_of(end)}" for begin, end in found.result.get("parts", ())
        ],
        "is_of_chosen": found.candidate_id == row.chosen_id,
        **_driven(row, found, after.get("paths") or {}),
    }


def _driven(row: Retiming, found: Proof | SchemeProof, paths: Any) -> Values:
    """Ways of vehicles through the lamps: at one junction by movement, along a road out and back.

    Of a day in parts none are drawn.
    """
    entries = entries_of(row, found.candidate)
    if isinstance(found.candidate, Candidate):
        layout = found.candidate.layout.layout
        drawn = [
            shape
            for way, of_way in paths.items()
            if (shape := drawings.time_space(layout, entries[0].plan, way, of_way)) is not None
        ]
        return {"paths": drawn}
    if not is_corridor(row) or not (paths.get("out") or paths.get("back")):
        return {}
    members = scheme_members(row)
    return {"driven": wave_of(row, entries, members, corridor_as_kept(members), paths)}


def corridor_as_kept(members: tuple[SchemeMember, ...]) -> Corridor | None:
    """The corridor of the junctions as they are; None where they make none any more."""
    try:
        return schemes.corridor([each.junction for each in members], metres_of(members))
    except (BrokenCorridor, Refused):
        return None


def wave_of(
    row: Retiming,
    entries: list[Entry],
    members: tuple[SchemeMember, ...],
    corridor: Corridor | None,
    paths: waves.Paths | None = None,
) -> waves.WaveDiagram | None:
    """Greens and bands along the road; None where the junctions are no longer as they were."""
    if corridor is None or not isinstance(row, Scheme):
        return None
    plans = {each.junction: each.plan for each in entries}
    names = {each.junction.code: each.junction.name for each in members}
    try:
        return waves.wave_diagram(corridor, plans, row.speed_mps, names, paths)
    except (KeyError, IndexError):  # drawn for a layout that is no longer there
        return None


def _measured_row(name: str, before: Any, after: Any) -> ProofRow:
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


def comparison(row: Retiming, by: Actor, at: datetime) -> Values | None:
    """Before and after on the street: measurements of both sides, and what comparing them told."""
    del by, at
    sides: dict[str, list[Measured]] = defaultdict(list)
    for each in row.measurements.all():
        sides[each.side].append(each)
    if not sides:
        return None
    told = dict(row.comparison) if row.comparison else None
    if told:
        told["label"] = Measure(told["measure"]).label
        told |= {
            f"{name}_percent": told[name] * 100 for name in ("share", "share_low", "share_high")
        }
        told["is_better"] = told["is_clear"] and told["change"] < 0
    return {"sides": [sides[Side.BEFORE], sides[Side.AFTER]], "told": told}


def releases(row: Retiming, by: Actor, at: datetime) -> Values | None:
    """Where the plans went, and the files they may be taken out as."""
    del at
    if row.status not in BOUND:
        return None
    page = "signals.export" if isinstance(row, Study) else "signals.scheme_export"
    files = [(each.label, reverse(page, args=[row.pk, each.value])) for each in FILES]
    return {"rows": list(row.releases.all()), "files": files if by.may(MANAGE) else []}
