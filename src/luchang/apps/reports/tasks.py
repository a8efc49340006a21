"""What reports do by themselves in the worker: printed forms, and drafts when a period is over."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from luchang.apps.reports.models import Report
from luchang.apps.reports.services import rendering, scheduling
from luchang.apps.reports.services.refusals import ReportRefused
from luchang.apps.reports.states import FileKind
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.jobs.queues import LONG
from luchang.kernel.jobs.runs import JobRefused, Run, long_job
from luchang.kernel.papers.paper import PaperUnavailable


@long_job(rendering.JOB, title=_("生成报告文件"), attempts=2)
def render(run: Run, *, report_id: int) -> None:
    """Word first: it needs nothing of the machine. Begun again it makes what is still missing."""
    report = Report.objects.select_related("organisation", "template").get(pk=report_id)
    try:
        document = rendering.current_document(report, by=SYSTEM, at=clock.now())
        for done, kind in enumerate((FileKind.WORD, FileKind.PDF)):
            run.progress(done, of=2, message=str(kind.label))
            rendering.make_file(report=report, kind=kind, document=document, at=clock.now())
    except (PaperUnavailable, ReportRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    run.result(name=report.title, url=reverse("reports.report", args=[report.pk]))


@app.periodic(cron="*/5 * * * *", periodic_id="reports", queueing_lock="reports schedule")
@app.task(name="reports.draft_due", queue=LONG)
def draft_due(timestamp: int) -> None:
    """Draft the bulletins and work reports whose period is over."""
    del timestamp
    scheduling.draft_due(at=clock.now())
