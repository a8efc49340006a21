"""Reports, joined to the shell: menu, tones, and who may see their files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.records.attachments import registry
from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, tones
from luchang.kernel.ui.tones import Tone


class ReportsConfig(AppConfig):
    name = "luchang.apps.reports"
    label = "reports"
    verbose_name = _("工作报告")

    def ready(self) -> None:
        """Declare permissions; put pages and tones into the shell; open files to their readers."""
        help_pages.register(help_pages.HelpPage("reports", _("工作报告"), 80))
        _register_tones()
        _register_pages()
        _register_files()


def _register_tones() -> None:
    from luchang.apps.reports.states import ReportStatus  # noqa: PLC0415 - after the registry

    tones.register(
        "report",
        ReportStatus,
        {
            ReportStatus.DRAFT: Tone.INFO,
            ReportStatus.CHECKED: Tone.PRIMARY,
            ReportStatus.APPROVAL: Tone.WARNING,
            ReportStatus.ISSUED: Tone.SUCCESS,
            ReportStatus.SUPERSEDED: Tone.NEUTRAL,
            ReportStatus.WITHDRAWN: Tone.NEUTRAL,
        },
    )


def _register_pages() -> None:
    from luchang.apps.reports import policies  # noqa: PLC0415 - as above

    part, page = menu.Section.FIGURES, menu.MenuItem
    menu.register(
        page(
            part, _("工作报告"), "reports.reports", policies.SEE, "report", 50, None,
            ("reports.report", "reports.draft", "reports.edit"), "r",
        ),
        page(part, _("报告模板"), "reports.templates", policies.MANAGE, "template", 60),
        page(part, _("定期编制"), "reports.schedules", policies.MANAGE, "calendar-repeat", 70),
    )  # fmt: skip


def _register_files() -> None:
    from luchang.apps.reports import selectors  # noqa: PLC0415 - as above

    registry.register(
        "reports.report",
        may_see=selectors.may_see,
        may_attach=lambda actor, report_id: actor.is_system,
    )
