"""Invented months behind a demo: every app brings its own records and can take them away again.

An app describes them in `management/half_year` and registers a `Contribution` there; the command
`luchang demo_half_year` loads all of them. They are marked as demo in their own columns.
"""

from luchang.kernel.demo.copying import Row, Table, built_afterwards, hold
from luchang.kernel.demo.registry import (
    Contribution,
    Intended,
    NothingToBuildOn,
    contributions,
    register,
)
from luchang.kernel.demo.seasons import FIRST, HALF_ENDS, LAST, Season, portions

__all__ = [
    "FIRST",
    "HALF_ENDS",
    "LAST",
    "Contribution",
    "Intended",
    "NothingToBuildOn",
    "Row",
    "Season",
    "Table",
    "built_afterwards",
    "contributions",
    "hold",
    "portions",
    "register",
]
