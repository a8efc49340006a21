"""Passages, joined to the shell: menu, tones, search; each part has a function of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from luchang.kernel.ui import help as help_pages
from luchang.kernel.ui import menu, search, tones
from luchang.kernel.ui.tones import Tone


class PassagesConfig(AppConfig):
    name = "luchang.apps.passages"
    label = "passages"
    verbose_name = _("缉查布控")

    def ready(self) -> None:
        """Declare permissions; put pages, tones and finds into the shell."""
        help_pages.register(help_pages.HelpPage("passages", _("缉查布控"), 25))
        _register_cameras()


def _register_cameras() -> None:
    from luchang.apps.passages import selectors  # noqa: PLC0415 - once models are there
    from luchang.apps.passages.policies import SEE_CAMERAS  # noqa: PLC0415 - as above
    from luchang.apps.passages.states import CameraStatus  # noqa: PLC0415 - as above

    tones.register(
        "camera",
        CameraStatus,
        {
            CameraStatus.IN_USE: Tone.SUCCESS,
            CameraStatus.SUSPENDED: Tone.WARNING,
            CameraStatus.RETIRED: Tone.NEUTRAL,
        },
    )
    part, page = menu.Section.PASSAGES, menu.MenuItem
    menu.register(
        page(part, _("过车设备"), "passages.cameras", SEE_CAMERAS, "device-cctv", 80),
    )
    search.register(search.Source(_("过车设备"), selectors.find_cameras, SEE_CAMERAS, order=45))
