"""What the periods that people name mean on a given day."""

from datetime import date, datetime, timedelta

from luchang.apps.kpi.states import Span
from luchang.kernel import clock
from luchang.kernel.metrics import Period

HALF = 6


def period_of(span: Span, at: datetime) -> Period:
    """The whole period of that name: this month is the month to its end, not to today."""
    today = clock.local(at).date()
    match span:
        case Span.TODAY:
            return Period.of_days(today, today)
        case Span.YESTERDAY:
            return Period.of_days(today - timedelta(days=1), today - timedelta(days=1))
        case Span.WEEK:
            return Period.of_days(today - timedelta(days=6), today)
        case Span.MONTH:
            return Period.months(today.year, today.month)
        case Span.LAST_MONTH:
            return Period.months(today.year, today.month - 1)
        case Span.HALF_YEAR:
            return Period.half_year(today.year, 1 if today.month <= HALF else 2)
        case Span.YEAR:
            return Period.months(today.year, 1, 12)


def asked_period(span: str, first: str, last: str, at: datetime) -> tuple[Span | None, Period]:
    """What a page was asked for: two days, or a span; this month where neither makes sense."""
    try:
        return None, Period.of_days(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        chosen = Span(span) if span in Span.values else Span.MONTH
        return chosen, period_of(chosen, at)
