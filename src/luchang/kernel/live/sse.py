"""Server-sent events: the wire format and the life of one stream."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.http import HttpRequest, StreamingHttpResponse

from luchang.kernel.live.hub import Subscriber, hub
from luchang.kernel.live.selectors import Message, messages_after

HEARTBEAT_S = 15.0
LIFE_S = 600.0
"""A stream ends after this long and the page opens the next: the session is asked again."""
LONGEST_KEY = 18
"""Digits; more would not fit the database's key."""


def resume_point(request: HttpRequest) -> int | None:
    """The last key this screen has seen, from its header or its address; None when it is new."""
    named = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    return int(named) if named.isdecimal() and len(named) <= LONGEST_KEY else None


def frame(message: Message) -> str:
    """One event; a kept one carries its key, a passing one leaves the resume point alone."""
    lines = [f"id: {message.seq}"] if message.seq else []
    body = {"kind": message.kind, "data": message.data}
    lines += [f"event: {message.topic}", f"data: {json.dumps(body, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n\n"


async def frames(subscriber: Subscriber, since: int | None) -> AsyncIterator[str]:
    """What was missed, then what comes, with a heartbeat so that dead lines are noticed."""
    async with hub.subscribe(subscriber):
        yield "retry: 1000\n\n"
        if since is not None:
            for missed in await sync_to_async(messages_after)(since):
                subscriber.offer(missed)
        over = time.monotonic() + LIFE_S
        while time.monotonic() < over:
            try:
                news = await asyncio.wait_for(subscriber.queue.get(), HEARTBEAT_S)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if news is None:
                return
            yield frame(news)


def response(chunks: AsyncIterator[str]) -> StreamingHttpResponse:
    """A stream that no proxy will buffer."""
    return StreamingHttpResponse(
        chunks,
        content_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
