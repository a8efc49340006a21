"""Drives above the limit of a section, as their page and their file show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from luchang.apps.passages.selectors import measuring, searching
from luchang.apps.passages.states import SeenColour, plate_type_label
from luchang.apps.passages.views.enquiries.answers import paint_of, picture_page
from luchang.kernel.clock import local

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from luchang.apps.passages.selectors.measuring import Drive, Sight, Yield
    from luchang.apps.passages.views.enquiries.answers import Looking
    from luchang.kernel.lists.columns import Exported


def answer(looking: Looking) -> dict[str, Any]:
    """A page of drives, and what each section yielded on the days asked about.

    Raises:
        EnquiryRefused: no section within reach, or a damaged store.
    """
    found = measuring.measured_of(looking.asked, looking.actor)
    page = int(looking.at) if looking.at.isdecimal() and len(looking.at) < 6 else 1  # noqa: PLR2004 - a page's number
    begins = (max(page, 1) - 1) * searching.PAGE
    shown = found.drives[begins : begins + searching.PAGE]
    has_more = begins + searching.PAGE < min(len(found.drives), searching.MOST_LISTED)
    return {
        "rows": [_row(one, looking) for one in shown],
        "sections": [_section(one) for one in found.yields],
        "doubtful_kmh": measuring.DOUBTFUL_KMH,
        "over_percent": looking.asked.over_percent,
        "page_number": max(page, 1),
        "begins": begins + 1,
        "ends": begins + len(shown),
        "previous": str(page - 1) if page > 1 else None,
        "following": str(max(page, 1) + 1) if has_more else None,
        "most": searching.MOST_LISTED,
    }


def _row(one: Drive, looking: Looking) -> dict[str, Any]:
    return {
        "plate": looking.plate(one.plate),
        "plate_type": plate_type_label(one.plate_type),
        "paint": paint_of(SeenColour.UNKNOWN, one.plate_type),
        "vehicle": one.vehicle,
        "group": one.group.label,
        "section": one.section,
        "href": reverse("passages.section", args=[one.section.pk]),
        "entered": _end(one.entered, looking),
        "left": _end(one.left, looking),
        "took_s": one.took_s,
        "speed_kmh": one.speed_kmh,
        "limit_kmh": one.limit_kmh,
        "over": one.over_percent,
        "is_doubtful": one.is_doubtful,
    }


def _end(one: Sight, looking: Looking) -> dict[str, Any]:
    return {
        "at": one.at,
        "camera": one.camera,
        "lane": one.lane or None,
        "picture": picture_page(looking, one.camera.number, one.at_ms, one.image),
    }


def _section(one: Yield) -> dict[str, Any]:
    row = one.section
    return {
        "section": row,
        "href": reverse("passages.section", args=[row.pk]),
        "measured": len(one.measured),
        "uncertified": _spans(one.uncertified),
        "wrong_clock": _spans(one.wrong_clock),
        "clock_detail": one.clock_detail,
        "lacks_marks": row.published_on is None or not row.has_sign,
    }


def _spans(days: Sequence[date]) -> str:
    """Days in words, the first few of them."""
    few = 7
    return "、".join(f"{day:%m-%d}" for day in days[:few]) + ("…" if len(days) > few else "")


def lines(looking: Looking) -> tuple[Sequence[str], list[Sequence[Exported]]]:
    """Titles and rows of the file.

    Raises:
        EnquiryRefused: no section within reach, or a damaged store.
    """
    found = measuring.measured_of(looking.asked, looking.actor).drives
    titles = (
        _("号牌号码"), _("号牌种类"), _("车型"), _("测速区间"), _("检定证书编号"),
        _("检定长度（米）"), _("驶入时间"), _("驶入设备"), _("驶出时间"), _("驶出设备"),
        _("用时（秒）"), _("平均车速（km/h）"), _("限速（km/h）"), _("超过限速（%）"),
        _("驶入图片"), _("驶出图片"),
    )  # fmt: skip
    return titles, [
        (
            looking.plate(one.plate),
            plate_type_label(one.plate_type),
            str(one.group.label),
            one.section.name,
            one.section.certificate_number,
            float(one.section.length_m),
            local(one.entered.at).replace(tzinfo=None),
            one.entered.camera.name,
            local(one.left.at).replace(tzinfo=None),
            one.left.camera.name,
            one.took_s,
            round(one.speed_kmh, 1),
            one.limit_kmh,
            round(one.over_percent, 1),
            one.entered.image,
            one.left.image,
        )
        for one in found[: searching.MOST_LISTED]
    ]
