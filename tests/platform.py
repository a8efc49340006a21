"""A platform started as `make run` starts it: real processes that a test may kill."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from luchang.config.parts import leftovers

ROOT = Path(__file__).parents[1]
PATIENCE_S = 420.0
"""A first start migrates and compresses; on a crowded machine that takes its time."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(happened: Callable[[], bool], *, what: str) -> None:
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        if happened():
            return
        time.sleep(0.1)
    pytest.fail(f"within {PATIENCE_S:.0f} s it did not happen: {what}")


class Platform:
    """A platform started as `make run` starts it, without the demo city."""

    def __init__(self, home: Path, port: int, *, web_workers: int = 1) -> None:
        self.home = home
        self.port = port
        self.web_workers = web_workers
        self.log = home / "terminal"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        return environment | {
            "LUCHANG_HOME": str(self.home),
            "PORT": str(self.port),
            "DEMO": "0",
            "LC_ALL": "C.UTF-8",
            "WEB_WORKERS": str(self.web_workers),
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "luchang.config.launch"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        until(lambda: self.is_ready() or self.has_ended(), what="the first page")
        assert not self.has_ended(), self.said()

    def is_ready(self) -> bool:
        """As the launcher says: a page alone may come from what an earlier one left behind."""
        return "Luchang is ready" in self.said()

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def answers(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/healthz"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def pids(self, part: str | None = None) -> list[int]:
        return leftovers(self.home, part=part)

    def command(self, *words: str) -> str:
        """Run a management command of this platform and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "luchang.config.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)


@contextmanager
def running_platform(*, web_workers: int = 1) -> Iterator[Platform]:
    """A platform in a home of its own, stopped and thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="luchang-launch-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        platform = Platform(home, free_port(), web_workers=web_workers)
        try:
            platform.start()
            yield platform
        finally:
            if not platform.has_ended():
                platform.stop()
