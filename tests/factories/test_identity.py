"""The factories give what their names say."""

import pytest

from luchang.kernel.identity.policies import MANAGE_USERS
from luchang.kernel.identity.states import Scope
from tests.factories import identity

pytestmark = pytest.mark.django_db


def test_an_actor_reaches_what_he_was_given_and_nothing_beside_it() -> None:
    tree = identity.tree()

    actor = identity.actor_with(MANAGE_USERS, at=tree.own, scope=Scope.UNIT_AND_BELOW)

    reached = {
        name
        for name in ("city", "own", "child", "sibling", "other")
        if actor.covers(
            MANAGE_USERS,
            organisation_id=getattr(tree, name).pk,
            path=getattr(tree, name).path,
        )
    }
    assert reached == {"own", "child"}


def test_a_browser_is_signed_in_as_its_person() -> None:
    person = identity.user_with(MANAGE_USERS)

    browser = identity.browser_of(person)

    assert browser.session["_auth_user_id"] == str(person.pk)
