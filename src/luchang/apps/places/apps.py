from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "luchang.apps.places"
    label = "places"
