"""Candidates of a scheme proven in simulation beside the plans that run now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from luchang.apps.signals.bridge import schemes
from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.models import Scheme, SchemeCandidate, SchemeProof
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports.joint import Joined, JointTrial, Span, joint_simulator
from luchang.apps.signals.ports.simulator import Outcome, SimulatorRefused, Trial, simulator
from luchang.apps.signals.services import planning
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.checking import check_safe
from luchang.apps.signals.services.life import SCHEME_LIFE, locked_scheme
from luchang.apps.signals.services.proving import SEEDS, told
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.studies import check_idle, check_in
from luchang.apps.signals.states import SchemeKind, StudyStatus
from luchang.core.signals.corridor import Corridor
from luchang.core.signals.plan import Plan
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job
from luchang.kernel.records.following import follow

PROVE_SCHEME = "signals.prove_scheme"
S = StudyStatus
LONGEST_RUN_MIN = 120
"""Of a part of the day only its begin is simulated: two hours show what the plan does."""

Ticking = Callable[[int, int, str], None]


def current_scheme_candidates(scheme: Scheme) -> "QuerySet[SchemeCandidate]":
    """What was computed last; earlier advice stays on record with its proofs."""
    rows = SchemeCandidate.objects.filter(scheme=scheme)
    latest = rows.order_by("-at").values("at")[:1]
    return rows.filter(at=latest).order_by("ordinal")


@transaction.atomic
def choose_scheme(*, scheme_id: int, candidate_id: int, by: Actor, at: datetime) -> Scheme:
    """Settle on the candidate that is to be proven.

    Raises:
        Unreached.
        Refused: of another scheme, the present plans, or unsafe.
        IllegalTransition: the scheme does not wait for a choice.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    check_in(row, S.COMPUTED)
    check_idle(row)
    found = current_scheme_candidates(row).filter(pk=candidate_id).first()
    if found is None:
        raise Refused("not_a_candidate")
    if found.is_present:
        raise Refused("present_chosen")
    layouts = {
        each.junction.code: together.layout_of(each.junction) for each in together.members_of(row)
    }
    for entry in schemes.read(found.content):
        check_safe(layouts[entry.junction], entry.plan)
    row.chosen, row.chosen_by_id = found, by.user_id
    row.keep()
    follow(row, SCHEME_LIFE, by=by, at=at, detail={"chosen": found.ordinal})
    return row


@transaction.atomic
def order_scheme_proof(*, scheme_id: int, by: Actor, at: datetime) -> Job:
    """Have the chosen plans simulated; the job moves the scheme on if they do better.

    Raises:
        Unreached.
        SimulatorRefused: the simulator is not installed.
        Refused: nothing chosen, a layout has changed, or a job is under way.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    check_in(row, S.COMPUTED)
    check_idle(row)
    check_scheme_current(row)
    if row.chosen is None:
        raise Refused("no_candidates")
    if not simulator().is_available():
        raise SimulatorRefused("absent")
    job = start_job(
        kind=PROVE_SCHEME, by=by, at=at, arguments={"scheme_id": row.pk, "user_id": by.user_id},
        title=f"{row.number} {row.name}", total=len(SEEDS) * 2,
    )  # fmt: skip
    row.job_id, row.proven_by_id = job.pk, by.user_id
    row.keep()
    return job


def simulate_scheme(scheme: Scheme, *, ticking: Ticking) -> dict[str, Any]:
    """The runs of present and chosen plans, told as plain values.

    Raises:
        SimulatorRefused: the simulator crashed or could not be built.
    """
    asked = together.asked_of(scheme)
    if scheme.chosen is None:
        raise Refused("no_candidates")
    tried: list[tuple[str, list[Entry]]] = [("after", schemes.read(scheme.chosen.content))]
    present = current_scheme_candidates(scheme).filter(is_present=True).first()
    if present is not None:
        tried.insert(0, ("before", schemes.read(present.content)))
    if scheme.kind == SchemeKind.CORRIDOR:
        return _along(asked, tried, ticking)
    return _over_the_day(asked, tried, ticking)


@transaction.atomic
def store_scheme_proof(
    *,
    scheme_id: int,
    candidate_id: int,
    result: dict[str, Any],
    by: Actor,
    at: datetime,
    shown_by: str = "",
) -> SchemeProof:
    """Keep what was shown; the scheme waits for approval if it does better than the present.

    Raises:
        IllegalTransition, Refused: the scheme has moved on, or another candidate was chosen.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    check_in(row, S.COMPUTED)
    if row.chosen is None or row.chosen.pk != candidate_id:
        raise Refused("not_a_candidate")
    both = result["plans"]
    is_better = "before" not in both or (
        both["after"]["delay_s"]["mean"] <= both["before"]["delay_s"]["mean"]
    )
    proof = SchemeProof.objects.create(
        scheme=row,
        candidate=row.chosen,
        digest=row.chosen.digest,
        simulator=shown_by or simulator().name,
        is_better=is_better,
        result=result,
        by_name=by.name[:80],
        at=at,
    )
    if is_better:
        row.go(S.PROVEN, by=by, at=at)
        follow(row, SCHEME_LIFE, by=by, at=at)
    return proof


