"""`make run`: database, migrations, demo city, web and worker, kept alive until Ctrl-C.

Whatever was killed is started again, and what a killed launcher left behind is cleared away at
the next start: every process we start carries our mark in its environment.
"""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from luchang.config.home import CHECKOUT, home
from luchang.kernel.embedded_postgres import Cluster, DatabaseUnavailable

MARK = "LUCHANG_RUN"
READY_LIMIT_S = 60.0
STOP_LIMIT_S = 10.0
WATCH_S = 0.5
CALM_S = 20.0
"""A part that lived this long is started again at once; a shorter life makes us wait."""


class CannotStart(Exception):
    """One sentence for the person at the terminal: what is wrong and how to mend it."""


@dataclass
class Part:
    """One process of the platform."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = field(default=0)

    def start(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            env=dict(environment, LUCHANG_PART=self.name),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started_at = time.monotonic()

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def wait_before_restart_s(self) -> float:
        """0 after a calm life, else 1, 2, 4 … at most 30."""
        if time.monotonic() - self.started_at > CALM_S:
            self.failures = 0
            return 0.0
        self.failures += 1
        return float(min(2 ** (self.failures - 1), 30))

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, limit: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Launcher:
    """Brings everything up in order, watches it, and takes it down."""

    def __init__(self, *, port: int, demo: bool) -> None:
        self.port = port
        self.demo = demo
        self.home = home()
        self.cluster = None if "DATABASE_URL" in os.environ else Cluster(self.home / "database")
        self.environment = dict(
            os.environ,
            DJANGO_SETTINGS_MODULE="luchang.config.settings",
            LUCHANG_POOL="1",
            **{MARK: str(self.home)},
        )
        self.parts = [
            Part("web", self._web()),
            Part("worker", [sys.executable, "-m", "luchang.config.cli", "work"]),
        ]
        if demo:
            self.environment["LUCHANG_DEMO"] = os.environ["LUCHANG_DEMO"] = "1"
            self.parts.append(
                Part("demo", [sys.executable, "-m", "luchang.config.cli", "live_demo"])
            )

    def run(self) -> None:
        """Start, report, watch until a signal comes, stop."""
        with _only_one(self.home):
            clear_leftovers(self.home)
            _check_port(self.port)
            try:
                self._start_database()
                self._prepare()
                self._watch()
            finally:
                self._stop()

    def _web(self) -> list[str]:
        return [
            *(sys.executable, "-m", "uvicorn", "luchang.config.asgi:application"),
            *("--host", os.environ.get("HOST", "127.0.0.1"), "--port", str(self.port)),
            *("--workers", os.environ.get("WEB_WORKERS", "2")),
            *("--loop", "uvloop", "--http", "httptools", "--lifespan", "off"),
            *("--timeout-graceful-shutdown", "5", "--log-level", "warning"),
        ]

    def _start_database(self) -> None:
        if self.cluster is None:
            return
        say("启动数据库", "starting the database")
        self.cluster.start()
        note = self.home / "database.url"
        note.touch(mode=0o600)
        note.write_text(self.cluster.url())

    def _prepare(self) -> None:
        """All that needs Django, in this process: a second interpreter costs seconds."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
        from luchang.config import preparation  # noqa: PLC0415 - settings need the database first

        preparation.prepare(demo=self.demo, say=say)

    def _watch(self) -> None:
        stopping = _stop_signals()
        for part in self.parts:
            part.start(self.environment)
        self._wait_until_ready(stopping)
        if stopping:
            return
        say(f"路畅已就绪: http://127.0.0.1:{self.port}", "Luchang is ready. Ctrl-C stops it.")
        waiting: dict[str, float] = {}
        while not stopping:
            time.sleep(WATCH_S)
            self._revive_database()
            for part in self.parts:
                self._revive(part, waiting)

    def _revive(self, part: Part, waiting: dict[str, float]) -> None:
        if not part.has_died():
            return
        if part.name not in waiting:
            waiting[part.name] = time.monotonic() + part.wait_before_restart_s()
            say(f"{part.name} 意外退出，正在重启", f"{part.name} ended and is started again")
        if time.monotonic() >= waiting[part.name]:
            del waiting[part.name]
            clear_leftovers(self.home, part=part.name)
            part.start(self.environment)

    def _revive_database(self) -> None:
        if self.cluster is not None and self.cluster.pid() is None:
            say("数据库意外退出，正在恢复", "the database ended and is recovered")
            self.cluster.start(self.cluster.last_port())

    def _wait_until_ready(self, stopping: Sequence[int]) -> None:
        limit = time.monotonic() + READY_LIMIT_S
        web = self.parts[0]
        while time.monotonic() < limit and not stopping:
            if web.has_died():
                raise CannotStart("the web server ended at once; its reason stands above")
            with contextlib.suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2).close()
                return
            time.sleep(0.1)
        if not stopping:
            raise CannotStart(f"the web server did not answer within {READY_LIMIT_S:.0f} s")

    def _stop(self) -> None:
        for part in self.parts:
            part.ask_to_stop()
        limit = time.monotonic() + STOP_LIMIT_S
        for part in self.parts:
            part.stop(limit)
        clear_leftovers(self.home)
        if self.cluster is not None:
            self.cluster.stop()
        say("已全部停止", "everything has stopped")


def say(chinese: str, english: str) -> None:
    """One line for whoever started us."""
    sys.stdout.write(f"▸ {chinese} · {english}\n")
    sys.stdout.flush()


def clear_leftovers(home: Path, *, part: str | None = None) -> None:
    """Kill processes of this home that an earlier launcher or a killed parent left behind."""
    wanted = {f"{MARK}={home}".encode()}
    if part is not None:
        wanted.add(f"LUCHANG_PART={part}".encode())
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        if pid == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted <= set((process / "environ").read_bytes().split(b"\0")):
                os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[IO[str]]:
    """Hold this home's lock; the kernel lets go of it however we end."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "run.lock").open("w")
    except OSError as refusal:
        raise CannotStart(
            f"cannot write to {home}: {refusal.strerror}. Name another folder with LUCHANG_HOME."
        ) from refusal
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"Luchang already runs from {home}; stop it first or set LUCHANG_HOME."
            ) from None
        yield lock


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("HOST", "127.0.0.1"), port))
        except OSError:
            raise CannotStart(
                f"port {port} is in use by another program; stop it or choose one: "
                f"make run PORT={port + 1}"
            ) from None


def _stop_signals() -> list[int]:
    """A list that fills when somebody asks us to stop."""
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda name, _frame: received.append(name))
    return received


def main() -> int:
    os.chdir(CHECKOUT)
    try:
        port = int(os.environ.get("PORT") or "8000")
        Launcher(port=port, demo=os.environ.get("DEMO", "1") != "0").run()
    except (CannotStart, DatabaseUnavailable) as refusal:
        sys.stderr.write(f"✗ {refusal}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
