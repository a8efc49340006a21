"""Risk lists, hazards and what is done about them, one aggregate a module."""

from luchang.apps.risk.models.hazards import Extension, Hazard, HazardLink
from luchang.apps.risk.models.lists import ListVersion, RiskList
from luchang.apps.risk.models.supervision import MayorsEntry, SupervisedListing

__all__ = [
    "Extension",
    "Hazard",
    "HazardLink",
    "ListVersion",
    "MayorsEntry",
    "RiskList",
    "SupervisedListing",
]
