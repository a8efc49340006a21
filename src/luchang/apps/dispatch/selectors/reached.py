"""One record as somebody may reach it; a foreign one is like one that does not exist."""

from datetime import datetime
from typing import TypeVar

from luchang.apps.dispatch.models import Advice, Call, Dispatch, Incident
from luchang.apps.dispatch.policies import ANSWER, can_answer
from luchang.apps.dispatch.selectors.records import calls, dispatches, incidents, with_cards
from luchang.apps.dispatch.selectors.targets import users_of
from luchang.apps.dispatch.states import ACTIVE, DispatchStatus
from luchang.apps.force import selectors as force
from luchang.kernel.identity.actors import Actor, Unreached

T = TypeVar("T")
LARGEST_KEY = 2**63 - 1


def incident(actor: Actor, incident_id: int) -> Incident:
    """Raises Unreached."""
    return _one(with_cards(incidents(actor)).filter(pk=_key(incident_id)).first(), incident_id)


def call(actor: Actor, call_id: int) -> Call:
    """Raises Unreached."""
    return _one(calls(actor).filter(pk=_key(call_id)).first(), call_id)


def dispatch(actor: Actor, dispatch_id: int, *, at: datetime) -> Dispatch:
    """An order the desk sees, or one of the actor's own crew.

    Raises:
        Unreached: neither.
    """
    seen = dispatches(actor).filter(pk=_key(dispatch_id)).first()
    if seen is not None:
        return seen
    found = Dispatch.objects.select_related("incident__organisation", "organisation").filter(
        pk=_key(dispatch_id)
    )
    made = _one(found.first(), dispatch_id)
    if not can_answer(actor, made, users_of(made, at=at)):
        raise Unreached(f"Dispatch {dispatch_id}")
    return made


def advice(actor: Actor, advice_id: int) -> Advice:
    """Advice asked by the actor, or for an incident he sees.

    Raises:
        Unreached.
    """
    found = _one(Advice.objects.filter(pk=_key(advice_id)).first(), advice_id)
    if found.asked_by_id is not None and found.asked_by_id == actor.user_id:
        return found
    incident(actor, found.incident_id or 0)
    return found


def tasks_of(actor: Actor, *, at: datetime) -> list[Dispatch]:
    """The orders that bind this person's crew now, and those that wait for it."""
    if actor.user_id is None or not actor.may(ANSWER):
        return []
    unit = force.unit_of_user(user_id=actor.user_id, at=at)
    officers = force.officers_of_user(user_id=actor.user_id)
    bound = Dispatch.objects.filter(status__in=[*ACTIVE, DispatchStatus.QUEUED])
    own = bound.filter(officer__in=officers)
    if unit is not None:
        own = own | bound.filter(unit=unit.unit_id)
    return list(own.select_related("incident__organisation", "organisation").order_by("pk"))


def _one(row: T | None, key: int) -> T:
    if row is None:
        raise Unreached(f"{key}")
    return row


def _key(number: int) -> int:
    """A key the database can hold; 0, which no row has, for any other."""
    return number if 0 < number <= LARGEST_KEY else 0
