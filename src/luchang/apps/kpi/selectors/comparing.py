"""A figure beside what it was, like for like, and whether it is unusual among those before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from luchang.apps.kpi.selectors.values import DASH, Value, is_count, printed, series
from luchang.core.common import control_charts
from luchang.core.common.control_charts import Chart, Limits
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Kind, Period, Unit, find
from luchang.kernel.metrics.periods import alike

LOOKED_BACK = timedelta(days=3 * 365)
"""Nothing in so long before a period: it lies before the first record."""
POINTS = 13
"""Periods of a trend: a year of months and the same month before it."""


@dataclass(frozen=True)
class Comparison:
    """Two figures over equally many days."""

    now: Value
    base: Value
    is_cut: bool
    """Whether the figure shown elsewhere covers more days than the ones compared here."""

    @property
    def change(self) -> float | None:
        """By how much, in the unit; percentage points of a percentage."""
        if self.now.number is None or self.base.number is None:
            return None
        return self.now.number - self.base.number

    @property
    def percent(self) -> float | None:
        """By how many percent; none from zero, and none of a percentage."""
        if self.change is None or not self.base.number or self.now.unit == "%":
            return None
        return 100.0 * self.change / abs(self.base.number)

    @property
    def text(self) -> str:
        """As printed: +3.2%, from zero or of a percentage the change itself, else a dash."""
        if self.percent is not None:
            return f"{self.percent:+.1f}%"
        if self.change is None:
            return DASH
        return ("-" if self.change < 0 else "+") + printed(
            abs(self.change), Unit.of(self.now.unit)
        )


def compared(
    code: str,
    period: Period,
    base: Period,
    *,
    by: Actor,
    at: datetime,
    scope: str = "",
    branch: str = "",
) -> Comparison | None:
    """One figure beside another, over the same number of days; None before the period begins."""
    if find(code).is_stock:
        return None
    both = alike(period, base, at=at)
    if both is None:
        return None
    now, then = series(code, both, by=by, scope=scope, branch=branch)
    if then.number == 0 and find(code).kind in {Kind.COUNT, Kind.DISTINCT}:
        before = Period(then.period.start - LOOKED_BACK, then.period.end)
        (ever,) = series(code, [before], by=by, scope=scope, branch=branch)
        if ever.number == 0:  # nobody recorded anything yet: no zero to compare with
            then = replace(then, number=None)
    return Comparison(now, then, is_cut=both[0] != period)


@dataclass(frozen=True)
class Point:
    """One period of a trend."""

    value: Value
    limits: Limits | None
    is_open: bool
    """Not over yet: shown, and judged by nothing."""
    is_before: bool = False
    """Before the first record of the series: no zero, for nobody recorded anything then."""

    @property
    def is_unusual(self) -> bool:
        number = self.value.number
        if self.limits is None or number is None or self.is_open:
            return False
        return not self.limits.includes(number)


@dataclass(frozen=True)
class Trend:
    """A figure over equal periods, oldest first, with the limits of what is ordinary."""

    points: tuple[Point, ...]
    method: str
    """The chart that made the limits; empty where the series is too short for any."""

    @property
    def unusual(self) -> list[Point]:
        return [point for point in self.points if point.is_unusual]


def trend(
    code: str,
    period: Period,
    *,
    by: Actor,
    at: datetime,
    scope: str = "",
    branch: str = "",
    points: int = POINTS,
) -> Trend:
    """The figure of this period and of those before it.

    Limits come from the periods that are over, the one judged included, as control charts of a
    series of the past do.
    """
    periods = [period]
    while len(periods) < points:
        periods.append(periods[-1].before())
    periods.reverse()
    found = series(code, periods, by=by, scope=scope, branch=branch)
    begun = _begun(code, found)
    over = [each for each in begun if each.period.is_over(at)]
    chart = chart_of(code, over)
    limits = dict(zip([each.period for each in over], chart.limits, strict=True)) if chart else {}
    return Trend(
        points=tuple(
            Point(
                each,
                limits.get(each.period),
                is_open=not each.period.is_over(at),
                is_before=each not in begun,
            )
            for each in found
        ),
        method=chart.method.value if chart else "",
    )


def _begun(code: str, found: Sequence[Value]) -> list[Value]:
    """Without the zeros before the first record: they say when recording began, not how it was."""
    if not is_count(find(code)) and find(code).kind != Kind.RATE:
        return list(found)
    first = next((place for place, each in enumerate(found) if each.number), len(found))
    return list(found[first:])


def chart_of(code: str, found: Sequence[Value]) -> Chart | None:
    """The control chart that fits the kind of number, in the unit of the number."""
    indicator = find(code)
    if indicator.kind == Kind.RATIO:
        chart = control_charts.proportions(
            [each.numerator for each in found], [each.denominator for each in found]
        )
        return _in_percent(chart)
    numbers = [each.number for each in found]
    if is_count(indicator):
        return control_charts.counts(numbers, [each.period.days for each in found])
    return control_charts.individuals(numbers)


def _in_percent(chart: Chart | None) -> Chart | None:
    if chart is None:
        return None
    return Chart(
        chart.method,
        tuple(
            Limits(100 * each.lower, 100 * each.centre, 100 * each.upper) for each in chart.limits
        ),
    )
