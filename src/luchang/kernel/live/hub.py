"""One listening connection a process, fanned out to every open stream in it."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psycopg
from asgiref.sync import sync_to_async
from django.db import connections

from luchang.kernel.identity.actors import Actor
from luchang.kernel.live.models import CHANNEL
from luchang.kernel.live.selectors import Message, latest, message, messages_after

logger = logging.getLogger(__name__)
QUEUE_LIMIT = 1_000
RECONNECT_S = 0.5


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
        elif news.topic in self.topics and news.is_for(self.actor):
            try:
                self.queue.put_nowait(news)
            except asyncio.QueueFull:
                self.close()

    def _is_meant(self, news: Message) -> bool:
        """Whether the session or the reach this stream was opened under is over."""
        if "session_key" in news.data:
            return news.data["session_key"] == self.session_key
        changed = news.data.get("user_ids")
        return isinstance(changed, list) and self.actor.user_id in changed

    def close(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """Listens once and fans out; catches up from the table after a lost connection."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        self._task: asyncio.Task[None] | None = None
        self._seen = 0

    @asynccontextmanager
    async def subscribe(self, subscriber: Subscriber) -> AsyncIterator[Subscriber]:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen_forever())
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    async def _listen_forever(self) -> None:
        self._seen = await sync_to_async(latest)()
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as broken:
                logger.warning("live connection lost, will try again: %s", broken)
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self) -> None:
        settings = connections["default"].get_connection_params()
        settings = {
            name: settings[name]
            for name in ("host", "port", "user", "password", "dbname")
            if name in settings
        }
        async with await psycopg.AsyncConnection.connect(
            **settings, autocommit=True, application_name="luchang live"
        ) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            for missed in await sync_to_async(messages_after)(self._seen):
                self._fan_out(missed)
            async for notice in connection.notifies():
                heard = await self._read(notice.payload)
                if heard is not None:
                    self._fan_out(heard)

    async def _read(self, payload: str) -> Message | None:
        if payload.isdecimal():
            return await sync_to_async(message)(int(payload))
        return Message(seq=0, **json.loads(payload))

    def _fan_out(self, news: Message) -> None:
        self._seen = max(self._seen, news.seq)
        for subscriber in list(self._subscribers):
            subscriber.offer(news)


hub = Hub()
