from luchang.apps.risk.models.instruments.exposures import Exposure
from luchang.apps.risk.models.instruments.interviews import Commitment, Interview, Interviewee
from luchang.apps.risk.models.instruments.notices import RectificationNotice, Transfer

__all__ = [
    "Commitment",
    "Exposure",
    "Interview",
    "Interviewee",
    "RectificationNotice",
    "Transfer",
]
