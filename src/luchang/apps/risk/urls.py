"""Addresses of risk; included below `risk/`."""

from luchang.apps.risk.views.instruments.exposing import EXPOSURE_LEDGER
from luchang.apps.risk.views.instruments.ledgers import (
    COMMITMENT_LEDGER,
    INTERVIEW_LEDGER,
    NOTICE_LEDGER,
    TRANSFER_LEDGER,
)
from luchang.apps.risk.views.instruments.lists import INTERVIEWEES
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    *ledger_routes("interviews/", INTERVIEW_LEDGER),
    *list_routes("interviewees/", INTERVIEWEES),
    *ledger_routes("commitments/", COMMITMENT_LEDGER),
    *ledger_routes("exposures/", EXPOSURE_LEDGER),
    *ledger_routes("notices/", NOTICE_LEDGER),
    *ledger_routes("transfers/", TRANSFER_LEDGER),
]
