from django.apps import AppConfig


class ForceConfig(AppConfig):
    name = "luchang.apps.force"
    label = "force"
