from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "luchang.apps.dispatch"
    label = "dispatch"
