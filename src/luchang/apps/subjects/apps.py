"""Key subjects, joined to the shell: menu, palette, tones."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, search, tones
from luchang.kernel.ui.tones import Tone


class SubjectsConfig(AppConfig):
    name = "luchang.apps.subjects"
    label = "subjects"
    verbose_name = _("重点对象")

    def ready(self) -> None:
        """Declare permissions and indicators; put pages, tones and finds into the shell."""
        from luchang.apps.subjects import kpis  # noqa: F401, PLC0415 - once models are there

        help_pages.register(help_pages.HelpPage("subjects", _("重点对象"), 50))
        _register_tones()
        _register_pages()
        _register_finds()


def _register_tones() -> None:
    from luchang.apps.subjects import states  # noqa: PLC0415 - as above

    enterprise, source, vehicle = (
        states.EnterpriseStatus,
        states.SourceStatus,
        states.VehicleStatus,
    )
    over = Tone.NEUTRAL
    tones.register(
        "enterprise",
        enterprise,
        {enterprise.ACTIVE: Tone.SUCCESS, enterprise.CLOSED: over, enterprise.MERGED: over},
    )
    tones.register(
        "freight_source",
        source,
        {
            source.REGISTERED: Tone.INFO,
            source.LISTED: Tone.DANGER,
            source.RECTIFIED: Tone.SUCCESS,
            source.CLOSED: over,
            source.MERGED: over,
        },
    )
    tones.register(
        "key_vehicle",
        vehicle,
        {
            vehicle.ACTIVE: Tone.SUCCESS,
            vehicle.SCRAPPED: over,
            vehicle.ELIMINATED: over,
            vehicle.TRANSFERRED: Tone.INFO,
            vehicle.MERGED: over,
        },
    )
    driver, duty, device = states.DriverStatus, states.DutyStatus, states.DeviceState
    tones.register(
        "key_driver",
        driver,
        {driver.ACTIVE: Tone.SUCCESS, driver.LEFT: over, driver.MERGED: over},
    )
    tones.register(
        "duty",
        duty,
        {
            duty.OPEN: Tone.WARNING,
            duty.MET: Tone.SUCCESS,
            duty.MISSED: Tone.DANGER,
            duty.WITHDRAWN: over,
        },
    )
    tones.register(
        "device",
        device,
        {device.WORKING: Tone.SUCCESS, device.FAULTY: Tone.DANGER, device.REMOVED: over},
    )


def _register_pages() -> None:
    from luchang.apps.subjects.policies import SEE  # noqa: PLC0415 - as above

    section, page = menu.Section.SUBJECTS, menu.MenuItem
    menu.register(
        page(section, _("重点企业"), "subjects.enterprises", SEE, "building", 10),
        page(section, _("重点车辆"), "subjects.vehicles", SEE, "truck", 20),
        page(section, _("重点驾驶人"), "subjects.drivers", SEE, "id", 30),
        page(section, _("货运源头"), "subjects.sources", SEE, "building-factory", 40),
        page(section, _("归类规则"), "subjects.group_rules", SEE, "category", 80),
        page(section, _("到期事项"), "subjects.duties", SEE, "calendar-due", 50),
        page(section, _("淘汰报废车辆"), "subjects.eliminations", SEE, "trash-x", 60),
        page(section, _("驾驶证处理决定"), "subjects.licence_acts", SEE, "id-off", 70),
    )


def _register_finds() -> None:
    from luchang.apps.subjects import selectors  # noqa: PLC0415 - as above
    from luchang.apps.subjects.policies import SEE  # noqa: PLC0415 - as above

    for order, (title, find) in enumerate(
        (
            (_("重点企业"), selectors.find_enterprises),
            (_("重点车辆"), selectors.find_vehicles),
            (_("重点驾驶人"), selectors.find_drivers),
            (_("货运源头"), selectors.find_sources),
        ),
        start=50,
    ):
        search.register(search.Source(title, find, SEE, order=order))
