"""A body that is too long is refused before it is held in memory."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from luchang.config import bodies
from luchang.config.bodies import Receive, Scope, Send, limited

CHUNK = 1_000_000


def send_body(length: int, *, claimed: bytes | None = None, kind: bytes = b"") -> tuple[int, int]:
    """Status of the answer, and how many bytes the application was given."""
    taken = 0
    answers: list[MutableMapping[str, Any]] = []
    left = length

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal taken
        more = True
        while more:
            message = await receive()
            taken += len(message.get("body", b""))
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> MutableMapping[str, Any]:
        nonlocal left
        size = min(CHUNK, left)
        left -= size
        return {"type": "http.request", "body": b"x" * size, "more_body": left > 0}

    async def send(message: MutableMapping[str, Any]) -> None:
        answers.append(message)

    headers = [(b"content-type", kind)]
    headers += [(b"content-length", claimed)] if claimed is not None else []

    async def serve() -> None:
        await limited(app)({"type": "http", "headers": headers}, receive, send)

    asyncio.run(serve())
    return int(answers[0]["status"]), taken


def test_a_claimed_length_is_refused_without_reading() -> None:
    assert send_body(100_000_000, claimed=b"100000000") == (413, 0)


def test_an_unclaimed_length_is_refused_when_it_passes_the_limit() -> None:
    status, taken = send_body(100_000_000)

    assert status == 413
    assert taken <= bodies.LONGEST


def test_uploads_may_be_longer_and_short_bodies_pass() -> None:
    assert send_body(10_000_000, kind=b"multipart/form-data; boundary=x") == (200, 10_000_000)
    assert send_body(10) == (200, 10)
