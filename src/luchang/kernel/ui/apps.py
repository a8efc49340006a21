from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "luchang.kernel.ui"
    label = "ui"
