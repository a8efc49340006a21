"""The tree keeps its shape whatever is done to it, and reach means the same on rows and values."""

from collections.abc import Sequence

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.kernel.identity.actors import NOWHERE, Actor, Reach, within
from luchang.kernel.identity.models import Organisation, step_of
from tests.factories import identity

pytestmark = pytest.mark.django_db

PERMISSION = "identity.manage_users"
in_one_database = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def assert_sound() -> None:
    """Every path is the parent's path and one step; so there is no cycle and no orphan."""
    for each in Organisation.objects.select_related("parent"):
        above = each.parent.path if each.parent else ""
        assert each.path == above + step_of(each.pk)
        assert each.depth == each.path.count("/") - 1


def grow(parents: Sequence[int]) -> list[Organisation]:
    """A forest: each number says below which earlier one the next is founded; -1 is a root."""
    made: list[Organisation] = []
    for number in parents:
        parent = made[number % len(made)] if made and number >= 0 else None
        made.append(identity.organisation(parent=parent))
    return made


forests = st.lists(st.integers(-1, 7), min_size=2, max_size=8)
moves = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=8)


@in_one_database
@given(forests, moves)
def test_founding_and_moving_keep_every_path_right(
    parents: list[int], moved: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        made = grow(parents)
        for branch, parent in moved:
            mover, target = made[branch % len(made)], made[parent % len(made)]
            mover.refresh_from_db()
            target.refresh_from_db()
            below_itself = target.path.startswith(mover.path)
            try:
                mover.move_below(target)
                assert not below_itself
            except ValueError:
                assert below_itself
            assert_sound()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@st.composite
def reaches(draw: st.DrawFn, made: Sequence[Organisation]) -> Reach:
    chosen = st.sets(st.sampled_from(range(len(made))), max_size=3)
    return Reach(
        everything=draw(st.integers(0, 9)) == 0,
        below=frozenset(made[each].path for each in draw(chosen)),
        at=frozenset(made[each].pk for each in draw(chosen)),
    )


@in_one_database
@given(forests, st.data())
def test_the_row_filter_and_the_question_agree(parents: list[int], data: st.DataObject) -> None:
    """`within` asks the database, `covers` asks the value: a difference is a leak or a loss."""
    with transaction.atomic():
        made = grow(parents)
        people = [identity.user(at=each) for each in made]
        reach = data.draw(reaches(made))
        actor = Actor(
            user_id=1,
            name="",
            organisation_id=None,
            organisation_path="",
            reaches={PERMISSION: reach},
        )

        by_question = {
            person.pk
            for person, at in zip(people, made, strict=True)
            if actor.covers(PERMISSION, organisation_id=at.pk, path=at.path)
        }
        users = type(people[0]).objects.filter(pk__in=[person.pk for person in people])
        organisations = Organisation.objects.filter(pk__in=[each.pk for each in made])

        assert {row.pk for row in within(users, actor, PERMISSION)} == by_question
        assert {row.pk for row in within(organisations, actor, PERMISSION, organisation="")} == {
            at.pk for person, at in zip(people, made, strict=True) if person.pk in by_question
        }
        transaction.set_rollback(True)


@in_one_database
@given(forests, st.data())
def test_an_included_reach_covers_nothing_more(parents: list[int], data: st.DataObject) -> None:
    with transaction.atomic():
        made = grow(parents)
        wide, narrow = data.draw(reaches(made)), data.draw(reaches(made))
        paths = {each.pk: each.path for each in made}

        if wide.includes(narrow, paths):
            for each in made:
                if narrow.covers(organisation_id=each.pk, path=each.path):
                    assert wide.covers(organisation_id=each.pk, path=each.path)
        assert wide.includes(NOWHERE, paths)
        assert wide.includes(wide, paths)
        transaction.set_rollback(True)


def store(organisation: Organisation, **values: object) -> None:
    """Write around the model, as a careless script would, up to the commit."""
    with transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(**values)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_a_path_that_does_not_follow_the_tree() -> None:
    tree = identity.tree()
    for wrong in (tree.sibling.path + step_of(tree.child.pk), step_of(tree.child.pk), "nowhere/"):
        with pytest.raises(DatabaseError, match="does not follow"):
            store(tree.child, path=wrong)


def test_the_database_refuses_a_cycle() -> None:
    tree = identity.tree()
    with pytest.raises(DatabaseError, match="does not follow"):
        store(tree.city, parent=tree.child)
