"""Handing in reports and judging their figures; the only writers of these tables."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.apps.figures import policies
from luchang.apps.figures.bridge.documents import Document, read_document
from luchang.apps.figures.models import Check, CheckFinding, ReportedFigure, SourceDocument
from luchang.apps.figures.selectors import reading_of
from luchang.apps.figures.states import FigureStatus, FileKind
from luchang.core.reading import VERSION, Finding, Reading, Statistic, Weight, read
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records import moves

SUBJECT = "figures.document"
MOST = Decimal(10) ** 19
PLACES = Decimal("0.0001")

REASONS: Mapping[str, str | Promise] = {
    "malformed": _("填写有误：%(why)s"),
    "no_reason": _("请写明理由"),
    "no_value": _("请填写更正后的数值"),
    "unchanged": _("更正值与原文相同"),
}


class FigureRefused(Exception):
    """Nothing was changed; the text says why."""

    def __init__(self, code: str, **named: object) -> None:
        super().__init__(code)
        self.code = code
        self.named = named

    def __str__(self) -> str:
        return str(REASONS[self.code]) % {name: str(value) for name, value in self.named.items()}


@dataclass(frozen=True)
class Taken:
    """What is said of a document when it is handed in."""

    title: str
    organisation: Organisation
    file_name: str = ""
    year: int | None = None
    earlier: SourceDocument | None = None


@transaction.atomic
def take_document(*, taken: Taken, content: bytes, by: Actor, at: datetime) -> SourceDocument:
    """Read a file, check it, and keep document, figures and findings.

    Raises:
        Forbidden: `by` does not check reports of that organisation.
        Unreadable: the file cannot be read; nothing is kept.
        FigureRefused: the title is empty or too long.
    """
    policies.check_can_check(by, taken.organisation)
    return _keep(taken, read_document(content), content, by=by, at=at)


@transaction.atomic
def take_text(*, taken: Taken, text: str, by: Actor, at: datetime) -> SourceDocument:
    """The same for a text that was typed or pasted."""
    policies.check_can_check(by, taken.organisation)
    content = text.encode("utf-8", "replace")
    return _keep(taken, read_document(content), content, by=by, at=at)


def check_text(
    text: str, *, by: Actor, at: datetime, year: int | None = None, earlier: str = ""
) -> Reading:
    """Read a text that is not kept: a report asks before it is issued.

    Raises:
        Forbidden: `by` may not check reports anywhere.
    """
    by.check(policies.CHECK_REPORTS)
    before = read(earlier, year=year or at.year).statistics if earlier else ()
    return read(text, year=year or at.year, earlier=before)


def _keep(
    taken: Taken, document: Document, content: bytes, *, by: Actor, at: datetime
) -> SourceDocument:
    row = SourceDocument(
        title=taken.title.strip(),
        organisation=taken.organisation,
        file_name=taken.file_name[-120:],
        kind=FileKind(document.kind),
        digest=hashlib.sha256(content).hexdigest(),
        text=document.text.replace("\0", ""),
        year=taken.year,
        earlier=taken.earlier,
        taken_by_id=by.user_id,
        taken_at=at,
    )
    try:
        row.keep()
    except ValidationError as wrong:
        raise FigureRefused("malformed", why="; ".join(wrong.messages)) from wrong
    reading = reading_of(row)
    for ordinal, statistic in enumerate(reading.statistics, 1):
        moves.begin(_figure(row, ordinal, statistic), by=by, at=at)
    _keep_check(row, reading, at=at)
    audit.record(by=by, action=Action.CREATE, subject=SUBJECT, subject_id=row.pk, at=at)
    return row


def _figure(document: SourceDocument, ordinal: int, statistic: Statistic) -> ReportedFigure:
    period = statistic.period
    return ReportedFigure.objects.create(
        document=document,
        organisation=document.organisation,
        ordinal=ordinal,
        start=statistic.start,
        end=statistic.end,
        quote=statistic.quote[:200],
        clause=statistic.whole_clause,
        subject=statistic.subject[:300],
        literal_value=_storable(statistic.value),
        upper_value=None if statistic.upper is None else _storable(statistic.upper),
        unit=statistic.unit[:16],
        qualifier=statistic.qualifier[:16],
        kind=statistic.kind.value,
        period_label=period.label[:40] if period else "",
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        geographic_scope=statistic.geography[:20],
    )


def _storable(value: Decimal) -> Decimal:
    """Within what the column holds; no report states more."""
    return min(value, MOST).quantize(PLACES)


def _keep_check(document: SourceDocument, reading: Reading, *, at: datetime) -> Check:
    weights = [finding.weight for finding in reading.findings]
    made = Check.objects.create(
        document=document,
        reader=VERSION,
        at=at,
        figures=len(reading.statistics),
        contradictions=weights.count(Weight.CONTRADICTION),
        doubts=weights.count(Weight.DOUBT),
        wordings=weights.count(Weight.WORDING),
    )
    CheckFinding.objects.bulk_create(
        _finding(made, ordinal, finding) for ordinal, finding in enumerate(reading.findings, 1)
    )
    return made


def _finding(made: Check, ordinal: int, finding: Finding) -> CheckFinding:
    return CheckFinding(
        check_made=made,
        ordinal=ordinal,
        kind=finding.flaw.value,
        weight=finding.weight.value,
        start=finding.start,
        end=finding.end,
        quote=finding.quote,
        arithmetic=list(finding.arithmetic),
        likely=None if finding.likely is None else _storable(finding.likely),
    )


@transaction.atomic
def judge_figure(
    *,
    figure_id: int,
    status: FigureStatus,
    value: Decimal | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> ReportedFigure:
    """Correct, dispute or restore a printed figure; who, when and why are kept.

    Raises:
        Forbidden: `by` does not review figures there.
        FigureRefused: no reason, or a correction without a new value.
        IllegalTransition: it stands like that already.
    """
    figure = (
        ReportedFigure.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=figure_id)
    )
    policies.check_can_review(by, figure.organisation)
    if not reason.strip():
        raise FigureRefused("no_reason")
    if status is FigureStatus.CORRECTED:
        if value is None:
            raise FigureRefused("no_value")
        if value == figure.literal_value:
            raise FigureRefused("unchanged")
    kept = value if status is FigureStatus.CORRECTED else None
    figure.judge(status, value=kept, reason=reason.strip(), by=by, at=at)
    return figure
