"""Interviews, exposures, notices and transfers; the only writers of their tables."""

from luchang.apps.risk.services.instruments.exposures import (
    approve,
    draft,
    end_due,
    preview,
    return_,
    revise,
    submit,
    withdraw,
)
from luchang.apps.risk.services.instruments.interviews import (
    Target,
    answer,
    call_off,
    close,
    follow_up,
    hold,
    plan,
    promise,
    reopen,
)
from luchang.apps.risk.services.instruments.notices import (
    cancel_notice,
    draft_notice,
    judge_notice,
    serve_notice,
)
from luchang.apps.risk.services.instruments.refusals import Refused
from luchang.apps.risk.services.instruments.transfers import (
    cancel_transfer,
    close_transfer,
    draft_transfer,
    note_receipt,
    send_transfer,
)

__all__ = [
    "Refused",
    "Target",
    "answer",
    "approve",
    "call_off",
    "cancel_notice",
    "cancel_transfer",
    "close",
    "close_transfer",
    "draft",
    "draft_notice",
    "draft_transfer",
    "end_due",
    "follow_up",
    "hold",
    "judge_notice",
    "note_receipt",
    "plan",
    "preview",
    "promise",
    "reopen",
    "return_",
    "revise",
    "send_transfer",
    "serve_notice",
    "submit",
    "withdraw",
]
