"""Server-sent events: the wire format and the life of one stream."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator

import psycopg
from django.http import HttpRequest, StreamingHttpResponse

from luchang.kernel.live.hub import MissedTooMuch, Subscriber, hub
from luchang.kernel.live.selectors import Message

logger = logging.getLogger(__name__)
HEARTBEAT_S = 15.0
LIFE_S = 55.0
"""A stream ends after this long and the page opens the next: session and reach are asked again."""

LONGEST_KEY = 18
"""Digits; more would not fit the database's key."""

COME_BACK = "retry: 1000\n\n"
AGAIN = "retry: 100\nevent: again\ndata: {}\n\n"
"""Tells the page that the stream ends as it should and the next may be opened at once."""

RESET = "event: reset\ndata: {}\n\n"
"""Tells the page to read everything anew: what it missed is forgotten."""


def resume_point(request: HttpRequest) -> int | None:
    """The last key this screen has seen, from its header or its address; None when it is new."""
    named = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    is_key = named.isascii() and named.isdecimal() and len(named) <= LONGEST_KEY
    return int(named) if is_key else None


def frame(message: Message) -> str:
    """One event; a kept one carries its key, a passing one leaves the resume point alone."""
    lines = [f"id: {message.seq}"] if message.seq else []
    body = {"kind": message.kind, "data": message.data}
    lines += [f"event: {message.topic}", f"data: {json.dumps(body, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n\n"


async def frames(subscriber: Subscriber, since: int | None) -> AsyncIterator[str]:
    """What was missed, then what comes, with a heartbeat so that dead lines are noticed."""
    over = time.monotonic() + LIFE_S
    yield COME_BACK
    try:
        async with hub().subscribe(subscriber):
            told: set[int] = set()
            if since is None:
                yield _point(await hub().latest())
            else:
                for missed in await hub().missed(subscriber, since):
                    told.add(missed.seq)
                    yield frame(missed)
            async for news in _coming(subscriber, over):
                if isinstance(news, str):
                    yield news
                elif news.seq not in told:
                    yield frame(news)
    except MissedTooMuch:
        yield RESET
    except (TimeoutError, psycopg.Error) as away:
        logger.warning("a stream ends for want of the database: %s", away)
        return
    yield AGAIN


def _point(seq: int) -> str:
    """From where a page that has heard nothing yet resumes."""
    return f"id: {seq}\nevent: point\ndata: {{}}\n\n"


async def _coming(subscriber: Subscriber, over: float) -> AsyncIterator[Message | str]:
    """Messages, or a heartbeat when there is none, until the stream's time is over."""
    while (left := over - time.monotonic()) > 0:
        try:
            news = await asyncio.wait_for(subscriber.queue.get(), min(HEARTBEAT_S, left))
        except TimeoutError:
            yield ": still here\n\n"
            continue
        if news is None:
            return
        yield news


def response(chunks: AsyncIterator[str]) -> StreamingHttpResponse:
    """A stream that no proxy will buffer."""
    return StreamingHttpResponse(
        chunks,
        content_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
