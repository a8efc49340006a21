"""kill -9, aimed."""

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress

import psycopg

from benchmarks.reliability.world import World
from luchang.kernel.embedded_postgres import DatabaseUnavailable

Kill = Callable[[World, random.Random], bool]
"""Kills one process; False when there was none to kill yet."""


def web_process(world: World, dice: random.Random) -> bool:
    """One of the workers, or now and then the one that watches them."""
    return _one_of(world.platform.pids("web"), dice)


def job_worker(world: World, dice: random.Random) -> bool:
    return _one_of(world.platform.pids("worker"), dice)


def database_backend(world: World, dice: random.Random) -> bool:
    """A connection at work: PostgreSQL then throws everybody out and recovers."""
    try:
        rows = world.rows(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid() AND query LIKE '%%dispatch%%'"
        )
    except (psycopg.OperationalError, DatabaseUnavailable):
        return False
    return _one_of([pid for (pid,) in rows], dice)


def database(world: World, dice: random.Random) -> bool:
    """The server itself: its children see it and go, the launcher starts it anew."""
    pid = world.cluster.pid()
    return _one_of([pid] if pid else [], dice)


PARTS: dict[str, Kill] = {
    "web process": web_process,
    "job worker": job_worker,
    "database backend": database_backend,
    "database": database,
}


def _one_of(pids: list[int], dice: random.Random) -> bool:
    if not pids:
        return False
    with suppress(ProcessLookupError):
        os.kill(dice.choice(sorted(pids)), signal.SIGKILL)
        return True
    return False
