"""Taking calls: from the ringing to the incident they open or belong to."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Call, Incident
from luchang.apps.dispatch.services.incidents import draft_incident, locked, open_incident
from luchang.apps.dispatch.services.intake import (
    CallFacts,
    IncidentFacts,
    check_call,
    check_incident,
)
from luchang.apps.dispatch.services.numbers import CALL, number_for
from luchang.apps.dispatch.services.refusals import NothingToLink, Refused
from luchang.apps.dispatch.services.telling import announce, tell_incident
from luchang.apps.dispatch.states import LIVE, CallLink, CallStatus
from luchang.events.dispatch import IncidentRegistered
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.intake import accept_once
from luchang.kernel.records.moves import begin


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A call about an incident that is known already."""

    incident_id: int
    link: CallLink
    note: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of a call that was sent in."""

    call: Call
    incident: Incident
    is_new: bool
    """False when the same key had brought it before: nothing was stored this time."""


def take_call(
    *,
    source: str,
    key: str,
    call: CallFacts,
    incident: IncidentFacts,
    by: Actor,
    at: datetime,
) -> Taken:
    """Take a call and register what it reports, once for each key, in one transaction.

    Call, incident, numbers, clocks and what screens hear are stored together or not at all; a
    sender who got no answer sends the same key again and gets the same incident.

    Raises:
        Forbidden: `by` takes no calls.
        BadFacts: what was entered cannot be.
        KeyReused: the key came before with other content.
    """
    policies.check_can_take_calls(by)
    check_call(call, at=at)
    check_incident(incident, at=at)
    content = {"call": asdict(call), "incident": asdict(incident)}
    accepted = accept_once(
        source=source,
        key=key,
        content=content,
        make=lambda: _take(call, incident, by=by, at=at),
        at=at,
    )
    taken = Call.objects.select_related("incident__organisation").get(pk=accepted.subject_id)
    if taken.incident is None:  # linked elsewhere and unlinked since
        raise Refused(_("该接警单已解除关联，请重新登记。"))
    return Taken(taken, taken.incident, is_new=accepted.is_new)


@transaction.atomic
def ring(*, call: CallFacts, by: Actor, at: datetime) -> Call:
    """A call waits in the queue of the switch."""
    policies.check_can_take_calls(by)
    check_call(call, at=at)
    made = _new_call(
        replace(call, answered_at=None), CallStatus.RINGING, desk=_desk_of(by), by=by, at=at
    )
    begin(made, by=by, at=at)
    return made


@transaction.atomic
def answer(*, call_id: int, by: Actor, at: datetime) -> Call:
    """An operator picks the call up; of two, the second is refused.

    Raises:
        Forbidden, IllegalTransition.
    """
    policies.check_can_take_calls(by)
    made = _locked_call(call_id)
    made.answer(by=by, at=at)
    return made


@transaction.atomic
def miss(*, call_id: int, by: Actor, at: datetime) -> Call:
    """The caller hung up before anybody answered."""
    policies.check_can_take_calls(by)
    made = _locked_call(call_id)
    made.conclude(CallStatus.MISSED, by=by, at=at, reason="")
    return made


@transaction.atomic
def register(*, call_id: int, facts: IncidentFacts, by: Actor, at: datetime) -> Incident:
    """Open an incident from an answered call.

    Raises:
        Forbidden, BadFacts, IllegalTransition.
    """
    policies.check_can_take_calls(by)
    made = _locked_call(call_id)
    return _register(made, facts, by=by, at=at)


@transaction.atomic
def conclude(*, call_id: int, status: CallStatus, by: Actor, at: datetime, note: str = "") -> Call:
    """End an answered call without an incident: a consultation or a nuisance.

    Raises:
        Forbidden, IllegalTransition.
    """
    policies.check_can_take_calls(by)
    if status not in {CallStatus.CONSULTATION, CallStatus.NUISANCE}:
        raise Refused(_("只能以咨询或骚扰结束。"))
    made = _locked_call(call_id)
    made.conclude(status, by=by, at=at, reason=note)
    return made


@transaction.atomic
def link_call(
    *, call_id: int, incident_id: int, link: CallLink, by: Actor, at: datetime
) -> Incident:
    """The call is about an incident that is known already; it keeps its own record.

    Raises:
        Forbidden: `by` takes no calls or has no part in the incident.
        NothingToLink: the incident is over.
        IllegalTransition: the call belongs somewhere already.
    """
    policies.check_can_take_calls(by)
    incident = locked(incident_id)
    policies.check_can_take_part(by, incident)
    if incident.status not in LIVE:
        raise NothingToLink(_("警情已结束，请登记新警情。"))
    made = _locked_call(call_id)
    made.link_to(incident, link, by=by, at=at)
    incident.touch()
    tell_incident(incident, kind="called_again", at=at)
    return incident


def take_repeat_call(
    *,
    source: str,
    key: str,
    call: CallFacts,
    repeat: Repeat,
    by: Actor,
    at: datetime,
) -> Taken:
    """Take a call that repeats or chases a known incident, once for each key.

    Raises:
        As `take_call` and `link_call`.
    """
    policies.check_can_take_calls(by)
    check_call(call, at=at)

    def make() -> Call:
        incident = locked(repeat.incident_id)
        made = _new_call(
            call,
            CallStatus.ANSWERED,
            desk=_desk_of(by),
            by=by,
            at=at,
            address=incident.address,
            description=repeat.note,
        )
        begin(made, by=by, at=at)
        link_call(call_id=made.pk, incident_id=repeat.incident_id, link=repeat.link, by=by, at=at)
        return made

    content = {"call": asdict(call), "repeat": asdict(repeat)}
    accepted = accept_once(source=source, key=key, content=content, make=make, at=at)
    taken = Call.objects.select_related("incident__organisation").get(pk=accepted.subject_id)
    if taken.incident is None:
        raise Refused(_("该接警单已解除关联，请重新登记。"))
    return Taken(taken, taken.incident, is_new=accepted.is_new)


@transaction.atomic
def unlink_call(
    *, call_id: int, facts: IncidentFacts, reason: str, by: Actor, at: datetime
) -> Incident:
    """A call taken for a repeat becomes an incident of its own.

    Raises:
        Forbidden, BadFacts, IllegalTransition.
    """
    policies.check_can_take_calls(by)
    known = Call.objects.get(pk=call_id)
    if known.incident_id is None:
        raise NothingToLink(_("该接警单没有关联警情。"))
    before = locked(known.incident_id)
    policies.check_can_take_part(by, before)
    made = _locked_call(call_id)
    made.unlink(by=by, at=at, reason=reason)
    before.touch()
    tell_incident(before, kind="changed", at=at)
    return _register(made, facts, by=by, at=at)


def _take(call: CallFacts, facts: IncidentFacts, *, by: Actor, at: datetime) -> Call:
    """All look-ups come before the first number: from there on every other intake waits."""
    desk = _desk_of(by)
    draft = draft_incident(facts=facts, source=call.source, fallback=desk, by=by, at=at)
    made = _new_call(call, CallStatus.ANSWERED, desk=desk, by=by, at=at)
    begin(made, by=by, at=at)
    _file(made, draft, by=by, at=at)
    return made


def _register(made: Call, facts: IncidentFacts, *, by: Actor, at: datetime) -> Incident:
    draft = draft_incident(
        facts=facts, source=made.source, fallback=made.organisation, by=by, at=at
    )
    return _file(made, draft, by=by, at=at)


def _file(made: Call, draft: Incident, *, by: Actor, at: datetime) -> Incident:
    incident = open_incident(draft, by=by, at=at)
    made.register(incident, by=by, at=at)
    tell_incident(incident, kind="registered", at=at)
    announce(IncidentRegistered(incident_id=incident.pk, at=at))
    return incident


def _new_call(
    call: CallFacts,
    status: CallStatus,
    *,
    desk: Organisation,
    by: Actor,
    at: datetime,
    address: str = "",
    description: str = "",
) -> Call:
    known = asdict(call) | {"queued_at": call.queued_at or call.answered_at or at}
    if status != CallStatus.RINGING:
        known["answered_at"] = call.answered_at or max(at, known["queued_at"])
    made = Call(
        **known,
        status=status,
        organisation=desk,
        operator_id=by.user_id if status != CallStatus.RINGING else None,
        address=address,
        description=description,
        number=number_for(CALL, desk, at=at),
    )
    made.ring()
    return made


def _desk_of(by: Actor) -> Organisation:
    """The unit that receives the call; a system job's calls belong to the head of the tree."""
    if by.organisation_id is not None:
        return Organisation.objects.get(pk=by.organisation_id)
    head = Organisation.objects.open().order_by("path").first()
    if head is None:
        raise Refused(_("尚未建立机构。"))
    return head


def _locked_call(call_id: int) -> Call:
    return (
        Call.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=call_id)
    )
