from django.apps import AppConfig


class ScreensConfig(AppConfig):
    name = "luchang.screens"
    label = "screens"
