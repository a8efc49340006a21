"""The life of an incident apart from its calls and dispatches."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Feedback, Incident, ServiceLevel
from luchang.apps.dispatch.selectors import categories, jurisdictions
from luchang.apps.dispatch.selectors.rules import service_level_for
from luchang.apps.dispatch.services.intake import IncidentFacts, check_incident, normal_plate
from luchang.apps.dispatch.services.limits import settle_todos
from luchang.apps.dispatch.services.numbers import INCIDENT, number_for
from luchang.apps.dispatch.services.refusals import ReasonMissing, Refused
from luchang.apps.dispatch.services.telling import announce, tell_incident
from luchang.apps.dispatch.states import LIVE, OVER, DispatchStatus, IncidentStatus, standing
from luchang.events.dispatch import IncidentClosed
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Unreached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import begin

SUBJECT = "dispatch.incident"


def draft_incident(
    *, facts: IncidentFacts, source: str, fallback: Organisation, by: Actor, at: datetime
) -> Incident:
    """An incident with its clocks, neither numbered nor stored: all that has to be looked up.

    It belongs to the brigade of its ground, or to `fallback` where the map knows none.

    Raises:
        BadFacts: what was entered cannot be.
    """
    check_incident(facts, at=at)
    division = jurisdictions.division_code_at(facts.longitude, facts.latitude)
    organisation = jurisdictions.brigade_for(division) or fallback
    area = facts.area_class or jurisdictions.area_class_at(facts.longitude, facts.latitude)
    level = _level(facts.category, facts.grade, area, at=at)
    known = asdict(facts) | {"plates": [normal_plate(plate) for plate in facts.plates]}
    known["initial_category"] = known.pop("category")
    known["area_class"] = area
    return Incident(
        **known,
        organisation=organisation,
        division_code=division,
        source=source,
        taken_by_id=by.user_id,
        received_at=at,
        service_level=level,
        dispatch_due_at=_due(level.dispatch_s if level else None, at),
    )


def open_incident(draft: Incident, *, by: Actor, at: datetime) -> Incident:
    """Number and store a draft; the caller's transaction holds its call too."""
    draft.number = number_for(INCIDENT, draft.organisation, at=at)
    draft.open()
    begin(draft, by=by, at=at)
    return draft


@transaction.atomic
def amend_incident(*, incident_id: int, facts: IncidentFacts, by: Actor, at: datetime) -> Incident:
    """Correct what was reported; what the caller said first stays in the history.

    Raises:
        Forbidden: `by` has no part in it.
        BadFacts, Refused: the facts cannot be, or the incident is closed.
    """
    incident = locked(incident_id)
    policies.check_can_take_part(by, incident)
    if incident.status not in LIVE:
        raise Refused(_("警情已结束，不能修改。"))
    check_incident(facts, at=at)
    known = asdict(facts) | {"plates": [normal_plate(plate) for plate in facts.plates]}
    known["initial_category"] = known.pop("category")
    known["area_class"] = facts.area_class or jurisdictions.area_class_at(
        facts.longitude, facts.latitude
    )
    changed = [name for name, value in known.items() if getattr(incident, name) != value]
    if not changed:
        return incident
    for name in changed:
        setattr(incident, name, known[name])
    incident.category = incident.final_category or incident.initial_category
    incident.amend([*changed, "category"])
    _audit(incident, Action.CHANGE, by=by, at=at, fields=changed)
    tell_incident(incident, kind="changed", at=at)
    return incident


@transaction.atomic
def close_incident(*, incident_id: int, by: Actor, at: datetime, note: str = "") -> Incident:
    """The desk has read the feedback and ends the incident.

    Raises:
        Forbidden: `by` does not close incidents there.
        IllegalTransition: no feedback has come yet.
    """
    incident = locked(incident_id)
    policies.check_can_close(by, incident)
    incident.move_to(IncidentStatus.CLOSED, by=by, at=at, reason=note)
    for waiting in incident.dispatches.filter(status=DispatchStatus.QUEUED):
        waiting.cancel(by=by, at=at, reason=str(IncidentStatus.CLOSED.label))
    settle_todos(incident, by=by, at=at)
    tell_incident(incident, kind="closed", at=at)
    announce(IncidentClosed(incident_id=incident.pk, at=at))
    return incident


@transaction.atomic
def reopen_incident(*, incident_id: int, reason: str, by: Actor, at: datetime) -> Incident:
    """A closed or cancelled incident goes on: its clock starts again.

    Raises:
        ReasonMissing, Forbidden.
        Refused: it is neither closed nor cancelled.
    """
    incident = locked(incident_id)
    policies.check_can_close(by, incident)
    check_reason(reason)
    if incident.status not in OVER:
        raise Refused(_("警情尚未结束。"))
    level = incident.service_level
    due_at = _due(level.dispatch_s if level else None, at)
    incident.reopen(due_at=due_at, by=by, at=at, reason=reason)
    tell_incident(incident, kind="reopened", at=at)
    return incident


