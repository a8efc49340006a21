"""The record sets of 122's figures.

Times follow one rule: what did not happen has no time and is left out, and an interval that a
wrong clock made negative counts as none rather than as a gain.
"""

from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, FloatField, Q, QuerySet
from django.db.models.functions import Extract
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.policies import SEE
from luchang.apps.dispatch.selectors import records
from luchang.apps.dispatch.states import (
    UNDER_WAY,
    WAITING,
    AreaClass,
    CallStatus,
    DispatchReason,
    DispatchStatus,
    IncidentStatus,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Period, Rows, Scope, Source

OWNER = _("指挥中心")
UNREAL = (IncidentStatus.CANCELLED, IncidentStatus.MERGED)
INCIDENT = Source(model="dispatch.Incident", begins=("received_at",), ends=("closed_at",))
CALL = Source(model="dispatch.Call", begins=("queued_at",), ends=("answered_at",))
ORDER = Source(
    model="dispatch.Dispatch", begins=("sent_at",), ends=("sent_at", "signed_at", "arrived_at")
)
FEEDBACK = Source(model="dispatch.Feedback", begins=("at",), ends=("at",))


OF_INCIDENTS: dict[str, Any] = {
    "permission": SEE,
    "owner": OWNER,
    "ground": {Scope.URBAN: Q(area_class=AreaClass.URBAN)},
    "organisation": "organisation",
    "sources": (INCIDENT,),
}
OF_CALLS: dict[str, Any] = {
    "permission": SEE,
    "owner": OWNER,
    "organisation": "organisation",
    "sources": (CALL,),
}
OF_ACTIONS: dict[str, Any] = {
    "permission": SEE,
    "owner": OWNER,
    "organisation": "organisation",
    "sources": (CALL, ORDER, FEEDBACK, INCIDENT),
}
OF_ORDERS: dict[str, Any] = {
    "permission": SEE,
    "owner": OWNER,
    "ground": {Scope.URBAN: Q(incident__area_class=AreaClass.URBAN)},
    "organisation": "incident__organisation",
    "sources": (ORDER, INCIDENT),
}


def incidents(by: Actor, period: Period) -> QuerySet[Incident]:
    """Received in the period; what was merged into another or cancelled is not one."""
    rows = records.incidents(by).filter(received_at__gte=period.start, received_at__lt=period.end)
    return rows.exclude(status__in=UNREAL)


def calls(by: Actor, period: Period) -> QuerySet[Any]:
    return records.calls(by).filter(queued_at__gte=period.start, queued_at__lt=period.end)


def belonging(by: Actor, period: Period) -> QuerySet[Any]:
    return calls(by, period).filter(status__in=[CallStatus.REGISTERED, CallStatus.LINKED])


def actions(by: Actor, period: Period) -> QuerySet[Any]:
    return records.actions(by).filter(at__gte=period.start, at__lt=period.end)


def orders(by: Actor, period: Period) -> QuerySet[Dispatch]:
    """Every order that was sent, reinforcements and those that came to nothing included."""
    return records.dispatches(by).filter(sent_at__gte=period.start, sent_at__lt=period.end)


def feedbacks(by: Actor, period: Period) -> QuerySet[Any]:
    return records.feedbacks(by).filter(at__gte=period.start, at__lt=period.end)


def first_dispatches(by: Actor, period: Period) -> QuerySet[Dispatch]:
    """The first unit sent to each incident of the period; cancelled and returned ones are not."""
    return (
        records.dispatches(by)
        .filter(sent_at__gte=period.start, sent_at__lt=period.end, reason=DispatchReason.FIRST)
        .exclude(status__in=[DispatchStatus.CANCELLED, DispatchStatus.RETURNED])
    )


def between(rows: Rows, start: str, end: str) -> Rows:
    """Rows that have both times, in that order, with the seconds between them."""

    def measured(by: Actor, period: Period) -> QuerySet[Any]:
        gap = ExpressionWrapper(F(end) - F(start), output_field=DurationField())
        seconds = Extract(gap, "epoch", output_field=FloatField())
        both = {f"{start}__isnull": False, f"{end}__gte": F(start)}
        timed: QuerySet[Any] = rows(by, period).filter(**both).annotate(seconds=seconds)
        return timed

    return measured


def rung_out(by: Actor, period: Period) -> QuerySet[Any]:
    return calls(by, period).exclude(status=CallStatus.RINGING)


def to_sign(by: Actor, period: Period) -> QuerySet[Dispatch]:
    return first_dispatches(by, period).filter(sign_due_at__isnull=False)


def to_arrive(by: Actor, period: Period) -> QuerySet[Dispatch]:
    return first_dispatches(by, period).filter(arrive_due_at__isnull=False)


def waiting(by: Actor, period: Period) -> QuerySet[Incident]:
    del period  # a stock, as it is now
    return records.incidents(by).filter(status__in=WAITING)


def under_way(by: Actor, period: Period) -> QuerySet[Incident]:
    del period
    return records.incidents(by).filter(status__in=UNDER_WAY)


def days(by: Actor, period: Period) -> float:
    del by
    return period.days
