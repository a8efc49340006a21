"""Keys, sessions and refusals of the API."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st
from ninja import NinjaAPI, Schema

from luchang.kernel.identity import api_errors, policies, services
from luchang.kernel.identity.access import PUBLIC
from luchang.kernel.identity.api_access import CLOSED, needs
from luchang.kernel.identity.api_body import BadBody, CarefulParser, read_json
from luchang.kernel.identity.models import ApiToken, User
from luchang.kernel.identity.selectors import actor_for
from tests.factories import identity

NOW = datetime.now(UTC)
ME = "/api/identity/me"


class Note(Schema):
    text: str
    number: int = 0


def make_api() -> NinjaAPI:
    api = NinjaAPI(urls_namespace="api", auth=CLOSED, parser=CarefulParser())
    api_errors.install(api)

    @api.get("/forgotten")
    def forgotten(request: HttpRequest) -> str:
        return "open"

    @api.get("/public", auth=needs(PUBLIC))
    def public(request: HttpRequest) -> str:
        return "open"

    @api.post("/notes", auth=needs("identity.use_tokens"))
    def notes(request: HttpRequest, note: Note) -> str:
        return note.text

    @api.get("/guarded", auth=needs(policies.MANAGE_USERS))
    def guarded(request: HttpRequest) -> str:
        return "open"

    return api


class Addresses:
    urlpatterns = [path("api/", make_api().urls)]
    handler400 = "luchang.kernel.identity.refusals.bad_request"
    handler404 = "luchang.kernel.identity.refusals.not_found"
    handler500 = "luchang.kernel.identity.refusals.fault"


@pytest.fixture
def small_api(settings: Any) -> None:
    settings.ROOT_URLCONF = Addresses


@pytest.fixture
def partner(db: None) -> User:
    del db
    return identity.user_with("identity.use_tokens")


def token_of(person: User, *codes: str, **more: Any) -> str:
    _token, text = services.issue_token(
        user_id=person.pk,
        name="测试",
        codes=codes or ("identity.use_tokens",),
        expires_at=NOW + timedelta(days=1),
        by=actor_for(person, at=NOW),
        at=NOW,
        **more,
    )
    return text


def program(text: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {text}"})


def shape(answer: Any) -> set[str]:
    return set(json.loads(answer.content))


SHAPE = {"code", "message", "where", "mend"}


class TestWhoIsLetIn:
    def test_nobody_without_session_or_key(self, db: None) -> None:
        answer = Client().get(ME)

        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert shape(answer) == SHAPE

    def test_a_key_acts_for_its_account(self, partner: User) -> None:
        answer = program(token_of(partner)).get(ME)

        assert answer.json() == {
            "name": partner.name,
            "organisation_id": partner.organisation_id,
            "permissions": ["identity.use_tokens"],
            "via": "测试",
        }

    def test_a_revoked_an_expired_and_an_invented_key_are_refused(self, partner: User) -> None:
        revoked, expired = token_of(partner), token_of(partner)
        first, second = ApiToken.objects.order_by("pk")
        services.revoke_token(token_id=first.pk, by=actor_for(partner, at=NOW), at=NOW)
        ApiToken.objects.filter(pk=second.pk).update(
            created_at=NOW - timedelta(days=2), expires_at=NOW - timedelta(seconds=1)
        )

        for text in (revoked, expired, "lc_invented", ""):
            assert program(text).get(ME).status_code == 401

    def test_a_bad_key_is_refused_even_with_a_good_session(self, partner: User) -> None:
        browser = identity.browser_of(partner)

        assert browser.get(ME).status_code == 200
        assert browser.get(ME, headers={"Authorization": "Bearer x"}).status_code == 401

    def test_the_key_of_a_disabled_account_is_worthless(self, partner: User) -> None:
        key = program(token_of(partner))
        partner.switch(active=False)

        assert key.get(ME).status_code == 401

    def test_what_the_account_loses_its_key_loses(self, partner: User) -> None:
        key = program(token_of(partner))

        partner.appointments.update(ends_at=NOW)

        assert key.get(ME).json()["permissions"] == []

    def test_an_administrators_permission_never_travels_in_a_key(self, partner: User) -> None:
        identity.appoint(partner, identity.post(policies.MANAGE_USERS))
        key = program(token_of(partner))
        ApiToken.objects.update(permissions=["identity.use_tokens", policies.MANAGE_USERS])

        assert key.get(ME).json()["permissions"] == ["identity.use_tokens"]

    def test_a_session_needs_its_csrf_token_and_a_key_does_not(
        self, partner: User, small_api: None
    ) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(partner)
        note = {"data": '{"text": "x"}', "content_type": "application/json"}

        refused = browser.post("/api/notes", **note)  # type: ignore[arg-type]
        strict = Client(
            enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token_of(partner)}"}
        )

        assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
        assert strict.post("/api/notes", **note).status_code == 200  # type: ignore[arg-type]

    def test_an_operation_without_a_rule_is_closed(self, partner: User, small_api: None) -> None:
        assert program(token_of(partner)).get("/api/forgotten").status_code == 403
        assert Client().get("/api/public").json() == "open"

    def test_a_missing_permission_is_403(self, partner: User, small_api: None) -> None:
        answer = program(token_of(partner)).get("/api/guarded")

        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_who_must_change_his_password_is_told_so(self, partner: User) -> None:
        browser = identity.browser_of(partner)
        User.objects.update(must_change_password=True)

        assert browser.get(ME).json()["code"] == "duty_first"

    def test_a_key_may_be_used_so_often_a_minute(self, partner: User) -> None:
        key = program(token_of(partner, per_minute=3))

        answers = [key.get(ME) for _each in range(8)]

        assert answers[0].status_code == 200
        assert {each.status_code for each in answers} == {200, 429}
        assert answers[-1]["Retry-After"] == "60"

    def test_the_document_is_for_the_signed_in_and_loads_nothing_from_elsewhere(
        self, partner: User
    ) -> None:
        assert Client().get("/api/docs").status_code == 302
        page = identity.browser_of(partner).get("/api/docs").content.decode()
        assert "http://" not in page
        assert "https://" not in page


HOSTILE = {
    "deep": b"[" * 100_000,
    "deep object": b'{"text":' * 50_000,
    "NaN": b'{"text": "x", "number": NaN}',
    "Infinity": b'{"text": "x", "number": -Infinity}',
    "NUL": b'{"text": "a\\u0000b"}',
    "raw NUL": b'{"text": "a\x00b"}',
    "half a character": b'{"text": "\\ud800"}',
    "bad bytes": b'{"text": "\xff\xfe"}',
    "long number": b'{"text": "x", "number": ' + b"9" * 5_000 + b"}",
    "not an object": b'"x"',
    "empty": b"",
    "cut": b'{"text": ',
    "too big": b'{"text": "' + b"x" * 5_000_001 + b'"}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_get_a_4xx_in_our_shape(name: str, partner: User, small_api: None) -> None:
    answer = program(token_of(partner)).post(
        "/api/notes", HOSTILE[name], content_type="application/json"
    )

    assert 400 <= answer.status_code < 500
    assert shape(answer) == SHAPE


def test_a_wrong_field_is_named(partner: User, small_api: None) -> None:
    answer = program(token_of(partner)).post(
        "/api/notes", '{"number": "x"}', content_type="application/json"
    )

    assert answer.status_code == 422
    assert answer.json()["where"] == ["body.note.text", "body.note.number"]


@pytest.mark.parametrize("place", ["/api/identity/me?q=%00", "/api/identity/%00"])
@pytest.mark.django_db
def test_nul_in_an_address_is_refused(place: str) -> None:
    assert Client().get(place).status_code in {400, 404}


@pytest.mark.django_db
def test_an_unknown_address_answers_in_our_shape() -> None:
    answer = Client().get("/api/nothing")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**17), 10**17)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_whatever_json_can_hold_is_read_back_unchanged(value: object) -> None:
    try:
        assert read_json(json.dumps(value).encode()) == value
        assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value
    except BadBody as refused:
        # the only honest text we refuse writes a NUL escape as plain letters
        assert "NUL" in str(refused)  # noqa: PT017
        assert "u0000" in json.dumps(value)
