"""Signals, joined to the shell: menu, tones, search, parts on other pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, search, tones
from luchang.kernel.ui.tones import Tone


class SignalsConfig(AppConfig):
    name = "luchang.apps.signals"
    label = "signals"
    verbose_name = _("信号配时")

    def ready(self) -> None:
        """Declare permissions and indicators; put pages, tones and finds into the shell."""
        from luchang.apps.signals import kpis, selectors, states  # noqa: F401, PLC0415
        from luchang.apps.signals.policies import SEE  # noqa: PLC0415 - once models are there

        help_pages.register(help_pages.HelpPage("signals", _("信号配时"), 35))
        study, work, quality = states.StudyStatus, states.WorkStatus, states.Quality
        tones.register(
            "signal_study",
            study,
            {
                study.OPEN: Tone.WARNING,
                study.COUNTED: Tone.INFO,
                study.COMPUTED: Tone.INFO,
                study.PROVEN: Tone.WARNING,
                study.APPROVED: Tone.PRIMARY,
                study.SCHEDULED: Tone.PRIMARY,
                study.IN_FORCE: Tone.PRIMARY,
                study.COMPARED: Tone.WARNING,
                study.ACCEPTED: Tone.SUCCESS,
                study.REJECTED: Tone.DANGER,
                study.CANCELLED: Tone.NEUTRAL,
            },
        )
        tones.register(
            "signal_work",
            work,
            {
                work.PLANNED: Tone.PRIMARY,
                work.BUILT: Tone.WARNING,
                work.ACCEPTED: Tone.SUCCESS,
                work.CANCELLED: Tone.NEUTRAL,
            },
        )
        tones.register(
            "signal_count",
            quality,
            {
                quality.GOOD: Tone.SUCCESS,
                quality.ESTIMATED: Tone.INFO,
                quality.DOUBTFUL: Tone.WARNING,
                quality.MISSING: Tone.DANGER,
            },
        )
        held = states.InterventionStatus
        tones.register(
            "signal_intervention",
            held,
            {
                held.ASKED: Tone.WARNING,
                held.SIGNED: Tone.PRIMARY,
                held.RUNNING: Tone.DANGER,
                held.ENDED: Tone.SUCCESS,
                held.FAILED: Tone.DANGER,
                held.REFUSED: Tone.NEUTRAL,
                held.WITHDRAWN: Tone.NEUTRAL,
            },
        )
        roads, page = menu.Section.ROADS, menu.MenuItem
        menu.register(
            page(roads, _("信号路口"), "signals.junctions", SEE, "traffic-lights", 50),
            page(roads, _("配时工单"), "signals.studies", SEE, "clock-hour-4", 51),
            page(roads, _("干线与时段方案"), "signals.schemes", SEE, "chart-line", 51),
            page(roads, _("路口流量"), "signals.count_sets", SEE, "chart-bar", 52),
            page(roads, _("路口改造"), "signals.works", SEE, "arrows-exchange", 53),
            page(roads, _("信号监视"), "signals.live", SEE, "device-desktop", 54),
            page(roads, _("人工干预"), "signals.interventions", SEE, "adjustments", 55),
        )
        search.register(search.Source(_("信号路口"), selectors.find_junctions, SEE, order=41))
