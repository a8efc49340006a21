"""One listening connection a process, fanned out to every open stream in it.

The hub speaks to PostgreSQL by two connections of its own, without the ORM and its threads: one
that only listens, one that reads what was announced and what a stream has missed.
"""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections
from psycopg.rows import dict_row

from luchang.kernel.identity.actors import Actor
from luchang.kernel.live.models import CHANNEL
from luchang.kernel.live.selectors import COLUMNS, MISSED, Message, message_of

logger = logging.getLogger(__name__)
QUEUE_LIMIT = 1_000
RECONNECT_S = 0.5
WAIT_S = 10.0
"""For the hub to listen; with the database away the page tries again later."""

REMEMBERED = 10_000
"""Keys told lately, so that catching up after a lost connection repeats none of them."""

CATCH_UP_LIMIT = 5_000
"""Missed changes beyond which a page reads everything anew instead."""

PARAMETERS = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")
KEEPALIVE: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
Connection = psycopg.AsyncConnection[dict[str, Any]]


class MissedTooMuch(Exception):
    """The point to resume from is forgotten or too far back."""


@dataclass(eq=False)
class Subscriber:
    """One open stream: what it wants and what it may hear."""

    actor: Actor
    topics: frozenset[str]
    session_key: str
    queue: asyncio.Queue[Message | None] = field(
        default_factory=lambda: asyncio.Queue(QUEUE_LIMIT)
    )

    def offer(self, news: Message) -> None:
        """Queue what this stream may hear; a stream too slow to follow is ended to resume."""
        if news.topic == "session":
            if self._is_meant(news):
                self.close()
        elif self.hears(news):
            try:
                self.queue.put_nowait(news)
            except asyncio.QueueFull:
                self.close()

    def hears(self, news: Message) -> bool:
        return news.topic in self.topics and news.is_for(self.actor)

    def close(self) -> None:
        """Drop what is queued and end; whoever was too slow resumes from what he has read."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)

    def _is_meant(self, news: Message) -> bool:
        """Whether the session or the reach this stream was opened under is over."""
        if "session_key" in news.data:
            return news.data["session_key"] == self.session_key
        changed = news.data.get("user_ids")
        return isinstance(changed, list) and self.actor.user_id in changed


class Hub:
    """Listens once and fans out; catches up from the table after a lost connection."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()
        self._reader: Connection | None = None
        self._told: OrderedDict[int, None] = OrderedDict()
        self._oldest_open: int | None = None
        """All older transactions have been told; None before the first connection."""

    @asynccontextmanager
    async def subscribe(self, subscriber: Subscriber) -> AsyncIterator[Subscriber]:
        """Hear everything that commits from here on: it waits until the hub is listening.

        Raises:
            TimeoutError: the database is away.
        """
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen_forever())
        await asyncio.wait_for(self._listening.wait(), WAIT_S)
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    async def missed(self, subscriber: Subscriber, since: int) -> list[Message]:
        """What the stream may hear of all that came after it read the change `since`.

        Raises:
            MissedTooMuch: the page must read everything anew.
            psycopg.Error: the database is away.
        """
        if self._reader is None:
            raise psycopg.OperationalError("not listening")
        rows = await (
            await self._reader.execute(
                MISSED,
                {
                    "since": since,
                    "topics": list(subscriber.topics),
                    "limit": CATCH_UP_LIMIT + 1,
                },
            )
        ).fetchall()
        if len(rows) > CATCH_UP_LIMIT or any(row["is_forgotten"] for row in rows):
            raise MissedTooMuch(since)
        found = (message_of(row) for row in rows if row["id"] is not None)
        return [news for news in found if news.seq != since and subscriber.hears(news)]

    async def latest(self) -> int:
        """The newest key.

        Raises:
            psycopg.Error: the database is away.
        """
        if self._reader is None:
            raise psycopg.OperationalError("not listening")
        newest = await self._reader.execute("SELECT max(id) AS newest FROM live_streamevent")
        row = await newest.fetchone()
        return (row and row["newest"]) or 0

    async def stop(self) -> None:
        """Let the connections go; the streams end."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        for subscriber in list(self._subscribers):
            subscriber.close()

    @property
    def size(self) -> int:
        """Open streams."""
        return len(self._subscribers)

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._listen()
            except* (psycopg.Error, OSError) as broken:
                logger.warning("live connection lost, will try again: %s", broken.exceptions)
            finally:
                self._listening.clear()
                self._reader = None
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self) -> None:
        async with await _connect() as listener, await _connect() as self._reader:
            await listener.execute(f"LISTEN {CHANNEL}")
            await self._catch_up(self._reader)
            self._listening.set()
            heard: asyncio.Queue[str] = asyncio.Queue()
            async with asyncio.TaskGroup() as both:
                both.create_task(_collect(listener, heard))
                both.create_task(self._tell(self._reader, heard))

    async def _catch_up(self, reader: Connection) -> None:
        """Tell what was committed while nobody listened; LISTEN holds already."""
        if self._oldest_open is None:
            row = await (
                await reader.execute(
                    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest"
                )
            ).fetchone()
            self._oldest_open = row["oldest"] if row else 0
            return
        missed = await reader.execute(
            f"SELECT {COLUMNS} FROM live_streamevent "  # noqa: S608 - our own column names
            "WHERE transaction >= %s ORDER BY id",
            [self._oldest_open],
        )
        async for row in missed:
            self._fan_out(row)

    async def _tell(self, reader: Connection, heard: asyncio.Queue[str]) -> None:
        """Read what was announced, all that waits at once, and pass it on in that order."""
        while True:
            payloads = [await heard.get()]
            while not heard.empty():
                payloads.append(heard.get_nowait())
            rows = await _read(reader, [int(each) for each in payloads if each.isdecimal()])
            for payload in payloads:
                if not payload.isdecimal():
                    self._pass_on(payload)
                elif int(payload) in rows:
                    self._fan_out(rows[int(payload)])

    def _pass_on(self, payload: str) -> None:
        try:
            news = Message(seq=0, **json.loads(payload))
        except (ValueError, TypeError):
            logger.warning("a notification that is no message: %.80s", payload)
            return
        self._offer(news)

    def _fan_out(self, row: dict[str, Any]) -> None:
        if row["id"] in self._told:
            return
        self._told[row["id"]] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        self._oldest_open = row["oldest_open"]
        self._offer(message_of(row))

    def _offer(self, news: Message) -> None:
        for subscriber in list(self._subscribers):
            subscriber.offer(news)


async def _connect() -> Connection:
    known = connections["default"].get_connection_params()
    settings = {name: known[name] for name in PARAMETERS if name in known}
    return await psycopg.AsyncConnection.connect(
        **settings,
        **KEEPALIVE,
        autocommit=True,
        application_name="luchang live",
        row_factory=dict_row,
    )


async def _collect(listener: Connection, heard: asyncio.Queue[str]) -> None:
    async for notice in listener.notifies():
        heard.put_nowait(notice.payload)
    raise psycopg.OperationalError("the listening connection ended")


async def _read(reader: Connection, keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    wanted = list(keys)
    if not wanted:
        return {}
    rows = await reader.execute(
        f"SELECT {COLUMNS} FROM live_streamevent WHERE id = ANY(%s)",  # noqa: S608 - our own names
        [wanted],
    )
    return {row["id"]: row async for row in rows}


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop: one a process in the server."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
