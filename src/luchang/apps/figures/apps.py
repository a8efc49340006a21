"""Figures of reports, joined to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FiguresConfig(AppConfig):
    name = "luchang.apps.figures"
    label = "figures"
    verbose_name = _("报告数字")
