"""Questions about reported figures: documents, findings, what the records say beside them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from luchang.apps.figures.models import Check, CheckFinding, ReportedFigure, SourceDocument
from luchang.apps.figures.policies import CHECK_REPORTS, REVIEW_FIGURES, SEE_REPORTED
from luchang.apps.kpi import selectors as kpi
from luchang.core.reading import Reading, read
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics import Period, Scope

ALIKE = 0.6
"""Likeness of a figure's subject and an indicator's title from which they are set side by side."""


@dataclass(frozen=True)
class Compared:
    """A reported figure beside the indicator that counts the same, as far as its title says."""

    figure: ReportedFigure
    code: str
    title: str
    unit: str
    computed: float | None
    """None: no records, or the figure's period is open."""

    @property
    def difference(self) -> float | None:
        return None if self.computed is None else float(self.figure.literal_value) - self.computed


def documents(actor: Actor) -> QuerySet[SourceDocument]:
    rows = SourceDocument.objects.select_related("organisation", "taken_by")
    return within(rows, actor, SEE_REPORTED)


def figures(actor: Actor) -> QuerySet[ReportedFigure]:
    rows = ReportedFigure.objects.select_related("organisation", "document", "reviewer")
    return within(rows, actor, SEE_REPORTED)


def reviewable_figures(actor: Actor) -> QuerySet[ReportedFigure]:
    rows = ReportedFigure.objects.select_related("organisation", "document")
    return within(rows, actor, REVIEW_FIGURES)


def checkable_organisations(actor: Actor) -> QuerySet[Organisation]:
    rows = Organisation.objects.open().order_by("path")
    return within(rows, actor, CHECK_REPORTS, organisation="")


def latest_check(document: SourceDocument) -> Check | None:
    return document.checks.prefetch_related("findings").first()


def findings_of(check: Check) -> list[CheckFinding]:
    return list(check.findings.all())


def reading_of(document: SourceDocument) -> Reading:
    """The document read anew; equal text and version give an equal reading."""
    before = document.earlier
    if before is None:
        return read(document.text, year=document.year)
    earlier = read(before.text, year=before.year or document.year).statistics
    return read(document.text, earlier=earlier, year=document.year)


def compared(rows: Iterable[ReportedFigure], *, by: Actor) -> list[Compared]:
    """The figures that an indicator answers for, with what it counts over their period."""
    known = kpi.catalogue(by)
    found = []
    for figure in rows:
        best = max(known, key=lambda each: likeness(figure.subject, each.title), default=None)
        if best is None or likeness(figure.subject, best.title) < ALIKE:
            continue
        computed = _computed(figure, best, by=by)
        found.append(Compared(figure, best.code, best.title, str(best.unit.label), computed))
    return found


def _computed(figure: ReportedFigure, entry: kpi.Entry, *, by: Actor) -> float | None:
    if figure.period_start is None or figure.period_end is None:
        return None
    zone = timezone.get_default_timezone()
    start = datetime.combine(figure.period_start, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(figure.period_end + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    scope = _scope_of(figure) if _scope_of(figure) in entry.scopes else ""
    return kpi.value(entry.code, Period(start, end), by=by, scope=scope).number


def _scope_of(figure: ReportedFigure) -> str:
    """The ground a figure names, as the indicators know it; the whole for any they do not."""
    grounds = {str(scope.label): scope.value for scope in Scope}
    return grounds.get(figure.geographic_scope, "")


def likeness(first: str, second: str) -> float:
    """Dice coefficient of the character pairs of two names."""
    a, b = _pairs(first), _pairs(second)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _pairs(words: str) -> set[str]:
    plain = re.sub(r"[\W\d]", "", words)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def shown_value(value: Decimal | None) -> str:
    """A value with separators and without idle zeros."""
    return "" if value is None else f"{value.normalize():,f}"
