"""Addresses of key subjects; included below `subjects/`."""

from django.urls import path

from luchang.apps.subjects.views import rules
from luchang.apps.subjects.views.ledgers import (
    DRIVER_LEDGER,
    ENTERPRISE_LEDGER,
    SOURCE_LEDGER,
    VEHICLE_LEDGER,
)
from luchang.apps.subjects.views.lists import DUTIES, ELIMINATIONS, LICENCE_ACTS
from luchang.apps.subjects.views.rules import GROUP_RULES
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    *ledger_routes("enterprises/", ENTERPRISE_LEDGER),
    *ledger_routes("sources/", SOURCE_LEDGER),
    *ledger_routes("vehicles/", VEHICLE_LEDGER),
    *ledger_routes("drivers/", DRIVER_LEDGER),
    *list_routes("group-rules/", GROUP_RULES),
    path("group-rules/regroup", rules.regroup, name="subjects.regroup"),
    path("group-rules/<int:pk>", rules.group_rule, name="subjects.group_rule"),
    path("group-rules/<int:pk>/revise", rules.revise_rule, name="subjects.revise_rule"),
    *list_routes("duties/", DUTIES),
    *list_routes("eliminations/", ELIMINATIONS),
    *list_routes("licence-acts/", LICENCE_ACTS),
]
