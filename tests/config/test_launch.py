"""`make run` as somebody at a terminal meets it: real processes, real kills."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from luchang.config.parts import Part
from luchang.kernel.embedded_postgres import Cluster
from tests.platform import PATIENCE_S, Platform, running_platform, until


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One platform for the tests of this module, which may kill its parts but not the whole."""
    with running_platform() as running:
        yield running


def test_a_second_start_from_the_same_home_says_so(platform: Platform) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "luchang.config.launch"],
        env=platform.environment | {"LC_ALL": "en_GB.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )

    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("part", ["web", "worker", "cameras"])
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


def test_a_part_that_keeps_failing_waits_longer_each_time() -> None:
    part = Part("x", [])
    part.started_at = time.monotonic()

    waits = [part.wait_before_restart_s() for _ in range(7)]

    assert waits == [1, 2, 4, 8, 16, 30, 30]


def test_what_a_killed_launcher_left_is_cleared_and_ctrl_c_stops_everything(
    platform: Platform,
) -> None:
    """Last of the module: it kills the launcher itself, starts anew and stops cleanly."""
    platform.stop(signal.SIGKILL)
    assert platform.pids()

    platform.start()
    assert platform.stop() == 0

    assert platform.pids() == []
    assert Cluster(platform.home / "database").pid() is None
