"""Addresses of cameras, enquiries, watch lists and counts; each part has a block of its own."""

from django.urls import URLPattern, path

from luchang.apps.passages.views import watch_desk
from luchang.apps.passages.views.devices import CAMERA_LEDGER
from luchang.apps.passages.views.erasures import ERASURE_LEDGER, REFUSALS
from luchang.apps.passages.views.secrets import secret
from luchang.apps.passages.views.watch_ledgers import RECEIPT_LEDGER, WATCH_LEDGER
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns: list[URLPattern] = [
    # enquiries
    # watch
    *ledger_routes("watches/", WATCH_LEDGER),
    path("alarms/desk", watch_desk.desk, name="passages.alarm_desk"),
    path("alarms/desk/cards", watch_desk.cards, name="passages.alarm_cards"),
    *ledger_routes("alarms/", RECEIPT_LEDGER),
    # counts
    # cameras, intake, erasures
    *list_routes("refusals/", REFUSALS),
    *ledger_routes("erasures/", ERASURE_LEDGER),
    path("cameras/<int:pk>/secret/", secret, name="passages.camera.secret"),
    *ledger_routes("cameras/", CAMERA_LEDGER),
]
