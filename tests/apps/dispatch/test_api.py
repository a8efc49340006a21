"""122 by program: one answer a key, and nothing foreign."""

from typing import Any

import pytest
from django.test import Client

from luchang.apps.dispatch.models import Incident
from tests.factories import dispatch as make
from tests.factories.identity import browser_of, organisation, user_with

pytestmark = pytest.mark.django_db

BODY: dict[str, Any] = {
    "incident": {
        "category": "12",
        "grade": "2",
        "address": "长江北路与珠江北路口",
        "longitude": 113.131,
        "latitude": 27.831,
        "plates": ["湘B·D01234"],
    }
}


@pytest.fixture
def desk() -> Client:
    return browser_of(user_with(*make.DESK, at=organisation()))


def post(browser: Client, path: str, body: Any, key: str = "k1") -> Any:
    return browser.post(
        f"/api/dispatch/{path}",
        data=body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_a_call_is_taken_once_for_each_key(desk: Client) -> None:
    first, again = post(desk, "calls", BODY), post(desk, "calls", BODY)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["incident_id"] == again.json()["incident_id"]
    assert Incident.objects.count() == 1


def test_a_key_used_for_something_else_is_a_conflict(desk: Client) -> None:
    post(desk, "calls", BODY)
    other = {"incident": BODY["incident"] | {"address": "别处"}}

    assert post(desk, "calls", other).status_code == 409


def test_a_foreign_incident_is_not_found(desk: Client) -> None:
    foreign = make.incident()

    assert desk.get(f"/api/dispatch/incidents/{foreign.pk}").status_code == 404
    assert post(desk, f"incidents/{foreign.pk}/close", {}).status_code == 404


@pytest.mark.parametrize(
    "incident",
    [
        {"category": "99"},
        {"grade": "9"},
        {"address": ""},
        {"longitude": 181.0},
        {"longitude": None},
        {"latitude": "NaN"},
        {"address": "a\x00b"},
        {"plates": ["湘" * 30]},
        {"injured": -1},
        {"injured": 10**30},
        {"unknown": 1},
        {"occurred_at": "9999-12-31T00:00:00Z"},
        {"occurred_at": "2026-03-01T00:00:00"},
        {"description": "x" * 5_000},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    desk: Client, incident: dict[str, Any]
) -> None:
    answer = post(desk, "calls", {"incident": BODY["incident"] | incident})

    assert 400 <= answer.status_code < 500
    assert answer.json()["code"]
    assert Incident.objects.count() == 0
