from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import menu


class ScreensConfig(AppConfig):
    name = "luchang.screens"
    label = "screens"

    def ready(self) -> None:
        menu.register(
            menu.MenuItem(
                section=menu.Section.WORK,
                title=_("工作台"),
                url_name="workbench",
                icon="layout-dashboard",
                order=10,
                key="w",
            )
        )
