"""`make run` as somebody at a terminal meets it: real processes, real kills."""

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
from pathlib import Path

import pytest

from luchang.config.launch import MARK, Part
from luchang.kernel.embedded_postgres import Cluster

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


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

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.port = port
        self.log = home / "terminal"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        return environment | {
            "LUCHANG_HOME": str(self.home),
            "PORT": str(self.port),
            "DEMO": "0",
            "WEB_WORKERS": "1",
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
        until(self.answers, what=f"the first page; terminal says {self.said()}")

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
        wanted = {f"{MARK}={self.home}".encode()}
        if part is not None:
            wanted.add(f"LUCHANG_PART={part}".encode())
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if wanted <= set((process / "environ").read_bytes().split(b"\0")):
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One platform for the tests of this module, which may kill its parts but not the whole."""
    with tempfile.TemporaryDirectory(prefix="luchang-launch-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        running = Platform(home, free_port())
        running.start()
        yield running
        if running.process and running.process.poll() is None:
            running.stop()


def test_a_second_start_from_the_same_home_says_so(platform: Platform) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "luchang.config.launch"],
        env=platform.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )

    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_named_and_another_offered(platform: Platform, tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "luchang.config.launch"],
        env=platform.environment | {"LUCHANG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )

    assert refused.returncode == 1
    assert f"port {platform.port} is in use" in refused.stderr
    assert f"PORT={platform.port + 1}" in refused.stderr


def test_a_wrong_password_is_one_sentence(platform: Platform, tmp_path: Path) -> None:
    url = Cluster(platform.home / "database").url().replace(":", ":wrong", 2)
    refused = subprocess.run(
        [sys.executable, "-m", "luchang.config.launch"],
        env=platform.environment
        | {"LUCHANG_HOME": str(tmp_path), "PORT": str(free_port()), "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )

    assert refused.returncode == 1
    assert "the database refuses the connection" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_folder_that_cannot_be_written_is_one_sentence(platform: Platform) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "luchang.config.launch"],
        env=platform.environment | {"LUCHANG_HOME": "/proc/nowhere"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )

    assert refused.returncode == 1
    assert "cannot write to /proc/nowhere" in refused.stderr
    assert "LUCHANG_HOME" in refused.stderr


@pytest.mark.parametrize("part", ["web", "worker"])
def test_a_killed_part_is_started_again(platform: Platform, part: str) -> None:
    before = platform.pids(part)
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    until(
        lambda: bool(set(platform.pids(part)) - set(before)) and platform.answers(),
        what=f"{part} comes back",
    )


def test_a_killed_database_recovers_and_the_site_answers_again(platform: Platform) -> None:
    cluster = Cluster(platform.home / "database")
    postmaster = cluster.pid()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)

    until(
        lambda: cluster.pid() not in (None, postmaster) and platform.answers(),
        what="the database recovers",
    )


def test_what_a_killed_launcher_left_is_cleared_and_ctrl_c_stops_everything(
    platform: Platform,
) -> None:
    """Last of the module: it kills the launcher itself, starts anew and stops cleanly."""
    assert platform.process
    platform.stop(signal.SIGKILL)
    assert platform.pids()

    platform.start()
    assert platform.stop() == 0

    assert platform.pids() == []
    assert Cluster(platform.home / "database").pid() is None


def test_a_part_that_keeps_failing_waits_longer_each_time() -> None:
    part = Part("x", [])
    part.started_at = time.monotonic()

    waits = [part.wait_before_restart_s() for _ in range(7)]

    assert waits == [1, 2, 4, 8, 16, 30, 30]
