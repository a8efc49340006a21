"""Durable save of an incident over HTTP: twenty a second, open loop, synchronous commit on.

A real server with two workers on a database of its own. Calls are due at fixed moments and the
clock of each begins when it is due, so that a slow answer delays nobody's clock but its own.
Afterwards the records are counted: each call once, numbers without a gap.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np

from benchmarks.figures import Figure
from benchmarks.world import Served, call_body, durability, load_note, platform

RATE = 20.0
CALLS, QUICK_CALLS = 1_200, 400
WARMING = 20
CLIENTS = 24
GOAL_MS = 50.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Percentiles at 20 a second, CPU time of a save, what was lost, doubled or skipped."""
    calls = QUICK_CALLS if quick else CALLS
    with platform() as served:
        with httpx.Client(
            base_url=served.url,
            headers={"Authorization": f"Bearer {served.token}"},
            timeout=60.0,
            limits=httpx.Limits(max_connections=CLIENTS),
            trust_env=False,
        ) as client:
            for number in range(WARMING):
                _post(client, f"warm-{number}", number)
            before_s = served.cpu_s()
            waits = _at_rate(client, calls)
            cpu_ms = (served.cpu_s() - before_s) * 1e3 / calls
        yield from _speed(waits, cpu_ms)
        yield from _whole(calls + WARMING, served)


def _post(client: httpx.Client, key: str, number: int) -> None:
    answer = client.post(
        "/api/dispatch/calls", json=call_body(number), headers={"Idempotency-Key": key}
    )
    if answer.status_code != httpx.codes.CREATED:
        raise RuntimeError(f"{answer.status_code}: {answer.text[:200]}")


def _at_rate(client: httpx.Client, calls: int) -> np.ndarray:
    """Milliseconds from the moment each call was due to its answer."""
    began = time.monotonic() + 0.5

    def one(number: int) -> float:
        due = began + number / RATE
        time.sleep(max(due - time.monotonic(), 0.0))
        _post(client, f"call-{number}", number)
        return (time.monotonic() - due) * 1e3

    with ThreadPoolExecutor(CLIENTS) as pool:
        return np.array(list(pool.map(one, range(calls))))


def _speed(waits: np.ndarray, cpu_ms: float) -> Iterator[Figure]:
    where = f"{RATE:.0f} calls a second, open loop, 2 workers"
    note = f"{durability()}; {load_note()}"
    for percent, goal in ((50, None), (95, GOAL_MS), (99, None)):
        value = float(np.percentile(waits, percent))
        yield Figure(
            f"durable save, p{percent} wall",
            value,
            "ms",
            goal=goal,
            data=where,
            n=len(waits),
            note=note,
        )
    yield Figure(
        "durable save, CPU of the web server",
        cpu_ms,
        "ms",
        data=where,
        n=len(waits),
        note="mean of a call, all workers, without the database; does not wait for a core",
    )


def _whole(sent: int, served: Served) -> Iterator[Figure]:
    from luchang.apps.dispatch.models import Call, Incident

    del served
    for name, model in (("calls", Call), ("incidents", Incident)):
        numbers = sorted(model.objects.values_list("number", flat=True))
        series: dict[str, list[int]] = {}
        for number in numbers:
            head, _, last = number.rpartition("-")
            series.setdefault(head, []).append(int(last))
        holes = sum(max(found) - len(set(found)) for found in series.values())
        yield Figure(
            f"{name} lost or doubled",
            float(abs(sent - len(numbers))),
            "",
            goal=0.0,
            n=sent,
            note=f"{holes} numbers skipped",
        )
