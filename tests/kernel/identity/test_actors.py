"""How far a permission reaches."""

from datetime import UTC, datetime

import pytest

from luchang.kernel.identity.actors import within
from luchang.kernel.identity.models import Appointment, Organisation, Post, Role, User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import OrganisationKind, Scope

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
PERMISSION = "identity.manage_users"

pytestmark = pytest.mark.django_db


def found(code: str, parent: Organisation | None = None) -> Organisation:
    return Organisation.found(
        parent=parent,
        code=code.ljust(12, "0"),
        name=code,
        short_name=code,
        kind=OrganisationKind.BRIGADE,
    )


@pytest.fixture
def tree() -> dict[str, Organisation]:
    city = found("4302")
    east = found("430202", city)
    west = found("430203", city)
    return {"city": city, "east": east, "west": west, "east_1": found("430202A", east)}


def appoint(at: Organisation, scope: Scope, *chosen: Organisation) -> User:
    user = User.objects.create_user(username="d001", password=None, name="甲", organisation=at)
    role = Role.objects.create(code="r", name="r")
    role.allow([PERMISSION])
    post = Post.objects.create(organisation=at, title="岗", scope=scope)
    post.roles.add(role)
    post.chosen.add(*chosen)
    Appointment.objects.create(user=user, post=post, starts_at=AT)
    return user


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        (Scope.ALL, {"city", "east", "west", "east_1"}),
        (Scope.UNIT_AND_BELOW, {"east", "east_1"}),
        (Scope.UNIT, {"east"}),
        (Scope.CHOSEN, {"west"}),
        (Scope.OWN, set()),
    ],
)
def test_each_scope_reaches_its_organisations_and_no_other(
    tree: dict[str, Organisation], scope: Scope, reached: set[str]
) -> None:
    user = appoint(tree["east"], scope, tree["west"])
    actor = actor_for(user, at=AT)

    rows = within(User.objects.all(), actor, PERMISSION)

    covered = {
        name
        for name, each in tree.items()
        if actor.covers(PERMISSION, organisation_id=each.pk, path=each.path)
    }
    assert covered == reached
    assert rows.filter(pk=user.pk).exists() is ("east" in reached)
