"""What a figure is: a set of records within somebody's reach and what is made of it.

Apps declare theirs in `kpis.py`; the number is computed from the very rows the drill-down shows.
"""

from luchang.kernel.metrics.definitions import (
    AnyIndicator,
    Better,
    Indicator,
    Kind,
    Measured,
    Narrowing,
    Part,
    Rank,
    Rate,
    Ratio,
    Rows,
    Source,
    Zero,
)
from luchang.kernel.metrics.penalties import ARTICLE, PenaltyRanking, name_records
from luchang.kernel.metrics.periods import Period
from luchang.kernel.metrics.registry import (
    UnknownIndicator,
    check_may_score,
    declare,
    declared,
    find,
)
from luchang.kernel.metrics.scopes import Scope, UnknownScope
from luchang.kernel.metrics.units import Unit

__all__ = [
    "ARTICLE",
    "AnyIndicator",
    "Better",
    "Indicator",
    "Kind",
    "Measured",
    "Narrowing",
    "Part",
    "PenaltyRanking",
    "Period",
    "Rank",
    "Rate",
    "Ratio",
    "Rows",
    "Scope",
    "Source",
    "Unit",
    "UnknownIndicator",
    "UnknownScope",
    "Zero",
    "check_may_score",
    "declare",
    "declared",
    "find",
    "name_records",
]
