"""Who may see risks and use the instruments against them."""

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
    "APPROVE_EXPOSURE",
    "EXPOSE",
    "INTERVIEW",
    "SEE_RISK",
    "SERVE_NOTICES",
    "can_approve",
    "check_holds",
    "holds",
]
