"""Key subjects, joined to the shell: menu, palette, tones, files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubjectsConfig(AppConfig):
    name = "luchang.apps.subjects"
    label = "subjects"
    verbose_name = _("重点对象")
