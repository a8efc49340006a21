"""Limits that ran out are brought to somebody, even when no browser is open."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from luchang.apps.dispatch.models import Dispatch, Escalation, Incident
from luchang.apps.dispatch.services.incidents import locked
from luchang.apps.dispatch.services.limits import AT_WORK, Limit, bring_to, running_limits
from luchang.apps.dispatch.services.telling import announce, tell_incident
from luchang.apps.dispatch.states import WAITING, Clock, DispatchStatus, EscalationLevel
from luchang.events.dispatch import LimitExceeded


def escalate_overdue(*, at: datetime) -> int:
    """Bring every limit that has run out to the next level; how many were new.

    Runs every few seconds in the worker; each level of each limit is reached once, however many
    workers run it. A run that finds another one under way leaves the work to it: after a storm
    they would else pile up in every lane and wait for each other's rows.
    """
    with _alone() as is_alone:
        if not is_alone:
            return 0
        limits = list(overdue_limits(at=at))
        known = _known_of(limits)
        return sum(
            _escalate(limit, level, at=at)
            for limit in limits
            for level in limit.levels(at=at)
            if (limit, level) not in known
        )


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other session escalates; the lock ends with the session that holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('dispatch clocks', 1))")
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('dispatch clocks', 1))")


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


def _known_of(limits: Sequence[Limit]) -> set[tuple[Limit, EscalationLevel]]:
    """What of these was escalated before, and to whom."""
    rows = Escalation.objects.filter(incident__in={limit.incident_id for limit in limits})
    return {
        (Limit(incident, dispatch, Clock(clock), due), EscalationLevel(level))
        for incident, dispatch, clock, due, level in rows.values_list(
            "incident_id", "dispatch_id", "clock", "due_at", "level"
        )
    }


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
