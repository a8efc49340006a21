"""Forms of the questions, and the page of what was asked with its answer."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from luchang.apps.passages import policies
from luchang.apps.passages.models import Enquiry
from luchang.apps.passages.policies import SEARCH, SEE_PLAIN, SEE_ROUTINES
from luchang.apps.passages.selectors import asking
from luchang.apps.passages.selectors import enquiries as selectors
from luchang.apps.passages.selectors.asking import Asked, EnquiryRefused
from luchang.apps.passages.services import enquiries as services
from luchang.apps.passages.states import (
    EnquiryKind,
    SeenColour,
    SeenKind,
    label_of,
    plate_type_label,
)
from luchang.apps.passages.views.enquiries import files, section_answers
from luchang.apps.passages.views.enquiries.answers import ANSWERS, Looking, Spots, shown_plate
from luchang.apps.passages.views.enquiries.forms import FORMS, EnquiryForm, offered_times
from luchang.apps.passages.views.enquiries.maps import choice_map
from luchang.apps.subjects import selectors as subjects
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.policies import SEE_AUDIT
from luchang.kernel.records import codes
from luchang.kernel.ui.asking import UNPROCESSABLE

ROUTES = {
    EnquiryKind.SEARCH: "passages.search",
    EnquiryKind.TRACK: "passages.track",
    EnquiryKind.COMPANIONS: "passages.companions",
    EnquiryKind.PRESENCE: "passages.presence",
    EnquiryKind.NEWCOMERS: "passages.newcomers",
    EnquiryKind.STAYS: "passages.stays",
    EnquiryKind.SECTIONS: "passages.section_speed",
}
LONGEST_KEY = 18
LONGEST_PLACE = 2_000


@allow(SEARCH)
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Passages by a partial plate, time, cameras, colour and kind."""
    return _form_page(request, EnquiryKind.SEARCH)


@allow(SEARCH)
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Where one vehicle was and how it travelled."""
    return _form_page(request, EnquiryKind.TRACK)


@allow(SEARCH)
@require_http_methods(["GET", "POST"])
def companions(request: HttpRequest) -> HttpResponse:
    """Who accompanied one vehicle."""
    return _form_page(request, EnquiryKind.COMPANIONS)


@allow(SEARCH)
@require_http_methods(["GET", "POST"])
def presence(request: HttpRequest) -> HttpResponse:
    """When one vehicle was first and last seen."""
    return _form_page(request, EnquiryKind.PRESENCE)


@allow(SEARCH)
@require_http_methods(["GET", "POST"])
def newcomers(request: HttpRequest) -> HttpResponse:
    """Which vehicles were seen for the first time."""
    return _form_page(request, EnquiryKind.NEWCOMERS)


@allow(SEE_ROUTINES)
@require_http_methods(["GET", "POST"])
def stays(request: HttpRequest) -> HttpResponse:
    """Where one vehicle stays, under a case number."""
    return _form_page(request, EnquiryKind.STAYS)


@allow(SEARCH)
@require_http_methods(["GET", "POST"])
def section_speed(request: HttpRequest) -> HttpResponse:
    """Who drove through certified sections faster than permitted."""
    return _form_page(request, EnquiryKind.SECTIONS)


def _form_page(request: HttpRequest, kind: EnquiryKind) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    initial = {**offered_times(kind, at), **_handed_over(request, kind, actor)}
    form = FORMS[kind](request.POST or None, actor=actor, at=at, initial=initial)
    if form.is_valid():
        try:
            made = services.ask(asked=form.asked(), purpose=form.purpose_said(), by=actor, at=at)
        except EnquiryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("passages.enquiry", pk=made.pk)
    values = {
        "form": form,
        "kind": kind,
        "title": kind.label,
        "tabs": _tabs(actor, kind),
        "map": choice_map(form.camera_places) if "cameras" in form.fields else None,
        **_sections(form),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "passages/enquiries_form.html", values, status=status)


def _sections(form: EnquiryForm) -> dict[str, Any]:
    """The fields by the card they stand in."""
    why = ("purpose", "reason", "case_number")
    first = form.leading()
    apart = (*why, *first, "cameras", "vehicle", "sections")
    rest = [bound for bound in form if bound.name not in apart]
    return {
        "why": [form[name] for name in why],
        "what": [*(form[name] for name in first), *rest],
    }


def _tabs(actor: Actor, here: EnquiryKind) -> list[dict[str, object]]:
    return [
        {"label": kind.label, "href": reverse(ROUTES[kind]), "here": kind == here}
        for kind in EnquiryKind
        if policies.can_ask(actor, kind)
    ]


def _handed_over(request: HttpRequest, kind: EnquiryKind, actor: Actor) -> dict[str, object]:
    """What another page hands over: a vehicle, the enquiry it was found by, a key vehicle."""
    given: dict[str, object] = {}
    if of := _key(request.GET.get("of", "")):
        before = get_object_or_404(selectors.own_enquiries(actor), pk=of)
        names = ("purpose", "reason", "case_number")
        given |= {name: getattr(before, name) for name in names}
        given |= _times_of(before, kind)
        if before.kind == kind == EnquiryKind.SECTIONS:
            asked = asking.asked_in(before)
            given |= {"sections": asked.sections, "over_percent": asked.over_percent}
    if vehicle := _key(request.GET.get("vehicle", "")):
        given["vehicle"] = vehicle
    if key_vehicle := _key(request.GET.get("key_vehicle", "")):
        known = get_object_or_404(subjects.vehicles(actor), pk=key_vehicle)
        given |= {"plate": known.plate, "plate_type": int(known.plate_type)}
    return given


def _times_of(before: Enquiry, kind: EnquiryKind) -> dict[str, object]:
    """The time of an enquiry, for a question that may ask for as long a time."""
    asked = asking.asked_in(before)
    if kind == EnquiryKind.NEWCOMERS or len(asked.days) > asking.MOST_DAYS[kind]:
        return {}
    if kind in {EnquiryKind.SEARCH, EnquiryKind.TRACK, EnquiryKind.SECTIONS}:
        return {"first": clock.local(asked.first), "last": clock.local(asked.last)}
    return {"first": asked.first_day, "last": asked.last_day}


def _key(text: str) -> int:
    """A key out of an address; 0, which nothing has, for what cannot be one."""
    is_key = text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY
    return int(text) if is_key else 0


@allow(SEARCH, SEE_AUDIT)
@require_GET
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, and its answer for who asked it."""
    actor, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.seen_enquiries(actor), pk=pk)
    asked = asking.asked_in(row)
    in_clear, place = request.GET.get("plain") == "1", request.GET.get("at", "")[:LONGEST_PLACE]
    values: dict[str, Any] = {
        "enquiry": row,
        "asked": asked,
        "facts": _facts(row, actor, in_clear=in_clear),
        "in_clear": in_clear,
        "enquiry_page": reverse("passages.enquiry", args=[row.pk]) + _query(place),
        "plain_page": reverse("passages.enquiry", args=[row.pk]) + _query(place, plain="1"),
        "again": reverse(ROUTES[asked.kind]) + f"?of={row.pk}",
        "template": f"passages/_enquiry_{asked.kind.lower()}.html",
        "tabs": _tabs(actor, asked.kind) if actor.may(SEARCH) else [],
        "may_see_plain": actor.may(SEE_PLAIN),
        "may_see_routines": actor.may(SEE_ROUTINES),
        "is_shown": _is_shown(row, actor),
        "own": row.asked_by_id == actor.user_id,
    }
    if values["is_shown"] or in_clear:
        services.look(enquiry=row, in_clear=in_clear, by=actor, at=at)
    if values["is_shown"]:
        values["vehicle"] = asking.number_of(asked)
        looking = Looking(asked, actor, in_clear, place, row.pk)
        values |= _answer(looking)
    response = render(request, "passages/enquiries_answer.html", values)
    response["Cache-Control"] = "no-store"
    return response


