"""Candidates proven in simulation beside the plans that run now: a junction, a road, a day."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import fmean, stdev
from typing import Any

from django.db import transaction

from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.models import Proof, Retiming, Scheme, SchemeProof, Study
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports.joint import Joined, JointTrial, Span, joint_simulator
from luchang.apps.signals.ports.simulator import Outcome, SimulatorRefused, Trial, simulator
from luchang.apps.signals.selectors import current_candidates
from luchang.apps.signals.services import planning
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.checking import check_safe
from luchang.apps.signals.services.computing import demand_for
from luchang.apps.signals.services.life import (
    R,
    check_idle,
    check_in,
    locked,
    moved,
    noted,
    ordered,
)
from luchang.apps.signals.services.members import (
    check_current,
    entries_of,
    layout_of,
    members_of,
)
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import SchemeKind, StudyStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job

PROVE = "signals.prove"
SEEDS = (1, 2, 3)
"""Seeds of the runs plans are proven with; present and new ones are run with the same."""

LONGEST_RUN_MIN = 120
"""Of a part of the day only its begin is simulated: two hours show what the plan does."""

MEASURES = ("delay_s", "p95_s", "stops", "queue_m", "co2_g")
S = StudyStatus
Ticking = Callable[[int, int, str], None]


@transaction.atomic
def choose(*, of: R, candidate_id: int, by: Actor, at: datetime) -> R:
    """Settle on the candidate that is to be proven.

    Raises:
        Unreached.
        Refused: of another study or scheme, the present plans, or unsafe.
        IllegalTransition: it does not wait for a choice.
    """
    row = locked(of, by, MANAGE)
    check_in(row, S.COMPUTED)
    check_idle(row)
    found = current_candidates(row).filter(pk=candidate_id).first()
    if found is None:
        raise Refused("not_a_candidate")
    if found.is_present:
        raise Refused("present_chosen")
    layouts = {each.junction.code: layout_of(each.junction) for each in members_of(row)}
    for entry in entries_of(row, found):
        check_safe(layouts[entry.junction], entry.plan)
    row.chosen, row.chosen_by_id = found, by.user_id
    noted(row, by=by, at=at, chosen=found.ordinal)
    return row


@transaction.atomic
def order_proof(*, of: Retiming, by: Actor, at: datetime) -> Job:
    """Have the chosen plans simulated; the job moves the record on if they do better.

    Raises:
        Unreached.
        SimulatorRefused: the simulator is not installed.
        Refused: nothing chosen, a layout has changed, or a job is under way.
    """
    row = locked(of, by, MANAGE)
    check_in(row, S.COMPUTED)
    check_idle(row)
    check_current(row)
    if row.chosen is None:
        raise Refused("no_candidates")
    if not simulator().is_available():
        raise SimulatorRefused("absent")
    row.proven_by_id = by.user_id
    return ordered(row, PROVE, total=len(SEEDS) * 2, by=by, at=at)


@dataclass(frozen=True)
class Course:
    """How plans are tried: which runs they are put through, and how their outcomes are told."""

    runs: Callable[[Sequence[Entry]], Sequence[Trial | JointTrial]]
    told: Callable[[list[Outcome]], dict[str, Any]]
    about: dict[str, Any]
    """What is kept beside the outcomes: the seeds, and where it is one, the parts of the day."""


def simulate(of: Retiming, *, ticking: Ticking) -> dict[str, Any]:
    """The runs of present and chosen plans, told as plain values.

    Raises:
        SimulatorRefused: the simulator crashed or could not be built.
    """
    if of.chosen is None:
        raise Refused("no_candidates")
    tried = [("after", entries_of(of, of.chosen))]
    present = current_candidates(of).filter(is_present=True).first()
    if present is not None:
        tried.insert(0, ("before", entries_of(of, present)))
    course = course_of(of, tried[-1][1])
    trials = [(name, course.runs(entries)) for name, entries in tried]
    total, done = sum(len(runs) for _, runs in trials), 0
    result: dict[str, Any] = {**course.about, "plans": {}}
    for name, runs in trials:
        outcomes = []
        for trial in runs:
            ticking(done, total, name)
            outcomes.append(_run(trial, lambda now=done: ticking(now, total, "")))  # type: ignore[misc]
            done += 1
        result["plans"][name] = course.told(outcomes)
    return result


def _run(trial: Trial | JointTrial, ticking: Callable[[], None]) -> Outcome:
    if isinstance(trial, JointTrial):
        return joint_simulator().run_joint(trial, ticking=ticking)
    return simulator().run(trial, ticking=ticking)


def course_of(of: Retiming, new: Sequence[Entry]) -> Course:
    """One junction by itself, all junctions of a road in one net, or a day part by part."""
    if isinstance(of, Study):
        layout, demand = layout_of(of.junction), demand_for(of)
        return Course(
            lambda entries: [Trial(layout, entries[0].plan, demand.flows, seed) for seed in SEEDS],
            told,
            {"seeds": list(SEEDS)},
        )
    assert isinstance(of, Scheme)  # noqa: S101 - there is no third kind
    asked = together.asked_of(of)
    if of.kind == SchemeKind.CORRIDOR:
        return Course(lambda entries: _along(asked, entries), told, {"seeds": list(SEEDS)})
    parts = [
        (each.begins_min, min(each.ends_min, each.begins_min + LONGEST_RUN_MIN)) for each in new
    ]
    return Course(
        lambda entries: _over_the_day(asked, entries, parts),
        _by_vehicles,
        {"seeds": [SEEDS[0]], "parts": parts},
    )


def _along(asked: together.Asked, entries: Sequence[Entry]) -> list[JointTrial]:
    """All junctions in one net, seed by seed."""
    corridor = asked.corridor
    made = {each.junction: each.plan for each in entries}
    joined = tuple(
        Joined(
            place.junction_id,
            place.layout,
            made[place.junction_id],
            at_m,
            asked.counted[place.junction_id].ways,
            tuple(
                tuple(float(each) for each in row)
                for row in asked.counted[place.junction_id].vehicles
            ),
        )
        for place, at_m in zip(corridor.places, corridor.at_m, strict=True)
    )
    spans = tuple(Span(leg.leaves, leg.arrives, leg.length_m) for leg in corridor.legs)
    return [JointTrial(joined, spans, together.INTERVAL_S, seed) for seed in SEEDS]


def _over_the_day(
    asked: together.Asked, entries: Sequence[Entry], parts: Sequence[tuple[int, int]]
) -> list[Trial]:
    """Each part of the day under the plan that runs then."""
    (member,) = asked.members
    layout = layout_of(member.junction)
    assert member.count_set is not None  # noqa: S101 - asked for
    trials = []
    for begins_min, ends_min in parts:
        demand = planning.demand_of(member.count_set, begins_min=begins_min, ends_min=ends_min)
        plan = next(each.plan for each in entries if each.ends_min > begins_min)
        trials.append(Trial(layout, plan, demand.flows, SEEDS[0]))
    return trials


@transaction.atomic
def store_proof(
    *,
    of: Retiming,
    candidate_id: int,
    result: dict[str, Any],
    by: Actor,
    at: datetime,
    shown_by: str = "",
) -> Proof | SchemeProof:
    """Keep what was shown; what does better than the present plans waits for approval.

    Raises:
        IllegalTransition, Refused: it has moved on meanwhile, or another candidate was chosen.
    """
    row = locked(of, by, MANAGE)
    check_in(row, S.COMPUTED)
    if row.chosen is None or row.chosen.pk != candidate_id:
        raise Refused("not_a_candidate")
    both = result["plans"]
    is_better = "before" not in both or (
        both["after"]["delay_s"]["mean"] <= both["before"]["delay_s"]["mean"]
    )
    proof: Proof | SchemeProof = row.proofs.create(
        candidate=row.chosen,
        digest=row.chosen.digest,
        simulator=shown_by or simulator().name,
        is_better=is_better,
        result=result,
        by_name=by.name[:80],
        at=at,
    )
    if is_better:
        moved(row, S.PROVEN, by=by, at=at)
    return proof


def proof_of(of: Retiming) -> Proof | SchemeProof | None:
    """The latest proof of the very plans that are chosen, that did not do worse."""
    if of.chosen is None:
        return None
    rows = of.proofs.filter(candidate=of.chosen, digest=of.chosen.digest, is_better=True)
    found: Proof | SchemeProof | None = rows.order_by("-at", "-pk").first()
    return found


def told(outcomes: list[Outcome]) -> dict[str, Any]:
    """Means with their spread over seeds, and the drawings of the first seed."""
    told: dict[str, Any] = {}
    for name in MEASURES:
        values = [float(getattr(each, name)) for each in outcomes]
        spread = stdev(values) if len(values) > 1 else 0.0
        told[name] = {"mean": fmean(values), "sd": spread, "values": values}
    first = asdict(outcomes[0])
    told |= {name: first[name] for name in ("vehicles", "arrived", "queues", "paths")}
    return told


def _by_vehicles(outcomes: list[Outcome]) -> dict[str, Any]:
    """One figure of parts of a day: means weighted by their vehicles, and the parts beside it."""
    told_parts = told(outcomes)
    total = sum(each.vehicles for each in outcomes) or 1
    for name in ("delay_s", "stops", "co2_g", "p95_s"):
        values = told_parts[name]["values"]
        weighed = zip(values, outcomes, strict=True)
        mean = sum(value * each.vehicles for value, each in weighed) / total
        told_parts[name] = {"mean": mean, "sd": 0.0, "values": values}
    longest = max((each.queue_m for each in outcomes), default=0.0)
    told_parts["queue_m"] |= {"mean": longest, "sd": 0.0}
    told_parts["vehicles"] = sum(each.vehicles for each in outcomes)
    told_parts["arrived"] = sum(each.arrived for each in outcomes)
    return told_parts
