"""Pages that span domains; included at the root."""

from django.urls import path

from luchang.screens import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("search", views.search, name="search"),
    path("settings", views.settings_page, name="settings"),
    path("settings/display", views.display, name="display"),
    path("styleguide", views.style_guide, name="style_guide"),
    path("styleguide/<str:frame>", views.style_guide_frame, name="style_guide_frame"),
]
