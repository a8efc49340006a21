"""What those on the spot report."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Dispatch, Feedback, Incident
from luchang.apps.dispatch.selectors import categories
from luchang.apps.dispatch.selectors.targets import users_of
from luchang.apps.dispatch.services.dispatches import finish, locked_dispatch
from luchang.apps.dispatch.services.incidents import locked, settle_standing
from luchang.apps.dispatch.services.intake import MOST_PEOPLE
from luchang.apps.dispatch.services.numbers import FEEDBACK, number_for
from luchang.apps.dispatch.services.refusals import BadFacts, Refused
from luchang.apps.dispatch.services.telling import tell_incident
from luchang.apps.dispatch.states import (
    LIVE,
    DispatchStatus,
    FeedbackResult,
    RoadKind,
    RoadSurface,
    Visibility,
    Weather,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.intake import accept_once

LONGEST = 4_000
CODED = {
    "weather": Weather,
    "visibility": Visibility,
    "road_surface": RoadSurface,
    "road_kind": RoadKind,
}


@dataclass(frozen=True, kw_only=True)
class FeedbackFacts:
    """What was found and done."""

    result: str
    text: str
    is_final: bool = True
    category: str = ""
    """Empty: as reported."""
    occurred_at: datetime | None = None
    finished_at: datetime | None = None
    injured: int | None = None
    dead: int | None = None
    motor_vehicles: int | None = None
    other_vehicles: int | None = None
    has_hazardous_goods: bool = False
    has_traffic_control: bool = False
    weather: str = ""
    visibility: str = ""
    road_surface: str = ""
    road_kind: str = ""
    cause: str = ""
    clues: str = ""


def report(
    *, dispatch_id: int, key: str, facts: FeedbackFacts, by: Actor, at: datetime
) -> Feedback:
    """The crew reports, once for each key; a final report ends its dispatch.

    Raises:
        Forbidden: `by` is neither of the crew nor of the desk.
        BadFacts: what was entered cannot be.
        Refused: the crew has not arrived, or was called off.
        KeyReused: the key came before with other content.
    """
    check_feedback(facts)

    def make() -> Feedback:
        made, incident = locked_dispatch(dispatch_id)
        policies.check_can_answer(by, made, users_of(made, at=at))
        if made.status != DispatchStatus.ARRIVED:
            raise Refused(_("到场后才能反馈。"))
        feedback = _store(facts, incident, made, made.organisation, by=by, at=at)
        if facts.is_final:
            finish(made, incident, by=by, at=at)
        else:
            _tell_progress(incident, at=at)
        return feedback

    return _once(f"feedback {dispatch_id}", key, facts, make, at=at)


def report_from_desk(
    *, incident_id: int, key: str, facts: FeedbackFacts, by: Actor, at: datetime
) -> Feedback:
    """The desk itself settled it, for instance by telephone; units still bound stay bound.

    Raises:
        Forbidden, BadFacts, KeyReused.
        Refused: the incident is over.
    """
    check_feedback(facts)

    def make() -> Feedback:
        incident = locked(incident_id)
        policies.check_can_dispatch(by, incident)
        if incident.status not in LIVE:
            raise Refused(_("警情已结束。"))
        feedback = _store(facts, incident, None, incident.organisation, by=by, at=at)
        settle_standing(incident, by=by, at=at)
        tell_incident(incident, kind="feedback", at=at)
        return feedback

    return _once(f"desk feedback {incident_id}", key, facts, make, at=at)


def check_feedback(facts: FeedbackFacts) -> None:
    """Raise BadFacts for what no feedback can be."""
    if facts.result not in FeedbackResult.values:
        raise BadFacts(_("请选择处理结果。"))
    if not facts.text.strip() or len(facts.text) > LONGEST or "\x00" in facts.text:
        raise BadFacts(_("请填写处警情况。"))
    if facts.category and categories.category(facts.category) is None:
        raise BadFacts(_("警情类别不存在。"))
    for count in (facts.injured, facts.dead, facts.motor_vehicles, facts.other_vehicles):
        if count is not None and not 0 <= count <= MOST_PEOPLE:
            raise BadFacts(_("人数或车辆数不合理。"))
    for name, choices in CODED.items():
        if getattr(facts, name) not in ["", *choices.values]:
            raise BadFacts(_("选项代码不存在。"))


def _once(
    key_source: str, key: str, facts: FeedbackFacts, make: Callable[[], Feedback], *, at: datetime
) -> Feedback:
    with transaction.atomic():
        accepted = accept_once(source=key_source, key=key, content=asdict(facts), make=make, at=at)
        return Feedback.objects.select_related("incident").get(pk=accepted.subject_id)


def _store(
    facts: FeedbackFacts,
    incident: Incident,
    made: Dispatch | None,
    organisation: Organisation,
    *,
    by: Actor,
    at: datetime,
) -> Feedback:
    arrived_at = made.arrived_at if made else None
    finished_at = min(facts.finished_at or at, at)
    feedback = Feedback(
        **asdict(facts)
        | {"finished_at": max(finished_at, arrived_at) if arrived_at else finished_at},
        incident=incident,
        dispatch=made,
        organisation=organisation,
        set_out_at=made.signed_at if made else None,
        arrived_at=arrived_at,
        by_id=by.user_id,
        at=at,
        number=number_for(FEEDBACK, incident.organisation, at=at),
    )
    feedback.submit()
    _correct(incident, facts)
    return feedback


def _correct(incident: Incident, facts: FeedbackFacts) -> None:
    """What was found on the spot overrides what was reported."""
    changed = []
    for name in ("injured", "dead", "occurred_at"):
        value = getattr(facts, name)
        if value is not None and value != getattr(incident, name):
            setattr(incident, name, value)
            changed.append(name)
    if changed:
        incident.amend(changed)
    if facts.is_final and facts.category:
        incident.settle_category(facts.category)


def _tell_progress(incident: Incident, *, at: datetime) -> None:
    incident.touch()
    tell_incident(incident, kind="feedback", at=at)
