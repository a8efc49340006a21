"""Making the printed forms of a report: ordered here, made in the worker, kept as attachments."""

import hashlib
import io
from datetime import datetime

from django.db import transaction

from luchang.apps.reports.bridge import paper, word
from luchang.apps.reports.bridge.printing import Edition, edition_of
from luchang.apps.reports.models import Report, ReportFile
from luchang.apps.reports.services.checking import place_figures
from luchang.apps.reports.services.locking import SUBJECT, record
from luchang.apps.reports.states import Deed, FileKind
from luchang.core.documents.placed import Placed
from luchang.kernel import clock
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job
from luchang.kernel.records.attachments import services as attachments

JOB = "reports.render"
ENDINGS = {FileKind.PDF: "pdf", FileKind.WORD: "docx"}


def order_files(*, report_id: int, by: Actor, at: datetime) -> Job:
    """Have the printed forms made after the caller's commit.

    Whether `by` may see the report is for the caller to ask.
    """
    return start_job(kind=JOB, by=by, at=at, arguments={"report_id": report_id})


def current_document(report: Report, *, by: Actor, at: datetime) -> Placed:
    """What was frozen or checked last; of a draft whose text changed since, today's figures.

    Raises:
        TextRefused: a draft's text is not understood.
    """
    if report.content:
        return report.placed
    return place_figures(report, by=by, at=at)


def make_file(*, report: Report, kind: FileKind, document: Placed, at: datetime) -> ReportFile:
    """One printed form, stored. An issued edition's file is made once and stays.

    Raises:
        PaperUnavailable: this machine cannot make PDFs; names what is missing.
    """
    is_final = report.was_issued
    known = report.files.filter(kind=kind, is_final=is_final).first()
    if known is not None and is_final:
        return known
    edition = edition_of(report, document)
    content = _made(kind, edition)
    return _keep(report, kind, content, is_final=is_final, replaced=known, at=at)


def _made(kind: FileKind, edition: Edition) -> bytes:
    return paper.pdf(edition) if kind == FileKind.PDF else word.word(edition)


@transaction.atomic
def _keep(
    report: Report,
    kind: FileKind,
    content: bytes,
    *,
    is_final: bool,
    replaced: ReportFile | None,
    at: datetime,
) -> ReportFile:
    """The file as an attachment of the report, the look of an earlier draft taken off."""
    digest = hashlib.sha256(content).hexdigest()
    if replaced is not None:
        taken_off = replaced.attachment
        replaced.delete()
        attachments.remove(attachment=taken_off, reason="草稿已重新生成", by=SYSTEM, at=at)
    made = attachments.attach(
        subject=SUBJECT,
        subject_id=report.pk,
        file=io.BytesIO(content),
        name=file_name(report, kind, at=at),
        title=report.title,
        by=SYSTEM,
        at=at,
    )
    file = ReportFile.objects.create(
        report=report, kind=kind, is_final=is_final, attachment=made, sha256=digest, made_at=at
    )
    detail = {"kind": kind.value, "sha256": digest, "final": is_final}
    record(report, Action.CREATE, by=SYSTEM, at=at, deed=Deed.RENDER, detail=detail)
    return file


def file_name(report: Report, kind: FileKind, *, at: datetime) -> str:
    """As it lies on somebody's desk: number, edition, title; a draft with its hour."""
    edition = f"第{report.edition}版" if report.edition > 1 else ""
    draft = "" if report.was_issued else f"草稿{clock.local(at):%m%d%H%M}"
    words = [word for word in (report.number, edition, draft, report.title) if word]
    return f"{'_'.join(words)[:100]}.{ENDINGS[kind]}"
