"""The stream over HTTP, from a real server."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from django.conf import settings
from django.db import connection

from luchang.kernel.identity.models import User
from luchang.kernel.live import services
from tests.factories import identity as make
from tests.factories.identity import browser_of, user
from tests.server import Server, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
PATIENCE_S = 15.0


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


class Stream:
    """One open stream, read event by event."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def event(self) -> tuple[str, object]:
        """The next event's name and data; ("end", None) when the server ends the stream."""
        name, data = "", None
        async with asyncio.timeout(PATIENCE_S):
            async for line in self._lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data = json.loads(line.removeprefix("data: "))
                elif not line and name:
                    return name, data
        return "end", None


@asynccontextmanager
async def streaming(server: Server, key: str, query: str = "") -> AsyncIterator[Stream]:
    async with (
        httpx.AsyncClient(
            base_url=server.url, cookies={settings.SESSION_COOKIE_NAME: key}, timeout=PATIENCE_S
        ) as client,
        client.stream("GET", f"/live?topics=t{query}") as response,
    ):
        assert response.headers["content-type"] == "text/event-stream"
        lines = response.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        yield Stream(lines)


async def beside(deed: Callable[..., object], *arguments: object) -> object:
    """Do something to the database in another thread and leave no connection behind."""

    def do() -> object:
        try:
            return deed(*arguments)
        finally:
            connection.close()

    return await asyncio.to_thread(do)


def session_of(person: User) -> str:
    return browser_of(person).session.session_key or ""


def tell(person: User, number: int) -> None:
    services.tell_user(user_id=person.pk, topic="t", kind="k", data={"n": number}, at=AT)


def test_a_stranger_gets_no_stream(server: Server) -> None:
    assert httpx.get(f"{server.url}/live?topics=t").status_code == 302


def test_a_change_arrives_and_a_sign_out_ends_the_stream(server: Server) -> None:
    person = user()
    key = session_of(person)

    async def scenario() -> list[tuple[str, object]]:
        async with streaming(server, key, "&since=0") as stream:
            await beside(tell, person, 1)
            first = await stream.event()
            await beside(lambda: services.close_session(session_key=key))
            return [first, await stream.event(), await stream.event()]

    assert asyncio.run(scenario()) == [
        ("t", {"kind": "k", "data": {"n": 1}}),
        ("again", {}),
        ("end", None),
    ]


def test_what_happens_at_another_unit_never_reaches_the_stream(server: Server) -> None:
    """Neither live nor to who resumes: only what the own unit tells comes."""
    tree = make.tree()
    code = "identity.manage_users"
    key = session_of(make.user_with(code, at=tree.own))

    def happens(number: int) -> None:
        for place in (tree.city, tree.sibling, tree.other, tree.own):
            services.tell(
                topic="t",
                kind=place.code,
                data={"n": number},
                at=AT,
                permission=code,
                organisation_id=place.pk,
                organisation_path=place.path,
            )

    async def scenario() -> list[tuple[str, object]]:
        async with streaming(server, key, "&since=0") as stream:
            await beside(happens, 1)
            heard = [await stream.event()]
            await beside(happens, 2)
            heard.append(await stream.event())
        async with streaming(server, key, "&since=0") as again:
            return [*heard, await again.event(), await again.event()]

    told = [("t", {"kind": tree.own.code, "data": {"n": number}}) for number in (1, 2)]
    assert asyncio.run(scenario()) == [*told, *told]


def test_a_page_that_has_heard_nothing_is_told_where_to_resume(server: Server) -> None:
    person = user()
    tell(person, 1)
    key = session_of(person)

    async def scenario() -> str:
        async with streaming(server, key) as stream:
            return (await stream.event())[0]

    assert asyncio.run(scenario()) == "point"


def test_forty_streams_hold_no_database_connection_each(server: Server) -> None:
    """Django gives a connection back when a response ends; a stream would keep one."""
    person = user()
    key = session_of(person)

    async def opened(hold: asyncio.Event, ready: asyncio.Semaphore) -> str:
        async with streaming(server, key, "&since=0") as stream:
            ready.release()
            await hold.wait()
            return (await stream.event())[0]

    async def scenario() -> list[str]:
        hold, ready = asyncio.Event(), asyncio.Semaphore(0)
        streams = [asyncio.create_task(opened(hold, ready)) for _ in range(40)]
        for _ in streams:
            await asyncio.wait_for(ready.acquire(), PATIENCE_S)
        await beside(tell, person, 1)
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
            answers = [await client.get(f"{server.url}/live") for _ in range(3)]
        assert {answer.status_code for answer in answers} == {302}
        hold.set()
        return await asyncio.gather(*streams)

    assert asyncio.run(scenario()) == ["t"] * 40


def test_the_server_stops_within_its_grace_though_streams_are_open(server: Server) -> None:
    key = session_of(user())

    async def scenario() -> int:
        async with streaming(server, key):
            server.process.send_signal(signal.SIGTERM)
            return int(str(await beside(server.process.wait, 15)))

    started = time.monotonic()
    asyncio.run(scenario())
    assert time.monotonic() - started < 15
