"""Asking the indicators for the figures of a report, in the reach of its organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from django.utils import translation

from luchang.apps.kpi import selectors as kpi
from luchang.apps.reports.bridge import listing
from luchang.apps.reports.models import Report
from luchang.core.documents import placing
from luchang.core.documents.language import Template
from luchang.core.documents.placed import Placed
from luchang.core.documents.placing import Asked, Found, Frame, Of
from luchang.core.documents.spans import Span, title
from luchang.kernel import clock, metrics
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind
from luchang.kernel.metrics import AnyIndicator, Period
from luchang.kernel.papers.printing import HOUSE_LANGUAGE

LINE = (OrganisationKind.DETACHMENT, OrganisationKind.BRIGADE, OrganisationKind.SQUADRON)
MISSING_WORDS = "%(title)s：该模块尚未建成，系统内没有相应记录，此处不编列数字。"


class FigureForbidden(Exception):
    """The author does not reach all the records of an indicator; its code is the text."""


class FigureIndivisible(Exception):
    """The records of an indicator do not say whose they are, or where; its code is the text."""


def period_of(span: Span) -> Period:
    """Whole days as Shanghai counts them."""
    return Period(_midnight(span.start), _midnight(span.end))


def parts_of(organisation: Organisation) -> list[Organisation]:
    """What a table by organisation lists: the units of the line directly below.

    Offices and stations are left out: work on the road is done by brigades and squadrons.
    """
    below = Organisation.objects.filter(parent=organisation, closed_at=None)
    return list(below.filter(kind__in=LINE).order_by("path"))


def place(template: Template, report: Report, *, by: Actor, at: datetime) -> Placed:
    """The document with today's figures, which are asked for together.

    Raises:
        FigureForbidden: an indicator is outside the author's reach, in whole or in part.
        FigureIndivisible: it cannot be told apart by organisation, or by that ground.
        ListForbidden: a list is outside the author's reach, in whole or in part.
        ListUnreadable: a filter of a list cannot be meant like that.
    """
    parts = parts_of(report.organisation)
    frame = Frame(
        base=report.span,
        of=_of(report.organisation),
        parts=[_of(part) for part in parts],
        fields=fields_of(report, at=at),
        missing_words=MISSING_WORDS,
        lists=partial(listing.rows, report=report, by=by, at=at),
    )
    known = {each.pk: each for each in (report.organisation, *parts)}
    with translation.override(HOUSE_LANGUAGE):
        asker = _Asker(by, report.organisation, known)
        answers = asker.answers(placing.wanted(template, frame))
        return placing.place(template, frame, answers.__getitem__)


def fields_of(report: Report, *, at: datetime) -> dict[str, str]:
    """What a report says of itself without counting anything."""
    day = clock.local(at).date()
    return {
        "period": title(report.span),
        "days": str(report.span.days),
        "organisation": report.organisation.name,
        "date": f"{day.year}年{day.month}月{day.day}日",
        "title": report.title,
    }


@dataclass(frozen=True)
class _Asker:
    by: Actor
    whole: Organisation
    organisations: Mapping[int, Organisation]

    def answers(self, asked: Sequence[Asked]) -> dict[Asked, Found]:
        """What the indicators say within the organisation of the report, or a part of it."""
        values = kpi.several([self._wanted(each) for each in asked], by=self.by)
        return {each: _found(value) for each, value in zip(asked, values, strict=True)}

    def _wanted(self, asked: Asked) -> kpi.Wanted:
        organisation = self.organisations[asked.of.organisation_id]
        indicator = metrics.find(asked.code)
        self._check_reached(indicator, organisation)
        branch = organisation.code
        if not indicator.organisation:
            if organisation != self.whole or asked.scope:
                raise FigureIndivisible(asked.code)
            branch = ""  # records of the map belong to no organisation
        if asked.scope not in indicator.scopes:
            raise FigureIndivisible(asked.code)
        return kpi.Wanted(asked.code, period_of(asked.span), asked.scope, branch)

    def _check_reached(self, indicator: AnyIndicator, organisation: Organisation) -> None:
        """A number from part of the records would be printed as the whole."""
        if not self.by.covers(
            indicator.permission, organisation_id=organisation.pk, path=organisation.path
        ):
            raise FigureForbidden(indicator.code)


def _found(value: kpi.Value) -> Found:
    return Found(
        title=value.title,
        unit=value.unit,
        text=value.text,
        number=value.number,
        numerator=value.numerator,
        denominator=value.denominator,
        href=value.href,
    )


def _of(organisation: Organisation) -> Of:
    return Of(organisation.pk, organisation.short_name)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.SHANGHAI)
