from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "luchang.kernel.audit"
    label = "audit"

    def ready(self) -> None:
        from luchang.kernel.audit import joining  # noqa: PLC0415 - models are ready now

        joining.join()
