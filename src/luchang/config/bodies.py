"""Refuses a body that is too long before it is read: 413, whatever length it claims."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST = 5_000_000
"""Bytes of a form or of JSON."""

LONGEST_UPLOAD = 64_000_000
"""Bytes of a form with files."""


class TooLong(Exception):
    """The body went on after the limit."""


def limited(app: App) -> App:
    """`app`, behind the limit."""

    async def limiting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        most, claimed = _limits(scope)
        if claimed > most:
            await _refuse(send)
            return
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, _counting(receive, most), note)
        except TooLong:
            if not begun:
                await _refuse(send)

    return limiting


def _counting(receive: Receive, most: int) -> Receive:
    received = 0

    async def counting() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise TooLong
        return message

    return counting


def _limits(scope: Scope) -> tuple[int, int]:
    headers = dict(scope["headers"])
    kind = headers.get(b"content-type", b"")
    claimed = headers.get(b"content-length", b"0")
    most = LONGEST_UPLOAD if kind.startswith(b"multipart/form-data") else LONGEST
    return most, int(claimed) if claimed.isdigit() else 0


async def _refuse(send: Send) -> None:
    body = json.dumps(
        {"code": "too_big", "message": "内容过大。", "where": ["body"], "mend": ""},
        ensure_ascii=False,
    ).encode()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
