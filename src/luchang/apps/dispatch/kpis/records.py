"""The record sets 122's figures are made of, each within the asker's reach."""

from typing import Any

from django.db.models import (
    Aggregate,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    QuerySet,
)
from django.db.models.functions import Extract

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.selectors import records
from luchang.apps.dispatch.states import (
    UNDER_WAY,
    WAITING,
    CallStatus,
    DispatchReason,
    DispatchStatus,
    IncidentStatus,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Period, Rows

UNREAL = (IncidentStatus.CANCELLED, IncidentStatus.MERGED)


class Percentile(Aggregate):
    """Continuous percentile of a number of seconds; null over no rows."""

    template = "PERCENTILE_CONT(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def _init__(self, of: str, *, share: float) -> None:
        super().__init__(of, share=share)


def incidents(by: Actor, period: Period) -> QuerySet[Incident]:
    """Received in the period; what was merged into another or cancelled is not one."""
    rows = records.incidents(by).filter(received_at__gte=period.start, received_at__lt=period.end)
    return rows.exclude(status__in=UNREAL)


def calls(by: Actor, period: Period) -> QuerySet[Any]:
    return records.calls(by).filter(queued_at__gte=period.start, queued_at__lt=period.end)


def belonging(by: Actor, period: Period) -> QuerySet[Any]:
    return calls(by, period).filter(status__in=[CallStatus.REGISTERED, CallStatus.LINKED])


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
