"""Congestion on a map and in a table, quarter by quarter, beside what is usual; and as a file."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_COUNTS
from luchang.apps.passages.selectors import congestion, volumes
from luchang.apps.passages.selectors.congestion import RECENT, LinkState, Overview
from luchang.apps.passages.selectors.congestion_maps import TONES, layers
from luchang.apps.passages.services import links, scales
from luchang.apps.passages.services.refusals import Refused
from luchang.apps.passages.states import CongestionLevel
from luchang.apps.passages.views import counts_parts as parts
from luchang.apps.passages.views.counts_forms import ScaleForm, SuggestForm
from luchang.apps.passages.views.counts_lists import STATE_COLUMNS
from luchang.apps.places import selectors as places
from luchang.kernel import clock
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.access import allow, passive
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.lists.exports import CONTENT_TYPES, FileKind, Sheet, write
from luchang.kernel.lists.services import watermark
from luchang.kernel.ui.asking import Asker, Asking

COUNTS = Asker("passages/counts_form.html", (Refused,), "")
WRITTEN = "%Y-%m-%dT%H:%M"
DRAWN = {level: "neutral" if tone == "secondary" else tone for level, tone in TONES.items()}


@dataclass(frozen=True)
class Chosen:
    """What the address asks for: a quarter hour, or the last one; a level, a word."""

    begins_at: datetime | None
    is_latest: bool
    level: str
    text: str

    @property
    def query(self) -> str:
        """The address of this very quarter, for files and for others."""
        if self.begins_at is None:
            return ""
        asked = {"at": f"{local(self.begins_at):{WRITTEN}}", "level": self.level, "q": self.text}
        return urlencode({key: value for key, value in asked.items() if value})


@allow(SEE_COUNTS)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The whole page, or only its changing part for htmx."""
    values = _values(request)
    is_part = request.headers.get("HX-Request") == "true"
    template = "passages/_congestion.html" if is_part else "passages/congestion.html"
    return render(request, template, values)


@passive
@allow(SEE_COUNTS)
@require_GET
def again(request: HttpRequest) -> HttpResponse:
    """The changing part, asked by the page itself: no sign that anybody is there."""
    return render(request, "passages/_congestion.html", _values(request))


