"""Questions about hazards, their lists and who answers for them."""

from luchang.apps.risk.selectors.hazards import (
    about_alike,
    find_hazards,
    hazards,
    listing_of,
    mayors_list,
    names_of,
    of_subject,
    on_wall,
    open_versions,
    overdue,
    proposed,
    risk_lists,
    supervised,
    told_hazards,
    tone_of,
    versions,
    with_subjects,
)
from luchang.apps.risk.selectors.receivers import partners, receivers

__all__ = [
    "about_alike",
    "find_hazards",
    "hazards",
    "listing_of",
    "mayors_list",
    "names_of",
    "of_subject",
    "on_wall",
    "open_versions",
    "overdue",
    "partners",
    "proposed",
    "receivers",
    "risk_lists",
    "supervised",
    "told_hazards",
    "tone_of",
    "versions",
    "with_subjects",
]
