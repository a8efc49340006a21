"""Risk lists, hazards and what is done about them, one aggregate a module."""

from luchang.apps.risk.models.hazards import Extension, Hazard, HazardLink
from luchang.apps.risk.models.instruments import (
    Commitment,
    Exposure,
    Interview,
    Interviewee,
    RectificationNotice,
    Transfer,
)
from luchang.apps.risk.models.lists import ListVersion, RiskList
from luchang.apps.risk.models.supervision import MayorsEntry, SupervisedListing

__all__ = [
    "Commitment",
    "Exposure",
    "Extension",
    "Hazard",
    "HazardLink",
    "Interview",
    "Interviewee",
    "ListVersion",
    "MayorsEntry",
    "RectificationNotice",
    "RiskList",
    "SupervisedListing",
    "Transfer",
]
