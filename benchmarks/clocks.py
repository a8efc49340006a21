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
    cpu_s: float

    @property
    def note(self) -> str:
        load, cores = os.getloadavg()[0], os.cpu_count()
        return f"CPU {self.cpu_s * 1000:,.0f} ms; load {load:.1f} on {cores} cores"


def timed(work: Callable[[], object]) -> Spent:
    """Run it once."""
    wall, cpu = time.perf_counter(), _cpu_s()
    work()
    return Spent(time.perf_counter() - wall, _cpu_s() - cpu)


def middle(work: Callable[[], object], *, times: int) -> Spent:
    """The run in the middle of several, by wall clock."""
    return sorted((timed(work) for _ in range(times)), key=lambda each: each.wall_s)[times // 2]


def slowest(work: Callable[[], object], *, times: int) -> Spent:
    """The slowest of several: of fifteen about their p95."""
    return max((timed(work) for _ in range(times)), key=lambda each: each.wall_s)


def _cpu_s() -> float:
    """Ours and the database session's; helpers the server starts for one query are not in it."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
