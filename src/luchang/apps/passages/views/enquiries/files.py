"""Answers taken along as a file, marked with who took them, when and what for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import FileResponse
from django.utils.translation import gettext as _

from luchang.apps.passages.selectors import company, searching, tracks
from luchang.apps.passages.states import EnquiryKind, plate_type_label
from luchang.apps.passages.views.enquiries import section_answers
from luchang.apps.passages.views.enquiries.answers import (
    Looking,
    Spots,
    leg_words,
    passage_row,
)
from luchang.kernel.clock import local
from luchang.kernel.lists.columns import Column
from luchang.kernel.lists.exports import CONTENT_TYPES, FileKind, Sheet, write
from luchang.kernel.lists.services import watermark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from luchang.apps.passages.models import Enquiry
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.lists.columns import Exported

    Lines = tuple[Sequence[str], list[Sequence[Exported]]]

MARK = "%(who)s · %(number)s · %(reason)s %(case)s"


def lines_of(looking: Looking) -> Lines:
    """Titles and rows of the file of an answer.

    Raises:
        EnquiryRefused: no camera within reach, or a damaged store.
    """
    return _LINES[looking.asked.kind](looking)


def file_of(enquiry: Enquiry, lines: Lines, *, by: Actor, at: datetime) -> FileResponse:
    """A CSV file whose first line says who took it, when, under which enquiry and what for."""
    titles, rows = lines
    says = MARK % {
        "who": watermark(by, at),
        "number": enquiry.number,
        "reason": enquiry.reason,
        "case": enquiry.case_number,
    }
    columns = [Column(f"c{place}", title) for place, title in enumerate(titles)]
    with TemporaryDirectory(prefix="luchang-enquiry-") as folder:
        place = Path(folder) / "answer.csv"
        write(FileKind.CSV, Sheet(enquiry.number, says.strip(), columns, rows), place)
        response = FileResponse(place.open("rb"), content_type=CONTENT_TYPES[FileKind.CSV])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(enquiry.number)}.csv"
    response["Cache-Control"] = "no-store"
    return response


def _moment(at: datetime) -> Any:
    return local(at).replace(tzinfo=None)


def _passages(looking: Looking) -> Lines:
    rows = list(searching.found_rows(looking.asked, looking.actor))
    spots = Spots(sorted({row.passage.camera for row in rows}))
    drawn = [passage_row(row, looking, spots) for row in rows]
    titles = (
        _("过车时间"),
        _("号牌号码"),
        _("号牌种类"),
        _("设备"),
        _("行驶方向"),
        _("车道"),
        _("车速（km/h）"),
        _("号牌颜色"),
        _("车身颜色"),
        _("车型"),
        _("图片"),
    )
    names = ("direction", "lane", "speed_kmh", "plate_colour", "body_colour", "kind", "image")
    return titles, [
        (
            _moment(row["at"]),
            row["plate"],
            row["plate_type"],
            row["camera"].name,
            *(row[name] for name in names),
        )
        for row in drawn
    ]


def _track(looking: Looking) -> Lines:
    track = tracks.track_of(tracks.passages_of(looking.asked, looking.actor))
    spots = Spots(known=track.cameras)
    moves = {leg.end: leg for leg in track.legs}
    titles = (
        _("序号"),
        _("过车时间"),
        _("设备"),
        _("车道"),
        _("车速（km/h）"),
        _("距上一点（秒）"),
        _("路程（米）"),
        _("平均车速（km/h）"),
        _("判断"),
        _("图片"),
    )
    rows: list[Sequence[Exported]] = []
    for at, one in enumerate(track.found):
        leg = moves.get(at)
        rows.append(
            (
                at + 1,
                _moment(one.at),
                spots(one.passage.camera).name,
                one.passage.lane or None,
                one.passage.speed_kmh,
                None if leg is None else leg.took_ms / 1_000.0,
                None if leg is None or leg.length_m is None else round(leg.length_m),
                None if leg is None or leg.speed_kmh is None else round(leg.speed_kmh, 1),
                "" if leg is None else leg_words(leg.verdict),
                one.passage.image,
            )
        )
    return titles, rows


def _companions(looking: Looking) -> Lines:
    found = company.company_of(looking.asked, looking.actor).company
    titles = (
        _("号牌号码"),
        _("号牌种类"),
        _("天数"),
        _("同行次数"),
        _("共同设备"),
        _("共同占比（%）"),
        _("间隔变化（秒）"),
    )
    return titles, [
        (
            looking.plate(one.plate),
            plate_type_label(one.plate_type),
            len(one.days),
            one.trips,
            one.common,
            round(one.jaccard * 100.0, 1),
            round(one.spread_ms / 1_000.0, 1),
        )
        for one in found
    ]


def _newcomers(looking: Looking) -> Lines:
    found = company.newcomers_of(looking.asked, looking.actor).found[: searching.MOST_LISTED]
    spots = Spots(sorted({one.camera for one in found}))
    titles = (_("首次过车"), _("号牌号码"), _("号牌种类"), _("设备"), _("当天过车"))
    return titles, [
        (
            _moment(one.at),
            looking.plate(one.plate),
            plate_type_label(one.plate_type),
            spots(one.camera).name,
            one.passages,
        )
        for one in found
    ]


def _absences(looking: Looking) -> Lines:
    found = tracks.presence_of(looking.asked, looking.actor)
    ends = [end for each in found.absences for end in (each.last_seen, each.back)]
    spots = Spots([number for each in ends for number in (each.first_camera, each.last_camera)])
    titles = (_("最后过车"), _("设备"), _("再次过车"), _("设备"), _("未见天数"))
    return titles, [
        (
            _moment(each.last_seen.last),
            spots(each.last_seen.last_camera).name,
            _moment(each.back.first),
            spots(each.back.first_camera).name,
            each.days,
        )
        for each in found.absences
    ]


_LINES: Mapping[EnquiryKind, Callable[[Looking], Lines]] = {
    EnquiryKind.SEARCH: _passages,
    EnquiryKind.TRACK: _track,
    EnquiryKind.COMPANIONS: _companions,
    EnquiryKind.PRESENCE: _absences,
    EnquiryKind.NEWCOMERS: _newcomers,
    EnquiryKind.STAYS: _track,
    EnquiryKind.SECTIONS: section_answers.lines,
}
