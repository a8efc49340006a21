"""Addresses of risk; included below `risk/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
