"""One incident: its page, and what the desk does with it there."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.forms import FeedbackForm, NoteForm, ReasonForm
from luchang.apps.dispatch.models import Call, Incident
from luchang.apps.dispatch.selectors import reached, records
from luchang.apps.dispatch.selectors.files import files_of, may_add
from luchang.apps.dispatch.selectors.labels import category_label
from luchang.apps.dispatch.selectors.timeline import timeline
from luchang.apps.dispatch.services import feedbacks, incidents, merging, notes
from luchang.apps.dispatch.services.refusals import Refused
from luchang.apps.dispatch.states import ACTIVE, LIVE, DispatchStatus, IncidentStatus
from luchang.apps.dispatch.views.maps import map_spec
from luchang.apps.dispatch.views.uploads import upload_terms
from luchang.core.common import personal
from luchang.core.common.personal import Kind
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor, Unreached
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.live.selectors import latest
from luchang.kernel.states import IllegalTransition

STEPS = (
    IncidentStatus.OPEN,
    IncidentStatus.DISPATCHED,
    IncidentStatus.ACCEPTED,
    IncidentStatus.ARRIVED,
    IncidentStatus.HANDLING,
    IncidentStatus.FEEDBACK,
    IncidentStatus.CLOSED,
)


@require_GET
@allow(policies.SEE)
def incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    """The whole incident; its changing part alone where htmx asks for it."""
    actor, at = actor_of(request), clock.now()
    since = latest()
    row = found(actor, incident_id)
    is_part = bool(request.headers.get("HX-Request"))
    context = _context(row, actor=actor, at=at) | {"since": since}
    if not is_part:
        context["page"] = {"files": upload_terms()}
        context["map"] = map_spec([row], actor=actor, at=at) | _centre(row)
    template = "dispatch/_incident.html" if is_part else "dispatch/incident.html"
    return render(request, template, context)


@require_POST
@allow(policies.CLOSE)
def close(request: HttpRequest, incident_id: int) -> HttpResponse:
    return _do(request, incident_id, lambda by, at: incidents.close_incident(**by, at=at))


@require_POST
@allow(policies.CLOSE)
def reopen(request: HttpRequest, incident_id: int) -> HttpResponse:
    return _with_reason(request, incident_id, incidents.reopen_incident)


@require_POST
@allow(policies.CLOSE)
def cancel(request: HttpRequest, incident_id: int) -> HttpResponse:
    return _with_reason(request, incident_id, incidents.cancel_incident)


@require_POST
@allow(policies.TAKE_CALLS)
def escalate(request: HttpRequest, incident_id: int) -> HttpResponse:
    return _with_reason(request, incident_id, incidents.escalate_incident)


@require_POST
@allow(policies.CLOSE)
def unmerge(request: HttpRequest, incident_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _do(
        request,
        incident_id,
        lambda by, at: merging.unmerge(
            other_id=by["incident_id"], reason=reason, by=by["by"], at=at
        ),
    )


@require_POST
@allow(policies.CLOSE)
def merge(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Make this incident part of the one whose number was typed."""
    actor = actor_of(request)
    number = request.POST.get("number", "").replace("\x00", "").strip()[:24]
    main = found_by_number(actor, number)
    reason = request.POST.get("reason", "")
    return _do(
        request,
        incident_id,
        lambda by, at: merging.merge(
            main_id=main.pk, other_id=by["incident_id"], reason=reason, by=by["by"], at=at
        ),
    )


