"""What happens to an issued report: a corrected edition, or its withdrawal."""

from datetime import datetime

from django.db import transaction

from luchang.apps.reports import policies
from luchang.apps.reports.models import Report
from luchang.apps.reports.services.approving import TO_APPROVE
from luchang.apps.reports.services.locking import locked, record
from luchang.apps.reports.services.refusals import ReportRefused
from luchang.apps.reports.states import ReportStatus
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records import todos


@transaction.atomic
def correct_report(*, report_id: int, reason: str, by: Actor, at: datetime) -> Report:
    """Begin the next edition of an issued report; the issued one stays as it is until then.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        ReportRefused: it is not the latest issued edition, one is begun already, or no reason.
    """
    issued = locked(report_id)
    policies.check_can_write(by, issued.organisation)
    if issued.status != ReportStatus.ISSUED:
        raise ReportRefused("not_latest")
    if not reason.strip():
        raise ReportRefused("reason_missing")
    if Report.objects.open().filter(number=issued.number).exists():
        raise ReportRefused("edition_open")
    edition = Report(
        number=issued.number,
        edition=_next_edition(issued),
        template=issued.template,
        template_edition=issued.template_edition,
        organisation=issued.organisation,
        rhythm=issued.rhythm,
        period_start=issued.period_start,
        period_end=issued.period_end,
        title=issued.title,
        source=issued.source,
        author_id=by.user_id,
        author_name=by.name,
        writers=[by.user_id] if by.user_id is not None else [],
        drafted_at=at,
        edition_reason=reason.strip()[:300],
        previous=issued,
    )
    edition.begin(by=by, at=at, reason=reason.strip()[:300])
    edition.recipients.set(issued.recipients.all())
    record(edition, Action.CREATE, by=by, at=at, purpose=reason[:200])
    return edition


@transaction.atomic
def withdraw_report(*, report_id: int, reason: str, by: Actor, at: datetime) -> Report:
    """Take a draft away, or an issued report back; nothing of it is deleted.

    An issued report is taken back by those who may approve, a draft by those who may write.

    Raises:
        Forbidden: it is not his to withdraw.
        ReportRefused: no reason is given.
        IllegalTransition: it is superseded or withdrawn already.
    """
    report = locked(report_id)
    if report.was_issued:
        policies.check_holds_approval(by, report.organisation)
    else:
        policies.check_can_write(by, report.organisation)
    if not reason.strip():
        raise ReportRefused("reason_missing")
    report.go(ReportStatus.WITHDRAWN, by=by, at=at, reason=reason.strip()[:500])
    todos.withdraw(kind=TO_APPROVE, subject=report, by=by, at=at, note=reason[:200])
    record(report, Action.MOVE, by=by, at=at, purpose=reason[:200])
    return report


def _next_edition(issued: Report) -> int:
    """Withdrawn drafts of corrections keep their edition; the next takes the next number."""
    known = Report.objects.filter(number=issued.number).order_by("-edition")
    return known.values_list("edition", flat=True)[0] + 1
