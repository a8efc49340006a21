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
        _register_counts()


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


def _register_counts() -> None:
    from luchang.apps.passages import kpis  # noqa: F401, PLC0415 - once models are there
    from luchang.apps.passages.policies import SEE_COUNTS  # noqa: PLC0415 - as above
    from luchang.apps.passages.selectors import volumes  # noqa: PLC0415 - as above
    from luchang.apps.passages.states import (  # noqa: PLC0415 - as above
        CongestionLevel,
        CountQuality,
        LinkStatus,
    )

    link, quality, level = LinkStatus, CountQuality, CongestionLevel
    tones.register(
        "passage_link",
        link,
        {
            link.SUGGESTED: Tone.WARNING,
            link.CONFIRMED: Tone.SUCCESS,
            link.REJECTED: Tone.NEUTRAL,
            link.RETIRED: Tone.NEUTRAL,
        },
    )
    tones.register(
        "passage_count",
        quality,
        {
            quality.MEASURED: Tone.SUCCESS,
            quality.SCALED: Tone.PRIMARY,
            quality.ESTIMATED: Tone.INFO,
            quality.MISSING: Tone.DANGER,
        },
    )
    tones.register(
        "congestion",
        level,
        {
            level.FREE: Tone.SUCCESS,
            level.SMOOTH: Tone.INFO,
            level.SLIGHT: Tone.WARNING,
            level.MODERATE: Tone.DANGER,
            level.SEVERE: Tone.DANGER,
            level.UNKNOWN: Tone.NEUTRAL,
        },
    )
    part, page = menu.Section.PASSAGES, menu.MenuItem
    menu.register(
        page(part, _("路况"), "passages.congestion", SEE_COUNTS, "route", 60),
        page(part, _("断面流量"), "passages.volumes", SEE_COUNTS, "chart-bar", 61),
        page(part, _("流量路口"), "passages.junctions", SEE_COUNTS, "arrows-exchange", 62),
        page(part, _("路段"), "passages.links", SEE_COUNTS, "chart-line", 63),
    )
    search.register(search.Source(_("路段"), volumes.find_links, SEE_COUNTS, order=46))
