"""Addresses of the figures; included below `indicators/`."""

from luchang.apps.kpi.views.lists import UNITS
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    *list_routes("units/", UNITS),
]
