"""Whether an issued edition is still what was issued, and whether its figures still hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from luchang.apps.reports.bridge import asking, digests
from luchang.apps.reports.models import Report
from luchang.apps.reports.states import Deed
from luchang.core.documents import language, placed
from luchang.core.documents.placed import Changed
from luchang.kernel import metrics
from luchang.kernel.audit import verification
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.attachments import store


class Flaw(StrEnum):
    """What is not as it was issued."""

    CONTENT = "content"
    """What is stored gives another sum than the one it was sealed with."""
    SEAL_GONE = "seal_gone"
    """The audit has no entry of its issue."""
    SEAL_DIFFERS = "seal_differs"
    """The audit keeps another sum."""
    CHAIN_BROKEN = "chain_broken"
    """The audit itself was tampered with."""
    FILE = "file"
    """A printed form is lost or was changed."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one verification."""

    flaws: Sequence[Flaw]

    @property
    def is_sound(self) -> bool:
        return not self.flaws


def verify(report: Report, *, with_chain: bool = False) -> Verdict:
    """Compute the sums again and compare them with the edition's, the audit's and the files'.

    `with_chain` reads the whole audit as well, so that an edit of edition and audit entry
    together is found too; that takes as long as the log is.
    """
    return Verdict(list(_flaws(report, with_chain=with_chain)))


def _flaws(report: Report, *, with_chain: bool) -> Iterator[Flaw]:
    if (digests.sm3_of(report), digests.sha256_of(report)) != (report.sm3, report.sha256):
        yield Flaw.CONTENT
    sealed = _sealed(report)
    if sealed is None:
        yield Flaw.SEAL_GONE
    elif (sealed.get("sm3"), sealed.get("sha256")) != (report.sm3, report.sha256):
        yield Flaw.SEAL_DIFFERS
    if with_chain and not verification.verify().is_sound:
        yield Flaw.CHAIN_BROKEN
    final = report.files.filter(is_final=True).select_related("attachment")
    if not all(
        each.sha256 == each.attachment.digest and store.is_sound(each.sha256) for each in final
    ):
        yield Flaw.FILE


def _sealed(report: Report) -> Mapping[str, Any] | None:
    """What the audit keeps of the issue."""
    entries = AuditEntry.objects.of("reports.report", str(report.pk))
    issued = entries.filter(detail__deed=Deed.ISSUE.value).order_by("pk").first()
    return issued.detail if issued else None


def moved_since(report: Report, *, by: Actor, at: datetime) -> list[Changed]:
    """Figures of the edition that the records give otherwise today.

    Empty where an indicator is no longer declared or outside the asker's reach: what cannot be
    compared is not told as changed.
    """
    template = language.read(report.source)
    known = {each.code for each in metrics.declared()}
    if template.problems or any(code not in known for _, code, _ in template.figures()):
        return []
    try:
        today = asking.place(template, report, by=by, at=at)
    except (asking.FigureForbidden, asking.FigureIndivisible):
        return []
    found = placed.changes(report.placed.notes, today.notes)
    return [each for each in found if each.old is not None and each.new is not None]
