"""Addresses of the texts of papers; included below `papers/`."""

from django.urls import path

from luchang.kernel.lists.urls import list_routes
from luchang.kernel.papers import views
from luchang.kernel.papers.lists import TEXTS

urlpatterns = [
    *list_routes("texts/", TEXTS),
    path("texts/<int:pk>/", views.text, name="papers.text"),
    path("texts/<int:pk>/rewrite", views.rewrite, name="papers.rewrite"),
    path("texts/<int:pk>/restore", views.restore, name="papers.restore"),
]
