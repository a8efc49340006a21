from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "luchang.kernel.papers"
    label = "papers"
