"""Who may see risks and use the instruments against them."""

from luchang.apps.risk.policies.hazards import (
    ACCEPT,
    ADD_EVIDENCE,
    FIND,
    HAND_OVER,
    MANAGE_LISTS,
    MAYORS_LIST,
    RECTIFY,
    REVEAL_SUBJECTS,
    SUPERVISE,
    is_not_own_hazard,
)
from luchang.apps.risk.policies.instruments import (
    APPROVE_EXPOSURE,
    EXPOSE,
    INTERVIEW,
    SERVE_NOTICES,
    can_approve,
    check_holds,
    holds,
)
from luchang.apps.risk.policies.seeing import SEE_RISK

__all__ = [
    "ACCEPT",
    "ADD_EVIDENCE",
    "APPROVE_EXPOSURE",
    "EXPOSE",
    "FIND",
    "HAND_OVER",
    "INTERVIEW",
    "MANAGE_LISTS",
    "MAYORS_LIST",
    "RECTIFY",
    "REVEAL_SUBJECTS",
    "SEE_RISK",
    "SERVE_NOTICES",
    "SUPERVISE",
    "can_approve",
    "check_holds",
    "holds",
    "is_not_own_hazard",
]
