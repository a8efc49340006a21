"""The first page after signing in: server time and queries, with a full desk behind it.

The page is asked for through Django's own client, template and middleware included, so that what
is measured is the server and not the wire.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figures import Figure
from benchmarks.world import DESK, database, load_note

if TYPE_CHECKING:
    from django.test import Client

INCIDENTS, QUICK_INCIDENTS = 600, 150
OPENINGS, QUICK_OPENINGS = 60, 20
GOAL_MS = 300.0
QUERIES = 40.0
"""What the page may ask the database for; the pinned count of the tests is lower still."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """p50 and p95 of the page, wall and CPU, and how many queries it takes."""
    incidents = QUICK_INCIDENTS if quick else INCIDENTS
    openings = QUICK_OPENINGS if quick else OPENINGS
    with database():
        browser = _desk_with(incidents)
        queries = _queries(browser)
        wall, cpu = _open(browser, openings)
    where = f"{incidents} open incidents, all overdue, a desk's to-dos"
    for percent, goal in ((50, None), (95, GOAL_MS)):
        yield Figure(
            f"first page of the workbench, p{percent} wall",
            float(np.percentile(wall, percent)),
            "ms",
            goal=goal,
            data=where,
            n=openings,
            note=f"CPU {np.percentile(cpu, percent):.0f} ms; {load_note()}",
        )
    cpu_ms = float(np.percentile(cpu, 95))
    yield Figure(
        "first page of the workbench, p95 CPU", cpu_ms, "ms", goal=GOAL_MS, data=where, n=openings
    )
    yield Figure("queries of the first page", float(queries), "", goal=QUERIES, data=where)


def _desk_with(incidents: int) -> Client:
    from django.core.management import call_command

    from luchang.apps.dispatch.services import clocks
    from luchang.kernel import clock
    from luchang.kernel.identity.selectors import actor_for
    from tests.factories import dispatch as make
    from tests.factories import identity

    call_command("collectstatic", verbosity=0, interactive=False)
    at = clock.now() - timedelta(minutes=10)
    person = identity.user_with(*DESK, at=identity.organisation())
    by = actor_for(person, at=at)
    make.limits()
    for _ in range(incidents):
        make.incident(by=by, at=at)
    clocks.escalate_overdue(at=clock.now())
    return identity.browser_of(person)


def _queries(browser: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        _get(browser)
    return len(asked)


def _open(browser: Client, times: int) -> tuple[list[float], list[float]]:
    wall, cpu = [], []
    for _ in range(times):
        began, spent = time.perf_counter(), time.process_time()
        _get(browser)
        wall.append((time.perf_counter() - began) * 1e3)
        cpu.append((time.process_time() - spent) * 1e3)
    return wall, cpu


def _get(browser: Client) -> None:
    answer = browser.get("/", HTTP_HOST="localhost")
    if answer.status_code != 200:
        raise RuntimeError(f"the workbench answers {answer.status_code}")
