"""Risk lists and their instruments, joined to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskConfig(AppConfig):
    name = "luchang.apps.risk"
    label = "risk"
    verbose_name = _("隐患治理")

    def ready(self) -> None:
        """Declare permissions; put pages and tones into the shell."""
        from luchang.apps.risk import policies  # noqa: F401, PLC0415 - once models are there
