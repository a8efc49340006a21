"""To-dos and clocks follow the state of a record, and a granted delay moves both."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from luchang.apps.facilities import services
from luchang.apps.facilities.policies import MANAGE, SEE
from luchang.apps.facilities.services.work import LIFE
from luchang.apps.facilities.states import OrderStatus
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records import deadlines
from luchang.kernel.records.following import postpone
from luchang.kernel.records.kinds import StepKind
from luchang.kernel.records.models import Deadline, DeadlineStep, Notification, Todo
from luchang.kernel.records.stories import story_of
from tests.factories import facilities, identity

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_what_waits_is_written_in_the_language_of_the_house(english: None) -> None:
    """A foreign guest who moves a record must not leave English on his colleagues' lists."""
    order = facilities.order()
    todo = Todo.objects.of("facilities.workorder", order.pk).open().get()
    assert todo.title == f"设施工单待派工：{order.number}"


def test_a_granted_delay_moves_clock_and_todo_and_keeps_what_was_told() -> None:
    """Would catch a to-do that stays red, and a warning that never comes again."""
    order = facilities.order()
    manager = identity.user_with(SEE, MANAGE, at=order.organisation)
    clock = Deadline.objects.of("facilities.workorder", order.pk).get()
    assert clock.warn_at is not None
    deadlines.evaluate(at=clock.warn_at)
    later = clock.due_at + timedelta(days=7)
    postpone(order, LIFE.waits[OrderStatus.REPORTED], until=later, by=SYSTEM, at=clock.warn_at)
    clock.refresh_from_db()
    todo = Todo.objects.of("facilities.workorder", order.pk).open().get()
    assert (clock.due_at, todo.due_at) == (later, later)
    assert clock.taken == 1
    deadlines.evaluate(at=later - timedelta(hours=1))
    deadlines.evaluate(at=later + timedelta(hours=1))
    kinds = list(DeadlineStep.objects.filter(deadline=clock).values_list("kind", flat=True))
    assert kinds == [StepKind.WARN, StepKind.WARN, StepKind.OVERDUE]
    told = Notification.objects.filter(user=manager, kind=deadlines.NOTICE)
    assert told.count() == 3


def test_a_delay_is_later_or_none() -> None:
    order = facilities.order()
    clock = Deadline.objects.of("facilities.workorder", order.pk).get()
    with pytest.raises(ValueError, match="is not extended"):
        deadlines.extend(
            subject=order, code="facilities.order", until=clock.due_at, at=clock.started_at
        )
    other = facilities.order(until=OrderStatus.ACCEPTED)
    assert deadlines.extend(subject=other, code="facilities.order", until=AT, at=AT) is None


def test_a_document_may_set_the_due_time_and_the_rule_still_urges() -> None:
    """The term of the rule must not overrule the date that was printed."""
    place, until = identity.organisation(), AT + timedelta(days=40)
    clock = deadlines.start(
        subject=place,
        code="facilities.work",
        title="整改",
        organisation_id=place.pk,
        until=until,
        at=AT,
    )
    assert clock.due_at == until
    assert clock.warn_at == until - timedelta(days=2)
    assert [each["kind"] for each in clock.plan] == ["WARN", "OVERDUE", "ESCALATE"]


def test_the_story_of_a_record_has_its_moves_and_its_changes() -> None:
    facility = facilities.facility()
    services.correct(
        facility_id=facility.pk,
        name="改名路口",
        place=facility.place,
        longitude=facility.longitude,
        latitude=facility.latitude,
        by=SYSTEM,
        at=AT,
    )
    facility.refresh_from_db()
    story = story_of(facility, shown=lambda state: (state, "neutral"))
    bodies = [each.body for each in story if each.icon == "pencil"]
    assert len(bodies) == 1
    assert "改名路口" in bodies[0]
    assert [each.title for each in story if each.icon == "arrow-right"] == ["PLANNED", "IN_USE"]
