"""Invented months behind a demo: every app brings its own records and can take them away again.

An app describes them in `management/half_year` and registers a `Contribution` there; the command
`luchang demo_half_year` loads all of them. They are marked as demo in their own columns.
"""

from luchang.kernel.demo.copying import (
    Ledger,
    Row,
    Table,
    Written,
    built_afterwards,
    elements,
    hold,
)
from luchang.kernel.demo.histories import events_of, kept_together
from luchang.kernel.demo.registry import (
    Contribution,
    Intended,
    NothingToBuildOn,
    contributions,
    register,
)
from luchang.kernel.demo.seasons import FIRST, HALF_ENDS, LAST, Season, portions
from luchang.kernel.demo.walks import Walks, take_away

__all__ = [
    "FIRST",
    "HALF_ENDS",
    "LAST",
    "Contribution",
    "Intended",
    "Ledger",
    "NothingToBuildOn",
    "Row",
    "Season",
    "Table",
    "Walks",
    "Written",
    "built_afterwards",
    "contributions",
    "elements",
    "events_of",
    "hold",
    "kept_together",
    "portions",
    "register",
    "take_away",
]
