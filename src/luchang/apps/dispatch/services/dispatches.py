"""Sending units and what they answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Advice, Dispatch, Incident
from luchang.apps.dispatch.selectors.targets import Target, target, users_of
from luchang.apps.dispatch.services.incidents import check_reason, locked, settle_standing
from luchang.apps.dispatch.services.numbers import DISPATCH, number_for
from luchang.apps.dispatch.services.refusals import Refused, UnitUnavailable
from luchang.apps.dispatch.services.telling import announce, tell_dispatch, tell_incident
from luchang.apps.dispatch.states import (
    LIVE,
    UNDER_WAY,
    DispatchReason,
    DispatchStatus,
    TargetKind,
)
from luchang.events.dispatch import DispatchEnded, UnitSent
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records import notices
from luchang.kernel.records.moves import begin

CLOCK_DRIFT = timedelta(minutes=2)
"""How far ahead of ours a phone's clock may be and still be believed."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """Whom to send, and on whose advice."""

    target_id: int
    kind: TargetKind = TargetKind.UNIT
    advice_id: int | None = None
    is_queued: bool = False
    """Wait until the target is free instead of being refused."""
    is_automatic: bool = False


@transaction.atomic
def dispatch_unit(*, incident_id: int, order: Order, by: Actor, at: datetime) -> Dispatch:
    """Order one unit, person or vehicle to a live incident.

    The incident's row is locked, so two dispatchers answering the same call come one after the
    other and the second sees what the first did; the database refuses a target a second active
    dispatch, whichever incident it is for. A second unit for an incident is a reinforcement.

    Raises:
        Forbidden: `by` does not hold the incident's desk.
        UnitUnavailable: not on duty, resting, or bound by another dispatch.
        Refused: the incident is over, or this target is on it already.
    """
    incident = locked(incident_id)
    policies.check_can_dispatch(by, incident)
    if incident.status not in LIVE:
        raise Refused(_("警情已结束，不能派警。"))
    whom = _available(order, by=by, at=at)
    made = _order(incident, order, whom, by=by, at=at)
    begin(made, by=by, at=at)
    settle_standing(incident, by=by, at=at)
    _tell(made, incident, kind="sent", users=whom.users, at=at)
    _notify(made, incident, whom.users, at=at)
    announce(UnitSent(incident_id=incident.pk, dispatch_id=made.pk, at=at))
    return made


@transaction.atomic
def send_queued(*, dispatch_id: int, by: Actor, at: datetime) -> Dispatch:
    """A queued order's turn has come: its target is free.

    Raises:
        Forbidden, UnitUnavailable, IllegalTransition.
    """
    made, incident = _locked(dispatch_id)
    policies.check_can_dispatch(by, incident)
    try:
        with transaction.atomic():
            made.send(sign_due_at=_sign_due(incident, at), by=by, at=at)
    except IntegrityError as clash:
        raise UnitUnavailable(_("该警力仍有未完成的任务。")) from clash
    _settle(made, incident, kind="sent", by=by, at=at)
    announce(UnitSent(incident_id=incident.pk, dispatch_id=made.pk, at=at))
    return made


@transaction.atomic
def sign(*, dispatch_id: int, by: Actor, at: datetime) -> Dispatch:
    """The crew takes the order on; signing twice is one signing.

    Raises:
        Forbidden: `by` is neither of the crew nor of the desk.
        IllegalTransition: the order was called off in the meantime.
    """
    made, incident = _answered(dispatch_id, by=by, at=at)
    if made.status == DispatchStatus.SIGNED:
        return made
    level = incident.service_level
    limit = level.arrive_s if level else None
    due = at + timedelta(seconds=limit) if limit is not None else None
    made.sign(arrive_due_at=due, by=by, at=at)
    _settle(made, incident, kind="signed", by=by, at=at)
    return made


