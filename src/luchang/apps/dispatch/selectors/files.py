"""Files of incidents: the rules their store asks at every fetch, and the rows of their card."""

from dataclasses import dataclass
from datetime import datetime

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.selectors.reached import LARGEST_KEY
from luchang.apps.dispatch.selectors.targets import users_of
from luchang.apps.dispatch.states import ACTIVE, DispatchStatus
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.attachments.captures import Capture, capture_of
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.attachments.selectors import NotFound, attachments_of

SUBJECT = "dispatch.incident"
ANSWERING = frozenset({*ACTIVE, DispatchStatus.FINISHED})
"""A photograph may reach us after the crew has reported and left."""


@dataclass(frozen=True)
class FileRow:
    """One file as the card shows it."""

    file: Attachment
    capture: Capture
    may_withdraw: bool


def files_of(incident: Incident, *, by: Actor) -> list[FileRow]:
    """The files of an incident that `by` sees, oldest first; none where he does not."""
    try:
        found = attachments_of(subject=SUBJECT, subject_id=incident.pk, by=by)
    except NotFound:
        return []
    adds = bool(found) and may_add(by, incident.pk)
    return [
        FileRow(
            file=each,
            capture=capture_of(each),
            may_withdraw=adds and policies.can_withdraw_file(by, incident, each.uploaded_by_id),
        )
        for each in found
    ]


def may_see(actor: Actor, incident_id: int) -> bool:
    """The store's rule for looking."""
    row = _incident(incident_id)
    if row is None:
        return False
    return policies.can_see(actor, row) or policies.can_see_files(
        actor, row, _crews(actor, row, at=clock.now())
    )


def may_add(actor: Actor, incident_id: int) -> bool:
    """The store's rule for adding."""
    row = _incident(incident_id)
    return row is not None and policies.can_add_files(
        actor, row, _crews(actor, row, at=clock.now())
    )


def _incident(incident_id: int) -> Incident | None:
    if not 0 < incident_id <= LARGEST_KEY:
        return None
    return Incident.objects.select_related("organisation").filter(pk=incident_id).first()


def _crews(actor: Actor, incident: Incident, *, at: datetime) -> frozenset[int]:
    """Accounts that answer for its orders now; not looked up for who answers none."""
    if not actor.may(policies.ANSWER):
        return frozenset()
    orders = Dispatch.objects.filter(incident=incident, status__in=ANSWERING)
    return frozenset(user for order in orders for user in users_of(order, at=at))
