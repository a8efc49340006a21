"""From the durable write of a passage to the alarm on an open desk.

A real web server with two workers, a real PostgreSQL with synchronous commit, streams over HTTP.
This process does what the intake's does: it appends to the store and wakes the matcher. The clock
of each alarm runs from the return of the durable write to the event's arrival, in one process.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np

from benchmarks.figures import Figure
from benchmarks.world import durability, load_note, platform

if TYPE_CHECKING:
    from luchang.apps.passages.models import VehicleWatch
    from luchang.kernel.segments import Store

ALARMS, QUICK_ALARMS = 200, 60
WATCHED, QUICK_WATCHED = 100_000, 20_000
"""Watches on the list beside those that are seen."""

GAP_S = 0.25
BATCH = 50
"""Passages of one durable write, one of them of a watched vehicle."""

GOAL_S = 1.0
PATIENCE_S = 60.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """p50, p95 and the slowest, what a wake takes of the intake, and whether any was lost."""
    alarms = QUICK_ALARMS if quick else ALARMS
    watched = QUICK_WATCHED if quick else WATCHED
    with platform() as served:
        key, watches = _city(alarms, watched)
        with _listening(served.url, key) as heard, _matching() as (store, wake):
            sent = _pass_by(watches, store, wake)
            _wait(lambda: len(heard) >= len(watches))
        waits = [heard[each] - sent[each] for each in sent if each in heard]
        common = {
            "data": f"{watched + alarms} watches, {BATCH} passages a write, 2 workers",
            "n": len(waits),
            "note": f"{durability()}; {load_note()}",
        }
        for name, value in (
            ("p50", float(np.percentile(waits, 50))),
            ("p95", float(np.percentile(waits, 95))),
            ("slowest", max(waits)),
        ):
            yield Figure(
                f"durable write to the desk's event, {name}", value, "s",
                goal=GOAL_S if name == "p95" else None, **common,  # type: ignore[arg-type]
            )  # fmt: skip
        lost = float(len(watches) - len(waits))
        yield Figure("alarms lost", lost, "", goal=0.0, n=len(watches))


def _city(alarms: int, watched: int) -> tuple[str, list[VehicleWatch]]:
    """A desk that listens, a long list, and the watches that will be seen."""
    from luchang.apps.passages.models import VehicleWatch
    from luchang.apps.passages.policies import RECEIVE_ALARM, SEE_CAMERAS
    from luchang.kernel import clock
    from tests.factories import identity, watches

    now = clock.now()
    place = identity.organisation()
    person = identity.user_with(RECEIVE_ALARM, SEE_CAMERAS, at=place)
    seen = [watches.watch(at=place, now=now) for _ in range(alarms)]
    VehicleWatch.objects.bulk_create(
        [
            VehicleWatch(
                number=f"BK{number:09d}", plate=f"湘C{number:05d}", plate_type=2,
                organisation=place, approving=place, category="UNINSPECTED", response="REPORT",
                reason="演示", case_number="演示", legal_basis="演示", starts_at=now,
                ends_at=now + timedelta(days=30), proposed_at=now, approved_at=now,
                changed_at=now, status="ACTIVE",
            )
            for number in range(watched)
        ],
        batch_size=5_000,
    )  # fmt: skip
    return identity.browser_of(person).session.session_key or "", seen


@contextmanager
def _listening(url: str, key: str) -> Iterator[dict[int, float]]:
    """When the stream of the desk told of each watch."""
    heard: dict[int, float] = {}
    ready, over = threading.Event(), threading.Event()

    def listen() -> None:
        with httpx.Client(
            base_url=url, cookies={"sessionid": key}, timeout=PATIENCE_S, trust_env=False
        ) as client:
            since = ""
            while not over.is_set():
                with suppress(httpx.TransportError):  # the server ends when all was heard
                    since = _one_stream(client, since, ready, heard)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    if not ready.wait(PATIENCE_S):
        raise RuntimeError("the stream did not open")
    yield heard
    over.set()


def _one_stream(
    client: httpx.Client, since: str, ready: threading.Event, heard: dict[int, float]
) -> str:
    """A stream to its end; the key to resume from."""
    with client.stream("GET", f"/live?topics=alarms&since={since}") as answer:
        topic = ""
        for line in answer.iter_lines():
            ready.set()
            name, _, value = line.partition(": ")
            if name == "id":
                since = value
            elif name == "event":
                topic = value
            elif name == "data" and topic == "alarms":
                told = json.loads(value)["data"]
                heard.setdefault(told["watch_id"], time.monotonic())
    return since


@contextmanager
def _matching() -> Iterator[tuple[Store, Callable[[], None]]]:
    """The store, and a matcher of it as the intake's process holds one."""
    from luchang.apps.passages.services.matching import Matcher
    from luchang.kernel import clock
    from luchang.kernel.segments import Store

    folder = Path(os.environ["LUCHANG_HOME"]) / "passages"
    store = Store.open(folder)
    matcher = Matcher(folder, now=clock.now)
    matcher.start()
    time.sleep(5.0)
    try:
        yield store, matcher.wake
    finally:
        matcher.stop()


def _pass_by(
    watches: list[VehicleWatch], store: Store, wake: Callable[[], None]
) -> dict[int, float]:
    """Let each watched vehicle pass among others; when each was on disk."""
    from luchang.kernel import clock
    from tests.factories.passages import passage

    sent = {}
    for number, watch in enumerate(watches):
        at = clock.now()
        others = [
            passage(place, plate=f"湘D{number % 10}{place:04d}", at=at)
            for place in range(1, BATCH)
        ]
        store.append([*others, passage(BATCH, plate=watch.plate, at=at)])
        sent[watch.pk] = time.monotonic()
        wake()
        time.sleep(GAP_S)
    return sent


def _wait(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < limit:
        time.sleep(0.05)
