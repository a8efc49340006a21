"""Which days of the past say what is usual on a day, by the calendar of holidays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
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
from luchang.kernel.records.calendar import LAST_YEAR, Calendar
from luchang.kernel.records.holidays import calendar
from luchang.kernel.records.models import Holiday

if TYPE_CHECKING:
    from typing import Any

SATURDAY = 6
ONE_DAY = timedelta(days=1)
YEARS_BACK = 5
"""Rows older than this are listed as if no day had been a holiday [years]."""


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


def with_earlier(rows: QuerySet[LinkTime]) -> Any:
    """Times of links with those of like days before them, as `earlier`, in one query."""
    dated = rows.annotate(day=TruncDate("begins_at", tzinfo=SHANGHAI), weekday=_weekday())
    return dated.annotate(
        earlier=Case(
            When(_is_holiday("day"), then=ArraySubquery(_on_holidays())),
            When(_is_made_up("day"), then=ArraySubquery(_on_workdays())),
            default=ArraySubquery(_weekly()),
        )
    )


@lru_cache(maxsize=1)
def _announced() -> tuple[list[date], list[date]]:
    """Holidays and made-up days of the last years, as they were announced."""
    known = Calendar()
    begins, ends = date(LAST_YEAR - YEARS_BACK, 1, 1), date(LAST_YEAR, 12, 31)
    days = [begins + ONE_DAY * step for step in range((ends - begins).days + 1)]
    named = [day for day in days if known.name_of(day)]
    return (
        [day for day in named if not known.is_working_day(day)],
        [day for day in named if known.is_working_day(day) and day.isoweekday() >= SATURDAY],
    )


def _corrected(day: str, *, is_working: bool) -> Exists:
    return Exists(Holiday.objects.filter(day=OuterRef(day), is_working=is_working))


def _is_holiday(day: str) -> Q:
    """The same as `kinds` says of the annotation `day` beside `weekday`, for the database."""
    announced = Q(**{f"{day}__in": _announced()[0]}) & ~_corrected(day, is_working=True)
    return announced | Q(weekday__lt=SATURDAY) & _corrected(day, is_working=False)


def _is_made_up(day: str) -> Q:
    announced = Q(**{f"{day}__in": _announced()[1]}) & ~_corrected(day, is_working=False)
    return announced | Q(weekday__gte=SATURDAY) & _corrected(day, is_working=True)


def _weekday() -> ExtractIsoWeekDay:
    return ExtractIsoWeekDay("begins_at", tzinfo=SHANGHAI)


def _enough() -> QuerySet[LinkTime]:
    return LinkTime.objects.filter(link=OuterRef("link"), vehicles__gte=FEWEST_VEHICLES)


def _dated() -> Any:
    own_day = TruncDate("begins_at", tzinfo=SHANGHAI)
    return _enough().annotate(own_day=own_day, weekday=_weekday())


def _is_ordinary() -> Q:
    return ~_is_holiday("own_day") & ~_is_made_up("own_day")


def _weekly() -> Any:
    begins = [OuterRef("begins_at") - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    return _dated().filter(_is_ordinary(), begins_at__in=begins).values("median_s")


def _on_holidays() -> Any:
    rows = _dated().filter(_is_holiday("own_day"), begins_at__in=_days_before(HOLIDAYS_BACK))
    return rows.order_by("-begins_at").values("median_s")[:LIKE_DAYS]


def _on_workdays() -> Any:
    begins = _days_before(WORKDAYS_BACK)
    rows = _dated().filter(_is_ordinary(), begins_at__in=begins, weekday__lt=SATURDAY)
    return rows.order_by("-begins_at").values("median_s")[:LIKE_DAYS]


def _days_before(count: int) -> list[Any]:
    """The same time of so many days before; Shanghai has no summer time."""
    return [OuterRef("begins_at") - ONE_DAY * back for back in range(1, count + 1)]
