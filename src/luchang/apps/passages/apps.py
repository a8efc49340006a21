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
    from luchang.apps.passages.policies import (  # noqa: PLC0415 - as above
        ERASE_VEHICLE,
        MANAGE_CAMERA,
        SEE_CAMERAS,
    )
    from luchang.apps.passages.states import CameraStatus, ErasureStatus  # noqa: PLC0415 - as above

    tones.register(
        "camera",
        CameraStatus,
        {
            CameraStatus.IN_USE: Tone.SUCCESS,
            CameraStatus.SUSPENDED: Tone.WARNING,
            CameraStatus.RETIRED: Tone.NEUTRAL,
        },
    )
    tones.register(
        "erasure",
        ErasureStatus,
        {
            ErasureStatus.PROPOSED: Tone.WARNING,
            ErasureStatus.APPROVED: Tone.PRIMARY,
            ErasureStatus.DONE: Tone.SUCCESS,
            ErasureStatus.DENIED: Tone.NEUTRAL,
            ErasureStatus.WITHDRAWN: Tone.NEUTRAL,
        },
    )
    part, page = menu.Section.PASSAGES, menu.MenuItem
    menu.register(
        page(part, _("过车设备"), "passages.cameras", SEE_CAMERAS, "device-cctv", 80),
        page(part, _("拒收记录"), "passages.refusals", MANAGE_CAMERA, "ban", 81),
        page(part, _("过车记录删除"), "passages.erasures", ERASE_VEHICLE, "trash", 90),
    )
    search.register(search.Source(_("过车设备"), selectors.find_cameras, SEE_CAMERAS, order=45))
