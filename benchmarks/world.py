"""Worlds that benchmarks measure in: a database of their own, a running platform, its load."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from luchang.kernel.embedded_postgres import Cluster

DESK = (
    "dispatch.see_incidents",
    "dispatch.take_calls",
    "dispatch.dispatch_units",
    "dispatch.close_incidents",
    "force.see_force",
    "identity.use_tokens",
)
PER_MINUTE = 1_000_000
"""Requests a minute our key may make: the benchmark is not what its limit is for."""
PATIENCE_S = 120.0


@contextmanager
def database() -> Iterator[Path]:
    """An empty migrated database with the durability of production; Django is set up on it."""
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        os.environ["LUCHANG_HOME"] = folder
        cluster = Cluster(place / "database", binaries_in=place)
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
        try:
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield place
        finally:
            cluster.stop()


@dataclass(frozen=True)
class Served:
    """A platform that answers."""

    url: str
    token: str
    process: subprocess.Popen[bytes]

    def cpu_s(self) -> float:
        """CPU time of the web server with all its workers so far [s]; 0 where /proc is not."""
        return sum(_cpu_s(pid) for pid in _family(self.process.pid))


@contextmanager
def platform(*, workers: int = 2) -> Iterator[Served]:
    """The web server as `make run` starts it, on a database of its own, and a desk's key."""
    with database():
        token, port = _key(), free_port()
        server = subprocess.Popen(  # noqa: S603 - our own interpreter
            [
                *(sys.executable, "-m", "uvicorn", "luchang.config.asgi:application"),
                *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
                *("--loop", "uvloop", "--http", "httptools", "--lifespan", "off"),
                *("--timeout-graceful-shutdown", "5", "--log-level", "error"),
            ],
            env=dict(os.environ, LUCHANG_POOL="1"),
        )
        try:
            served = Served(f"http://127.0.0.1:{port}", token, server)
            _until_it_answers(served)
            yield served
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


def durability() -> str:
    """What the database promises at a commit, for the note of a figure."""
    from django.db import connection

    with connection.cursor() as cursor:
        said = {}
        for name in ("synchronous_commit", "fsync"):
            cursor.execute(f"SHOW {name}")
            said[name] = cursor.fetchone()[0]
    return ", ".join(f"{name} {value}" for name, value in said.items())


def load_note() -> str:
    """Load of the machine, so that wall clock can be judged."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    return f"load {load:.1f} on {cores} cores"


def call_body(number: int) -> dict[str, Any]:
    """One call as a gateway posts it."""
    return {
        "call": {"source": "bench", "caller_number": "13800000001"},
        "incident": {
            "category": "12",
            "grade": "2",
            "address": f"长江北路{number}号",
            "longitude": 113.131,
            "latitude": 27.831,
            "description": "两车相撞，一人受伤",
            "plates": ["湘B·D01234"],
            "injured": 1,
        },
    }


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def desk() -> Any:
    """Whoever holds the desk of a brigade, as an account."""
    from tests.factories import identity as make

    return make.user_with(*DESK, at=make.organisation())


def _key() -> str:
    from luchang.kernel import clock
    from luchang.kernel.identity import services
    from luchang.kernel.identity.selectors import actor_for

    person, at = desk(), clock.now()
    _, text = services.issue_token(
        user_id=person.pk,
        name="bench",
        codes=sorted(DESK),
        expires_at=at + timedelta(days=1),
        by=actor_for(person, at=at),
        at=at,
        per_minute=PER_MINUTE,
    )
    return text


def _until_it_answers(served: Served) -> None:
    limit = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(f"{served.url}/healthz", timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, OSError):
            if time.monotonic() > limit or served.process.poll() is not None:
                raise
            time.sleep(0.2)
        else:
            return


def _family(root: int) -> list[int]:
    parent = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            fields = place.read_text().rpartition(")")[2].split()
            parent[int(place.parent.name)] = int(fields[1])
    found, fresh = [root], [root]
    while fresh:
        fresh = [pid for pid, above in parent.items() if above in fresh]
        found += fresh
    return found


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