def scheme_proof_of(scheme: Scheme) -> SchemeProof | None:
    """The latest proof of the very plans that are chosen, that did not do worse."""
    if scheme.chosen is None:
        return None
    rows = SchemeProof.objects.filter(
        scheme=scheme, candidate=scheme.chosen, digest=scheme.chosen.digest, is_better=True
    )
    return rows.order_by("-at", "-pk").first()


def check_scheme_current(scheme: Scheme) -> None:
    """Raise Refused where a junction is no longer what the plans were computed for."""
    for each in together.members_of(scheme):
        if each.layout_id is None or each.layout_id != each.junction.layout_id:
            raise Refused(
                "member_layout_changed",
                junction=each.junction.name,
                now=each.junction.layout or "—",
                then=each.layout or "—",
            )


def _along(
    asked: together.Asked, tried: list[tuple[str, list[Entry]]], ticking: Ticking
) -> dict[str, Any]:
    """All junctions in one net."""
    corridor = together.corridor_for(asked.junctions)
    result: dict[str, Any] = {"seeds": list(SEEDS), "plans": {}}
    done, total = 0, len(tried) * len(SEEDS)
    for name, entries in tried:
        made = {each.junction: each.plan for each in entries}
        outcomes: list[Outcome] = []
        for seed in SEEDS:
            ticking(done, total, f"{name} {seed}")
            trial = _joint_trial(asked, corridor, made, seed)
            outcomes.append(
                joint_simulator().run_joint(
                    trial,
                    ticking=lambda now=done: ticking(now, total, ""),  # type: ignore[misc]
                )
            )
            done += 1
        result["plans"][name] = told(outcomes)
    return result


def _joint_trial(
    asked: together.Asked, corridor: Corridor, made: dict[str, Plan], seed: int
) -> JointTrial:
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
    return JointTrial(joined, spans, together.INTERVAL_S, seed)


def _over_the_day(
    asked: together.Asked, tried: list[tuple[str, list[Entry]]], ticking: Ticking
) -> dict[str, Any]:
    """Each part of the day under its own plan, and all of it together by the vehicles."""
    (member,) = asked.members
    layout = together.layout_of(member.junction)
    assert member.count_set is not None  # noqa: S101 - asked for
    new = dict(tried)["after"]
    parts = [
        (each.begins_min, min(each.ends_min, each.begins_min + LONGEST_RUN_MIN)) for each in new
    ]
    result: dict[str, Any] = {"seeds": [SEEDS[0]], "plans": {}, "parts": parts}
    done, total = 0, len(tried) * len(parts)
    for name, entries in tried:
        outcomes = []
        for begins_min, ends_min in parts:
            ticking(done, total, name)
            demand = planning.demand_of(member.count_set, begins_min=begins_min, ends_min=ends_min)
            plan = next(each.plan for each in entries if each.ends_min > begins_min)
            trial = Trial(layout, plan, demand.flows, SEEDS[0])
            outcomes.append(
                simulator().run(trial, ticking=lambda now=done: ticking(now, total, ""))  # type: ignore[misc]
            )
            done += 1
        result["plans"][name] = _by_vehicles(outcomes)
    return result


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
    told_parts["queue_m"] = {
        "mean": longest,
        "sd": 0.0,
        "values": told_parts["queue_m"]["values"],
    }
    told_parts["vehicles"] = sum(each.vehicles for each in outcomes)
    told_parts["arrived"] = sum(each.arrived for each in outcomes)
    return told_parts
