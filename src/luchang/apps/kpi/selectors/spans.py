"""What the periods that people name mean on a given day."""

from datetime import date, datetime, timedelta

from luchang.apps.kpi.states import Span
from luchang.kernel import clock
from luchang.kernel.metrics import Period

HALF = 6
YEARS = range(1901, 2200)
"""A year earlier and a day later must still be dates."""


def period_of(span: Span, at: datetime) -> Period:
    """The whole period of that name: this month is the month to its end, not to today."""
    today = clock.local(at).date()
    day, month = timedelta(days=1), today.month
    return {
        Span.TODAY: lambda: Period.of_days(today, today),
        Span.YESTERDAY: lambda: Period.of_days(today - day, today - day),
        Span.WEEK: lambda: Period.of_days(today - 6 * day, today),
        Span.MONTH: lambda: Period.months(today.year, month),
        Span.LAST_MONTH: lambda: Period.months(today.year, month - 1),
        Span.HALF_YEAR: lambda: Period.half_year(today.year, 1 if month <= HALF else 2),
        Span.YEAR: lambda: Period.months(today.year, 1, 12),
    }[span]()


def asked_period(span: str, first: str, last: str, at: datetime) -> tuple[Span | None, Period]:
    """What a page was asked for: two days, or a span; this month where neither makes sense."""
    days = _day(first), _day(last)
    if days[0] and days[1] and days[0] <= days[1]:
        return None, Period.of_days(days[0], days[1])
    chosen = Span(span) if span in Span.values else Span.MONTH
    return chosen, period_of(chosen, at)


def _day(text: str) -> date | None:
    """A day of a sane year, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