@allow(SEE_COUNTS)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The table of one quarter hour as CSV: the same rows, the same marks."""
    by, at = actor_of(request), clock.now()
    chosen = chosen_of(request)
    shown = _filtered(_overview(by, chosen), chosen)
    when = f"{local(chosen.begins_at):%Y%m%d-%H%M}" if chosen.begins_at else ""
    sheet = Sheet(
        _("路况"),
        watermark(by, at),
        STATE_COLUMNS,
        [
            [column.exported(state, is_revealed=False) for column in STATE_COLUMNS]  # type: ignore[arg-type]
            for state in shown
        ],
    )
    with tempfile.TemporaryDirectory(prefix="luchang-export-") as folder:
        place = Path(folder) / "congestion.csv"
        rows = write(FileKind.CSV, sheet, place)
        answer = HttpResponse(place.read_bytes(), content_type=CONTENT_TYPES[FileKind.CSV])
    audit.record(
        by=by,
        action=Action.EXPORT,
        subject="passages.congestion",
        subject_id=when,
        at=at,
        detail={"rows": rows, "query": chosen.query},
    )
    name = quote(f"{_('路况')}-{when}.csv")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["Cache-Control"] = "no-store"
    return answer


@allow(SEE_COUNTS)
@require_GET
def link_day(request: HttpRequest, pk: int) -> HttpResponse:
    """One day of a link, for the card on its page."""
    row = get_object_or_404(volumes.links(actor_of(request)), pk=pk)
    part = parts.link_on(row, _day(request) or parts.last_day(clock.now()))
    return render(request, "passages/_counts_link_day.html", {"row": row, "part": part})


@allow(SEE_COUNTS)
@require_GET
def turns_day(request: HttpRequest, pk: int) -> HttpResponse:
    """One day of a junction, for the card on its page."""
    by = actor_of(request)
    row = get_object_or_404(volumes.junctions(by), pk=pk)
    part = parts.turns_on(row, by, _day(request) or parts.last_day(clock.now()))
    return render(request, "passages/_counts_turns_day.html", {"row": row, "part": part})


@allow(MANAGE_CAMERA)
@require_http_methods(["GET", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """Have links proposed from what was driven on a day."""
    by, at = actor_of(request), clock.now()
    yesterday = local(at).date() - timedelta(days=1)
    form = SuggestForm(request.POST or None, initial={"day": yesterday})

    def act() -> str:
        links.order_suggestions(day=form.cleaned_data["day"], by=by, at=at)
        return reverse("passages.links") + "?status=SUGGESTED"

    parents = [(_("路段"), reverse("passages.links"))]
    asking = Asking(_("按过车建议路段"), parents, act, _("已开始，完成后在此列出"), icon="route")
    return COUNTS.ask(request, form, asking)


@allow(MANAGE_CAMERA)
@require_http_methods(["GET", "POST"])
def set_scale(request: HttpRequest) -> HttpResponse:
    """Set the levels from a day on."""
    by, at = actor_of(request), clock.now()
    form = ScaleForm(request.POST or None, initial={"valid_from": local(at).date()})

    def act() -> str:
        scales.set_scale(**form.cleaned_data, by=by, at=at)
        return reverse("passages.scales")

    parents = [(_("拥堵等级标准"), reverse("passages.scales"))]
    return COUNTS.ask(
        request, form, Asking(_("设定标准"), parents, act, _("已设定"), icon="scale")
    )


def chosen_of(request: HttpRequest) -> Chosen:
    """A quarter of an address that cannot be read is the last one."""
    level = request.GET.get("level", "")
    found = _asked_quarter(request)
    return Chosen(
        found or volumes.last_quarter(),
        is_latest=found is None,
        level=level if level in CongestionLevel.values else "",
        text=request.GET.get("q", "").strip()[:60],
    )


def _asked_quarter(request: HttpRequest) -> datetime | None:
    """By a moment, or by a day and the number of its quarter."""
    if request.GET.get("day") and request.GET.get("quarter"):
        day, place = _day(request), request.GET["quarter"]
        if day is None or not (place.isascii() and place.isdigit()):
            return None
        return volumes.day_begins(day) + volumes.QUARTER * min(
            int(place[:3]), volumes.QUARTERS - 1
        )
    try:
        asked = datetime.strptime(request.GET.get("at", ""), WRITTEN).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
    if not _is_askable(asked.date()):
        return None
    return asked.replace(minute=asked.minute // volumes.QUARTER_MIN * volumes.QUARTER_MIN)


def _day(request: HttpRequest) -> date | None:
    try:
        found = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return found if _is_askable(found) else None


def _is_askable(day: date) -> bool:
    """Whether counts may be asked for: weeks before it and a day after it have to exist."""
    return date(1990, 1, 1) < day < date(2100, 1, 1)


def _overview(by: Actor, chosen: Chosen) -> Overview | None:
    if chosen.begins_at is None:
        return None
    return congestion.overview(by, begins_at=chosen.begins_at)


def _filtered(found: Overview | None, chosen: Chosen) -> list[LinkState]:
    return [
        one
        for one in (found.states if found else ())
        if chosen.level in {"", one.level}
        and (chosen.text in one.link.name or chosen.text in one.link.road)
    ]


def _values(request: HttpRequest) -> dict[str, object]:
    by, at = actor_of(request), clock.now()
    chosen = chosen_of(request)
    found = _overview(by, chosen)
    begins_at = chosen.begins_at
    values: dict[str, object] = {
        "chosen": chosen,
        "overview": found,
        "states": _filtered(found, chosen),
        "levels": list(CongestionLevel),
        "may_manage": by.may(MANAGE_CAMERA),
        "is_stale": bool(
            chosen.is_latest and begins_at and begins_at + volumes.QUARTER < at - RECENT
        ),
    }
    if found is not None and begins_at is not None:
        moment = local(begins_at)
        values |= {
            "map": places.base_map() | {"layers": layers(found.states, linked=True)},
            "day": moment.date(),
            "quarter": moment.hour * 4 + moment.minute // volumes.QUARTER_MIN,
            "ends_at": begins_at + volumes.QUARTER,
            "ends_text": f"{local(begins_at + volumes.QUARTER):%Y-%m-%d %H:%M}",
            "before": _at(begins_at - volumes.QUARTER, chosen),
            "after": _at(begins_at + volumes.QUARTER, chosen),
            "counts": _by_level(found.states),
        }
    return values


def _at(begins_at: datetime, chosen: Chosen) -> str:
    return Chosen(begins_at, is_latest=False, level=chosen.level, text=chosen.text).query


def _by_level(states: Sequence[LinkState]) -> list[tuple[CongestionLevel, str, int]]:
    return [
        (
            level,
            TONES[level].replace("secondary", "neutral"),
            sum(s.level == level for s in states),
        )
        for level in CongestionLevel
    ]
