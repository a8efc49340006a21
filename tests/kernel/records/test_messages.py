"""Short messages go out once, after the commit, and not at all without a gateway."""

import json
import logging
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.db import connection

from luchang.gateways.sms.client import GatewayNotConfigured, HttpShortMessages
from luchang.gateways.sms.fake import FakeShortMessages
from luchang.kernel.records import messages
from luchang.kernel.records.kinds import MessageStatus
from luchang.kernel.records.models import ShortMessage
from luchang.kernel.records.ports import SendingFailed

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Gateway:
    """Remembers by key, as a real one must; refuses as often as it is told."""

    is_fake = False

    def __init__(self, refusals: int = 0) -> None:
        self.sent: dict[str, str] = {}
        self.refusals = refusals

    def send(self, *, number: str, text: str, key: str) -> None:
        if self.refusals:
            self.refusals -= 1
            raise SendingFailed("busy")
        self.sent[key] = f"{number} {text}"


def ask() -> None:
    messages.send(number="13800000000", text="请签收", key="k1", at=AT)


@pytest.mark.django_db
def test_a_message_asked_for_twice_is_sent_once() -> None:
    out = Gateway()
    ask()
    ask()

    assert messages.send_due(at=AT, through=out) == 1

    assert out.sent == {"k1": "13800000000 请签收"}
    assert messages.send_due(at=AT + timedelta(days=1), through=out) == 0


@pytest.mark.django_db
def test_the_number_and_the_text_stand_in_clear_nowhere() -> None:
    ask()

    with connection.cursor() as cursor:
        cursor.execute("SELECT number || text FROM records_shortmessage")
        stored = str(cursor.fetchone())
    assert "13800000000" not in stored
    assert "签收" not in stored


@pytest.mark.django_db
def test_a_refused_message_is_tried_again_later_and_given_up_in_the_end() -> None:
    ask()
    out = Gateway(refusals=99)

    assert messages.send_due(at=AT, through=out) == 1
    assert messages.send_due(at=AT, through=out) == 0
    for hour in range(1, 9):
        messages.send_due(at=AT + timedelta(hours=hour), through=out)

    given_up = ShortMessage.objects.get()
    assert (given_up.status, given_up.attempts, given_up.error) == (
        MessageStatus.FAILED,
        6,
        "busy",
    )


@pytest.mark.django_db
def test_without_a_gateway_the_fake_says_loudly_that_nothing_left(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ask()

    with caplog.at_level(logging.WARNING):
        messages.send_due(at=AT)

    assert "nothing was sent" in caplog.text
    assert "13800000000" not in caplog.text
    assert ShortMessage.objects.get().gateway == FakeShortMessages.__name__


def test_the_client_hands_the_key_over_and_reports_a_refusal() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202 if len(seen) == 1 else 503)

    out = HttpShortMessages("https://gateway.invalid/", "t", httpx.MockTransport(answer))
    out.send(number="1", text="2", key="k")
    with pytest.raises(SendingFailed, match="HTTPStatusError"):
        out.send(number="1", text="2", key="k")

    assert json.loads(seen[0].content) == {"number": "1", "text": "2", "key": "k"}
    assert seen[0].headers["Idempotency-Key"] == "k"


@pytest.mark.parametrize("address", ["", "http://gateway.invalid"])
def test_a_client_without_a_safe_address_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCHANG_SMS_URL", address)

    with pytest.raises(GatewayNotConfigured):
        HttpShortMessages()
