"""Calls, incidents, crews and dispatches for every test; made by the services themselves."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.services import calls, dispatches, feedbacks, rules
from luchang.apps.dispatch.services.dispatches import Order
from luchang.apps.dispatch.services.feedbacks import FeedbackFacts
from luchang.apps.dispatch.services.intake import CallFacts, IncidentFacts
from luchang.apps.force import services as force
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.selectors import actor_for
from tests.factories import force as force_factory
from tests.factories.force import NOON
from tests.factories.identity import actor_with, organisation, user_with

DESK = (
    "dispatch.see_incidents",
    "dispatch.take_calls",
    "dispatch.dispatch_units",
    "dispatch.close_incidents",
    "force.see_force",
)
PATROL = ("dispatch.answer_dispatch",)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

CRASH = IncidentFacts(
    category="12",
    grade="2",
    address="长江北路与珠江北路口",
    longitude=113.131,
    latitude=27.831,
    description="两车相撞，一人受伤",
    plates=("湘B·D01234",),
    injured=1,
)
CALLER = CallFacts(caller_number="13800000001", caller_name="演示甲")
DONE = FeedbackFacts(result="SIMPLE_PROCEDURE", text="已按简易程序处理", category="11")

_number = count(1)


@dataclass(frozen=True)
class Crew:
    """A unit on duty with the account of its one officer."""

    unit_id: int
    officer_id: int
    user: User
    actor: Actor


def desk(at: Organisation | None = None, *more: str) -> Actor:
    """Whoever holds the desk of an organisation and all below it."""
    return actor_with(*DESK, *more, at=at, when=NOON)


def crew(*, at: Organisation | None = None, when: datetime = NOON) -> Crew:
    """A crew that has signed on."""
    place = at or organisation()
    person = user_with(*PATROL, at=place)
    officer = force_factory.officer(at=place, user=person)
    unit = force_factory.unit(at=place)
    shift = force_factory.shift(of=unit, officers=[officer])
    force.sign_on(shift_id=shift.pk, by=SYSTEM, at=when)
    return Crew(unit.pk, officer.pk, person, actor_for(person, at=when))


def incident(
    *,
    by: Actor | None = None,
    at: datetime = NOON,
    facts: IncidentFacts = CRASH,
    **changes: object,
) -> Incident:
    """A registered incident, by its call."""
    taken = calls.take_call(
        source="test",
        key=f"key-{next(_number)}",
        call=CALLER,
        incident=replace(facts, **changes),  # type: ignore[arg-type]
        by=by or desk(),
        at=at,
    )
    return taken.incident


def sent(
    to: Incident, unit: Crew, *, by: Actor = SYSTEM, at: datetime = NOON + SECOND
) -> Dispatch:
    return dispatches.dispatch_unit(
        incident_id=to.pk, order=Order(target_id=unit.unit_id), by=by, at=at
    )


def signed(to: Incident, unit: Crew, *, at: datetime = NOON + 2 * SECOND) -> Dispatch:
    made = sent(to, unit, at=at - SECOND)
    return dispatches.sign(dispatch_id=made.pk, by=unit.actor, at=at)


def arrived(to: Incident, unit: Crew, *, at: datetime = NOON + MINUTE) -> Dispatch:
    made = signed(to, unit, at=at - SECOND)
    return dispatches.arrive(dispatch_id=made.pk, by=unit.actor, at=at)


def reported(
    to: Incident, unit: Crew, *, at: datetime = NOON + 5 * MINUTE, facts: FeedbackFacts = DONE
) -> Dispatch:
    made = arrived(to, unit, at=at - SECOND)
    feedbacks.report(
        dispatch_id=made.pk, key=f"key-{next(_number)}", facts=facts, by=unit.actor, at=at
    )
    return Dispatch.objects.get(pk=made.pk)


def limits() -> None:
    """The default time limits, valid since long ago."""
    rules.load_default_service_levels(by=SYSTEM, valid_from=NOON - timedelta(days=365), at=NOON)