@transaction.atomic
def cancel_incident(*, incident_id: int, reason: str, by: Actor, at: datetime) -> Incident:
    """It turned out that nothing is to be done; units still bound must be called off first.

    Raises:
        ReasonMissing, Forbidden, IllegalTransition.
        Refused: a unit is still bound by it.
    """
    incident = locked(incident_id)
    policies.check_can_close(by, incident)
    check_reason(reason)
    if incident.dispatches.filter(ended_at__isnull=True).exists():
        raise Refused(_("仍有未结束的派警，请先撤销派警。"))
    incident.move_to(IncidentStatus.CANCELLED, by=by, at=at, reason=reason)
    settle_todos(incident, by=by, at=at)
    tell_incident(incident, kind="cancelled", at=at)
    return incident


@transaction.atomic
def transfer_incident(
    *, incident_id: int, organisation_id: int, reason: str, by: Actor, at: datetime
) -> Incident:
    """Hand an incident to another brigade, whose desk sees it from this moment.

    Raises:
        ReasonMissing, Forbidden.
        Refused: it is over, or already theirs.
        Unreached: no such open organisation of this force; a partner or another force has no
            desk here, and the incident would be out of everybody's sight.
    """
    incident = locked(incident_id)
    policies.check_can_dispatch(by, incident)
    check_reason(reason)
    receiver = _receiver(organisation_id, incident.organisation)
    if incident.status not in LIVE or receiver == incident.organisation:
        raise Refused(_("警情已结束或已属于该单位。"))
    giver = incident.organisation
    incident.transfer_to(receiver)
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject=SUBJECT,
        subject_id=incident.pk,
        at=at,
        purpose=reason[:200],
        detail={"from": giver.code, "to": receiver.code},
    )
    tell_incident(incident, kind="transferred", at=at)
    return incident


@transaction.atomic
def escalate_incident(*, incident_id: int, reason: str, by: Actor, at: datetime) -> Incident:
    """Bring an incident to the leaders' notice by hand.

    Raises:
        ReasonMissing, Forbidden.
    """
    incident = locked(incident_id)
    policies.check_can_take_part(by, incident)
    check_reason(reason)
    incident.escalate(at=at)
    _audit(incident, Action.CHANGE, by=by, at=at, escalated=reason)
    tell_incident(incident, kind="escalated", at=at)
    return incident


def locked(incident_id: int) -> Incident:
    """The incident, its row held until the transaction ends: the one lock of every command.

    Raises:
        Incident.DoesNotExist: there is none.
    """
    return (
        Incident.objects.select_for_update(of=("self",))
        .select_related("organisation", "service_level")
        .get(pk=incident_id)
    )


def settle_standing(incident: Incident, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Bring the incident's state in line with its dispatches, and its clocks with its state."""
    status = standing_of(incident)
    if status != incident.status:
        incident.move_to(status, by=by, at=at, reason=reason)
        _restart_clocks(incident, at=at)
        settle_todos(incident, by=by, at=at)
    else:
        incident.touch()


def standing_of(incident: Incident) -> IncidentStatus:
    """Where its dispatches and feedback put it; of a reopened one, those since then."""
    orders = incident.dispatches.order_by("pk")
    reports = Feedback.objects.final().filter(incident=incident)
    if incident.reopened_at is not None:
        orders = orders.exclude(ended_at__lte=incident.reopened_at)
        reports = reports.filter(at__gt=incident.reopened_at)
    return standing([each.stage for each in orders], has_feedback=reports.exists())


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(_("请填写原因。"))


def _receiver(organisation_id: int, giver: Organisation) -> Organisation:
    force = giver.path.partition("/")[0] + "/"
    found = Organisation.objects.open().branch(force).filter(pk=organisation_id).first()
    if found is None:
        raise Unreached(f"Organisation {organisation_id}")
    return found


def _restart_clocks(incident: Incident, *, at: datetime) -> None:
    level = incident.service_level
    match IncidentStatus(incident.status):
        case IncidentStatus.OPEN | IncidentStatus.RETURNED:
            incident.wait_for_dispatch(due_at=_due(level.dispatch_s if level else None, at))
        case IncidentStatus.ARRIVED if incident.feedback_due_at is None:
            incident.expect_feedback(due_at=_due(level.feedback_s if level else None, at))


def _level(category: str, grade: str, area: str, *, at: datetime) -> ServiceLevel | None:
    kind = categories.category(category)
    group = kind.group.value if kind else ""
    return service_level_for(area_class=area, grade=grade, category_group=group, at=at)


def _due(seconds: int | None, at: datetime) -> datetime | None:
    return at + timedelta(seconds=seconds) if seconds is not None else None


def _audit(
    incident: Incident, action: Action, *, by: Actor, at: datetime, **detail: object
) -> None:
    audit.record(
        by=by, action=action, subject=SUBJECT, subject_id=incident.pk, at=at, detail=detail
    )
