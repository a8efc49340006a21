"""A database that is away is 503 with Retry-After, on pages and in the API."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client

from tests.factories import identity


@pytest.fixture
def browser(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Signed in, and then the database goes."""
    del db
    made = identity.browser_of(identity.user())
    made.raise_request_exception = False

    def gone(self: SessionStore) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(SessionStore, "_get_session_from_db", gone)
    return made


@pytest.mark.parametrize("address", ["/accounts/2fa/", "/api/identity/me"])
def test_without_its_database_the_platform_asks_to_come_back(
    browser: Client, address: str
) -> None:
    answer = browser.get(address)

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


def test_the_api_says_so_in_its_own_shape(browser: Client) -> None:
    assert browser.get("/api/identity/me").json()["code"] == "unavailable"
