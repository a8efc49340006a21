"""Clocks: due by the right rule, each step once, whoever dies and however the clock jumps."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import OutboxEvent
from luchang.kernel.records import deadlines
from luchang.kernel.records.calendar import Unit
from luchang.kernel.records.deadlines import Rule, RuleMissing, Step
from luchang.kernel.records.kinds import Colour, DeadlineStatus, StepKind
from luchang.kernel.records.models import Deadline, DeadlineRule, DeadlineStep, Notification
from tests.factories.identity import organisation, user, user_with

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
LEAD = "records.manage_rules"
SIGN = Rule(
    code="test.sign",
    title="签收",
    amount=3,
    unit=Unit.MINUTES,
    warn_before_s=60,
    steps=(Step(60, LEAD), Step(300, LEAD, levels_up=1)),
    article="本局规定第三条",
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules() -> Iterator[None]:
    deadlines.declare(
        SIGN, Rule(code="test.sign", variant="A", title="签收", amount=1, unit=Unit.MINUTES)
    )
    yield
    deadlines._declared.pop(("test.sign", ""))
    deadlines._declared.pop(("test.sign", "A"))


def started(place: Organisation, *, variant: str = "", assignee_id: int | None = None) -> Deadline:
    return deadlines.start(
        subject=place,
        code="test.sign",
        variant=variant,
        title="警情1号签收",
        organisation_id=place.pk,
        assignee_id=assignee_id,
        at=AT,
    )


def minutes(count: float) -> datetime:
    return AT + timedelta(minutes=count)


def test_a_clock_keeps_the_version_it_was_started_with() -> None:
    place = organisation()
    clock = started(place)
    rule = DeadlineRule.objects.get(code="test.sign", variant="")

    deadlines.revise(
        rule_id=rule.pk, amount=10, valid_from=date(2026, 3, 3), article="新规", by=SYSTEM, at=AT
    )

    clock.refresh_from_db()
    assert clock.due_at == minutes(3)
    assert clock.rule_applied == "签收 3分钟；本局规定第三条；2000-01-01"


def test_the_variant_decides_and_the_rule_without_one_stands_in() -> None:
    assert started(organisation(), variant="A").due_at == minutes(1)
    assert started(organisation(), variant="B").due_at == minutes(3)


def test_no_rule_is_said_so() -> None:
    with pytest.raises(RuleMissing):
        deadlines.rule_for(code="test.unheard", on=date(2026, 3, 1))


def test_a_record_has_one_running_clock_of_a_kind() -> None:
    place = organisation()

    assert started(place).pk == started(place).pk


@pytest.mark.parametrize(
    ("after", "status"), [(3, DeadlineStatus.MET), (3.02, DeadlineStatus.LATE)]
)
def test_stopping_says_whether_it_was_in_time(after: float, status: DeadlineStatus) -> None:
    place = organisation()
    started(place)

    stopped = deadlines.stop(subject=place, code="test.sign", at=minutes(after))

    assert stopped is not None
    assert stopped.status == status
    assert deadlines.evaluate(at=minutes(99)) == 0


def test_steps_are_taken_once_in_order_and_told_to_the_right_people() -> None:
    city = organisation()
    east = organisation(parent=city)
    patrol = user(at=east)
    leader, chief = user_with(LEAD, at=east), user_with(LEAD, at=city)
    clock = started(east, assignee_id=patrol.pk)

    for minute in (1, 2, 2, 3, 4, 4, 8, 8):
        deadlines.evaluate(at=minutes(minute))

    assert [(step.kind, set(step.told)) for step in DeadlineStep.objects.all()] == [
        (StepKind.WARN, {patrol.pk, leader.pk}),
        (StepKind.OVERDUE, {patrol.pk, leader.pk}),
        (StepKind.ESCALATE, {leader.pk}),
        (StepKind.ESCALATE, {chief.pk}),
    ]
    assert OutboxEvent.objects.filter(line=f"deadline {clock.pk}").count() == 4
    assert Notification.objects.filter(user=chief).count() == 1


def test_a_clock_that_jumps_ahead_takes_each_missed_step_once() -> None:
    started(organisation())

    assert deadlines.evaluate(at=minutes(60 * 24)) == 4
    assert deadlines.evaluate(at=minutes(1)) == 0
    assert deadlines.evaluate(at=minutes(60 * 24)) == 0


def test_where_nobody_holds_the_permission_the_level_above_is_told() -> None:
    city = organisation()
    chief = user_with(LEAD, at=city)
    started(organisation(parent=city))

    deadlines.evaluate(at=minutes(2))

    assert DeadlineStep.objects.get().told == [chief.pk]


@pytest.mark.parametrize(
    ("minute", "colour"),
    [(1.9, Colour.CALM), (2, Colour.SOON), (3, Colour.SOON), (3.1, Colour.OVERDUE)],
)
def test_its_colour_follows_the_time(minute: float, colour: Colour) -> None:
    assert started(organisation()).colour(at=minutes(minute)) == colour