@require_POST
@allow(policies.SEE)
def note(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Add a remark that everybody who sees the incident can read."""
    form = NoteForm(request.POST)
    row = found(actor_of(request), incident_id)
    if form.is_valid():
        text = form.cleaned_data["text"]
        notes.add_note(incident=row, text=text, by=actor_of(request), at=clock.now())
    return redirect("dispatch.incident", incident_id)


@require_POST
@allow(policies.DISPATCH_UNITS)
def desk_feedback(request: HttpRequest, incident_id: int) -> HttpResponse:
    """The desk itself settled it."""
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("反馈内容有误，请检查。"))
        return redirect("dispatch.incident", incident_id)
    return _do(
        request,
        incident_id,
        lambda by, at: feedbacks.report_from_desk(
            incident_id=by["incident_id"],
            key=request.POST.get("key", "")[:64] or f"{at.timestamp()}",
            facts=form.facts(),
            by=by["by"],
            at=at,
        ),
    )


@require_POST
@allow(policies.REVEAL_CALLER)
def reveal(request: HttpRequest, call_id: int) -> HttpResponse:
    """Show who called, once a purpose is given; each look stands in the audit."""
    actor, at = actor_of(request), clock.now()
    purpose = request.POST.get("reason", "").replace("\x00", "").strip()[:200]
    try:
        call = reached.call(actor, call_id)
        shown = notes.reveal_caller(call=call, purpose=purpose, by=actor, at=at)
    except Unreached as foreign:
        raise Http404 from foreign
    except Refused as refused:
        return render(request, "dispatch/_caller.html", {"call_id": call_id, "why": refused})
    return render(request, "dispatch/_caller.html", {"shown": shown})


def found(actor: Actor, incident_id: int) -> Incident:
    """Raises Http404 for what is not there or not his."""
    try:
        return reached.incident(actor, incident_id)
    except Unreached as foreign:
        raise Http404 from foreign


def found_by_number(actor: Actor, number: str) -> Incident:
    row = records.incidents(actor).filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _context(row: Incident, *, actor: Actor, at: datetime) -> dict[str, object]:
    dispatches = list(row.dispatches.all())
    is_live = row.status in LIVE
    return {
        "incident": row,
        "category": category_label(row.category),
        "initial_category": category_label(row.initial_category),
        "steps": _steps(row),
        "happenings": timeline(row),
        "calls": _masked(list(row.calls.order_by("pk"))),
        "dispatches": dispatches,
        "active": [each for each in dispatches if each.status in ACTIVE],
        "feedbacks": row.feedbacks.select_related("by").order_by("-pk"),
        "merged": row.merged.order_by("pk"),
        "is_live": is_live,
        "may_take_part": policies.can_take_part(actor, row),
        "may_dispatch": policies.can_dispatch(actor, row) and is_live,
        "may_close": policies.can_close(actor, row),
        "may_reveal": policies.can_reveal_caller(actor, row.organisation),
        "can_close_now": row.status == IncidentStatus.FEEDBACK,
        "can_cancel_now": is_live and not dispatches,
        "is_over": row.status in {IncidentStatus.CLOSED, IncidentStatus.CANCELLED},
        "cancellable": {*ACTIVE, DispatchStatus.QUEUED},
        "files": files_of(row, by=actor),
        "may_add_files": may_add(actor, row.pk),
        "feedback_form": FeedbackForm(),
        "reason_form": ReasonForm(),
        "note_form": NoteForm(),
        "at": at,
    }


def _masked(rows: list[Call]) -> list[dict[str, Any]]:
    """Calls as anybody may see them: who called stays masked."""
    return [
        {
            "row": call,
            "number": personal.mask(Kind.PHONE, call.caller_number),
            "name": personal.mask(Kind.NAME, call.caller_name),
            "contact": personal.mask(Kind.PHONE, call.contact_number),
        }
        for call in rows
    ]


def _steps(row: Incident) -> list[dict[str, str]]:
    known = list(STEPS)
    here = known.index(IncidentStatus(row.status)) if row.status in known else -1
    if here < 0:
        return [{"label": str(IncidentStatus(row.status).label), "state": "failed", "note": ""}]
    here += here == len(known) - 1  # the last step is done once it is reached
    return [
        {"label": str(status.label), "state": _state(place, here), "note": ""}
        for place, status in enumerate(known)
    ]


def _state(place: int, here: int) -> str:
    if place == here:
        return "here"
    return "done" if place < here else "next"


def _centre(row: Incident) -> dict[str, object]:
    if not row.is_located:
        return {}
    return {"centre": [row.longitude, row.latitude], "zoom": 14, "bounds": None}


def _with_reason(
    request: HttpRequest, incident_id: int, command: Callable[..., Incident]
) -> HttpResponse:
    reason = request.POST.get("reason", "").replace("\x00", "")[:300]
    return _do(request, incident_id, lambda by, at: command(**by, at=at, reason=reason))


def _do(
    request: HttpRequest,
    incident_id: int,
    command: Callable[[dict[str, Any], datetime], object],
) -> HttpResponse:
    """Run a command on an incident in reach and go back to its page, with what was refused."""
    actor = actor_of(request)
    found(actor, incident_id)
    try:
        command({"incident_id": incident_id, "by": actor}, clock.now())
    except (Refused, IllegalTransition) as refused:
        messages.error(request, str(refused))
    return redirect("dispatch.incident", incident_id)
