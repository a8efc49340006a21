"""The limits that run for an incident, and the to-dos of those that ran out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Incident
from luchang.apps.dispatch.states import (
    WAITING,
    Clock,
    DispatchStatus,
    EscalationLevel,
    IncidentStatus,
)
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.records import todos
from luchang.kernel.records.holders import holders_from

LEADER_AFTER = timedelta(minutes=2)
"""How long after the desk was told the brigade's leaders are told."""
PERMISSION_OF_LEVEL = {
    EscalationLevel.DESK: policies.DISPATCH_UNITS,
    EscalationLevel.LEADER: policies.LEAD,
}
AT_WORK = frozenset({IncidentStatus.ARRIVED, IncidentStatus.HANDLING})


@dataclass(frozen=True)
class Limit:
    """One clock of one incident and when it is due."""

    incident_id: int
    dispatch_id: int | None
    clock: Clock
    due_at: datetime

    def levels(self, *, at: datetime) -> list[EscalationLevel]:
        """Whom it has to have been brought to by then, if it still runs."""
        levels = [EscalationLevel.DESK]
        if at >= self.due_at + LEADER_AFTER:
            levels.append(EscalationLevel.LEADER)
        return levels

    def todo_kind(self, level: EscalationLevel) -> str:
        return _todo_kind(self.clock, level)


def running_limits(incident: Incident) -> Iterator[Limit]:
    """What runs for this incident now."""
    status = IncidentStatus(incident.status)
    if status in WAITING and incident.dispatch_due_at:
        yield Limit(incident.pk, None, Clock.DISPATCH, incident.dispatch_due_at)
    if status in AT_WORK and incident.feedback_due_at:
        yield Limit(incident.pk, None, Clock.FEEDBACK, incident.feedback_due_at)
    for sent in incident.dispatches.all():
        if sent.status == DispatchStatus.SENT and sent.sign_due_at:
            yield Limit(incident.pk, sent.pk, Clock.SIGN, sent.sign_due_at)
        if sent.status == DispatchStatus.SIGNED and sent.arrive_due_at:
            yield Limit(incident.pk, sent.pk, Clock.ARRIVE, sent.arrive_due_at)


def bring_to(incident: Incident, limit: Limit, level: EscalationLevel, *, at: datetime) -> None:
    """A to-do for whoever holds the post there, or at the next level above that has a holder."""
    permission = PERMISSION_OF_LEVEL[level]
    organisation, _people = holders_from(
        permission=permission, organisation=incident.organisation, levels_up=0, at=at
    )
    title = gettext("%(clock)s超时：%(number)s %(address)s") % {
        "clock": limit.clock.label,
        "number": incident.number,
        "address": incident.address[:60],
    }
    todos.assign(
        kind=limit.todo_kind(level),
        subject=incident,
        title=title,
        organisation_id=organisation.pk,
        permission=permission,
        url=f"/dispatch/incidents/{incident.pk}",
        due_at=limit.due_at,
        by=SYSTEM,
        at=at,
    )


def settle_todos(incident: Incident, *, by: Actor, at: datetime) -> None:
    """Close the to-dos of limits that no longer run; most incidents never had one."""
    if incident.escalated_at is None:
        return
    running = {limit.clock for limit in running_limits(incident)}
    for clock in set(Clock) - running:
        for level in EscalationLevel:
            todos.done(kind=_todo_kind(clock, level), subject=incident, by=by, at=at)


def _todo_kind(clock: Clock, level: EscalationLevel) -> str:
    return f"dispatch.{clock.lower()}_overdue_{level.lower()}"
