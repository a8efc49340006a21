"""Addresses of junctions, counts, studies, works and what controllers report."""

from django.urls import path

from luchang.apps.signals.views.files import export_scheme, export_study
from luchang.apps.signals.views.files_in import import_utdf
from luchang.apps.signals.views.interventions import INTERVENTION_LEDGER
from luchang.apps.signals.views.ledgers import COUNT_SET_LEDGER, JUNCTION_LEDGER, WORK_LEDGER
from luchang.apps.signals.views.lists import COUNTS, PLANS
from luchang.apps.signals.views.live import live
from luchang.apps.signals.views.scheme_pages import choose, sheet
from luchang.apps.signals.views.schemes import SCHEME_LEDGER
from luchang.apps.signals.views.studies import STUDY_LEDGER
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    path("live/", live, name="signals.live"),
    path("studies/<int:pk>/export/<str:channel>", export_study, name="signals.export"),
    path("plans/utdf/", import_utdf, name="signals.utdf_import"),
    path("schemes/choose/", choose, name="signals.scheme_choose"),
    path("schemes/<int:pk>/sheet/", sheet, name="signals.scheme_sheet"),
    path("schemes/<int:pk>/export/<str:channel>", export_scheme, name="signals.scheme_export"),
    *ledger_routes("schemes/", SCHEME_LEDGER),
    *ledger_routes("interventions/", INTERVENTION_LEDGER),
    *list_routes("plans/", PLANS),
    *list_routes("counts/rows/", COUNTS),
    *ledger_routes("counts/", COUNT_SET_LEDGER),
    *ledger_routes("studies/", STUDY_LEDGER),
    *ledger_routes("works/", WORK_LEDGER),
    *ledger_routes("", JUNCTION_LEDGER),
]
