"""Limits that ran out are brought to somebody, even when no browser is open."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction

from luchang.apps.dispatch.models import Dispatch, Escalation, Incident
from luchang.apps.dispatch.services.incidents import locked
from luchang.apps.dispatch.services.limits import AT_WORK, Limit, bring_to, running_limits
from luchang.apps.dispatch.services.telling import announce, tell_incident
from luchang.apps.dispatch.states import WAITING, Clock, DispatchStatus, EscalationLevel
from luchang.events.dispatch import LimitExceeded


def escalate_overdue(*, at: datetime) -> int:
    """Bring every limit that has run out to the next level; how many were new.

    Runs every few seconds in the worker; each level of each limit is reached once, however many
    workers run it.
    """
    return sum(
        _escalate(limit, level, at=at)
        for limit in overdue_limits(at=at)
        for level in limit.levels(at=at)
        if not _is_known(limit, level)
    )


def overdue_limits(*, at: datetime) -> Iterator[Limit]:
    """Every limit that has run out by `at` and still stands, oldest first of each clock."""
    waiting = Incident.objects.filter(status__in=WAITING, dispatch_due_at__lte=at)
    for pk, due in waiting.order_by("dispatch_due_at").values_list("pk", "dispatch_due_at"):
        if due is not None:
            yield Limit(pk, None, Clock.DISPATCH, due)
    for status, clock, column in (
        (DispatchStatus.SENT, Clock.SIGN, "sign_due_at"),
        (DispatchStatus.SIGNED, Clock.ARRIVE, "arrive_due_at"),
    ):
        late = Dispatch.objects.filter(status=status, **{f"{column}__lte": at})
        for pk, incident, due in late.order_by(column).values_list("pk", "incident_id", column):
            yield Limit(incident, pk, clock, due)
    silent = Incident.objects.filter(status__in=AT_WORK, feedback_due_at__lte=at)
    for pk, due in silent.order_by("feedback_due_at").values_list("pk", "feedback_due_at"):
        if due is not None:
            yield Limit(pk, None, Clock.FEEDBACK, due)


def _is_known(limit: Limit, level: EscalationLevel) -> bool:
    return Escalation.objects.filter(
        incident=limit.incident_id,
        dispatch=limit.dispatch_id,
        clock=limit.clock,
        level=level,
        due_at=limit.due_at,
    ).exists()


def _escalate(limit: Limit, level: EscalationLevel, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            incident = locked(limit.incident_id)
            if limit not in set(running_limits(incident)):
                return False  # answered while we were looking
            made = Escalation(
                incident=incident,
                dispatch_id=limit.dispatch_id,
                clock=limit.clock,
                level=level,
                due_at=limit.due_at,
                at=at,
            )
            made.raise_it()
            incident.escalate(at=at)
            bring_to(incident, limit, level, at=at)
            tell_incident(incident, kind="escalated", at=at)
            announce(LimitExceeded(incident_id=incident.pk, escalation_id=made.pk, at=at))
    except IntegrityError:
        return False  # another worker was first
    return True
