"""The whole API against its own document: whatever a program sends, we never break.

schemathesis makes the requests; its coverage phase does not run on Python 3.11, so they are drawn
by its fuzzing phase alone: such as the document allows, with ids that exist, and such as it does
not allow. Hand-made probes of what breaks servers stand below.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from luchang.config.api import api
from luchang.kernel.identity import services
from luchang.kernel.identity.models import User
from luchang.kernel.identity.permissions import declared
from luchang.kernel.identity.selectors import actor_for
from tests.factories import dispatch as make
from tests.factories.identity import organisation, user_with
from tests.factories.town import build_town
from tests.server import serving

FEW, MANY = 8, 160
"""Requests of each kind to each operation; the many come to ten thousand."""

STREAMS = {"GET /api/dispatch/stream"}
"""Never end, and are proven in tests/kernel/live."""

PARTS = ("method", "url", "headers", "params", "data", "json", "files", "cookies")
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
ALL: list[Any] = [found.ok() for found in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
OPERATIONS = {operation.label: operation for operation in ALL if operation.label not in STREAMS}
WITH_BODY = [label for label, operation in OPERATIONS.items() if operation.body]
HOSTILE = {
    "nested": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "not a number": b'{"incident": {"longitude": NaN}}',
    "infinite": b'{"incident": {"longitude": -Infinity}}',
    "nul": b'{"incident": {"address": "a\\u0000b"}, "reason": "\\u0000", "text": "\\u0000"}',
    "half a character": b'{"incident": {"address": "\\ud800"}, "reason": "\\ud800"}',
    "bytes": b'{"reason": "\xff\xfe"}',
    "huge number": b'{"incident_id": 1' + b"0" * 5000 + b"}",
    "beyond a column": b'{"incident_id": 99999999999999999999, "unit_id": 99999999999999999999}',
    "a list": b"[]",
    "nothing": b"",
    "cut": b'{"incident": {"addr',
}
QUERIES = [
    "page=100000000000000000000",
    "page=-1",
    "page=NaN",
    "size=99999999999999999999",
    "before=99999999999999999999",
    "q=%00",
    "q=%ff%fe",
    "q=" + "路" * 3000,
    "at=0001-01-01T00:00:00Z",
    "at=9999-12-31T23:59:59Z",
    "longitude=NaN&latitude=Infinity",
]


@pytest.fixture
def person(db: None, tmp_path: Any, settings: Any) -> User:
    """Somebody who may do everything but administer, in a town with roads."""
    settings.MEDIA_ROOT = str(tmp_path)
    build_town()
    make.limits()
    codes = [each.code for each in declared() if not each.administrator]
    return user_with(*codes, at=organisation(name="天元大队"))


@pytest.fixture
def key(person: User) -> str:
    now = datetime.now(UTC)
    by = actor_for(person, at=now)
    _token, text = services.issue_token(
        user_id=person.pk,
        name="schema",
        codes=sorted(by.reaches),
        expires_at=now + timedelta(days=1),
        by=by,
        at=now,
        per_minute=1_000_000,
    )
    return text


@pytest.fixture
def known(person: User) -> dict[str, int]:
    """Ids that exist, by the name a path calls them."""
    by = actor_for(person, at=datetime.now(UTC))
    crash = make.incident(by=by)
    sent = make.sent(crash, make.crew(at=person.organisation))
    return {"incident_id": crash.pk, "dispatch_id": sent.pk, "unit_id": sent.unit_id or 0}


def status_of(program: Client, case: Any) -> int:
    """Send what schemathesis made through Django's own client, within the test's transaction."""
    made = case.as_transport_kwargs(base_url="http://testserver")
    parts = {name: made[name] for name in PARTS if made.get(name) is not None}
    ready = requests.Request(**parts).prepare()
    headers = {
        name: str(value) for name, value in ready.headers.items() if name != "Content-Length"
    }
    kind = str(headers.pop("Content-Type", "application/json"))
    body = ready.body or b""
    answer = program.generic(
        str(ready.method), ready.path_url, body, content_type=kind, headers=headers
    )
    return answer.status_code


def never_breaks(label: str, key: str, known: dict[str, int], *, examples: int) -> None:
    operation = OPERATIONS[label]
    named = {part.name for part in operation.path_parameters}
    ids = {name: value for name, value in known.items() if name in named}
    exists = operation.as_strategy(path_parameters=ids or None)
    anything = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    program = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {key}"})

    for strategy in (exists, anything):

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def send(case: Any) -> None:
            with transaction.atomic():
                status = status_of(program, case)
                transaction.set_rollback(True)
            assert status < 500, case.as_curl_command()

        with suppress(Unsatisfiable):  # nothing in it that could be wrong
            send()


@pytest.mark.slow
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_breaks_an_operation(label: str, key: str, known: dict[str, int]) -> None:
    never_breaks(label, key, known, examples=FEW)


@pytest.mark.long
@pytest.mark.parametrize("label", OPERATIONS)
def test_many_requests_break_no_operation(label: str, key: str, known: dict[str, int]) -> None:
    never_breaks(label, key, known, examples=MANY)


@pytest.fixture
def program(key: str) -> Client:
    return Client(
        raise_request_exception=False,
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "probe"},
    )


def filled(label: str) -> tuple[str, str]:
    method, _, path = label.partition(" ")
    for part in OPERATIONS[label].path_parameters:
        path = path.replace(f"{{{part.name}}}", "1")
    return method, path


@pytest.mark.parametrize("label", WITH_BODY)
def test_hostile_bodies_are_refused(label: str, program: Client) -> None:
    method, path = filled(label)

    for name, body in HOSTILE.items():
        with transaction.atomic():
            answer = program.generic(method, path, body, content_type="application/json")
            transaction.set_rollback(True)
        assert 400 <= answer.status_code < 500, (name, answer.status_code)


@pytest.mark.parametrize("label", [label for label in OPERATIONS if label.startswith("GET")])
def test_hostile_queries_break_nothing(label: str, program: Client) -> None:
    _method, path = filled(label)

    for query in QUERIES:
        with transaction.atomic():
            answer = program.get(f"{path}?{query}")
            transaction.set_rollback(True)
        assert answer.status_code < 500, query


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_hundred_megabytes_are_refused_by_the_running_server() -> None:
    """Claimed in the header, and sent without a claim."""

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1_000_000

    with serving() as running:
        address = f"{running.url}/api/dispatch/calls"
        for body in (b"x" * 100_000_000, endless()):
            try:
                status = httpx.post(address, content=body, timeout=60).status_code
            except httpx.WriteError:  # refused and hung up while we were still sending
                continue
            assert status == 413
        assert httpx.get(f"{running.url}/healthz", timeout=20).status_code == 200
