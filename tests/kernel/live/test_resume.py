"""Resuming: nothing committed is missed, whatever the order of keys and commits."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection, transaction

from luchang.kernel.identity.actors import Actor
from luchang.kernel.live import services
from luchang.kernel.live.hub import Hub, MissedTooMuch, Subscriber
from luchang.kernel.live.models import StreamEvent
from luchang.kernel.live.selectors import Message, latest
from luchang.kernel.live.services import KEPT

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
PERSON = 7
ACTOR = Actor(user_id=PERSON, name="甲", organisation_id=1, organisation_path="000001/")


def tell(number: int) -> None:
    services.tell_user(user_id=PERSON, topic="t", kind="k", data={"number": number}, at=AT)


async def beside(deed: Callable[..., None], *arguments: object) -> None:
    """Do something to the database in another thread and leave no connection behind."""

    def do() -> None:
        try:
            deed(*arguments)
        finally:
            connection.close()

    await asyncio.to_thread(do)


def listener() -> Subscriber:
    return Subscriber(actor=ACTOR, topics=frozenset({"t"}), session_key="s")


def number_of(news: Message) -> int:
    return int(str(news.data["number"]))


@contextmanager
def held_open(number: int) -> Iterator[threading.Event]:
    """A transaction that has written its change and waits to commit until the event is set."""
    written, release = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                tell(number)
                written.set()
                release.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    written.wait(10)
    try:
        yield release
    finally:
        release.set()
        thread.join()


async def missed(since: int) -> list[int]:
    hub = Hub()
    try:
        async with hub.subscribe(listener()) as stream:
            return [number_of(news) for news in await hub.missed(stream, since)]
    finally:
        await hub.stop()


def test_a_lower_key_that_commits_later_is_not_missed() -> None:
    """The control: its key is lower than the point resumed from, so `> since` would lose it."""
    with held_open(1):
        tell(2)
        since = latest()

    assert StreamEvent.objects.get(data__number=1).pk < since
    assert asyncio.run(missed(since)) == [1]


def test_a_page_that_read_nothing_yet_gets_everything() -> None:
    tell(1)
    tell(2)

    assert asyncio.run(missed(0)) == [1, 2]


def test_a_forgotten_point_is_said_so() -> None:
    tell(1)
    since = latest()
    tell(2)
    assert services.trim(at=AT + KEPT + timedelta(seconds=1)) == 1

    with pytest.raises(MissedTooMuch):
        asyncio.run(missed(since))


def test_the_newest_change_is_never_forgotten() -> None:
    tell(1)

    assert services.trim(at=AT + timedelta(days=99)) == 0
    assert asyncio.run(missed(latest())) == []


class Writers:
    """Eight writers with transactions of random length; `done` once all have committed."""

    def __init__(self, seed: int, count: int) -> None:
        random = Random(seed)
        self.jobs = [
            (number, random.uniform(0, 0.02), random.uniform(0, 0.02)) for number in range(count)
        ]
        self.done = threading.Event()

    def run(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self.write, self.jobs))
        self.done.set()

    def write(self, job: tuple[int, float, float]) -> None:
        number, before, after = job
        try:
            with transaction.atomic():
                time.sleep(before)
                tell(number)
                time.sleep(after)
        finally:
            connection.close()


class Reader:
    """Resumes, listens for a moment, loses its line, and again."""

    def __init__(self, hub: Hub, patience: Random) -> None:
        self.hub = hub
        self.patience = patience
        self.heard: set[int] = set()
        self.since = 0

    async def read_until(self, done: threading.Event) -> set[int]:
        finished = False
        while not finished:
            finished = done.is_set()
            async with self.hub.subscribe(listener()) as stream:
                for news in await self.hub.missed(stream, self.since):
                    self.hear(news)
                await self.listen(stream)
            await asyncio.sleep(self.patience.uniform(0, 0.01))
        return self.heard

    async def listen(self, stream: Subscriber) -> None:
        for _ in range(self.patience.randint(0, 12)):
            try:
                self.hear(await asyncio.wait_for(stream.queue.get(), 0.03))
            except TimeoutError:
                return

    def hear(self, news: Message | None) -> None:
        assert news is not None
        self.heard.add(number_of(news))
        self.since = news.seq


@pytest.mark.parametrize("seed", range(3))
def test_a_reader_that_keeps_losing_its_line_hears_every_commit(seed: int) -> None:
    writers = Writers(seed, 160)

    async def scenario() -> list[set[int]]:
        hub = Hub()
        writing = asyncio.create_task(asyncio.to_thread(writers.run))
        readers = [Reader(hub, Random(seed + number)) for number in range(3)]
        found = await asyncio.gather(*(each.read_until(writers.done) for each in readers))
        await writing
        await hub.stop()
        return found

    assert asyncio.run(scenario()) == [set(range(160))] * 3


def test_a_killed_listening_connection_loses_nothing_and_repeats_nothing() -> None:
    async def scenario() -> list[int]:
        hub = Hub()
        async with hub.subscribe(listener()) as stream:
            await beside(tell, 1)
            first = await asyncio.wait_for(stream.queue.get(), 10)
            await beside(kill_listeners)
            await beside(tell, 2)
            second = await asyncio.wait_for(stream.queue.get(), 10)
            await asyncio.sleep(0.2)
            assert first is not None
            assert second is not None
            left = stream.queue.qsize()
        await hub.stop()
        return [number_of(first), number_of(second), left]

    assert asyncio.run(scenario()) == [1, 2, 0]


def kill_listeners() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'luchang live'"
        )
        assert cursor.fetchall()


def test_a_message_that_is_none_does_not_silence_the_hub() -> None:
    async def scenario() -> int:
        hub = Hub()
        async with hub.subscribe(listener()) as stream:
            await beside(notify, "{not json")
            await beside(notify, '{"strange": 1}')
            await beside(notify, "99999999")
            await beside(tell, 5)
            news = await asyncio.wait_for(stream.queue.get(), 10)
            assert news is not None
        await hub.stop()
        return number_of(news)

    assert asyncio.run(scenario()) == 5


def notify(payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('luchang_live', %s)", [payload])


def test_a_passing_message_too_long_for_the_database_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        services.tell_in_passing(
            topic="t",
            kind="k",
            data={"text": "路" * 3_000},
            permission="p",
            organisation_id=1,
            organisation_path="000001/",
        )


def test_a_stream_too_slow_to_follow_is_ended_and_resumes() -> None:
    stream = listener()
    news = Message(seq=1, topic="t", kind="k", data={}, user_id=PERSON)

    for _ in range(stream.queue.maxsize + 1):
        stream.offer(news)

    assert stream.queue.get_nowait() is None
