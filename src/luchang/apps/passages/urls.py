"""Addresses of cameras, enquiries, watch lists and counts; each part has a block of its own."""

from django.urls import URLPattern, path

from luchang.apps.passages.views import counts_congestion as counts
from luchang.apps.passages.views.counts_ledgers import JUNCTION_LEDGER, LINK_LEDGER
from luchang.apps.passages.views.counts_lists import LINK_TIMES, SCALES, TURN_COUNTS, VOLUMES
from luchang.apps.passages.views.devices import CAMERA_LEDGER
from luchang.apps.passages.views.erasures import ERASURE_LEDGER, REFUSALS
from luchang.apps.passages.views.secrets import secret
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns: list[URLPattern] = [
    # enquiries
    # watch
    # counts
    path("congestion/", counts.page, name="passages.congestion"),
    path("congestion/again", counts.again, name="passages.congestion_again"),
    path("congestion/export", counts.export, name="passages.congestion_export"),
    *list_routes("congestion/scales/", SCALES),
    path("congestion/scales/set", counts.set_scale, name="passages.set_scale"),
    path("links/suggest", counts.suggest, name="passages.suggest_links"),
    path("links/<int:pk>/day", counts.link_day, name="passages.link_day"),
    *list_routes("links/times/", LINK_TIMES),
    *ledger_routes("links/", LINK_LEDGER),
    path("junctions/<int:pk>/day", counts.turns_day, name="passages.turns_day"),
    *list_routes("junctions/turns/", TURN_COUNTS),
    *ledger_routes("junctions/", JUNCTION_LEDGER),
    *list_routes("volumes/", VOLUMES),
    # cameras, intake, erasures
    *list_routes("refusals/", REFUSALS),
    *ledger_routes("erasures/", ERASURE_LEDGER),
    path("cameras/<int:pk>/secret/", secret, name="passages.camera.secret"),
    *ledger_routes("cameras/", CAMERA_LEDGER),
]
