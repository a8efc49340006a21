"""A study from what was reported to the plan that was chosen."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import (
    Candidate,
    CountSet,
    LayoutVersion,
    Scheme,
    Study,
    TimingPlan,
)
from luchang.apps.signals.policies import MANAGE, REPORT
from luchang.apps.signals.services import planning
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.life import STUDY_LIFE, locked_study
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import Days, StudySource, StudyStatus
from luchang.core.signals.layout import Layout
from luchang.core.signals.layout_junction import digest
from luchang.core.signals.plan import Plan
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job
from luchang.kernel.records.following import follow
from luchang.kernel.records.numbering import next_number
from luchang.kernel.states import IllegalTransition

COMPUTE = "signals.compute"
S = StudyStatus


@transaction.atomic
def open_study(  # noqa: PLR0913 - each is named at the call
    *,
    junction_id: int,
    origin: StudySource,
    description: str,
    reference: str,
    days: Days,
    begins_min: int,
    ends_min: int,
    by: Actor,
    at: datetime,
) -> Study:
    """Ask for a junction to be timed better at some hours.

    Raises:
        Unreached.
        Refused: one is open for these hours already, or malformed.
    """
    junction = locked_junction(junction_id, by, REPORT)
    overlapping = Study.objects.open().filter(
        junction=junction, days=days, begins_min__lt=ends_min, ends_min__gt=begins_min
    )
    if (known := overlapping.first()) is not None:
        raise Refused("open_already", junction=junction.name, hours=known.hours, study=known)
    year = local(at).year
    row = Study(
        number=f"PS{year}{next_number(f'signal-study-{year}'):05d}",
        junction=junction,
        organisation=junction.organisation,
        origin=origin,
        description=description.strip(),
        reference=reference.strip(),
        days=days,
        begins_min=begins_min,
        ends_min=ends_min,
        reported_at=at,
    )
    try:
        row.open(by=by, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    follow(row, STUDY_LIFE, by=by, at=at)
    return row


@transaction.atomic
def use_counts(*, study_id: int, count_set_id: int, by: Actor, at: datetime) -> Study:
    """Take the counts a plan is to be computed from.

    Raises:
        Unreached.
        Refused: of another junction, or not enough of them good at these hours.
    """
    row = locked_study(study_id, by, MANAGE)
    rows = CountSet.objects.select_related("layout", "junction")
    counts = fetch(rows, by, MANAGE, pk=count_set_id)
    if counts.junction_id != row.junction_id:
        raise Refused("other_junction", theirs=counts.junction.name, ours=row.junction.name)
    planning.demand_of(counts, begins_min=row.begins_min, ends_min=row.ends_min)
    row.count_set = counts
    row.go(S.COUNTED, by=by, at=at, reason=str(counts))
    follow(row, STUDY_LIFE, by=by, at=at)
    return row


@transaction.atomic
def count_anew(*, study_id: int, reason: str, by: Actor, at: datetime) -> Study:
    """The counts were no good: others are needed."""
    row = locked_study(study_id, by, MANAGE)
    check_idle(row)
    row.count_set = None
    row.go(S.OPEN, by=by, at=at, reason=reason)
    follow(row, STUDY_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def order_candidates(*, study_id: int, by: Actor, at: datetime) -> Job:
    """Have plans computed; the job moves the study on.

    Raises:
        Unreached.
        Refused: no layout, not enough counts, or a job is under way.
        IllegalTransition: it does not wait for plans.
    """
    row = locked_study(study_id, by, MANAGE)
    check_in(row, S.COUNTED)
    check_idle(row)
    layout_of(row)
    demand_for(row)
    job = start_job(
        kind=COMPUTE, by=by, at=at, arguments={"study_id": row.pk, "user_id": by.user_id},
        title=f"{row.number} {row.junction.name}",
    )  # fmt: skip
    row.job_id = job.pk
    row.keep()
    return job


def problem_of(study: Study) -> tuple[planning.Demand, Plan | None]:
    """What a computation of this study is about: the demand, and the plan that runs now."""
    return demand_for(study), present_plan(study)


@transaction.atomic
def store_candidates(
    *, study_id: int, advice: list[planning.Advice], by: Actor, at: datetime
) -> Study:
    """Keep what the optimiser advised, with what it was computed from.

    Raises:
        IllegalTransition: the study has moved on meanwhile.
    """
    row = locked_study(study_id, by, MANAGE)
    layout = layout_of(row)
    inputs = planning.digest_of(layout, demand_for(row))
    row.chosen = None
    row.layout = row.junction.layout
    row.go(S.COMPUTED, by=by, at=at)
    known = Candidate.objects.filter(study=row).aggregate(last=Max("ordinal"))["last"] or 0
    for ordinal, each in enumerate(advice, known + 1):
        content = plans.written(each.plan)
        Candidate.objects.create(
            study=row,
            ordinal=ordinal,
            method=each.method,
            content=content,
            digest=digest(content),
            layout=version_of(row),
            is_present=each.method == "present",
            delay_s=each.delay_s,
            delay_spread_s=each.delay_spread_s,
            p95_s=each.p95_s,
            stops=each.stops,
            queue_m=each.queue_m,
            co2_g=each.co2_g,
            saturation=each.saturation,
            version=each.version,
            seed=each.seed,
            input_digest=inputs,
            at=at,
        )
    follow(row, STUDY_LIFE, by=by, at=at)
    return row


@transaction.atomic
def compute_anew(*, study_id: int, reason: str, by: Actor, at: datetime) -> Study:
    """None of the candidates will do, or the layout has changed."""
    row = locked_study(study_id, by, MANAGE)
    check_idle(row)
    row.chosen = None
    row.go(S.COUNTED, by=by, at=at, reason=reason)
    follow(row, STUDY_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def cancel(*, study_id: int, reason: str, by: Actor, at: datetime) -> Study:
    row = locked_study(study_id, by, MANAGE)
    check_idle(row)
    row.go(S.CANCELLED, by=by, at=at, reason=reason)
    follow(row, STUDY_LIFE, by=by, at=at, is_met=False)
    return row


def present_plan(study: Study) -> Plan | None:
    """The plan that runs at the hours of a study, if somebody wrote one down for this layout."""
    running = TimingPlan.objects.filter(
        junction_id=study.junction_id,
        ended_at=None,
        layout_id=study.junction.layout_id,
        begins_min__lte=study.begins_min,
        ends_min__gte=study.ends_min,
    ).exclude(study=study)
    found = sorted(running, key=lambda plan: plan.ends_min - plan.begins_min)
    if not found:
        return None
    return plans.read(found[0].content, study.junction.code)


def demand_for(study: Study) -> planning.Demand:
    if study.count_set is None:
        raise Refused("no_counts", hours=study.hours)
    return planning.demand_of(
        study.count_set, begins_min=study.begins_min, ends_min=study.ends_min
    )


def version_of(study: Study) -> LayoutVersion:
    version = study.junction.layout
    if version is None:
        raise Refused("no_layout", junction=study.junction.name)
    return version


def layout_of(study: Study) -> Layout:
    return version_of(study).layout


def check_in(study: Study | Scheme, status: StudyStatus) -> None:
    """Raise IllegalTransition where what follows is only done from one state."""
    if study.status != status:
        raise IllegalTransition(f"{study.get_status_display()} ≠ {status.label}")


def check_idle(study: Study | Scheme) -> None:
    """Raise Refused while a job of the study waits or runs."""
    job = Job.objects.filter(pk=study.job_id).first() if study.job_id else None
    if job is not None and job.is_open:
        raise Refused("busy")
