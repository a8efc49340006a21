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
        _register_watches()
        _register_counts()
        _register_clones()
        _register_sections()


def _register_cameras() -> None:
    from luchang.apps.passages import selectors  # noqa: PLC0415 - once models are there
    from luchang.apps.passages.policies import (  # noqa: PLC0415 - as above
        ERASE_VEHICLE,
        MANAGE_CAMERA,
        SEE_CAMERAS,
        SHARE,
    )
    from luchang.apps.passages.states import (  # noqa: PLC0415 - as above
        CameraStatus,
        ErasureStatus,
        SubscriptionStatus,
    )

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
    tones.register(
        "passage_subscription",
        SubscriptionStatus,
        {
            SubscriptionStatus.ASKED: Tone.WARNING,
            SubscriptionStatus.ACTIVE: Tone.SUCCESS,
            SubscriptionStatus.DENIED: Tone.NEUTRAL,
            SubscriptionStatus.CANCELLED: Tone.NEUTRAL,
            SubscriptionStatus.ENDED: Tone.NEUTRAL,
            SubscriptionStatus.EXPIRED: Tone.NEUTRAL,
        },
    )
    part, page = menu.Section.PASSAGES, menu.MenuItem
    menu.register(
        page(part, _("过车设备"), "passages.cameras", SEE_CAMERAS, "device-cctv", 80),
        page(part, _("拒收记录"), "passages.refusals", MANAGE_CAMERA, "ban", 81),
        page(part, _("过车订阅"), "passages.subscriptions", SHARE, "arrows-exchange", 85),
        page(part, _("过车记录删除"), "passages.erasures", ERASE_VEHICLE, "trash", 90),
    )
    search.register(search.Source(_("过车设备"), selectors.find_cameras, SEE_CAMERAS, order=45))


def _register_enquiries() -> None:
    from luchang.apps.passages.policies import SEARCH  # noqa: PLC0415 - once models are there
    from luchang.kernel.identity.policies import SEE_AUDIT  # noqa: PLC0415 - as above
    from luchang.kernel.ledgers.specs import Part, add_part  # noqa: PLC0415 - as above

    asked = (
        "track", "companions", "presence", "newcomers", "stays", "section_speed", "enquiry",
    )  # fmt: skip
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
            watch.PROLONGING: Tone.WARNING,
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


def _register_clones() -> None:
    from luchang.apps.passages.policies import SEE_CLONES  # noqa: PLC0415 - once models are there
    from luchang.apps.passages.selectors import clones  # noqa: PLC0415 - as above
    from luchang.apps.passages.states.clones import CloneStatus  # noqa: PLC0415 - as above

    tones.register(
        "clone_suspect",
        CloneStatus,
        {
            CloneStatus.SUSPECTED: Tone.WARNING,
            CloneStatus.CONFIRMED: Tone.DANGER,
            CloneStatus.EXPLAINED: Tone.SUCCESS,
            CloneStatus.FADED: Tone.NEUTRAL,
        },
    )
    menu.register(
        menu.MenuItem(
            menu.Section.PASSAGES, _("套牌嫌疑"), "passages.clones", SEE_CLONES, "copy", 30,
            count=clones.waiting_suspects, within=("passages.left_out",),
        ),
    )  # fmt: skip
    search.register(search.Source(_("套牌嫌疑"), clones.find_suspects, SEE_CLONES, order=47))


def _register_sections() -> None:
    from luchang.apps.passages.policies import SEE_SECTIONS  # noqa: PLC0415 - once models are there
    from luchang.apps.passages.selectors import sections  # noqa: PLC0415 - as above
    from luchang.apps.passages.states.sections import SectionStatus  # noqa: PLC0415 - as above

    tones.register(
        "certified_section",
        SectionStatus,
        {
            SectionStatus.PROPOSED: Tone.WARNING,
            SectionStatus.CONFIRMED: Tone.SUCCESS,
            SectionStatus.REJECTED: Tone.NEUTRAL,
            SectionStatus.RETIRED: Tone.NEUTRAL,
        },
    )
    menu.register(
        menu.MenuItem(
            menu.Section.PASSAGES, _("测速区间"), "passages.sections", SEE_SECTIONS,
            "gauge", 65,
        ),
    )  # fmt: skip
    search.register(search.Source(_("测速区间"), sections.find_sections, SEE_SECTIONS, order=48))
