"""Drafting reports and changing their text."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.reports import policies
from luchang.apps.reports.models import Report, ReportTemplate, Schedule
from luchang.apps.reports.services.locking import locked_to_write, record
from luchang.apps.reports.services.refusals import ReportRefused
from luchang.apps.reports.states import Deed
from luchang.core.documents.spans import Span
from luchang.core.documents.spans import title as span_title
from luchang.kernel import clock
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.numbering import next_number

LONGEST_PERIOD = 3_660
"""Days a report may be about."""

TITLE_LIMIT = 120


@transaction.atomic
def draft_report(  # noqa: PLR0913 - each is named at the call
    *,
    template: ReportTemplate,
    organisation: Organisation,
    span: Span,
    by: Actor,
    at: datetime,
    title: str = "",
    recipients: Iterable[Organisation] = (),
    schedule: Schedule | None = None,
) -> Report:
    """Begin a report of a template about a period; its figures are asked when it is checked.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        ReportRefused: the template is retired, or the period cannot be reported on.
    """
    policies.check_can_write(by, organisation)
    _check_span(span, at=at)
    if not ReportTemplate.objects.filter(pk=template.pk, retired_at=None).exists():
        raise ReportRefused("template_retired")
    report = Report(
        number=_number(at),
        template=template,
        template_edition=template.edition,
        schedule=schedule,
        organisation=organisation,
        rhythm=template.rhythm,
        period_start=span.start,
        period_end=span.end,
        title=(title or f"{organisation.short_name}{span_title(span)}{template.name}")[
            :TITLE_LIMIT
        ],
        source=template.source,
        author_id=by.user_id,
        author_name=by.name,
        writers=[by.user_id] if by.user_id is not None else [],
        drafted_at=at,
    )
    _begin(report, by=by, at=at)
    report.recipients.set(recipients)
    record(report, Action.CREATE, by=by, at=at)
    return report


@transaction.atomic
def edit_report(
    *,
    report_id: int,
    title: str,
    source: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
    span: Span | None = None,
) -> Report:
    """Change text or period; a report that was checked is a draft again.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        ReportRefused: it may not be changed any more, or somebody else changed it meanwhile.
    """
    report = locked_to_write(report_id, by=by, version=version)
    if span is not None and span != report.span and report.previous_id is None:
        _check_span(span, at=at)
        report.set_period(span)
    report.rewrite(title=title[:TITLE_LIMIT], source=source, by=by, at=at)
    record(report, Action.CHANGE, by=by, at=at, deed=Deed.EDIT)
    return report


@transaction.atomic
def address_report(
    *, report_id: int, recipients: Iterable[Organisation], by: Actor, at: datetime
) -> Report:
    """Choose whose people get the report when it is issued.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        ReportRefused: it may not be changed any more.
    """
    report = locked_to_write(report_id, by=by)
    report.recipients.set(recipients)
    record(report, Action.CHANGE, by=by, at=at, deed=Deed.DISTRIBUTE)
    return report


def _begin(report: Report, *, by: Actor, at: datetime) -> None:
    try:
        report.begin(by=by, at=at)
    except ValidationError as wrong:
        raise ReportRefused("malformed", why="; ".join(wrong.messages)) from wrong


def _number(at: datetime) -> str:
    year = clock.local(at).year
    return f"BG{year}{next_number(f'reports.report {year}'):05d}"


def _check_span(span: Span, *, at: datetime) -> None:
    if span.days > LONGEST_PERIOD:
        raise ReportRefused("bad_period")
    if span.start > _today(at):
        raise ReportRefused("period_not_begun")


def _today(at: datetime) -> date:
    return clock.local(at).date()
