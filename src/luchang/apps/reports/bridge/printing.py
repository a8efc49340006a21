"""One edition as all three outputs draw it: its blocks, its notes, and who signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luchang.apps.reports.models import Report
from luchang.apps.reports.states import ReportStatus
from luchang.core.documents.placed import Note, Placed
from luchang.kernel import clock
from luchang.kernel.papers import printing
from luchang.kernel.papers.printing import PrintedBlock

DRAFT_MARK, WITHDRAWN_MARK = "草稿", "已撤回"


@dataclass(frozen=True)
class Edition:
    """The whole edition; the words are Chinese because reports are."""

    title: str
    number: str
    edition: int
    organisation: str
    period: str
    mark: str
    author: str
    approver: str
    issued: str
    values: str
    sm3: str
    blocks: Sequence[PrintedBlock]
    notes: Sequence[Note]
    changes: Sequence[Mapping[str, Any]]
    reason: str
    explained: Sequence[Mapping[str, str]]


def edition_of(report: Report, placed: Placed, *, with_charts: bool = True) -> Edition:
    return Edition(
        title=report.title,
        number=report.number,
        edition=report.edition,
        organisation=report.organisation.name,
        period=report.period_title,
        mark=_mark(report),
        author=report.author_name,
        approver=report.approved_by_name,
        issued=_moment(report.issued_at),
        values=_moment(report.values_at),
        sm3=report.sm3,
        blocks=list(printing.blocks(placed, with_charts=with_charts)),
        notes=[printing.in_words(note) for note in placed.notes],
        changes=report.changes,
        reason=report.edition_reason,
        explained=_explained(report),
    )


def _mark(report: Report) -> str:
    if report.status == ReportStatus.WITHDRAWN:
        return WITHDRAWN_MARK
    return "" if report.was_issued else DRAFT_MARK


def _moment(at: datetime | None) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M}" if at else ""


def _explained(report: Report) -> list[Mapping[str, str]]:
    titles = {each["key"]: each for each in report.findings}
    return [
        {"title": titles[key]["title"], "quotes": "、".join(titles[key]["quotes"]), **said}
        for key, said in report.explanations.items()
        if key in titles
    ]
