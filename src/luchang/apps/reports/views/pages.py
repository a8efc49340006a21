"""One report: its document, where it stands, what was found in it, who has read it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luchang.apps.reports import policies, selectors, services
from luchang.apps.reports.bridge import checking
from luchang.apps.reports.bridge.printing import edition_of
from luchang.apps.reports.forms import ExplainForm
from luchang.apps.reports.models import Report
from luchang.apps.reports.selectors import Flaw
from luchang.apps.reports.services.locking import record
from luchang.apps.reports.services.refusals import Refused, TextRefused
from luchang.apps.reports.services.rendering import current_document
from luchang.apps.reports.states import ReportStatus
from luchang.core.documents.placed import Placed
from luchang.kernel import clock
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.papers import fonts
from luchang.kernel.papers.faults import words_of

FLAWS = {
    Flaw.CONTENT: gettext_lazy("报告内容与签发时的摘要不一致"),
    Flaw.SEAL_GONE: gettext_lazy("审计记录中没有这次签发"),
    Flaw.SEAL_DIFFERS: gettext_lazy("审计记录中的摘要与报告不一致"),
    Flaw.CHAIN_BROKEN: gettext_lazy("审计记录的封存链被改动"),
    Flaw.FILE: gettext_lazy("签发件丢失或被改动"),
}


@allow(policies.SEE)
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as it was issued, or as it stands; opening it is noted for its deliverer."""
    by, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.reports(by), pk=pk)
    services.mark_read(report=row, by=by, at=at)
    document, problems = _document(row, by)
    values = {
        "report": row,
        "edition": edition_of(row, document, with_charts=False),
        "problems": problems,
        "has_figures": bool(row.content),
        "findings": _findings(row),
        "open_count": len(row.open_findings),
        "explain_form": ExplainForm(),
        "files": selectors.files(row),
        "lacks": fonts.lacks(),
        "install": fonts.install_command(fonts.lacks()),
        "reading": selectors.deliveries(row),
        "editions": selectors.editions(row, by),
        "moves": [(move, str(ReportStatus(move.after).label)) for move in selectors.moves(row)],
        **_deeds(row, by),
    }
    return render(request, "reports/report.html", values)


@allow(policies.SEE)
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The document alone, for reading and for a browser's printer; told to the audit."""
    by, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.reports(by), pk=pk)
    record(row, Action.PRINT, by=by, at=at)
    placed, problems = _document(row, by)
    edition = edition_of(row, placed, with_charts=False)
    values = {"report": row, "edition": edition, "problems": problems}
    return render(request, "reports/document.html", values)


@allow(policies.SEE)
@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the sums again; the answer is told on the report's page."""
    row = get_object_or_404(selectors.reports(actor_of(request)), pk=pk)
    if not row.was_issued:
        messages.error(request, _("只有签发过的报告可以校验"))
        return redirect("reports.report", pk=pk)
    verdict = selectors.verify(row)
    if verdict.is_sound:
        messages.success(request, _("校验通过：内容、签发件与审计记录一致"))
    for flaw in verdict.flaws:
        messages.error(request, str(FLAWS[flaw]))
    return redirect("reports.report", pk=pk)


@allow(policies.SEE)
@require_POST
def render_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Have PDF and Word made; progress is shown like that of every long job."""
    by = actor_of(request)
    row = get_object_or_404(selectors.reports(by), pk=pk)
    services.order_files(report_id=row.pk, by=by, at=clock.now())
    messages.success(request, _("正在生成PDF和Word，完成后在本页下载"))
    return redirect("reports.report", pk=pk)


@allow(policies.SEE)
@require_GET
def moved(request: HttpRequest, pk: int) -> HttpResponse:
    """Which figures of an issued report the records give otherwise today."""
    by, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.reports(by), pk=pk)
    changes = selectors.moved_since(row, by=by, at=at) if row.content else []
    values = {"report": row, "changes": changes, **_deeds(row, by)}
    return render(request, "reports/_moved.html", values)


def _document(row: Report, by: Actor) -> tuple[Placed, list[str]]:
    """The document, or why there is none to show."""
    try:
        return current_document(row, by=by, at=clock.now()), []
    except TextRefused as refusal:
        return Placed(()), [words_of(problem) for problem in refusal.problems]
    except Refused as refusal:
        return Placed(()), [str(refusal)]


def _findings(row: Report) -> list[Mapping[str, Any]]:
    return [
        {
            **each,
            "title": checking.TITLES.get(each["kind"], each["title"]),
            "explained": row.explanations.get(each["key"]),
        }
        for each in row.findings
    ]


def _deeds(row: Report, by: Actor) -> dict[str, bool]:
    """What this person may do with it now."""
    status = ReportStatus(row.status)
    writes = policies.can_write(by, row.organisation)
    approves = policies.holds_approval(by, row.organisation)
    return {
        "may_write": writes and row.is_writable,
        "may_submit": writes and status == ReportStatus.CHECKED,
        "may_recall": writes and status == ReportStatus.APPROVAL,
        "may_approve": policies.can_approve(by, row) and status == ReportStatus.APPROVAL,
        "is_own": approves and status == ReportStatus.APPROVAL and by.user_id in row.four_eyes,
        "may_send_back": approves and status == ReportStatus.APPROVAL,
        "may_correct": writes and status == ReportStatus.ISSUED,
        "may_withdraw": (approves and status == ReportStatus.ISSUED)
        or (writes and row.is_writable),
    }


def page_of(pk: int) -> str:
    return reverse("reports.report", args=[pk])
