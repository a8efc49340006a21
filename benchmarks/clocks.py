"""Wall clock beside the processor time of this process and of its database session."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True)
class Spent:
    """One timed piece of work."""

    wall_s: float
    own_s: float
    """Processor time of this process [s]."""
    database_s: float
    """Processor time of its database session; helpers the server starts for one query are not
    in it [s]."""

    @property
    def cpu_s(self) -> float:
        """Both together: what the work takes where nothing else is at work."""
        return self.own_s + self.database_s

    @property
    def note(self) -> str:
        load, cores = os.getloadavg()[0], os.cpu_count()
        return f"CPU {self.cpu_s * 1000:,.0f} ms; load {load:.1f} on {cores} cores"

    @property
    def shares(self) -> str:
        """Who took how much of it."""
        return f"ours {self.own_s * 1000:,.0f} ms, the database's {self.database_s * 1000:,.0f} ms"


def timed(work: Callable[[], object]) -> Spent:
    """Run it once."""
    wall, own, database = time.perf_counter(), time.process_time(), _session_s()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - own, _session_s() - database)


def middle(work: Callable[[], object], *, times: int) -> Spent:
    """The run in the middle of several, by wall clock."""
    return sorted((timed(work) for _ in range(times)), key=lambda each: each.wall_s)[times // 2]


def slowest(work: Callable[[], object], *, times: int) -> Spent:
    """The slowest of several: of fifteen about their p95."""
    return max((timed(work) for _ in range(times)), key=lambda each: each.wall_s)


def _session_s() -> float:
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
