"""Which days of the past say what is usual on a day, by the calendar of holidays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    OuterRef,
    QuerySet,
    When,
)
from django.db.models.functions import ExtractIsoWeekDay, TruncDate

from luchang.apps.passages.models import LinkTime
from luchang.core.passages.congestion import (
    FEWEST_VEHICLES,
    HOLIDAYS_BACK,
    LIKE_DAYS,
    WEEKS,
    WORKDAYS_BACK,
    DayKind,
    like_days,
)
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.records.holidays import calendar

if TYPE_CHECKING:
    from typing import Any

SATURDAY, FRIDAY = 6, 5
ONE_DAY = timedelta(days=1)
YEARS_BACK = timedelta(days=1_200)
"""Rows older than this are compared as if no day had been a holiday."""


def kinds() -> Callable[[date], DayKind]:
    """Tells the kind of a day, corrections of the calendar included; one query."""
    known = calendar()

    def kind_of(day: date) -> DayKind:
        is_weekend, is_worked = day.isoweekday() >= SATURDAY, known.is_working_day(day)
        if is_weekend and is_worked:
            return DayKind.MADE_UP
        if not is_worked and (not is_weekend or known.name_of(day)):
            return DayKind.HOLIDAY
        return DayKind.ORDINARY

    return kind_of


def like_moments(begins_at: datetime, kind_of: Callable[[date], DayKind]) -> list[datetime]:
    """The same time of the days that are like the day of a moment."""
    here = local(begins_at)
    return [
        datetime.combine(day, here.timetz().replace(tzinfo=None), SHANGHAI)
        for day in like_days(here.date(), kind_of)
    ]


def with_earlier(rows: QuerySet[LinkTime], until: datetime | None) -> Any:
    """Times of links with those of like days before them, as `earlier`, in one query.

    `until` is where counting has got to: holidays are looked for before it.
    """
    special = _special_days(until)
    dated = rows.annotate(day=TruncDate("begins_at", tzinfo=SHANGHAI))
    holidays = [day for day, kind in special if kind == DayKind.HOLIDAY]
    made_up = [day for day, kind in special if kind == DayKind.MADE_UP]
    days = [day for day, _kind in special]
    return dated.annotate(
        earlier=Case(
            When(day__in=holidays, then=ArraySubquery(_on_holidays(holidays))),
            When(day__in=made_up, then=ArraySubquery(_on_workdays(days))),
            default=ArraySubquery(_weekly(days)),
        )
    )


def _special_days(until: datetime | None) -> Sequence[tuple[date, DayKind]]:
    """Holidays and made-up days up to a moment, the latest first."""
    if until is None:
        return ()
    kind_of, last = kinds(), local(until).date()
    days = (last - ONE_DAY * back for back in range(YEARS_BACK.days))
    found = ((day, kind_of(day)) for day in days)
    return [(day, kind) for day, kind in found if kind != DayKind.ORDINARY]


def _enough() -> QuerySet[LinkTime]:
    return LinkTime.objects.filter(link=OuterRef("link"), vehicles__gte=FEWEST_VEHICLES)


def _dated() -> Any:
    return _enough().annotate(own_day=TruncDate("begins_at", tzinfo=SHANGHAI))


def _weekly(special: Sequence[date]) -> Any:
    begins = [OuterRef("begins_at") - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    rows = _dated().filter(begins_at__in=begins).exclude(own_day__in=special)
    return rows.values("median_s")


def _on_holidays(holidays: Sequence[date]) -> Any:
    rows = _dated().filter(begins_at__in=_days_before(HOLIDAYS_BACK), own_day__in=holidays)
    return rows.order_by("-begins_at").values("median_s")[:LIKE_DAYS]


def _on_workdays(special: Sequence[date]) -> Any:
    rows = _dated().filter(begins_at__in=_days_before(WORKDAYS_BACK))
    rows = rows.exclude(own_day__in=special)
    rows = rows.annotate(weekday=ExtractIsoWeekDay("begins_at", tzinfo=SHANGHAI))
    rows = rows.filter(weekday__lte=FRIDAY)
    return rows.order_by("-begins_at").values("median_s")[:LIKE_DAYS]


def _days_before(count: int) -> list[Any]:
    """The same time of so many days before; Shanghai has no summer time."""
    return [OuterRef("begins_at") - ONE_DAY * back for back in range(1, count + 1)]
