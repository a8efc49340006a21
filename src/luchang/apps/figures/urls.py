"""Addresses of reported figures; included below `figures/`."""

from django.urls import path

from luchang.apps.figures.views import pages
from luchang.apps.figures.views.lists import DOCUMENTS, REPORTED
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    path("check/", pages.check, name="figures.check"),
    *list_routes("documents/", DOCUMENTS),
    path("documents/<int:pk>/", pages.document, name="figures.document"),
    path("documents/<int:pk>/checked.<str:kind>", pages.output, name="figures.output"),
    *list_routes("reported/", REPORTED),
    path("reported/<int:pk>/", pages.figure, name="figures.figure"),
    path("reported/<int:pk>/judge", pages.judge, name="figures.judge"),
]
