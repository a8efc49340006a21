"""kill -9 under writers: what was accepted is there once, under the number that was answered.

A platform as `make run` starts it, on a database of its own with its ordinary durability. Writers
post calls over HTTP with idempotency keys, some of them too impatient to read the answer, and
send each again under its key until it is answered. Meanwhile one part is killed again and again.
Afterwards the database is compared with what the writers were told.

Three controls prove that the comparison can fail: commits that do not wait for the disk, writers
whose repeated call gets a key of its own, numbers taken by counting rows.
"""

from collections.abc import Iterator

import numpy as np

from benchmarks.figures import Figure
from benchmarks.reliability import controls, kills
from benchmarks.reliability.runs import Outcome, under_kills
from benchmarks.reliability.world import World, world

KILLS, QUICK_KILLS = 20, 5
SETTLED_S = {"web process": 10.0, "job worker": 10.0, "database backend": 10.0, "database": 10.0}
"""Within this a writer shall be answered, however often it has to ask again."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every part killed under writers, then the controls."""
    with world() as platform:
        for part, kill in kills.PARTS.items():
            times = QUICK_KILLS if quick else KILLS
            yield from _figures(part, under_kills(platform, kill, times=times, name=part))
        yield from _controls(platform, QUICK_KILLS)


def _figures(part: str, outcome: Outcome) -> Iterator[Figure]:
    told = f"{outcome.kills} kills, {len(outcome.accepted)} accepted, {outcome.tries} requests"
    n = len(outcome.accepted)
    verdict = outcome.verdict
    yield Figure(f"{part} killed: lost", float(len(verdict.lost)), "", 0.0, data=told, n=n)
    yield Figure(f"{part} killed: doubled", float(len(verdict.doubled)), "", 0.0, data=told, n=n)
    misnumbered = float(len(verdict.misnumbered))
    yield Figure(f"{part} killed: misnumbered", misnumbered, "", 0.0, data=told, n=n)
    p99 = float(np.percentile(outcome.waits_s, 99))
    yield Figure(f"{part} killed: answered p99", p99, "s", SETTLED_S[part], data=told, n=n)


def _controls(platform: World, times: int) -> Iterator[Figure]:
    lost = len(controls.asynchronous_commit(platform, times=times).verdict.lost)
    yield _control("commits that do not wait: lost", lost)
    doubled = len(controls.a_new_key_each_time(platform, times=times).verdict.doubled)
    yield _control("no key kept: doubled", doubled)
    yield _control("numbers by count + 1: doubled", controls.numbers_by_counting(platform))


def _control(name: str, found: int) -> Figure:
    return Figure(f"control, {name}", float(found), "", 1.0, "higher", note="must not be 0")
