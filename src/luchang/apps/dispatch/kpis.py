"""What 122 is measured by. Each figure is a set of records; the rows behind it are the figure.

Times follow one rule: what did not happen has no time and is left out, and an interval that a
wrong clock made negative counts as none rather than as a gain.
"""

from typing import Any

from django.db.models import (
    Aggregate,
    Avg,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    QuerySet,
)
from django.db.models.functions import Extract
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.selectors import categories, records
from luchang.apps.dispatch.states import (
    NOT_EFFECTIVE,
    CallLink,
    CallStatus,
    DispatchReason,
    DispatchStatus,
    Grade,
    IncidentStatus,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Better, Indicator, Period, Ratio, Rows, declare

OWNER = _("指挥中心")
UNREAL = (IncidentStatus.CANCELLED, IncidentStatus.MERGED)


class Percentile(Aggregate):
    """Continuous percentile of a number of seconds; null over no rows."""

    template = "PERCENTILE_CONT(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, of: str, *, share: float) -> None:
        super().__init__(of, share=share)


def incidents(by: Actor, period: Period) -> QuerySet[Incident]:
    """Received in the period; what was merged into another or cancelled is not one."""
    rows = records.incidents(by).filter(received_at__gte=period.start, received_at__lt=period.end)
    return rows.exclude(status__in=UNREAL)


def effective(by: Actor, period: Period) -> QuerySet[Incident]:
    """有效警情: without consultations, reports of offences and complaints, by final category."""
    return incidents(by, period).exclude(category__in=categories.codes_of(*NOT_EFFECTIVE))


def calls(by: Actor, period: Period) -> QuerySet[Any]:
    return records.calls(by).filter(queued_at__gte=period.start, queued_at__lt=period.end)


def repeats(by: Actor, period: Period) -> QuerySet[Any]:
    return calls(by, period).filter(link=CallLink.REPEAT)


def belonging(by: Actor, period: Period) -> QuerySet[Any]:
    return calls(by, period).filter(status__in=[CallStatus.REGISTERED, CallStatus.LINKED])


def first_dispatches(by: Actor, period: Period) -> QuerySet[Dispatch]:
    """The first unit sent to each incident of the period; cancelled and returned ones are not."""
    return (
        records.dispatches(by)
        .filter(sent_at__gte=period.start, sent_at__lt=period.end, reason=DispatchReason.FIRST)
        .exclude(status__in=[DispatchStatus.CANCELLED, DispatchStatus.RETURNED])
    )


def _between(rows: Rows, start: str, end: str) -> Rows:
    """Rows that have both times, in that order, with the seconds between them."""

    def measured(by: Actor, period: Period) -> QuerySet[Any]:
        gap = ExpressionWrapper(F(end) - F(start), output_field=DurationField())
        seconds = Extract(gap, "epoch", output_field=FloatField())
        both = {f"{start}__isnull": False, f"{end}__gte": F(start)}
        timed: QuerySet[Any] = rows(by, period).filter(**both).annotate(seconds=seconds)
        return timed

    return measured


def _with_due(column: str) -> Rows:
    return lambda by, period: first_dispatches(by, period).filter(**{f"{column}__isnull": False})


def _signed_in_time(by: Actor, period: Period) -> QuerySet[Any]:
    return _with_due("sign_due_at")(by, period).filter(signed_at__lte=F("sign_due_at"))


def _arrived_in_time(by: Actor, period: Period) -> QuerySet[Any]:
    return _with_due("arrive_due_at")(by, period).filter(arrived_at__lte=F("arrive_due_at"))


def _graded(grade: str) -> Rows:
    return lambda by, period: incidents(by, period).filter(grade=grade)


def _of_kind(code: str) -> Rows:
    return lambda by, period: incidents(by, period).filter(category=code)


LATE = "cancelled and returned orders; reinforcements; times a wrong clock made negative"
INTERVALS = (
    ("queue", _("接听等待"), _between(calls, "queued_at", "answered_at"), "calls answered"),
    ("sign", _("签收用时"), _between(first_dispatches, "sent_at", "signed_at"), "orders signed"),
    (
        "travel",
        _("路途用时"),
        _between(first_dispatches, "signed_at", "arrived_at"),
        "orders with an arrival",
    ),
    (
        "arrive",
        _("到场用时"),
        _between(incidents, "received_at", "arrived_at"),
        "incidents with an arrival, from the call",
    ),
    (
        "handle",
        _("处置用时"),
        _between(incidents, "arrived_at", "feedback_at"),
        "incidents with arrival and feedback",
    ),
)
MEASURES: tuple[tuple[str, Any, Aggregate], ...] = (
    ("mean", _("平均"), Avg("seconds")),
    ("median", _("中位数"), Percentile("seconds", share=0.5)),
    ("p90", _("九成在内"), Percentile("seconds", share=0.9)),
)

INCIDENTS = Indicator(
    code="dispatch.incidents",
    title=_("警情数"),
    owner=OWNER,
    unit=_("起"),
    counts="incidents received in the period",
    leaves_out="merged and cancelled ones",
    rows=incidents,
)
EFFECTIVE = Indicator(
    code="dispatch.effective_incidents",
    title=_("有效警情"),
    owner=OWNER,
    unit=_("起"),
    counts="incidents whose final category is no consultation, report or complaint",
    leaves_out="merged and cancelled ones",
    rows=effective,
)
CALLS = Indicator(
    code="dispatch.calls",
    title=_("接警数"),
    owner=OWNER,
    unit=_("次"),
    counts="calls that reached the queue in the period",
    leaves_out="nothing: nuisances and missed calls are calls",
    rows=calls,
)
REPEATS = Ratio(
    code="dispatch.repeat_share",
    title=_("重复报警占比"),
    owner=OWNER,
    counts="calls linked as repeats, of calls that belong to an incident",
    leaves_out="consultations, nuisances and missed calls",
    better=Better.NEITHER,
    numerator=repeats,
    denominator=belonging,
)
SIGNED_IN_TIME = Ratio(
    code="dispatch.signed_in_time",
    title=_("按时签收率"),
    owner=OWNER,
    counts="first orders signed within their limit, of those that had one",
    leaves_out="cancelled and returned orders, and orders without a limit",
    better=Better.HIGHER,
    numerator=_signed_in_time,
    denominator=_with_due("sign_due_at"),
)
ARRIVED_IN_TIME = Ratio(
    code="dispatch.arrived_in_time",
    title=_("按时到场率"),
    owner=OWNER,
    counts="first orders that arrived within their limit, of those that had one",
    leaves_out="cancelled and returned orders, and ground without a limit",
    better=Better.HIGHER,
    numerator=_arrived_in_time,
    denominator=_with_due("arrive_due_at"),
)
TIMES = tuple(
    Indicator(
        code=f"dispatch.{name}_{measure}",
        title=title + "·" + words,
        owner=OWNER,
        unit=_("秒"),
        counts=counts,
        leaves_out=LATE,
        rows=rows,
        aggregate=aggregate,
        better=Better.LOWER,
    )
    for name, title, rows, counts in INTERVALS
    for measure, words, aggregate in MEASURES
)
BY_GRADE = tuple(
    Indicator(
        code=f"dispatch.incidents_grade_{grade.value}",
        title=grade.label,
        owner=OWNER,
        unit=_("起"),
        counts=f"incidents of grade {grade.value}",
        leaves_out="merged and cancelled ones",
        rows=_graded(grade.value),
    )
    for grade in Grade
)
BY_KIND = tuple(
    Indicator(
        code=f"dispatch.incidents_kind_{kind.code}",
        title=kind.name,
        owner=OWNER,
        unit=_("起"),
        counts=f"incidents whose final category is {kind.code}",
        leaves_out="merged and cancelled ones",
        rows=_of_kind(kind.code),
    )
    for kind in categories.categories()
)
declare(
    INCIDENTS,
    EFFECTIVE,
    CALLS,
    REPEATS,
    SIGNED_IN_TIME,
    ARRIVED_IN_TIME,
    *TIMES,
    *BY_GRADE,
    *BY_KIND,
)
