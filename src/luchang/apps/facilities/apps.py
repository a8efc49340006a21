"""Facilities, joined to the shell: menu, tones, search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, search, tones
from luchang.kernel.ui.tones import Tone


class FacilitiesConfig(AppConfig):
    name = "luchang.apps.facilities"
    label = "facilities"
    verbose_name = _("交通设施")

    def ready(self) -> None:
        """Declare permissions and indicators; put pages, tones and finds into the shell."""
        from luchang.apps.facilities import kpis, selectors, states  # noqa: F401, PLC0415
        from luchang.apps.facilities.policies import SEE  # noqa: PLC0415 - once models are there

        help_pages.register(help_pages.HelpPage("facilities", _("交通设施"), 30))
        facility, order = states.FacilityStatus, states.OrderStatus
        tones.register(
            "facility",
            facility,
            {
                facility.PLANNED: Tone.INFO,
                facility.IN_USE: Tone.SUCCESS,
                facility.FAULTY: Tone.DANGER,
                facility.REMOVED: Tone.NEUTRAL,
            },
        )
        tones.register(
            "facility_order",
            order,
            {
                order.REPORTED: Tone.WARNING,
                order.ORDERED: Tone.PRIMARY,
                order.FINISHED: Tone.WARNING,
                order.ACCEPTED: Tone.SUCCESS,
                order.CANCELLED: Tone.NEUTRAL,
            },
        )
        roads, page = menu.Section.ROADS, menu.MenuItem
        menu.register(
            page(roads, _("交通设施"), "facilities.facilities", SEE, "traffic-lights", 60),
            page(roads, _("设施地图"), "facilities.facilities.map", SEE, "map", 60),
            page(roads, _("设施工单"), "facilities.orders", SEE, "tools", 61),
            page(roads, _("设施材料"), "facilities.materials", SEE, "packages", 62),
        )
        search.register(search.Source(_("交通设施"), selectors.find_facilities, SEE, order=40))
