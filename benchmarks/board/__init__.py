"""A new incident on every open board: from posting the call to the event at each stream.

A real server with two workers on a database of its own; boards are streams over HTTP, calls are
posted over HTTP one after the other. One process holds all clocks.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
import numpy as np

from benchmarks.figures import Figure
from benchmarks.world import PATIENCE_S, Served, call_body, load_note, platform

BOARDS = (50, 200)
CALLS, QUICK_CALLS = 120, 40
GAP_S = 0.25
GOAL_S = 1.0


@dataclass
class Boards:
    """When each call was posted and when each board heard of its incident."""

    posted: dict[int, float] = field(default_factory=dict)
    heard: list[dict[int, float]] = field(default_factory=list)
    ready: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    def waits(self) -> list[float]:
        return [
            at - self.posted[incident]
            for board in self.heard
            for incident, at in board.items()
            if incident in self.posted
        ]


def measure(*, quick: bool) -> Iterator[Figure]:
    """p50 and p99 with 50 boards, and with 200 as the stretch; what some board missed."""
    calls = QUICK_CALLS if quick else CALLS
    with platform() as served:
        for boards in BOARDS:
            run = asyncio.run(_run(served, boards, calls, first=boards * 10_000))
            waits = run.waits()
            where = f"{boards} boards, {calls} calls, one every {GAP_S} s, 2 workers"
            for percent, goal in ((50, None), (99, GOAL_S)):
                yield Figure(
                    f"new incident on {boards} boards, p{percent} wall",
                    float(np.percentile(waits, percent)),
                    "s",
                    goal=goal,
                    data=where,
                    n=len(waits),
                    note=load_note(),
                )
            missed = float(boards * calls - len(waits))
            yield Figure(f"missed by a board, {boards} boards", missed, "", goal=0.0, data=where)


async def _run(served: Served, boards: int, calls: int, *, first: int) -> Boards:
    run = Boards(heard=[{} for _ in range(boards)])
    limits = httpx.Limits(max_connections=None)
    headers = {"Authorization": f"Bearer {served.token}"}
    async with httpx.AsyncClient(
        base_url=served.url, headers=headers, timeout=PATIENCE_S, limits=limits, trust_env=False
    ) as client:
        streams = [asyncio.create_task(_listen(client, run, heard)) for heard in run.heard]
        for _ in streams:
            await asyncio.wait_for(run.ready.acquire(), PATIENCE_S)
        for number in range(calls):
            await _call(client, run, first + number)
            await asyncio.sleep(GAP_S)
        limit = time.monotonic() + PATIENCE_S / 4
        while len(run.waits()) < boards * calls and time.monotonic() < limit:
            await asyncio.sleep(0.2)
        for stream in streams:
            stream.cancel()
        for stream in streams:
            with suppress(asyncio.CancelledError, httpx.HTTPError):
                await stream
    return run


async def _call(client: httpx.AsyncClient, run: Boards, number: int) -> None:
    at = time.monotonic()
    answer = await client.post(
        "/api/dispatch/calls",
        json=call_body(number),
        headers={"Idempotency-Key": f"board-{number}"},
    )
    answer.raise_for_status()
    run.posted[int(answer.json()["incident_id"])] = at


async def _listen(client: httpx.AsyncClient, run: Boards, heard: dict[int, float]) -> None:
    """One board: opens the next stream where the last one ended, as the page does."""
    since = ""
    is_known = False
    while True:
        headers = {"Last-Event-ID": since} if since else {}
        with suppress(httpx.TransportError):
            async with client.stream(
                "GET", "/api/dispatch/stream?topics=incidents", headers=headers
            ) as answer:
                if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                    await asyncio.sleep(0.5)  # fifty at once: told to come again, as a page does
                    continue
                answer.raise_for_status()
                if not is_known:
                    is_known = True
                    run.ready.release()
                async for line in answer.aiter_lines():
                    if line.startswith("id: "):
                        since = line[4:]
                    elif line.startswith("data: ") and '"registered"' in line[:40]:
                        card = json.loads(line[6:])["data"]
                        heard.setdefault(int(card["id"]), time.monotonic())
