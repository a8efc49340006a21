from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "luchang.kernel.jobs"
    label = "jobs"
