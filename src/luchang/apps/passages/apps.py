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
        _register_watches()


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


def _register_watches() -> None:
    from luchang.apps.passages import handlers, states  # noqa: PLC0415 - as above
    from luchang.apps.passages.policies import RECEIVE_ALARM, SEE_WATCHES  # noqa: PLC0415
    from luchang.apps.passages.selectors import watching  # noqa: PLC0415 - as above

    watch, receipt = states.WatchStatus, states.ReceiptStatus
    tones.register(
        "vehicle_watch",
        watch,
        {
            watch.PROPOSED: Tone.WARNING,
            watch.EMERGENCY: Tone.DANGER,
            watch.APPROVED: Tone.INFO,
            watch.ACTIVE: Tone.PRIMARY,
            watch.REJECTED: Tone.NEUTRAL,
            watch.EXPIRED: Tone.NEUTRAL,
            watch.LAPSED: Tone.NEUTRAL,
            watch.WITHDRAWN: Tone.NEUTRAL,
        },
    )
    tones.register(
        "alarm_receipt",
        receipt,
        {
            receipt.WAITING: Tone.DANGER,
            receipt.SIGNED: Tone.PRIMARY,
            receipt.ANSWERED: Tone.SUCCESS,
            receipt.CANCELLED: Tone.NEUTRAL,
        },
    )
    part, page = menu.Section.PASSAGES, menu.MenuItem
    menu.register(
        page(
            part, _("预警台"), "passages.alarm_desk", RECEIVE_ALARM, "bell", 10,
            count=watching.waiting_receipts,
        ),
        page(part, _("布控预警"), "passages.receipts", RECEIVE_ALARM, "list-check", 12),
        page(part, _("布控"), "passages.watches", SEE_WATCHES, "target", 14),
    )  # fmt: skip
    search.register(search.Source(_("布控"), watching.find_watches, SEE_WATCHES, order=46))
    handlers.subscribe()
