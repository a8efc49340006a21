"""Addresses of key subjects; included below `subjects/`."""

from luchang.apps.subjects.views.ledgers import (
    DRIVER_LEDGER,
    ENTERPRISE_LEDGER,
    SOURCE_LEDGER,
    VEHICLE_LEDGER,
)
from luchang.apps.subjects.views.lists import DUTIES, ELIMINATIONS, LICENCE_ACTS
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    *ledger_routes("enterprises/", ENTERPRISE_LEDGER),
    *ledger_routes("sources/", SOURCE_LEDGER),
    *ledger_routes("vehicles/", VEHICLE_LEDGER),
    *ledger_routes("drivers/", DRIVER_LEDGER),
    *list_routes("duties/", DUTIES),
    *list_routes("eliminations/", ELIMINATIONS),
    *list_routes("licence-acts/", LICENCE_ACTS),
]
