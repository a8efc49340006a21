"""To-dos stand on the right lists, once, and leave them when done."""

from datetime import UTC, datetime, timedelta

import pytest

from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from luchang.kernel.live.models import StreamEvent
from luchang.kernel.records import todos
from luchang.kernel.records.kinds import Colour, TodoStatus
from luchang.kernel.records.models import Notification, Todo
from tests.factories.identity import organisation, user, user_with

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
DO = "records.manage_rules"

pytestmark = pytest.mark.django_db


def assigned(place: Organisation, *, to: User | None = None, due: int | None = None) -> Todo:
    return todos.assign(
        kind="sign",
        subject=place,
        title="签收",
        organisation_id=place.pk,
        permission="" if to else DO,
        assignee_id=to.pk if to else None,
        due_at=AT + timedelta(minutes=due) if due else None,
        by=SYSTEM,
        at=AT,
    )


def waiting(person: User) -> set[int]:
    found = Todo.objects.waiting_for(actor_for(person, at=AT))
    return set(found.values_list("pk", flat=True))


def test_it_waits_for_holders_at_that_organisation_and_nobody_else() -> None:
    city = organisation()
    east, west = organisation(parent=city), organisation(parent=city)
    todo = assigned(east)

    assert waiting(user_with(DO, at=east)) == {todo.pk}
    assert waiting(user_with(DO, at=east, scope=Scope.UNIT)) == {todo.pk}
    assert waiting(user_with(DO, at=east, scope=Scope.ALL)) == {todo.pk}
    assert waiting(user_with(DO, at=west, scope=Scope.ALL)) == set()
    assert waiting(user_with(DO, at=west)) == set()
    assert waiting(user_with(DO, at=city)) == set()
    assert waiting(user_with("records.manage_codes", at=east)) == set()


def test_a_personal_one_waits_for_the_person_alone() -> None:
    place = organisation()
    patrol = user(at=place)
    todo = assigned(place, to=patrol)

    assert waiting(patrol) == {todo.pk}
    assert waiting(user_with(DO, at=place)) == set()


def test_the_same_thing_stands_there_once() -> None:
    place = organisation()

    assert assigned(place).pk == assigned(place).pk


def test_done_moves_it_to_the_other_list_and_tells_the_screens() -> None:
    place = organisation()
    holder = user_with(DO, at=place)
    todo = assigned(place)
    actor = actor_for(holder, at=AT)

    todos.done(kind="sign", subject=place, by=actor, at=AT, note="已签")

    assert waiting(holder) == set()
    assert list(Todo.objects.closed_by(actor)) == [todo]
    told = StreamEvent.objects.filter(topic="todo", user_id=holder.pk).order_by("pk")
    assert [event.kind for event in told] == ["new", "gone"]
    assert todos.done(kind="sign", subject=place, by=actor, at=AT) is None


def test_withdrawn_is_not_done() -> None:
    place = organisation()
    assigned(place)

    closed = todos.withdraw(kind="sign", subject=place, by=SYSTEM, at=AT)

    assert closed is not None
    assert closed.status == TodoStatus.WITHDRAWN


def test_escalation_lifts_it_to_the_level_above() -> None:
    city = organisation()
    east = organisation(parent=city)
    leader, chief = user_with(DO, at=east), user_with(DO, at=city)
    todo = assigned(east)

    todos.escalate(kind="sign", subject=east, by=SYSTEM, at=AT)

    assert (waiting(leader), waiting(chief)) == (set(), {todo.pk})
    assert Notification.objects.filter(user=chief).count() == 1


def test_only_who_has_it_may_hand_it_on() -> None:
    place = organisation()
    holder, patrol = user_with(DO, at=place), user(at=place)
    todo = assigned(place)

    with pytest.raises(Forbidden):
        todos.transfer(
            todo_id=todo.pk,
            organisation_id=place.pk,
            assignee_id=patrol.pk,
            by=actor_for(patrol, at=AT),
            at=AT,
        )
    todos.transfer(
        todo_id=todo.pk,
        organisation_id=place.pk,
        assignee_id=patrol.pk,
        by=actor_for(holder, at=AT),
        at=AT,
    )

    assert (waiting(holder), waiting(patrol)) == (set(), {todo.pk})


def test_the_workbench_counts_by_colour() -> None:
    first, second = organisation(), organisation()
    patrol = user(at=first)
    assigned(first, to=patrol, due=5)
    assigned(second, to=patrol)

    counted = todos.counts(actor_for(patrol, at=AT), at=AT + timedelta(minutes=6))

    assert counted == {Colour.OVERDUE: 1, Colour.NONE: 1, Colour.CALM: 0, Colour.SOON: 0}
