from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "luchang.kernel.live"
    label = "live"
