"""From a number to its rows: any list narrowed to the records an indicator counted.

The address of a list may name an indicator and a period; the list then shows exactly the records
the number was made of, with its own columns, search, export and print, within its own reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import get_resolver, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.lists.asked import Asked, Unreadable
from luchang.kernel.lists.columns import Label
from luchang.kernel.lists.filters import YEARS, Circumstances, Filter, Rows
from luchang.kernel.lists.organisations import organisations_of
from luchang.kernel.lists.specs import ListSpec, find, registered
from luchang.kernel.metrics import AnyIndicator, Kind, Part, Period, Scope, UnknownIndicator
from luchang.kernel.metrics import find as find_indicator
from luchang.kernel.metrics.periods import midnight
from luchang.kernel.metrics.registry import SOME_DAY

KEY = "figure"
NAMES = (KEY, "figure.from", "figure.to", "figure.scope", "figure.part", "figure.branch")


class NoList(LookupError):
    """The records of an indicator are shown in no list, or nobody said in which of several."""


@dataclass(frozen=True)
class Figure:
    """One number: an indicator over a period, a ground and a branch, or the base of a share."""

    indicator: AnyIndicator
    period: Period
    scope: Scope = Scope.WHOLE
    part: Part = Part.COUNTED
    branch: Organisation | None = None

    def records(self, now: Circumstances) -> QuerySet[Any]:
        indicator = self.indicator.below(self.branch.path) if self.branch else self.indicator
        return indicator.records(self.period, by=now.actor, scope=self.scope, part=self.part)

    @property
    def says(self) -> str:
        ground = [str(self.scope.label)] if self.scope else []
        branch = [self.branch.short_name] if self.branch else []
        span = [] if self.indicator.is_stock else [period_words(self.period)]
        base = [gettext("计算基数")] if self.part == Part.BASE else []
        return " · ".join([str(self.indicator.title), *span, *ground, *branch, *base])


def period_words(period: Period) -> str:
    """As people say it: whole days by their dates, both included; else to the minute."""
    if period.is_of_days:
        first, last = period.first_day.isoformat(), period.last_day.isoformat()
        return first if first == last else f"{first} – {last}"
    start, end = clock.local(period.start), clock.local(period.end)
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class OfFigure:
    """Only the records behind one number. Every list has this filter; addresses set it."""

    spec: ListSpec[Any]
    key: str = KEY
    label: Label = _("指标")
    kind: str = "figure"
    is_always_shown: bool = True
    names: tuple[str, ...] = NAMES

    def read(self, asked: Asked, now: Circumstances) -> Figure | None:
        code = asked.one(KEY)
        if not code:
            return None
        try:
            indicator = find_indicator(code)
            scope, part = Scope(asked.one(NAMES[3])), Part(asked.one(NAMES[4]) or Part.COUNTED)
        except (UnknownIndicator, ValueError) as odd:
            raise Unreadable(KEY) from odd
        ends = [_moment(asked.one(name)) for name in NAMES[1:3]]
        if not now.actor.may(indicator.permission) or ends[1] <= ends[0]:
            raise Unreadable(KEY)
        if scope not in indicator.scopes or list_of(indicator, part) is not self.spec:
            raise Unreadable(KEY)
        branch = self._branch(asked.one(NAMES[5]), indicator, now)
        return Figure(indicator, Period(*ends), scope, part, branch)

    def _branch(
        self, code: str, indicator: AnyIndicator, now: Circumstances
    ) -> Organisation | None:
        if not code:
            return None
        found = organisations_of(now.actor, indicator.permission).filter(code=code).first()
        if found is None or not indicator.organisation:
            raise Unreadable(KEY)
        return found

    def apply(self, rows: Rows, given: Figure, now: Circumstances) -> Rows:
        return both(rows, given.records(now))

    def says(self, given: Figure) -> str:
        return given.says


def both(rows: Rows, records: Rows) -> Rows:
    """The rows that are in both; as one flat condition where possible, which an index fits."""
    query = records.query
    if query.distinct or query.combinator or query.group_by or query.is_sliced:
        return rows.filter(pk__in=records.order_by().values("pk"))
    return rows & records.order_by()


def filters_of(spec: ListSpec[Any]) -> Sequence[Filter]:
    """The filters a list declares, and the one every list has."""
    return (*spec.filters, OfFigure(spec))


def list_of(indicator: AnyIndicator, part: Part = Part.COUNTED) -> ListSpec[Any]:
    """The list that shows the records of an indicator.

    Raises:
        NoList: there is none, or there are several and `listed_in` does not choose.
    """
    return find(_list_code(indicator.code, part))


@cache
def _list_code(code: str, part: Part) -> str:
    """Asked of every number on a page, and the same as long as the process runs."""
    indicator = find_indicator(code)
    get_resolver().url_patterns  # noqa: B018 - lists are known once the addresses are read
    if indicator.listed_in:
        return indicator.listed_in
    model = indicator.records(SOME_DAY, by=SYSTEM, part=part).model
    fitting = [spec.code for spec in registered() if spec.rows(SYSTEM).model is model]
    if len(fitting) != 1:
        raise NoList(f"{code}: {fitting}")
    return fitting[0]


def address_of(
    indicator: AnyIndicator,
    period: Period,
    *,
    scope: Scope = Scope.WHOLE,
    part: Part = Part.COUNTED,
    branch: str = "",
) -> str:
    """The address of exactly the records behind a number; `branch` is an organisation's code."""
    asked = {
        KEY: indicator.code,
        NAMES[1]: _written(period.start),
        NAMES[2]: _written(period.end),
        NAMES[3]: scope.value,
        NAMES[4]: part.value if part != Part.COUNTED else "",
        NAMES[5]: branch,
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse(list_of(indicator, part).code)}?{query}"


def parts_of(indicator: AnyIndicator) -> tuple[Part, ...]:
    """Which sets of records an indicator has to show."""
    has_base = indicator.kind in {Kind.RATIO, Kind.RANK}
    return (Part.COUNTED, Part.BASE) if has_base else (Part.COUNTED,)


def _written(at: datetime) -> str:
    """A day where it is a midnight in Shanghai, else the moment itself, to the microsecond."""
    local = clock.local(at)
    return local.date().isoformat() if midnight(local.date()) == at else local.isoformat()


def _moment(text: str) -> datetime:
    """What `_written` wrote.

    Raises:
        Unreadable: it is no day and no moment with a zone, or lies outside sane years.
    """
    try:
        is_day = len(text) == len("2000-01-01")
        at = midnight(date.fromisoformat(text)) if is_day else datetime.fromisoformat(text)
    except ValueError as odd:
        raise Unreadable(KEY) from odd
    if at.tzinfo is None or at.year not in YEARS:
        raise Unreadable(KEY)
    return at
