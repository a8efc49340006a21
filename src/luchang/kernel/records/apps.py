from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "luchang.kernel.records"
    label = "records"
