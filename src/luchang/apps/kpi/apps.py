from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpiConfig(AppConfig):
    name = "luchang.apps.kpi"
    label = "kpi"
    verbose_name = _("指标")

    def ready(self) -> None:
        """Permissions are known once their modules are read."""
        from luchang.apps.kpi import policies  # noqa: F401, PLC0415 - once models are there
