"""Answers as their pages draw them: plates masked unless they were asked for in clear."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from luchang.apps.passages.selectors import company, pictures, searching, tracks
from luchang.apps.passages.selectors.cameras import by_number
from luchang.apps.passages.states import (
    CameraDirection,
    EnquiryKind,
    PlateKind,
    SeenColour,
    SeenKind,
    label_of,
    plate_type_label,
)
from luchang.apps.passages.views.enquiries.maps import track_map
from luchang.core.common.personal import mask_plate
from luchang.core.passages.pictures import name_of
from luchang.kernel.clock import SHANGHAI, local, now
from luchang.kernel.ui.tones import Tone

if TYPE_CHECKING:
    from luchang.apps.passages.models import Camera
    from luchang.apps.passages.selectors.asking import Asked
    from luchang.apps.passages.selectors.company import Company
    from luchang.apps.passages.selectors.searching import Row
    from luchang.core.passages.accompanying import Companion
    from luchang.core.passages.passage import Passage
    from luchang.core.passages.travelling import Leg
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.segments import Found

UNREAD = "-"
ABSURD_KMH = 400
"""Above this a mean speed is only said to be above it: how much tells nothing [km/h]."""
FEW = 300
"""Passages of a track that are drawn together; of more one day at a time."""
MOST_DRAWN = 200
"""Rows of one table on a page."""


@dataclass(frozen=True)
class Looking:
    """Who looks at which answer, where in it, and whether plates are in clear."""

    asked: Asked
    actor: Actor
    in_clear: bool
    at: str = ""
    """Marks of the pages before and of this one, joined by `_`; a day for a track."""
    enquiry: int = 0
    """Key of the record the pictures of its passages are seen by; 0 shows none."""

    def plate(self, text: str) -> str:
        return shown_plate(text, in_clear=self.in_clear)


def shown_plate(text: str, *, in_clear: bool) -> str:
    """A plate as a page shows it."""
    if text == UNREAD:
        return _("未识别")
    return text if in_clear else mask_plate(text)


@dataclass(frozen=True)
class Spot:
    """A camera by its number, registered or not."""

    number: int
    name: str
    href: str


class Spots:
    """The cameras of an answer, asked for once."""

    def __init__(self, numbers: Sequence[int] = (), known: Mapping[int, Camera] | None = None):
        self.known = by_number(numbers) if known is None else known

    def __call__(self, number: int) -> Spot:
        camera = self.known.get(number)
        if camera is None:
            return Spot(number, _("未登记设备%(number)s") % {"number": number}, "")
        return Spot(number, camera.name, reverse("passages.camera", args=[camera.pk]))


def _search(looking: Looking) -> dict[str, Any]:
    marks = [each for each in looking.at.split("_") if each]
    page = searching.page_after(looking.asked, looking.actor, _mark(marks))
    spots = Spots([row.passage.camera for row in page.rows])
    number = len(marks)
    shown = number * searching.PAGE
    following = page.following if shown + searching.PAGE < searching.MOST_LISTED else None
    return {
        "rows": [passage_row(row, looking, spots) for row in page.rows],
        "page_number": number + 1,
        "begins": shown + 1,
        "ends": shown + len(page.rows),
        "previous": "_".join(marks[:-1]) if marks else None,
        "following": "_".join([*marks, str(following)]) if following else None,
        "most": searching.MOST_LISTED,
    }


def _mark(marks: Sequence[str]) -> searching.Mark | None:
    """The last mark of an address; the first page for what is none."""
    at_ms, _dot, shown = marks[-1].partition(".") if marks else ("", "", "")
    if not (at_ms.isdecimal() and shown.isdecimal() and len(at_ms) < 15 and len(shown) < 6):  # noqa: PLR2004 - what a time and a page can be
        return None
    return searching.Mark(int(at_ms), min(int(shown), searching.MOST_LISTED))


def passage_row(row: Row, looking: Looking, spots: Callable[[int], Spot]) -> dict[str, Any]:
    """One passage of a search."""
    return {**_seen(row.passage, row.at, spots, looking), "vehicle": row.vehicle} | {
        "plate": looking.plate(row.passage.plate),
        "plate_type": plate_type_label(row.passage.plate_type),
        "paint": paint_of(row.passage.plate_colour, row.passage.plate_type),
        "plate_colour": _colour(row.passage.plate_colour),
        "body_colour": _colour(row.passage.body_colour),
        "kind": label_of(SeenKind, row.passage.kind) if row.passage.kind else "",
    }


def _seen(
    one: Passage, at: datetime, spots: Callable[[int], Spot], looking: Looking
) -> dict[str, Any]:
    return {
        "at": at,
        "camera": spots(one.camera),
        "direction": label_of(CameraDirection, one.direction) if one.direction else "",
        "lane": one.lane or None,
        "speed_kmh": one.speed_kmh,
        "image": one.image,
        "picture": _picture(one, looking),
    }


def _picture(one: Passage, looking: Looking) -> str:
    return picture_page(looking, one.camera, one.at_ms, one.image)


def picture_page(looking: Looking, camera: int, at_ms: int, image: str) -> str:
    """Where the picture is to be seen; empty where none is kept."""
    if not looking.enquiry or not pictures.is_kept(image, at=now()):
        return ""
    where = [looking.enquiry, camera, at_ms, name_of(image)]
    return reverse("passages.enquiry_picture", args=where)


_PAINTS: Mapping[int, str] = {
    SeenColour.YELLOW: "yellow",
    SeenColour.YELLOW_GREEN: "green",
    SeenColour.GRADIENT_GREEN: "green",
    SeenColour.GREEN: "green",
    SeenColour.WHITE: "white",
}
_TYPES: Mapping[int, str] = {
    PlateKind.LARGE: "yellow",
    PlateKind.TRAILER: "yellow",
    PlateKind.LEARNER: "yellow",
    PlateKind.MOTORCYCLE: "yellow",
    PlateKind.LARGE_NEW_ENERGY: "green",
    PlateKind.SMALL_NEW_ENERGY: "green",
    PlateKind.POLICE: "white",
}


def paint_of(colour: int, plate_type: int) -> str:
    """How a plate is drawn: by the colour the camera saw, else by its type."""
    return _PAINTS.get(colour) or _TYPES.get(plate_type, "blue")


def _colour(number: int) -> str:
    return label_of(SeenColour, number) if number else ""


# Track

LEG_TONES = {
    "impossible": Tone.DANGER,
    "fast": Tone.WARNING,
    "stop": Tone.NEUTRAL,
    "unknown": Tone.NEUTRAL,
}


def leg_words(verdict: str) -> str:
    """What is to be thought of a move; nothing where there is nothing to say."""
    return {
        "impossible": _("不可能到达，疑似套牌或误识别"),
        "fast": _("高于道路最高限速120"),
        "stop": _("途中停留30分钟以上"),
    }.get(verdict, "")


def _track(looking: Looking) -> dict[str, Any]:
    found = tracks.passages_of(looking.asked, looking.actor)
    days = tracks.days_of(found)
    day = _day_chosen(looking.at, days, len(found))
    track = tracks.track_of(found, day)
    spots = Spots(known=track.cameras)
    moves = {leg.end: leg for leg in track.legs}
    rows = [
        {"number": at + 1, **_seen(one.passage, one.at, spots, looking), **_move(moves.get(at))}
        for at, one in enumerate(track.found)
    ]
    return {
        "days": [(each, count, each == day) for each, count in sorted(days.items())],
        "day": day,
        "rows": rows[:FEW],
        "is_cut": len(rows) > FEW,
        "few": FEW,
        "map": track_map(track, most=FEW),
        "impossible": sum(leg.verdict == "impossible" for leg in track.legs),
        "length_km": sum(leg.length_m or 0.0 for leg in track.legs if leg.verdict != "impossible")
        / 1_000.0,
    }


def _day_chosen(text: str, days: Mapping[date, int], total: int) -> date | None:
    """The day asked for; else all of a short track, and the last day of a long one."""
    chosen = next((each for each in days if each.isoformat() == text), None)
    if chosen is None and total > FEW:
        return max(days)
    return chosen


def _move(leg: Leg | None) -> dict[str, Any]:
    if leg is None:
        return {"took_s": None, "length_km": None, "mean_kmh": None, "words": "", "tone": ""}
    return {
        "took_s": leg.took_ms / 1_000.0,
        "took": _span(leg.took_ms),
        "length_km": None if leg.length_m is None else leg.length_m / 1_000.0,
        "mean_kmh": None if leg.verdict == "stop" else leg.speed_kmh,
        "is_absurd": leg.speed_kmh is not None and leg.speed_kmh > ABSURD_KMH,
        "absurd_kmh": ABSURD_KMH,
        "words": leg_words(leg.verdict),
        "tone": LEG_TONES.get(leg.verdict, ""),
    }


def _span(ms: int) -> str:
    """A length of time as a clock shows it: 1:05:09, or 5:09 below an hour."""
    sign, seconds = ("-" if ms < 0 else ""), abs(ms) // 1_000
    hours, rest = divmod(seconds, 3_600)
    minutes, seconds = divmod(rest, 60)
    return (
        f"{sign}{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{sign}{minutes}:{seconds:02d}"
    )


# Companions, newcomers


def _companions(looking: Looking) -> dict[str, Any]:
    found = company.company_of(looking.asked, looking.actor)
    shown = found.company[:MOST_DRAWN]
    spots = Spots([met.camera for one in shown for day in one.days for met in day.meetings])
    return {
        "rows": [_companion(one, looking, spots) for one in shown],
        "unarranged": found.days_unarranged,
        "most": MOST_DRAWN,
    }


def _companion(one: Company, looking: Looking, spots: Spots) -> dict[str, Any]:
    return {
        "vehicle": one.vehicle,
        "plate": looking.plate(one.plate),
        "plate_type": plate_type_label(one.plate_type),
        "paint": paint_of(SeenColour.UNKNOWN, one.plate_type),
        "days": len(one.days),
        "common": one.common,
        "share": one.jaccard * 100.0,
        "trips": one.trips,
        "spread_s": one.spread_ms / 1_000.0,
        "either": sum(day.either for day in one.days),
        "meetings": [_meeting(day, spots) for day in one.days],
    }


def _meeting(day: Companion, spots: Spots) -> dict[str, Any]:
    begins = _midnight(day.day)
    return {
        "day": begins.date(),
        "common": day.common,
        "either": day.either,
        "rows": [
            {
                "camera": spots(met.camera),
                "at": begins + timedelta(milliseconds=met.at_ms),
                "gap_s": (met.other_ms - met.at_ms) / 1_000.0,
            }
            for met in day.meetings
        ],
    }


def _midnight(day_number: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=SHANGHAI) + timedelta(days=day_number)


def _newcomers(looking: Looking) -> dict[str, Any]:
    found = company.newcomers_of(looking.asked, looking.actor)
    page = int(looking.at) if looking.at.isdecimal() and len(looking.at) < 6 else 1  # noqa: PLR2004 - a page's number
    begins = (max(page, 1) - 1) * searching.PAGE
    shown = found.found[begins : begins + searching.PAGE]
    spots = Spots([one.camera for one in shown])
    has_more = begins + searching.PAGE < min(len(found.found), searching.MOST_LISTED)
    rows = [
        {
            "vehicle": one.vehicle,
            "plate": looking.plate(one.plate),
            "plate_type": plate_type_label(one.plate_type),
            "paint": paint_of(SeenColour.UNKNOWN, one.plate_type),
            "camera": spots(one.camera),
            "at": one.at,
            "passages": one.passages,
        }
        for one in shown
    ]
    return {
        "rows": rows,
        "unarranged": found.days_unarranged,
        "page_number": max(page, 1),
        "begins": begins + 1,
        "ends": begins + len(rows),
        "previous": str(page - 1) if page > 1 else None,
        "following": str(page + 1) if has_more else None,
        "most": searching.MOST_LISTED,
    }


# Presence, stays


def _presence(looking: Looking) -> dict[str, Any]:
    found = tracks.presence_of(looking.asked, looking.actor)
    ends = [
        *(end for each in found.absences for end in (each.last_seen, each.back)),
        *found.days[:1],
        *found.days[-1:],
    ]
    spots = Spots([number for each in ends for number in (each.first_camera, each.last_camera)])
    first, last = (found.days[0], found.days[-1]) if found.days else (None, None)
    return {
        "first": first and {"at": first.first, "camera": spots(first.first_camera)},
        "last": last and {"at": last.last, "camera": spots(last.last_camera)},
        "seen_days": len(found.days),
        "passages": sum(each.passages for each in found.days),
        "unseen_days": (looking.asked.last_day - last.day).days if last else None,
        "rows": [
            {
                "from": each.last_seen.last,
                "from_camera": spots(each.last_seen.last_camera),
                "until": each.back.first,
                "until_camera": spots(each.back.first_camera),
                "days": each.days,
            }
            for each in found.absences
        ],
    }


def _stays(looking: Looking) -> dict[str, Any]:
    found: tuple[Found, ...] = tracks.passages_of(looking.asked, looking.actor)
    routine = tracks.routine_of(found)
    spots = Spots(sorted({one.passage.camera for one in found}))
    return {
        "seen_days": routine.days,
        "nights": [
            {"last": spots(one.last_camera), "next": spots(one.next_camera), "nights": one.nights}
            for one in routine.nights[:10]
        ],
        "rows": [
            {
                "last": spots(one.last_camera),
                "next": spots(one.next_camera),
                "from": _at(one.from_ms),
                "until": _at(one.until_ms),
                "hours": one.lasted_ms / 3_600_000.0,
            }
            for one in routine.stays[:MOST_DRAWN]
        ],
        "hours": range(24),
        "usual": [
            {
                "camera": spots(one.camera),
                "days": one.days,
                "by_hour": [(hour, days) for hour, days in enumerate(one.by_hour)],
                "hour": one.usual_hour,
                "most": max(one.by_hour),
            }
            for one in routine.usual
        ],
    }


def _at(ms: int) -> datetime:
    return local(datetime(1970, 1, 1, tzinfo=SHANGHAI) + timedelta(milliseconds=ms))


ANSWERS: Mapping[EnquiryKind, Callable[[Looking], dict[str, Any]]] = {
    EnquiryKind.SEARCH: _search,
    EnquiryKind.TRACK: _track,
    EnquiryKind.COMPANIONS: _companions,
    EnquiryKind.PRESENCE: _presence,
    EnquiryKind.NEWCOMERS: _newcomers,
    EnquiryKind.STAYS: _stays,
}
"""What the page of each kind of answer draws; raises EnquiryRefused as its question does."""
