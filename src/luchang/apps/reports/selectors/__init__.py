"""Questions about reports: which ones, who read them, are they still what was issued."""

from luchang.apps.reports.selectors.reading import (
    Reading,
    approvable,
    deliveries,
    editions,
    files,
    managed_organisations,
    managed_templates,
    may_see,
    moves,
    reports,
    schedules,
    templates,
    withdrawable,
    writable,
    writable_organisations,
)
from luchang.apps.reports.selectors.verifying import Flaw, Verdict, moved_since, verify

__all__ = [
    "Flaw",
    "Reading",
    "Verdict",
    "approvable",
    "deliveries",
    "editions",
    "files",
    "managed_organisations",
    "managed_templates",
    "may_see",
    "moved_since",
    "moves",
    "reports",
    "schedules",
    "templates",
    "verify",
    "withdrawable",
    "writable",
    "writable_organisations",
]
