"""A candidate proven in simulation beside the plan that runs now."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from django.db import transaction

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Candidate, Proof, Study
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports.simulator import Outcome, SimulatorRefused, Trial, simulator
from luchang.apps.signals.selectors import current_candidates
from luchang.apps.signals.services import planning
from luchang.apps.signals.services.checking import check_safe
from luchang.apps.signals.services.life import STUDY_LIFE, locked_study
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.studies import (
    check_idle,
    check_in,
    demand_for,
    layout_of,
)
from luchang.apps.signals.states import StudyStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job
from luchang.kernel.records.following import follow

if TYPE_CHECKING:
    from luchang.core.signals.plan import Plan

PROVE = "signals.prove"
SEEDS = (1, 2, 3)
"""Seeds of the runs a plan is proven with; each plan is run with the same ones."""

MEASURES = ("delay_s", "p95_s", "stops", "queue_m", "co2_g")
S = StudyStatus


@transaction.atomic
def choose(*, study_id: int, candidate_id: int, by: Actor, at: datetime) -> Study:
    """Settle on the candidate that is to be proven.

    Raises:
        Unreached.
        Refused: of another study, the present plan, or unsafe.
        IllegalTransition: the study does not wait for a choice.
    """
    row = locked_study(study_id, by, MANAGE)
    check_in(row, S.COMPUTED)
    check_idle(row)
    found = current_candidates(row).filter(pk=candidate_id).first()
    if found is None:
        raise Refused("not_a_candidate")
    if found.is_present:
        raise Refused("present_chosen")
    check_safe(layout_of(row), plans.read(found.content, row.junction.code))
    row.chosen, row.chosen_by_id = found, by.user_id
    row.keep()
    follow(row, STUDY_LIFE, by=by, at=at, detail={"chosen": found.ordinal})
    return row


@transaction.atomic
def order_proof(*, study_id: int, by: Actor, at: datetime) -> Job:
    """Have the chosen candidate simulated; the job moves the study on if it does better.

    Raises:
        Unreached.
        SimulatorRefused: the simulator is not installed.
        Refused: nothing chosen, the layout has changed, or a job is under way.
    """
    row = locked_study(study_id, by, MANAGE)
    check_in(row, S.COMPUTED)
    check_idle(row)
    check_current(row)
    if row.chosen is None:
        raise Refused("no_candidates")
    if not simulator().is_available():
        raise SimulatorRefused("absent")
    job = start_job(
        kind=PROVE, by=by, at=at, arguments={"study_id": row.pk, "user_id": by.user_id},
        title=f"{row.number} {row.junction.name}", total=len(SEEDS) * 2,
    )  # fmt: skip
    row.job_id, row.proven_by_id = job.pk, by.user_id
    row.keep()
    return job


def simulate(study: Study, *, ticking: Callable[[int, int, str], None]) -> dict[str, Any]:
    """The runs of both plans, told as plain values.

    Raises:
        SimulatorRefused: the simulator crashed or could not be built.
    """
    layout, demand = layout_of(study), demand_for(study)
    chosen = _chosen(study)
    tried: list[tuple[str, Plan]] = [("after", plans.read(chosen.content, study.junction.code))]
    present = current_candidates(study).filter(is_present=True).first()
    if present is not None:
        tried.insert(0, ("before", plans.read(present.content, study.junction.code)))
    result: dict[str, Any] = {"seeds": list(SEEDS), "plans": {}}
    done, total = 0, len(tried) * len(SEEDS)
    for name, plan in tried:
        outcomes = []
        for seed in SEEDS:
            ticking(done, total, f"{name} {seed}")
            trial = Trial(layout, plan, demand.flows, seed)
            outcomes.append(
                simulator().run(trial, ticking=lambda now=done: ticking(now, total, ""))  # type: ignore[misc]
            )
            done += 1
        result["plans"][name] = told(outcomes)
    return result


@transaction.atomic
def store_proof(
    *,
    study_id: int,
    candidate_id: int,
    result: dict[str, Any],
    by: Actor,
    at: datetime,
    shown_by: str = "",
) -> Proof:
    """Keep what was shown; the study waits for approval if the plan does better than the present.

    Raises:
        IllegalTransition, Refused: the study has moved on meanwhile, or another plan was chosen.
    """
    row = locked_study(study_id, by, MANAGE)
    check_in(row, S.COMPUTED)
    chosen = _chosen(row)
    if chosen.pk != candidate_id:
        raise Refused("not_a_candidate")
    both = result["plans"]
    is_better = "before" not in both or (
        both["after"]["delay_s"]["mean"] <= both["before"]["delay_s"]["mean"]
    )
    proof = Proof.objects.create(
        study=row,
        candidate=chosen,
        digest=chosen.digest,
        simulator=shown_by or simulator().name,
        is_better=is_better,
        result=result,
        by_name=by.name[:80],
        at=at,
    )
    if is_better:
        row.go(S.PROVEN, by=by, at=at)
        follow(row, STUDY_LIFE, by=by, at=at)
    return proof


def proof_of(study: Study) -> Proof | None:
    """The latest proof of the very plan that is chosen."""
    if study.chosen is None:
        return None
    rows = Proof.objects.filter(study=study, candidate=study.chosen, digest=study.chosen.digest)
    return rows.order_by("-at", "-pk").first()


def check_current(study: Study) -> None:
    """Raise Refused where the junction is no longer what the plan was computed for."""
    if not planning.is_for(study):
        raise Refused("layout_changed", now=study.junction.layout or "—", then=study.layout or "—")


def _chosen(study: Study) -> Candidate:
    if study.chosen is None:
        raise Refused("no_candidates")
    return study.chosen


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
