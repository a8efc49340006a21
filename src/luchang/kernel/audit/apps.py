from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "luchang.kernel.audit"
    label = "audit"
