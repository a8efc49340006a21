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
        _register_enquiries()


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


def _register_enquiries() -> None:
    from luchang.apps.passages.policies import SEARCH  # noqa: PLC0415 - once models are there
    from luchang.kernel.identity.policies import SEE_AUDIT  # noqa: PLC0415 - as above
    from luchang.kernel.ledgers.specs import Part, add_part  # noqa: PLC0415 - as above

    asked = ("track", "companions", "presence", "newcomers", "stays", "enquiry")
    within = tuple(f"passages.{name}" for name in asked)
    menu.register(
        menu.MenuItem(
            menu.Section.PASSAGES,
            _("过车查询"),
            "passages.search",
            SEARCH,
            "search",
            10,
            within=within,
        ),
        menu.MenuItem(
            menu.Section.PASSAGES, _("我的过车查询"), "passages.enquiries", SEARCH, "history", 20
        ),
        menu.MenuItem(
            menu.Section.PLATFORM,
            _("过车查询审计"),
            "passages.audited_enquiries",
            SEE_AUDIT,
            "list-search",
            62,
        ),
    )
    add_part(
        "subjects.vehicle",
        Part(
            template="passages/_key_vehicle.html",
            values=lambda row, by, _at: {"pk": row.pk} if by.may(SEARCH) else None,
            order=60,
        ),
    )
