"""`make run` as somebody at a terminal meets it: real processes, real kills."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from luchang.config.launch import Part
from luchang.kernel.embedded_postgres import Cluster
from tests.platform import PATIENCE_S, Platform, free_port, running_platform, until


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One platform for the tests of this module, which may kill its parts but not the whole."""
    with running_platform() as running:
        yield running


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
