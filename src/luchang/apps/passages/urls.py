"""Addresses of cameras, enquiries, watch lists and counts; each part has a block of its own."""

from django.urls import URLPattern, path

from luchang.apps.passages.views.devices import CAMERA_LEDGER
from luchang.apps.passages.views.enquiries import pages as enquiries
from luchang.apps.passages.views.enquiries.lists import AUDITED_ENQUIRIES, ENQUIRIES
from luchang.apps.passages.views.erasures import ERASURE_LEDGER, REFUSALS
from luchang.apps.passages.views.secrets import secret
from luchang.kernel.ledgers.urls import ledger_routes
from luchang.kernel.lists.urls import list_routes

urlpatterns: list[URLPattern] = [
    # enquiries
    path("search", enquiries.search, name="passages.search"),
    path("track", enquiries.track, name="passages.track"),
    path("companions", enquiries.companions, name="passages.companions"),
    path("presence", enquiries.presence, name="passages.presence"),
    path("newcomers", enquiries.newcomers, name="passages.newcomers"),
    path("stays", enquiries.stays, name="passages.stays"),
    *list_routes("enquiries/", ENQUIRIES),
    *list_routes("audited-enquiries/", AUDITED_ENQUIRIES),
    path("enquiries/<int:pk>/", enquiries.enquiry, name="passages.enquiry"),
    path("enquiries/<int:pk>/file", enquiries.enquiry_file, name="passages.enquiry_file"),
    # watch
    # counts
    # cameras, intake, erasures
    *list_routes("refusals/", REFUSALS),
    *ledger_routes("erasures/", ERASURE_LEDGER),
    path("cameras/<int:pk>/secret/", secret, name="passages.camera.secret"),
    *ledger_routes("cameras/", CAMERA_LEDGER),
]
