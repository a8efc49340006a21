"""Remarks on an incident, and looking at who called."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Call, Incident
from luchang.apps.dispatch.services.incidents import locked
from luchang.apps.dispatch.services.refusals import ReasonMissing
from luchang.apps.dispatch.services.telling import tell_incident
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.records.comments import comment


@dataclass(frozen=True)
class Caller:
    """Who called, in clear."""

    caller_number: str
    subscriber_name: str
    subscriber_address: str
    caller_name: str
    contact_number: str


@transaction.atomic
def add_note(*, incident: Incident, text: str, by: Actor, at: datetime) -> None:
    """A remark that everybody who sees the incident reads; `@account` tells that person.

    Raises:
        Forbidden: `by` does not see the incident.
    """
    if not policies.can_see(by, incident):
        raise Forbidden(f"{by.name} does not see {incident}")
    row = locked(incident.pk)

    def may_see(user: User) -> bool:
        return policies.can_see(actor_for(user, at=at), row)

    url = f"/dispatch/incidents/{row.pk}"
    comment(subject=row, text=text, by=by, at=at, url=url, may_see=may_see)
    row.touch()
    tell_incident(row, kind="noted", at=at)


@transaction.atomic
def reveal_caller(*, call: Call, purpose: str, by: Actor, at: datetime) -> Caller:
    """Who called, unmasked; the look and its purpose stand in the audit with it.

    Raises:
        Forbidden: `by` may not see callers there.
        ReasonMissing: no purpose was given.
    """
    policies.check_can_reveal_caller(by, call.organisation)
    if not purpose.strip():
        raise ReasonMissing(_("查看报警人信息须填写事由。"))
    audit.record(
        by=by,
        action=Action.REVEAL,
        subject="dispatch.call",
        subject_id=call.pk,
        at=at,
        purpose=purpose,
    )
    return Caller(
        caller_number=call.caller_number,
        subscriber_name=call.subscriber_name,
        subscriber_address=call.subscriber_address,
        caller_name=call.caller_name,
        contact_number=call.contact_number,
    )
