"""Addresses of the places; included below `places/`."""

from django.urls import path

from luchang.apps.places.views import maps, pages
from luchang.apps.places.views.lists import (
    CAMERAS,
    CLOSURES,
    JUNCTIONS,
    NETWORKS,
    PLACES,
    STREETS,
)
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    path("tiles/<str:name>", maps.tiles, name="places.tiles"),
    path("search", maps.search, name="places.search"),
    path("description", maps.description, name="places.description"),
    path("divisions/", pages.divisions, name="places.divisions"),
    path("divisions/<str:code>/", pages.divisions, name="places.division"),
    *list_routes("junctions/", JUNCTIONS),
    *list_routes("streets/", STREETS),
    *list_routes("cameras/", CAMERAS),
    *list_routes("networks/", NETWORKS),
    path("networks/<int:pk>/", pages.network, name="places.network"),
    path("networks/<int:pk>/activate", pages.activate, name="places.activate_network"),
    *list_routes("closures/", CLOSURES),
    path("closures/new", pages.new_closure, name="places.new_closure"),
    path("closures/<int:pk>/", pages.closure, name="places.closure"),
    path("closures/<int:pk>/lift", pages.lift, name="places.lift_closure"),
    *list_routes("", PLACES),
    path("new", pages.new_place, name="places.new_place"),
    path("<int:pk>/", pages.place, name="places.place"),
    path("<int:pk>/change", pages.change_place, name="places.change_place"),
]
