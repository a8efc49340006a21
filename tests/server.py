"""A real uvicorn on the test's database, for what the test client cannot show."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx
from django.db import connection

BOOT_S = 40.0


@dataclass(frozen=True)
class Server:
    """A running server and where it answers."""

    url: str
    process: subprocess.Popen[bytes]


def database_address() -> str:
    """The database this test uses, for another process."""
    settings = connection.settings_dict
    return (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}"
        f"@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    )


@contextmanager
def serving(*, workers: int = 1) -> Iterator[Server]:
    """The whole application over HTTP, as the launcher starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "luchang.config.asgi:application"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
            *("--loop", "uvloop", "--http", "httptools", "--lifespan", "off"),
            *("--timeout-graceful-shutdown", "5", "--log-level", "warning"),
        ],
        env=dict(
            os.environ,
            DATABASE_URL=database_address(),
            DJANGO_SETTINGS_MODULE="luchang.config.settings",
            PYTHONPATH="src:.",
            LUCHANG_POOL="1",
        ),
        start_new_session=True,
    )
    server = Server(f"http://127.0.0.1:{port}", process)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _wait_until_it_answers(server: Server) -> None:
    limit = time.monotonic() + BOOT_S
    while True:
        try:
            httpx.get(f"{server.url}/live", timeout=5)
        except httpx.TransportError:
            if time.monotonic() > limit or server.process.poll() is not None:
                raise
            time.sleep(0.1)
        else:
            return
