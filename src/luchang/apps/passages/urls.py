"""Addresses of cameras, enquiries, watch lists and counts; each part has a block of its own."""

from django.urls import URLPattern

from luchang.apps.passages.views.devices import CAMERA_LEDGER
from luchang.kernel.ledgers.urls import ledger_routes

urlpatterns: list[URLPattern] = [
    # enquiries
    # watch
    # counts
    # cameras
    *ledger_routes("cameras/", CAMERA_LEDGER),
]