@transaction.atomic
def arrive(
    *, dispatch_id: int, by: Actor, at: datetime, entered_at: datetime | None = None
) -> Dispatch:
    """The crew says it is there; `entered_at` is when it pressed the button without a network.

    Raises:
        Forbidden, IllegalTransition.
    """
    made, incident = _answered(dispatch_id, by=by, at=at)
    if made.arrival_entered_at is not None:
        return made
    moment = entered_at if entered_at is not None and entered_at <= at + CLOCK_DRIFT else at
    made.arrive(entered_at=min(moment, at), by=by, at=at)
    _settle(made, incident, kind="arrived", by=by, at=at)
    return made


@transaction.atomic
def start_handling(*, dispatch_id: int, by: Actor, at: datetime) -> Dispatch:
    """Work on the spot begins.

    Raises:
        Forbidden.
        Refused: the crew has not arrived.
    """
    made, incident = _answered(dispatch_id, by=by, at=at)
    if made.status != DispatchStatus.ARRIVED:
        raise Refused(_("尚未到场。"))
    if made.handling_at is None:
        made.start_handling(at=at)
        _settle(made, incident, kind="handling", by=by, at=at)
    return made


@transaction.atomic
def give_back(*, dispatch_id: int, reason: str, by: Actor, at: datetime) -> Dispatch:
    """The crew cannot take it, or has to leave before arriving; the incident waits again.

    Raises:
        ReasonMissing, Forbidden, IllegalTransition.
    """
    made, incident = _answered(dispatch_id, by=by, at=at)
    check_reason(reason)
    made.give_back(by=by, at=at, reason=reason)
    _settle(made, incident, kind="returned", by=by, at=at, reason=reason)
    _free(made, at=at)
    return made


@transaction.atomic
def cancel_dispatch(*, dispatch_id: int, reason: str, by: Actor, at: datetime) -> Dispatch:
    """The desk calls a unit off.

    Raises:
        ReasonMissing, Forbidden, IllegalTransition.
    """
    made, incident = _locked(dispatch_id)
    policies.check_can_dispatch(by, incident)
    check_reason(reason)
    made.cancel(by=by, at=at, reason=reason)
    _settle(made, incident, kind="cancelled", by=by, at=at, reason=reason)
    _free(made, at=at)
    return made


@transaction.atomic
def finish_dispatch(*, dispatch_id: int, by: Actor, at: datetime) -> Dispatch:
    """A reinforcement leaves; the unit in charge ends with its feedback instead.

    Raises:
        Forbidden, IllegalTransition.
        Refused: it is the last unit there and nobody has reported.
    """
    made, incident = _answered(dispatch_id, by=by, at=at)
    others = incident.dispatches.active().exclude(pk=made.pk).exists()
    if not others and not incident.feedbacks.final().exists():
        raise Refused(_("最后一个警力离开前须提交反馈。"))
    finish(made, incident, by=by, at=at)
    return made


def finish(made: Dispatch, incident: Incident, *, by: Actor, at: datetime) -> None:
    """End a dispatch within another command's transaction and lock."""
    made.finish(by=by, at=at)
    _settle(made, incident, kind="finished", by=by, at=at)
    _free(made, at=at)


def locked_dispatch(dispatch_id: int) -> tuple[Dispatch, Incident]:
    """A dispatch with its incident, locked incident first, as every command does."""
    return _locked(dispatch_id)


def _locked(dispatch_id: int) -> tuple[Dispatch, Incident]:
    """The row that holds both still: the incident, found without a lock and checked under it."""
    while True:
        incident_id = Dispatch.objects.values_list("incident_id", flat=True).get(pk=dispatch_id)
        incident = locked(incident_id)
        made = (
            Dispatch.objects.select_for_update(of=("self",))
            .select_related("organisation", "incident__organisation")
            .get(pk=dispatch_id)
        )
        if made.incident_id == incident.pk:  # not taken elsewhere by a merge in between
            return made, incident


def _answered(dispatch_id: int, *, by: Actor, at: datetime) -> tuple[Dispatch, Incident]:
    made, incident = _locked(dispatch_id)
    policies.check_can_answer(by, made, users_of(made, at=at))
    return made, incident


