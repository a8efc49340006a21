"""The same runs with one promise broken on purpose; each must be found out."""

import threading

import psycopg

from benchmarks.reliability import kills
from benchmarks.reliability.runs import Outcome, under_kills
from benchmarks.reliability.verdict import doubles
from benchmarks.reliability.world import World

LAZY = {
    "synchronous_commit": "off",
    "wal_writer_delay": "'10s'",
    "wal_writer_flush_after": "'1GB'",
}
COUNTED, WRITERS = 100, 4


def asynchronous_commit(world: World, *, times: int) -> Outcome:
    """Commits are answered before they are on disk; then the database is killed."""
    world.tell(*(f"ALTER SYSTEM SET {name} = {value}" for name, value in LAZY.items()))
    world.tell("SELECT pg_reload_conf()")
    try:
        return under_kills(world, kills.database, times=times, name="asynchronous")
    finally:
        world.tell(*(f"ALTER SYSTEM RESET {name}" for name in LAZY), "SELECT pg_reload_conf()")


def a_new_key_each_time(world: World, *, times: int) -> Outcome:
    """A sender that hangs up and sends again under another key: two records of one call."""
    return under_kills(world, kills.web_process, times=times, name="keyless", keeps_key=False)


def numbers_by_counting(world: World) -> int:
    """Numbers taken as count + 1 by several writers: how many were given twice."""
    world.tell("DROP TABLE IF EXISTS counted", "CREATE TABLE counted (number bigint)")
    url = world.cluster.url()

    def write() -> None:
        with psycopg.connect(url, autocommit=True) as own:
            for _ in range(COUNTED):
                own.execute("INSERT INTO counted SELECT count(*) + 1 FROM counted")

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = doubles(number for (number,) in world.rows("SELECT number FROM counted"))
    world.tell("DROP TABLE counted")
    return found
