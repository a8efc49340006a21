"""Questions about hazards, their lists and who answers for them."""

from luchang.apps.risk.selectors.hazards import (
    find_hazards,
    hazards,
    listing_of,
    mayors_list,
    names_of,
    on_map,
    open_versions,
    overdue,
    risk_lists,
    supervised,
    versions,
)
from luchang.apps.risk.selectors.receivers import partners, receivers

__all__ = [
    "find_hazards",
    "hazards",
    "listing_of",
    "mayors_list",
    "names_of",
    "on_map",
    "open_versions",
    "overdue",
    "partners",
    "receivers",
    "risk_lists",
    "supervised",
    "versions",
]
