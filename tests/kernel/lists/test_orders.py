"""The order of a list's rows, and how the database comes by it."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from luchang.kernel.lists import pages
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.filters import Circumstances
from luchang.kernel.lists.pages import page_of
from luchang.kernel.lists.specs import ListSpec
from luchang.kernel.lists.states import ListState, read
from tests.factories import force, identity
from tests.kernel.lists import example
from tests.kernel.lists.test_every_list import lists

pytestmark = pytest.mark.django_db


def state(spec: ListSpec[Any], by: Actor, query: str = "") -> ListState:
    now = Circumstances(by, spec.permission, identity.LONG_AGO)
    return read(spec, Asked.of(QueryDict(query).lists()), now)


def plan_of(rows: "QuerySet[Any]") -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return str(rows.values_list("pk")[:20].explain())


def test_rows_gathered_first_stand_in_the_same_order_in_every_list() -> None:
    tree = identity.tree()
    for at in (tree.own, tree.child):
        for _ in range(3):
            identity.user(at=at)
            force.qualified(force.officer(at=at), "accident")
            force.shift(of=force.unit(at=at))
    for spec in lists():
        by = identity.actor_with(spec.permission, at=tree.city)
        sorts = [column.key for column in spec.columns if column.order_fields]
        for sort in ("", *sorts, *(f"-{key}" for key in sorts)):
            looked = state(spec, by, f"sort={sort}")
            gathered = list(looked.gathered(looked.rows()).values_list("pk", flat=True))
            assert gathered == list(looked.rows().values_list("pk", flat=True)), (spec.code, sort)


def test_few_rows_are_found_before_they_are_sorted() -> None:
    """Walking the index of the order took seconds where matches were few and far."""
    by = identity.actor_with(example.MANAGE_USERS, scope=Scope.ALL)
    looked = state(example.USERS, by, "is_active=1&sort=pk")

    assert "Sort" not in plan_of(looked.rows()), "the control: there is an index to be walked"
    assert "Sort Key" in plan_of(looked.gathered(looked.rows()))


@pytest.mark.parametrize("gathered", [0, 20_000])
def test_a_page_holds_the_same_rows_either_way(
    gathered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = identity.tree()
    person = identity.user_with(example.MANAGE_USERS, at=tree.own)
    made = [identity.user(at=tree.own).username for _ in range(45)]
    by = actor_for(person, at=identity.LONG_AGO)
    monkeypatch.setattr(pages, "GATHERED", gathered)

    page = page_of(state(example.USERS, by, "sort=-username&size=20&page=2&q=d"))

    wanted = sorted([*made, person.username], reverse=True)[20:40]
    assert [row.cells[0].text for row in page.rows] == wanted
