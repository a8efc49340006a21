"""A change on every open board: from the commit to the last byte at each stream.

A real server with two workers on a database of its own, streams over HTTP, changes told one by
one through `live.services.tell_user`. The clock runs from before the transaction to the event's
arrival at each stream, in one process, so that no two clocks are compared.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.figures import Figure
from luchang.kernel.embedded_postgres import Cluster

GOAL_S = 1.0
CHANGES, QUICK_CHANGES = 200, 40
GAP_S = 0.25
PATIENCE_S = 60.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """p50 and p99 with 50 and 200 open boards."""
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["LUCHANG_HOME"] = folder
        cluster = Cluster(Path(folder) / "database", binaries_in=Path(folder))
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        try:
            yield from _measured(QUICK_CHANGES if quick else CHANGES)
        finally:
            cluster.stop()


def _measured(changes: int) -> Iterator[Figure]:
    key, user_id = _person()
    port = _free_port()
    server = _serve(port)
    try:
        for boards in (50, 200):
            waits = asyncio.run(_run(f"http://127.0.0.1:{port}", key, user_id, boards, changes))
            lost = boards * changes - len(waits)
            common = {"data": f"{boards} streams, 2 workers", "n": len(waits)}
            p50, p99 = np.percentile(waits, [50, 99])
            yield Figure(f"board p50, {boards} boards", float(p50), "s", **common)  # type: ignore[arg-type]
            yield Figure(f"board p99, {boards} boards", float(p99), "s", GOAL_S, **common)  # type: ignore[arg-type]
            yield Figure(f"changes lost, {boards} boards", float(lost), "", 0.0, **common)  # type: ignore[arg-type]
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()


def _person() -> tuple[str, int]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from luchang.kernel.identity.models import Organisation, User

    call_command("migrate", verbosity=0)
    place = Organisation.found(
        parent=None, code="430200000000", name="支队", short_name="支队", kind="DETACHMENT"
    )
    person = User.objects.create_user(
        username="bench", password=None, name="测", organisation=place
    )
    browser = Client()
    browser.force_login(person)
    return browser.session.session_key or "", person.pk


def _serve(port: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-m", "uvicorn", "luchang.config.asgi:application"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "2"),
            *("--loop", "uvloop", "--http", "httptools", "--lifespan", "off"),
            *("--timeout-graceful-shutdown", "5", "--log-level", "error"),
        ],
        env=dict(os.environ, LUCHANG_POOL="1"),
    )


async def _run(url: str, key: str, user_id: int, boards: int, changes: int) -> list[float]:
    waits: list[float] = []
    ready = asyncio.Semaphore(0)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=url, cookies={"sessionid": key}, timeout=PATIENCE_S, limits=limits
    ) as client:
        await _until_it_answers(client)
        streams = [
            asyncio.create_task(_listen(client, ready, waits, changes)) for _ in range(boards)
        ]
        for _ in streams:
            await asyncio.wait_for(ready.acquire(), PATIENCE_S)
        await asyncio.to_thread(_tell, user_id, changes)
        await asyncio.wait(streams, timeout=PATIENCE_S)
        for stream in streams:
            stream.cancel()
    return waits


async def _listen(
    client: httpx.AsyncClient, ready: asyncio.Semaphore, waits: list[float], changes: int
) -> None:
    """One board: opens the next stream where the last one ended, as the page does."""
    seen: dict[int, float] = {}
    since = ""
    while len(seen) < changes:
        async with client.stream("GET", f"/live?topics=bench&since={since}") as response:
            async for topic, key, data in _events(response):
                since = key or since
                if topic == "point":
                    ready.release()
                elif topic == "bench":
                    seen.setdefault(data["n"], time.monotonic() - data["at"])
                    if len(seen) == changes:
                        break
    waits.extend(seen.values())


async def _events(response: httpx.Response) -> AsyncIterator[tuple[str, str, dict[str, Any]]]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            body = json.loads(fields["data"])
            yield fields["event"], fields.get("id", ""), body.get("data", {})
            fields = {}


def _tell(user_id: int, changes: int) -> None:
    from luchang.kernel import clock
    from luchang.kernel.live.services import tell_user

    for number in range(changes):
        tell_user(
            user_id=user_id,
            topic="bench",
            kind="k",
            data={"n": number, "at": time.monotonic()},
            at=clock.now(),
        )
        time.sleep(GAP_S)


async def _until_it_answers(client: httpx.AsyncClient) -> None:
    limit = time.monotonic() + PATIENCE_S
    while True:
        try:
            await client.get("/live")
        except httpx.TransportError:
            if time.monotonic() > limit:
                raise
            await asyncio.sleep(0.2)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
