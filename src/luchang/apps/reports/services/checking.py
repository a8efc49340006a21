"""Checking a report: is it understood, what are its figures, do they contradict each other."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from luchang.apps.reports.bridge import asking, checking, listing
from luchang.apps.reports.models import Report
from luchang.apps.reports.services.locking import locked_to_write, record
from luchang.apps.reports.services.refusals import ReportRefused, TextRefused
from luchang.apps.reports.states import Deed, ReportStatus
from luchang.core.documents import language, placed, placing
from luchang.core.documents.language import Fault, Problem, Template
from luchang.core.documents.placed import Placed
from luchang.core.documents.spans import Span
from luchang.kernel import metrics
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor

LONGEST_REASON = 300


def read_template(source: str, span: Span) -> Template:
    """The text as blocks.

    Raises:
        TextRefused: an indicator or a list nobody declares, a period nobody understands, a slip
            of the pen; each named with its line.
    """
    template = language.read(source)
    problems = [*template.problems, *_unknown_codes(template), *listing.problems(template)]
    problems += placing.span_problems(template, span)
    if problems:
        raise TextRefused(sorted(problems, key=lambda each: each.line))
    return template


@transaction.atomic
def check_report(*, report_id: int, by: Actor, at: datetime) -> Report:
    """Ask the figures, put them into the text and look for contradictions.

    Without an unexplained finding the report is checked. With one it stays a draft, and the
    findings stand on it with their arithmetic.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        TextRefused: something in the text is not understood.
        ReportRefused: a figure is not his to see, or cannot be told apart as asked.
    """
    report = locked_to_write(report_id, by=by)
    document = place_figures(report, by=by, at=at)
    checked = checking.check(
        document,
        title=report.title,
        year=report.span.last.year,
        earlier=_earlier(report),
    )
    report.note_check(
        content=document,
        findings=[each.as_json() for each in checked.findings],
        statistics=checked.statistics,
        changes=_changes(report, document),
        at=at,
    )
    _settle(report, by=by, at=at)
    return report


@transaction.atomic
def explain_finding(*, report_id: int, key: str, reason: str, by: Actor, at: datetime) -> Report:
    """Say why a finding is no mistake; it is shown to the approver and printed with the report.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        ReportRefused: no such finding, no reason, or the report may not be changed any more.
    """
    report = locked_to_write(report_id, by=by)
    if key not in {each["key"] for each in report.findings}:
        raise ReportRefused("no_such_finding")
    if not reason.strip():
        raise ReportRefused("reason_missing")
    report.explain(key, reason=reason.strip()[:LONGEST_REASON], by=by, at=at)
    record(report, Action.CHANGE, by=by, at=at, deed=Deed.EXPLAIN, purpose=reason[:200])
    _settle(report, by=by, at=at)
    return report


def place_figures(report: Report, *, by: Actor, at: datetime) -> Placed:
    """The document with the figures of this moment.

    Raises:
        TextRefused: something in the text is not understood.
        ReportRefused: a figure is not his to see, or cannot be told apart as asked.
    """
    template = read_template(report.source, report.span)
    try:
        return asking.place(template, report, by=by, at=at)
    except asking.FigureForbidden as closed:
        raise ReportRefused("figure_forbidden", figure=closed) from closed
    except asking.FigureIndivisible as whole:
        raise ReportRefused("figure_indivisible", figure=whole) from whole
    except listing.ListForbidden as closed:
        raise ReportRefused("list_forbidden", rows=closed) from closed
    except listing.ListUnreadable as unread:
        raise ReportRefused("list_unreadable", rows=unread) from unread


def _earlier(report: Report) -> Placed | None:
    """What the same kind of report printed last about the same year, before this period ends."""
    printed = Report.objects.printed().filter(
        template=report.template,
        organisation=report.organisation,
        period_end__lt=report.period_end,
        period_end__year=report.period_end.year,
    )
    last = printed.order_by("-period_end", "-edition").first()
    return last.placed if last else None


def _unknown_codes(template: Template) -> list[Problem]:
    """Nothing is printed for a code nobody declares: it is named, and the report stays."""
    known = {each.code for each in metrics.declared()}
    named = ((at, code) for at, code, _ in template.figures())
    return [
        Problem(at, Fault.UNKNOWN_CODE, code)
        for at, code in dict.fromkeys(named)
        if code not in known
    ]


def _changes(report: Report, document: Placed) -> list[dict[str, object]]:
    if report.previous is None:
        return []
    found = placed.changes(report.previous.placed.notes, document.notes)
    return [asdict(each) for each in found]


def _settle(report: Report, *, by: Actor, at: datetime) -> None:
    """Checked where nothing is open; a draft where something is."""
    is_checked = report.status == ReportStatus.CHECKED
    if report.values_at is not None and not report.open_findings and not is_checked:
        report.go(ReportStatus.CHECKED, by=by, at=at)
    elif report.open_findings and is_checked:
        report.go(ReportStatus.DRAFT, by=by, at=at)
