"""Questions about figures: values, series, comparisons, the catalogue."""

from luchang.apps.kpi.selectors.breaking_down import UnitValue, by_unit
from luchang.apps.kpi.selectors.catalogue import Entry, catalogue
from luchang.apps.kpi.selectors.comparing import Comparison, Trend, compared, trend
from luchang.apps.kpi.selectors.spans import period_of
from luchang.apps.kpi.selectors.values import Value, Wanted, series, several, value, values
from luchang.kernel.metrics import Period, UnknownIndicator, UnknownScope

__all__ = [
    "Comparison",
    "Entry",
    "Period",
    "Trend",
    "UnitValue",
    "UnknownIndicator",
    "UnknownScope",
    "Value",
    "Wanted",
    "by_unit",
    "catalogue",
    "compared",
    "period_of",
    "series",
    "several",
    "trend",
    "value",
    "values",
]