def _query(place: str, **more: str) -> str:
    """The same place in the answer, in clear or masked."""
    said = {"at": place, **more} if place else more
    return f"?{urlencode(said)}" if said else ""


def _answer(looking: Looking) -> dict[str, Any]:
    try:
        missing = spans_of(asking.days_without(looking.asked, at=clock.now()))
        draw = {**ANSWERS, EnquiryKind.SECTIONS: section_answers.answer}[looking.asked.kind]
        return {"answer": draw(looking), "missing": missing}
    except EnquiryRefused as refusal:
        return {"answer": None, "refusal": str(refusal)}


def spans_of(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days one after another as from and to."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _is_shown(row: Enquiry, actor: Actor) -> bool:
    """The answer is for who asked, as long as he may still ask that."""
    kind = EnquiryKind(row.kind)
    return policies.can_ask(actor, kind) and selectors.is_shown(row, actor, at=clock.now())


def _facts(row: Enquiry, actor: Actor, *, in_clear: bool) -> dict[str, Any]:
    asked = asking.asked_in(row)
    own_pattern = asking.is_open(row.plate) and row.asked_by_id == actor.user_id
    plate = shown_plate(row.plate, in_clear=in_clear or own_pattern) if row.plate else ""
    spots = Spots(asked.cameras)
    return {
        "purpose": codes.label(selectors.PURPOSES, row.purpose, at=row.at),
        "plate": plate,
        "plate_type": "" if row.plate_type is None else plate_type_label(row.plate_type),
        "cameras": [spots(number).name for number in asked.cameras],
        "looks": _looks(asked),
    }


@allow(SEARCH)
@require_GET
def enquiry_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The answer as a file, for who asked."""
    actor, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.own_enquiries(actor), pk=pk)
    if not _is_shown(row, actor):
        hours = int(selectors.SHOWN_FOR.total_seconds() // 3600)
        raise BadRequest(_("查询结果只在%(hours)s小时内可看，请重新查询") % {"hours": hours})
    in_clear = request.GET.get("plain") == "1"
    try:
        lines = files.lines_of(Looking(asking.asked_in(row), actor, in_clear))
    except EnquiryRefused as refusal:
        raise BadRequest(str(refusal)) from refusal
    services.take_along(enquiry=row, count=len(lines[1]), in_clear=in_clear, by=actor, at=at)
    return files.file_of(row, lines, by=actor, at=at)


def _looks(asked: Asked) -> str:
    """Colours and kinds that were asked for."""
    plate = [_("%(colour)s牌") % {"colour": label_of(SeenColour, c)} for c in asked.plate_colours]
    body = [label_of(SeenColour, colour) for colour in asked.body_colours]
    return " ".join([*plate, *body, *(label_of(SeenKind, kind) for kind in asked.kinds)])
