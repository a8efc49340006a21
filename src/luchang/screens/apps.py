from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu


class ScreensConfig(AppConfig):
    name = "luchang.screens"
    label = "screens"

    def ready(self) -> None:
        from luchang.kernel.identity.policies import SEE_AUDIT  # noqa: PLC0415 - models are ready
        from luchang.screens.administration.menu import (  # noqa: PLC0415 - models are ready now
            add_to_menu,
        )

        add_to_menu()
        help_pages.register(
            help_pages.HelpPage(
                help_pages.PLATFORM,
                _("工作台与通用操作"),
                0,
                ("workbench", "todos", "notices", "jobs", "settings"),
            )
        )
        help_pages.register(
            help_pages.HelpPage(
                "administration",
                _("系统管理"),
                95,
                ("administration", "records", "audit", "audit_seals", "audit_trail"),
            )
        )
        menu.register(
            menu.MenuItem(
                section=menu.Section.WORK,
                title=_("工作台"),
                url_name="workbench",
                icon="layout-dashboard",
                order=10,
                key="w",
            ),
            menu.MenuItem(
                section=menu.Section.PLATFORM,
                title=_("审计日志"),
                url_name="audit.entries",
                permission=SEE_AUDIT,
                icon="history",
                order=80,
                within=("audit",),
            ),
        )
        from luchang.screens import panels  # noqa: PLC0415 - models are ready now

        panels.register()
