"""Addresses of facilities, orders and stock."""

from luchang.apps.facilities.views.ledgers import FACILITY_LEDGER, MATERIAL_LEDGER, ORDER_LEDGER
from luchang.apps.facilities.views.lists import ENTRIES
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    *ledger_routes("orders/", ORDER_LEDGER),
    *ledger_routes("materials/", MATERIAL_LEDGER),
    *list_routes("entries/", ENTRIES),
    *ledger_routes("", FACILITY_LEDGER),
]
