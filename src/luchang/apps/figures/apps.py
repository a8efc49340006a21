"""Figures of reports, joined to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, tones
from luchang.kernel.ui.tones import Tone


class FiguresConfig(AppConfig):
    name = "luchang.apps.figures"
    label = "figures"
    verbose_name = _("报告数字")

    def ready(self) -> None:
        """Declare permissions; put pages and tones into the shell."""
        from luchang.apps.figures.policies import (  # noqa: PLC0415 - once models are there
            CHECK_REPORTS,
            SEE_REPORTED,
        )
        from luchang.apps.figures.states import FigureStatus  # noqa: PLC0415 - as above

        help_pages.register(help_pages.HelpPage("figures", _("报告检查"), 85))
        tones.register(
            "reported_figure",
            FigureStatus,
            {
                FigureStatus.AS_PRINTED: Tone.NEUTRAL,
                FigureStatus.CORRECTED: Tone.SUCCESS,
                FigureStatus.DISPUTED: Tone.DANGER,
            },
        )
        figures, page = menu.Section.FIGURES, menu.MenuItem
        menu.register(
            page(
                figures,
                _("检查报告"),
                "figures.check",
                CHECK_REPORTS,
                icon="file-search",
                order=60,
            ),
            page(
                figures, _("报告检查"), "figures.documents", SEE_REPORTED, icon="files", order=61
            ),
            page(
                figures, _("报告数字"), "figures.reported", SEE_REPORTED, icon="numbers", order=62
            ),
        )
