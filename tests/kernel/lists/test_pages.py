"""A list page: who sees which rows, and that no address breaks it."""

import pytest
from django.test import Client

from luchang.kernel.identity.access import access_of
from luchang.kernel.identity.models import User
from luchang.kernel.identity.states import Scope
from tests.factories import identity as make
from tests.kernel.lists import example
from tests.kernel.lists.example import MANAGE_USERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def manager(tree: make.Tree) -> User:
    return make.user_with(MANAGE_USERS, at=tree.own, username="manager")


@pytest.fixture
def browser(manager: User) -> Client:
    return make.browser_of(manager)


def names_on(browser: Client, query: str = "") -> list[str]:
    response = browser.get(f"/users/{query}")
    assert response.status_code == 200, response.content.decode()
    return [row.cells[0].text for row in response.context["page"].rows]


def test_the_page_shows_own_and_lower_rows_and_no_others(tree: make.Tree, browser: Client) -> None:
    make.user(at=tree.child, username="below")
    for elsewhere in (tree.city, tree.sibling, tree.other):
        make.user(at=elsewhere)

    assert names_on(browser) == ["below", "manager"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=ana", ["manager"]),
        ("?q=nobody", []),
        ("?is_active=0", ["asleep"]),
        ("?is_active=1&sort=-username", ["manager", "below"]),
        ("?sort=-username", ["manager", "below", "asleep"]),
        ("?created_at=today", ["asleep", "below", "manager"]),
        ("?created_at.from=2001-01-01&created_at.to=2001-01-31", []),
        ("?own=1", ["manager"]),
        ("?theme=dark", []),
        ("?theme=dark&theme=light", ["asleep", "below", "manager"]),
        ("?pk.from=0&pk.to=0", []),
    ],
)
def test_each_filter_narrows(
    tree: make.Tree, browser: Client, query: str, expected: list[str]
) -> None:
    make.user(at=tree.child, username="below")
    User.objects.filter(pk=make.user(at=tree.own, username="asleep").pk).update(is_active=False)

    assert names_on(browser, query) == expected


def test_the_branch_filter_takes_those_below_or_not(tree: make.Tree, browser: Client) -> None:
    make.user(at=tree.child, username="below")

    assert names_on(browser, f"?organisation={tree.own.code}") == ["below", "manager"]
    assert names_on(browser, f"?organisation={tree.own.code}&organisation.only=1") == ["manager"]
    assert names_on(browser, f"?organisation={tree.child.code}") == ["below"]


def test_a_foreign_organisation_in_the_filter_shows_nothing(
    tree: make.Tree, browser: Client
) -> None:
    assert names_on(browser, f"?organisation={tree.sibling.code}") == []
    assert browser.get(f"/users/export?organisation={tree.sibling.code}").status_code == 400


@pytest.mark.parametrize(
    "page", ["0", "-1", "1e3", "NaN", "99999999999999999999", "９", "", "1" * 5000, "²"]
)
def test_no_page_number_breaks_the_page(browser: Client, page: str) -> None:
    assert names_on(browser, f"?page={page}") == ["manager"]


def test_a_scope_of_own_sees_only_oneself(tree: make.Tree) -> None:
    person = make.user_with(MANAGE_USERS, at=tree.own, scope=Scope.OWN, username="lonely")
    make.user(at=tree.own)

    assert names_on(make.browser_of(person)) == ["lonely"]


def test_every_route_of_a_list_asks_for_its_permission(tree: make.Tree) -> None:
    stranger = make.actor_with(example.OTHER, at=tree.own)

    for route in example.USER_ROUTES:
        access = access_of(route.callback)
        assert access is not None
        assert access.admits(stranger) is (route.name == "example.users.bulk")
