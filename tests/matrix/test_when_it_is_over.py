"""Whoever has left, or was made to leave, is let in nowhere: every route, session and key."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.access import PUBLIC
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Appointment, SignIn, User
from luchang.kernel.identity.permissions import declared
from luchang.kernel.identity.policies import USE_TOKENS
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from tests.factories import identity
from tests.matrix.crowd import Crowd
from tests.matrix.routes import Route, routes

CLOSED = [route for route in routes() if route.access != PUBLIC]
ORDINARY = tuple(each.code for each in declared() if not each.administrator)


@pytest.fixture
def person(crowd: Crowd) -> Iterator[User]:
    """Somebody who may do everything no administrator does, for one test."""
    with transaction.atomic():
        made = identity.user_with(*ORDINARY, at=crowd.tree.own, scope=Scope.ALL)
        yield made
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def let_in(browser: Client, key: str) -> list[str]:
    """The routes that do not say that he is not signed in."""
    found = []
    for route in CLOSED:
        browser.cookies.clear()
        browser.cookies[settings.SESSION_COOKIE_NAME] = key
        with undone():
            answer = browser.generic(route.method, route.example())
            # closing the answer would close the connection too
            for let_go in answer._resource_closers:  # type: ignore[attr-defined]
                let_go()
        if route.is_api:
            is_refused = answer.status_code == 401
        else:
            is_refused = answer.status_code == 302 and answer.headers["Location"].startswith(
                "/accounts/login/"
            )
        if not is_refused:
            found.append(f"{route.name} {answer.status_code}")
    return found


def leaves(person: User, browser: Client) -> None:
    browser.post("/accounts/logout/")
    assert not SignIn.objects.open().filter(user=person).exists()


def is_forced_out(person: User, browser: Client) -> None:
    del browser
    sign_in = SignIn.objects.open().get(user=person)
    services.end_session(sign_in_id=sign_in.pk, by=SYSTEM, at=clock.now())


def is_disabled(person: User, browser: Client) -> None:
    del browser
    services.disable_user(user_id=person.pk, by=SYSTEM, at=clock.now())


def gets_a_new_password(person: User, browser: Client) -> None:
    del browser
    services.reset_password(user_id=person.pk, by=SYSTEM, at=clock.now())


def is_away_too_long(person: User, browser: Client) -> None:
    del browser
    long_ago = clock.now() - timedelta(minutes=settings.IDLE_MINUTES + 1)
    SignIn.objects.filter(user=person).update(seen_at=long_ago)


ENDS: list[Callable[[User, Client], None]] = [
    leaves,
    is_forced_out,
    is_disabled,
    gets_a_new_password,
    is_away_too_long,
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_after_a_session_ends_its_key_opens_no_route(
    end: Callable[[User, Client], None], person: User
) -> None:
    browser = identity.browser_of(person)
    key = browser.session.session_key or ""

    end(person, browser)

    assert let_in(browser, key) == []


def test_before_a_session_ends_its_key_opens_every_route(person: User) -> None:
    """The control: nobody is sent to the login page who has signed in."""
    browser = identity.browser_of(person)
    browser.raise_request_exception = False

    assert len(let_in(browser, browser.session.session_key or "")) == len(CLOSED)


OPERATIONS = [route for route in CLOSED if route.is_api]


class Key:
    """A program's key with everything its account may do."""

    def __init__(self, person: User) -> None:
        at = clock.now()
        self.person = person
        self.token, self.text = services.issue_token(
            user_id=person.pk,
            name="样",
            codes=ORDINARY,
            expires_at=at + timedelta(days=1),
            by=actor_for(person, at=at),
            at=at,
        )

    def statuses(self) -> dict[str, int]:
        """What each operation of the API answers to this key."""
        return {route.name: self._asks(route) for route in OPERATIONS}

    def _asks(self, route: Route) -> int:
        browser = Client(raise_request_exception=False)
        with undone():
            return browser.generic(
                route.method,
                route.example(),
                content_type="application/json",
                headers={"Authorization": f"Bearer {self.text}"},
            ).status_code


def is_revoked(key: Key) -> None:
    services.revoke_token(token_id=key.token.pk, by=SYSTEM, at=clock.now())


def has_expired(key: Key) -> None:
    yesterday = clock.now() - timedelta(days=1)
    type(key.token).objects.filter(pk=key.token.pk).update(
        created_at=yesterday - timedelta(days=1), expires_at=yesterday
    )


def has_a_disabled_account(key: Key) -> None:
    services.disable_user(user_id=key.person.pk, by=SYSTEM, at=clock.now())


@pytest.mark.parametrize(
    "end", [is_revoked, has_expired, has_a_disabled_account], ids=lambda end: end.__name__
)
def test_a_key_that_is_over_opens_no_operation(end: Callable[[Key], None], person: User) -> None:
    key = Key(person)
    assert USE_TOKENS in key.token.permissions
    assert not {401, 403} & set(key.statuses().values())

    end(key)

    assert set(key.statuses().values()) == {401}


def test_a_post_taken_away_takes_its_keys_along(person: User) -> None:
    """A key never does more than its account may do at this moment."""
    key = Key(person)

    for held in Appointment.objects.filter(user=person):
        services.end_appointment(appointment_id=held.pk, by=SYSTEM, at=clock.now())

    found = key.statuses()
    ruled = {route.name for route in OPERATIONS if route.access and route.access.permissions}
    assert {found[name] for name in ruled} == {403}
