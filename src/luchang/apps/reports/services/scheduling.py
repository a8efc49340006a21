"""Reports that come by themselves: drafted and checked when their period is over.

Approval stays with a person, unless the schedule says that a report without a single finding may
sign itself.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from luchang.apps.reports import policies
from luchang.apps.reports.models import Report, ReportTemplate, Schedule
from luchang.apps.reports.services.approving import approve_report, submit_report
from luchang.apps.reports.services.checking import check_report
from luchang.apps.reports.services.refusals import Refused, TemplateRefused
from luchang.apps.reports.services.writing import draft_report
from luchang.apps.reports.states import Rhythm
from luchang.core.documents.spans import Rhythm as SpanRhythm
from luchang.core.documents.spans import Span, latest_over
from luchang.kernel import clock
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records import todos

TO_MEND = "reports.mend"


@transaction.atomic
def set_schedule(  # noqa: PLR0913 - each is named at the call
    *,
    template: ReportTemplate,
    organisation: Organisation,
    days_later: int,
    at_time: time,
    recipients: Iterable[Organisation],
    approves_itself: bool,
    by: Actor,
    at: datetime,
    schedule: Schedule | None = None,
    is_active: bool = True,
) -> Schedule:
    """Have a report drafted by itself, or change when and for whom.

    Raises:
        Forbidden: `by` does not manage templates there.
        TemplateRefused: the template has no rhythm, or the organisation has this schedule already.
    """
    policies.check_can_manage(by, organisation)
    if template.rhythm == Rhythm.FREE:
        raise TemplateRefused("free_template")
    kept = schedule or Schedule(template=template, organisation=organisation)
    kept.template, kept.organisation = template, organisation
    kept.days_later, kept.at_time = days_later, at_time
    kept.approves_itself, kept.is_active = approves_itself, is_active
    if _is_taken(kept):
        raise TemplateRefused("schedule_taken")
    try:
        kept.set()
    except ValidationError as wrong:
        raise TemplateRefused("malformed", why="; ".join(wrong.messages)) from wrong
    kept.recipients.set(recipients)
    audit.record(
        by=by,
        action=Action.CHANGE if schedule else Action.CREATE,
        subject="reports.schedule",
        subject_id=kept.pk,
        at=at,
        detail={"template": template.code, "approves_itself": approves_itself},
    )
    return kept


def _is_taken(schedule: Schedule) -> bool:
    same = Schedule.objects.filter(
        template=schedule.template, organisation=schedule.organisation
    ).exclude(pk=schedule.pk)
    return same.exists()


def due_span(schedule: Schedule, *, at: datetime) -> Span | None:
    """The latest period that is over and whose hour has come, if it was not drafted yet."""
    now = clock.local(at)
    rhythm = SpanRhythm(schedule.template.rhythm)
    span = latest_over(rhythm, now.date())
    begins = datetime.combine(
        span.end + timedelta(days=schedule.days_later), schedule.at_time, clock.SHANGHAI
    )
    if begins > now or (schedule.last_start is not None and schedule.last_start >= span.start):
        return None
    return span


def draft_due(*, at: datetime) -> list[int]:
    """Draft what is due; one that fails keeps none of the others back.

    Raises:
        ExceptionGroup: those that failed, told once the others stand, so that the run shows as
            failed and is seen.
    """
    drafted, failed = [], []
    rows = Schedule.objects.active()
    for pk in rows.values_list("pk", flat=True):
        try:
            report = _draft(pk, at=at)
        except Exception as fault:
            fault.add_note(f"schedule {pk}")
            failed.append(fault)
            continue
        if report is not None:
            drafted.append(report.pk)
    if failed:
        raise ExceptionGroup("reports were not drafted", failed)
    return drafted


def _draft(schedule_id: int, *, at: datetime) -> Report | None:
    """The draft is kept even where its check refuses: then it waits for a person."""
    with transaction.atomic():
        schedule = (
            Schedule.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("template", "organisation")
            .filter(pk=schedule_id)
            .first()
        )
        span = due_span(schedule, at=at) if schedule else None
        if schedule is None or span is None:
            return None
        report = draft_report(
            template=schedule.template,
            organisation=schedule.organisation,
            span=span,
            by=SYSTEM,
            at=at,
            recipients=schedule.recipients.all(),
            schedule=schedule,
        )
        problem = _carry_on(report, schedule, at=at)
        schedule.note_run(span.start, problem)
    return report


def _carry_on(report: Report, schedule: Schedule, *, at: datetime) -> str:
    """Check and submit; what stops it, in words."""
    try:
        with transaction.atomic():
            checked = check_report(report_id=report.pk, by=SYSTEM, at=at)
            if not checked.open_findings:
                submit_report(report_id=report.pk, by=SYSTEM, at=at)
                if schedule.approves_itself:
                    approve_report(report_id=report.pk, by=SYSTEM, at=at)
                return ""
    except Refused as refusal:
        problem = str(refusal)
    else:
        problem = f"核对发现{len(checked.open_findings)}处矛盾"
    todos.assign(
        kind=TO_MEND,
        subject=report,
        title=f"修改：{report.title}（{problem}）"[:160],
        organisation_id=report.organisation_id,
        permission=policies.WRITE,
        url=reverse("reports.report", args=[report.pk]),
        by=SYSTEM,
        at=at,
    )
    return problem