def _available(order: Order, *, by: Actor, at: datetime) -> Target:
    whom = target(kind=order.kind, target_id=order.target_id, actor=by, at=at)
    if whom is None:
        raise UnitUnavailable(_("该警力不在岗。"))
    if not whom.is_ready and not order.is_queued:
        raise UnitUnavailable(_("该警力当前不可出警：") + whom.readiness)
    return whom


def _order(incident: Incident, order: Order, whom: Target, *, by: Actor, at: datetime) -> Dispatch:
    advice = _advice(order, incident, by=by)
    is_second = incident.status in UNDER_WAY
    made = Dispatch(
        incident=incident,
        original_incident=incident,
        organisation_id=whom.organisation_id,
        status=DispatchStatus.QUEUED if order.is_queued else DispatchStatus.SENT,
        target_kind=whom.kind,
        unit_id=whom.id if whom.kind == TargetKind.UNIT else None,
        officer_id=whom.id if whom.kind == TargetKind.PERSON else None,
        vehicle_id=whom.id if whom.kind == TargetKind.VEHICLE else None,
        target_name=whom.name,
        crew="、".join(whom.crew)[:200],
        plate=whom.plate,
        reason=DispatchReason.REINFORCEMENT if is_second else DispatchReason.FIRST,
        is_automatic=order.is_automatic,
        advice=advice,
        expected_s=_promised_s(advice, whom),
        queued_at=at if order.is_queued else None,
        sent_at=None if order.is_queued else at,
        sign_due_at=None if order.is_queued else _sign_due(incident, at),
        number=number_for(DISPATCH, incident.organisation, at=at),
    )
    try:
        with transaction.atomic():
            made.order()
    except IntegrityError as clash:
        raise UnitUnavailable(_("该警力已有任务，可选择排队。")) from clash
    return made


def _advice(order: Order, incident: Incident, *, by: Actor) -> Advice | None:
    """Advice given for this incident, or asked by the same person while he was typing."""
    if order.advice_id is None:
        return None
    known = Advice.objects.filter(pk=order.advice_id, incident=incident).first()
    return known or Advice.adopt(order.advice_id, incident=incident, asked_by_id=by.user_id)


def _promised_s(advice: Advice | None, whom: Target) -> float | None:
    if advice is None or whom.kind != TargetKind.UNIT:
        return None
    promised = {each["unit_id"]: each["eta_s"] for each in advice.candidates}
    seconds: float | None = promised.get(whom.id)
    return seconds


def _sign_due(incident: Incident, at: datetime) -> datetime | None:
    limit = incident.service_level.sign_s if incident.service_level else None
    return at + timedelta(seconds=limit) if limit is not None else None


def _settle(
    made: Dispatch, incident: Incident, *, kind: str, by: Actor, at: datetime, reason: str = ""
) -> None:
    settle_standing(incident, by=by, at=at, reason=reason)
    _tell(made, incident, kind=kind, users=users_of(made, at=at), at=at)


def _tell(
    made: Dispatch, incident: Incident, *, kind: str, users: frozenset[int], at: datetime
) -> None:
    tell_dispatch(made, kind=kind, crew=users, at=at)
    tell_incident(incident, kind=kind, at=at)


def _notify(made: Dispatch, incident: Incident, users: frozenset[int], *, at: datetime) -> None:
    """A line in the crew's notices beside the task on its phone."""
    notices.notify(
        user_ids=users,
        kind=policies.TASK_NOTICE,
        key=f"dispatch-{made.pk}",
        title=gettext("新任务：%(address)s") % {"address": incident.address[:120]},
        body=incident.description[:200],
        url="/dispatch/patrol",
        at=at,
    )


def _free(made: Dispatch, *, at: datetime) -> None:
    announce(DispatchEnded(incident_id=made.incident_id, dispatch_id=made.pk, at=at))
