from luchang.apps.risk.models.instruments import (
    Commitment,
    Exposure,
    Interview,
    Interviewee,
    RectificationNotice,
    Transfer,
)

__all__ = [
    "Commitment",
    "Exposure",
    "Interview",
    "Interviewee",
    "RectificationNotice",
    "Transfer",
]
