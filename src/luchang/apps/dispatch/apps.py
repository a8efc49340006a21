from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "luchang.apps.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        """Permissions are known once their module is read."""
        from luchang.apps.dispatch import policies  # noqa: F401, PLC0415
