"""Addresses of the figures; included below `indicators/`."""

from django.urls import path

from luchang.apps.kpi.views import assessments, catalogue, dashboards, kiosks, wall
from luchang.apps.kpi.views.lists import UNITS
from luchang.apps.kpi.views.targets import TARGET_LEDGER
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    path("", catalogue.catalogue, name="kpi.catalogue"),
    path("of/<str:code>/", catalogue.indicator, name="kpi.indicator"),
    *list_routes("units/", UNITS),
    path("cockpit", dashboards.cockpit, name="kpi.cockpit"),
    path("dashboards/new", dashboards.build, name="kpi.new_dashboard"),
    path("dashboards/<int:pk>/", dashboards.dashboard, name="kpi.dashboard"),
    path("dashboards/<int:pk>/build", dashboards.build, name="kpi.build_dashboard"),
    path("dashboards/<int:pk>/delete", dashboards.delete, name="kpi.delete_dashboard"),
    path("wall", wall.wall_page, name="kpi.wall"),
    path("wall/again", wall.wall_again, name="kpi.wall_again"),
    path("wall/figures", wall.wall_figures, name="kpi.wall_figures"),
    path("kiosk/", wall.kiosk, name="kpi.kiosk"),
    path("kiosk/figures", wall.kiosk_figures, name="kpi.kiosk_figures"),
    path("kiosk/tiles/<str:name>", wall.kiosk_tiles, name="kpi.kiosk_tiles"),
    path("kiosk/open/<str:token>", wall.kiosk_enter, name="kpi.kiosk_enter"),
    *list_routes("kiosks/", kiosks.KIOSKS),
    path("kiosks/new", kiosks.issue, name="kpi.issue_kiosk"),
    *ledger_routes("targets/", TARGET_LEDGER),
    *list_routes("assessments/", assessments.SCHEMES),
    *list_routes("results/", assessments.RESULTS),
    path("assessments/new", assessments.draft, name="kpi.draft_scheme"),
    path("assessments/<int:pk>/", assessments.scheme, name="kpi.scheme"),
    path("assessments/<int:pk>/begin", assessments.begin_round, name="kpi.begin_round"),
    path("assessments/<int:pk>/do/<str:deed>", assessments.move_scheme, name="kpi.move_scheme"),
    path("rounds/<int:pk>/", assessments.round_page, name="kpi.round"),
    path("rounds/<int:pk>/points", assessments.give_points, name="kpi.give_points"),
    path("rounds/<int:pk>/do/<str:deed>", assessments.move_round, name="kpi.move_round"),
]
