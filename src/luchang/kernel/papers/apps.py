"""Papers, joined to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu


class PapersConfig(AppConfig):
    name = "luchang.kernel.papers"
    label = "papers"

    def ready(self) -> None:
        """Declare the permission and the job; put the texts into the menu."""
        from luchang.kernel.papers import policies  # noqa: PLC0415 - once models are there

        help_pages.register(help_pages.HelpPage("papers", _("文书"), 90))
        menu.register(
            menu.MenuItem(
                menu.Section.FIGURES, _("文书模板"), "papers.texts", policies.MANAGE_TEXTS,
                "certificate", 65, None, ("papers.text", "papers.rewrite"),
            )
        )  # fmt: skip
