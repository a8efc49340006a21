"""Questions about figures: values, series, comparisons, the catalogue."""

from luchang.apps.kpi.selectors.catalogue import Entry, catalogue
from luchang.apps.kpi.selectors.values import Value, series, value, values
from luchang.kernel.metrics import UnknownIndicator, UnknownScope

__all__ = [
    "Entry",
    "UnknownIndicator",
    "UnknownScope",
    "Value",
    "catalogue",
    "series",
    "value",
    "values",
]
