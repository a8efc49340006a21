from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "luchang.apps.places"
    label = "places"
    verbose_name = _("地点与路网")

    def ready(self) -> None:
        """Declare permissions and indicators, and put the pages into the menu and the search."""
        from luchang.apps.places import kpis, policies  # noqa: F401, PLC0415 - once models are there
        from luchang.apps.places.selectors.palette import find_places  # noqa: PLC0415
        from luchang.kernel.ui import help as help_pages  # noqa: PLC0415
        from luchang.kernel.ui import menu, search  # noqa: PLC0415

        help_pages.register(help_pages.HelpPage("places", _("地点与路网"), 20))
        roads, pages = menu.Section.ROADS, menu.MenuItem
        menu.register(
            pages(roads, _("地点"), "places.places", policies.SEE_PLACES, "map-pin", 10),
            pages(
                roads, _("道路封闭"), "places.closures", policies.SEE_PLACES, "barrier-block", 20
            ),
            pages(roads, _("路口"), "places.junctions", policies.SEE_PLACES, "traffic-lights", 30),
            pages(roads, _("摄像机与卡口"), "places.cameras", policies.SEE_PLACES, "camera", 40),
            pages(roads, _("行政区划"), "places.divisions", policies.SEE_PLACES, "map", 50),
            pages(roads, _("路网版本"), "places.networks", policies.IMPORT_MAPS, "route", 60),
        )
        search.register(search.Source(_("地点"), find_places, policies.SEE_PLACES, order=40))
