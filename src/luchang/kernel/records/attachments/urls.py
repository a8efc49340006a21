"""Addresses of attachments."""

from django.urls import path

from luchang.kernel.records.attachments import views

app_name = "attachments"
urlpatterns = [
    path("of/<str:subject>/<int:subject_id>", views.listing, name="listing"),
    path("of/<str:subject>/<int:subject_id>/add", views.upload, name="upload"),
    path("<uuid:key>", views.download, name="download"),
    path("<uuid:key>/picture", views.picture, name="picture"),
    path("<uuid:key>/thumbnail", views.thumbnail, name="thumbnail"),
]
