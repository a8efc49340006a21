"""The whole history of one incident as one line of events."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from luchang.apps.dispatch.models import Call, Dispatch, Incident
from luchang.apps.dispatch.states import (
    CallLink,
    CallStatus,
    DispatchStatus,
    EscalationLevel,
    IncidentStatus,
)
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.records.models import Move
from luchang.kernel.records.stories import Happening, files_of, moves_of, remarks_of

TONES = {
    IncidentStatus.OPEN: "warning",
    IncidentStatus.RETURNED: "danger",
    IncidentStatus.CLOSED: "success",
    IncidentStatus.CANCELLED: "neutral",
    IncidentStatus.MERGED: "neutral",
}


def timeline(incident: Incident) -> list[Happening]:
    """Everything that happened to it, oldest first: calls, states, advice, orders, reports."""
    parts = (
        _calls(incident),
        moves_of(incident, _state),
        _advice(incident),
        _dispatches(incident),
        _feedbacks(incident),
        _escalations(incident),
        remarks_of(incident),
        _reveals(incident),
        files_of(incident),
    )
    return sorted((each for part in parts for each in part), key=lambda each: each.at)


def _calls(incident: Incident) -> Iterator[Happening]:
    for call in incident.calls.select_related("operator").order_by("pk"):
        yield Happening(
            call.answered_at or call.queued_at,
            "phone-call",
            "info",
            _call_title(call),
            call.operator.name if call.operator else "",
            call.description,
        )


def _call_title(call: Call) -> str:
    if call.status == CallStatus.LINKED:
        kind = str(CallLink(call.link).label)
    else:
        kind = call.get_channel_display()
    return _("接警 %(number)s（%(kind)s）") % {"number": call.number, "kind": kind}


def _state(after: str) -> tuple[str, str]:
    status = IncidentStatus(after)
    return str(status.label), TONES.get(status, "primary")


def _advice(incident: Incident) -> Iterator[Happening]:
    for advice in incident.advice.defer("problem").order_by("pk"):
        first = ", ".join(f"{each['rank']}. {each['call_sign']}" for each in advice.candidates[:3])
        title = _("派警建议 #%(id)d：%(count)d 个单元参与排序") % {
            "id": advice.pk,
            "count": advice.unit_count,
        }
        yield Happening(advice.at, "route", "neutral", title, f"v{advice.core_version}", first)


def _dispatches(incident: Incident) -> Iterator[Happening]:
    sent = {each.pk: each for each in incident.dispatches.order_by("pk")}
    moves = Move.objects.filter(subject="dispatch.dispatch", subject_id__in=sent)
    for move in moves:
        dispatch, status = sent[move.subject_id], DispatchStatus(move.after)
        title = f"{dispatch.target_name} {status.label}"
        tone = "danger" if status == DispatchStatus.RETURNED else "primary"
        body = move.reason or (dispatch.crew if not move.before else "")
        yield Happening(move.at, "car", tone, title, move.actor_name, body)
    for dispatch in sent.values():
        yield from _arrivals(dispatch)


def _arrivals(dispatch: Dispatch) -> Iterator[Happening]:
    """Both arrivals are kept: what the position showed and what the officer entered."""
    name = {"target": dispatch.target_name}
    if dispatch.arrival_detected_at:
        title = _("%(target)s 定位到场") % name
        yield Happening(dispatch.arrival_detected_at, "map-pin", "success", title)
    if dispatch.arrival_entered_at:
        title = _("%(target)s 录入到场") % name
        yield Happening(dispatch.arrival_entered_at, "map-pin", "success", title)
    if dispatch.handling_at:
        title = _("%(target)s 开始处置") % name
        yield Happening(dispatch.handling_at, "tool", "primary", title)


def _feedbacks(incident: Incident) -> Iterator[Happening]:
    for feedback in incident.feedbacks.select_related("by").order_by("pk"):
        title = _("反馈 %(number)s：%(result)s") % {
            "number": feedback.number,
            "result": feedback.get_result_display(),
        }
        who = feedback.by.name if feedback.by else ""
        yield Happening(feedback.at, "message-report", "success", title, who, feedback.text)


def _escalations(incident: Incident) -> Iterator[Happening]:
    for raised in incident.escalations.order_by("pk"):
        title = _("%(clock)s超时，升级至%(level)s") % {
            "clock": raised.get_clock_display(),
            "level": EscalationLevel(raised.level).label,
        }
        yield Happening(raised.at, "alert-triangle", "danger", title)


def _reveals(incident: Incident) -> Iterator[Happening]:
    calls = [str(pk) for pk in incident.calls.values_list("pk", flat=True)]
    entries = AuditEntry.objects.filter(
        subject="dispatch.call", subject_id__in=calls, action=Action.REVEAL
    )
    for entry in entries:
        title = _("查看报警人信息")
        yield Happening(entry.at, "eye", "warning", title, entry.actor_name, entry.purpose)
