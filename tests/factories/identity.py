"""Organisations, people, roles and actors for every test; each call makes a new one.

east = organisation(parent=organisation())
dispatcher = user_with("dispatch.take_call", at=east)
actor = actor_with("dispatch.take_call", at=east, scope=Scope.UNIT)
browser = browser_of(dispatcher)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.test import Client

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Appointment, Organisation, Post, Role, User
from luchang.kernel.identity.selectors import actor_for, standing_of
from luchang.kernel.identity.states import OrganisationKind, Scope

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""Appointments begin here, so that they hold at any moment a test names."""

PASSWORD = "Lu-chang-2026-demo"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The TOTP key of everybody in the tests who has one."""

_number = count(1)


def organisation(
    *,
    parent: Organisation | None = None,
    kind: OrganisationKind = OrganisationKind.BRIGADE,
    code: str | None = None,
    name: str | None = None,
) -> Organisation:
    """A new organisation below `parent`, or the root of a new tree."""
    number = next(_number)
    return Organisation.found(
        parent=parent,
        code=code or f"43{number:010d}",
        name=name or f"第{number}大队",
        short_name=name or f"{number}大队",
        kind=kind,
    )


def role(*permissions: str, code: str | None = None, name: str | None = None) -> Role:
    number = next(_number)
    made = Role.objects.create(code=code or f"role-{number}", name=name or f"角色{number}")
    made.allow(list(permissions))
    return made


def user(
    *,
    at: Organisation | None = None,
    username: str | None = None,
    name: str | None = None,
    password: str | None = None,
) -> User:
    """A person without any post: may sign in when given a password, may do nothing."""
    number = next(_number)
    return User.objects.create_user(
        username=username or f"d{number:05d}",
        password=password,
        name=name or f"民警{number}",
        organisation=at or organisation(),
    )


def post(
    *permissions: str,
    at: Organisation | None = None,
    scope: Scope = Scope.UNIT_AND_BELOW,
    chosen: Sequence[Organisation] = (),
) -> Post:
    """A post whose one role allows `permissions`."""
    number = next(_number)
    made = Post.objects.create(
        organisation=at or organisation(), title=f"岗位{number}", scope=scope
    )
    made.roles.add(role(*permissions))
    made.chosen.add(*chosen)
    return made


def appoint(person: User, to: Post) -> Appointment:
    return Appointment.objects.create(user=person, post=to, starts_at=LONG_AGO)


def user_with(
    *permissions: str,
    at: Organisation | None = None,
    scope: Scope = Scope.UNIT_AND_BELOW,
    chosen: Sequence[Organisation] = (),
    username: str | None = None,
) -> User:
    """A person of `at` holding one post there that allows `permissions` within `scope`."""
    place = at or organisation()
    made = user(at=place, username=username, password=PASSWORD)
    appoint(made, post(*permissions, at=place, scope=scope, chosen=chosen))
    return made


def actor_with(
    *permissions: str,
    at: Organisation | None = None,
    scope: Scope = Scope.UNIT_AND_BELOW,
    chosen: Sequence[Organisation] = (),
    when: datetime | None = None,
) -> Actor:
    """The same as an actor, for services and selectors."""
    person = user_with(*permissions, at=at, scope=scope, chosen=chosen)
    return actor_for(person, at=when or datetime.now(UTC))


def browser_of(person: User) -> Client:
    """A signed-in browser; whoever's roles ask for a second factor has set one up."""
    if standing_of(person, at=datetime.now(UTC)).needs_totp:
        give_second_factor(person)
    browser = Client()
    browser.force_login(person)
    return browser


def give_second_factor(person: User) -> None:
    Authenticator.objects.get_or_create(
        user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(SECRET)}}
    )


@dataclass(frozen=True)
class Tree:
    """A small force: own, its parent, a child, a sibling, and a county elsewhere."""

    city: Organisation
    own: Organisation
    child: Organisation
    sibling: Organisation
    other: Organisation
    """Below another root: a partner nobody of the force reaches by its tree."""


def tree() -> Tree:
    city = organisation(kind=OrganisationKind.DETACHMENT)
    own = organisation(parent=city)
    return Tree(
        city=city,
        own=own,
        child=organisation(parent=own, kind=OrganisationKind.SQUADRON),
        sibling=organisation(parent=city),
        other=organisation(kind=OrganisationKind.GOVERNMENT),
    )
