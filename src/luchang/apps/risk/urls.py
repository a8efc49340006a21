"""Addresses of risk; included below `risk/`."""

from django.urls import URLPattern, path

from luchang.apps.risk.views.hazard_ledgers import HAZARD_LEDGER
from luchang.apps.risk.views.hazard_lists import MAYORS, SUPERVISED, VERSIONS
from luchang.apps.risk.views.instruments.exposing import EXPOSURE_LEDGER
from luchang.apps.risk.views.instruments.ledgers import (
    COMMITMENT_LEDGER,
    INTERVIEW_LEDGER,
    NOTICE_LEDGER,
    TRANSFER_LEDGER,
)
from luchang.apps.risk.views.instruments.lists import INTERVIEWEES
from luchang.apps.risk.views.list_ledgers import LIST_LEDGER
from luchang.apps.risk.views.overview import overview
from luchang.apps.risk.views.phone import phone
from luchang.apps.risk.views.registered import registered
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns: list[URLPattern] = [
    path("phone", phone, name="risk.phone"),
    path("registered", registered, name="risk.registered"),
    path("overview", overview, name="risk.overview"),
    *list_routes("supervised/", SUPERVISED),
    *list_routes("mayors-list/", MAYORS),
    *list_routes("versions/", VERSIONS),
    *ledger_routes("lists/", LIST_LEDGER),
    *ledger_routes("hazards/", HAZARD_LEDGER),
    *ledger_routes("interviews/", INTERVIEW_LEDGER),
    *list_routes("interviewees/", INTERVIEWEES),
    *ledger_routes("commitments/", COMMITMENT_LEDGER),
    *ledger_routes("exposures/", EXPOSURE_LEDGER),
    *ledger_routes("notices/", NOTICE_LEDGER),
    *ledger_routes("transfers/", TRANSFER_LEDGER),
]
