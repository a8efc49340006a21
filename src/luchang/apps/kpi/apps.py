from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, tones
from luchang.kernel.ui.tones import Tone


class KpiConfig(AppConfig):
    name = "luchang.apps.kpi"
    label = "kpi"
    verbose_name = _("指标")

    def ready(self) -> None:
        """Permissions, pages and tones are known once their modules are read."""
        from luchang.apps.kpi import kpis, policies, states  # noqa: F401, PLC0415 - once models are there

        help_pages.register(help_pages.HelpPage("kpi", _("指标"), 70))
        scheme, judged = states.SchemeStatus, states.RoundStatus
        tones.register(
            "scheme",
            scheme,
            {
                scheme.DRAFT: Tone.INFO,
                scheme.IN_FORCE: Tone.SUCCESS,
                scheme.RETIRED: Tone.NEUTRAL,
            },
        )
        tones.register(
            "round",
            judged,
            {
                judged.OPEN: Tone.PRIMARY,
                judged.PROPOSED: Tone.WARNING,
                judged.FROZEN: Tone.SUCCESS,
                judged.DROPPED: Tone.NEUTRAL,
            },
        )
        figures, page = menu.Section.FIGURES, menu.MenuItem
        see, judge = policies.SEE_FIGURES, policies.MANAGE_ASSESSMENTS
        menu.register(
            page(figures, _("驾驶舱"), "kpi.cockpit", see, "gauge", 10, key="c"),
            page(figures, _("指标目录"), "kpi.catalogue", see, "chart-bar", 20, key="n"),
            page(figures, _("指挥大屏"), "kpi.wall", see, "device-desktop-analytics", 30),
            page(figures, _("指标目标"), "kpi.targets", see, "target", 50),
            page(figures, _("考核结果"), "kpi.results", see, "trophy", 60),
            page(figures, _("考核方案"), "kpi.schemes", judge, "list-check", 70),
            page(figures, _("大屏令牌"), "kpi.kiosks", policies.MANAGE_KIOSKS, "key", 80),
        )
