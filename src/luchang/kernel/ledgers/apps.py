from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "luchang.kernel.ledgers"
    label = "ledgers"
