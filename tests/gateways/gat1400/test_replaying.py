"""Recorded passages reach a real intake as they were, when they are due."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from benchmarks.world import free_port
from luchang.gateways.gat1400.codes import Status
from luchang.gateways.gat1400.files import FileRefused
from luchang.gateways.simulated.cameras import NotTaken
from luchang.gateways.simulated.replaying import Replay, recorded
from luchang.kernel.clock import local
from luchang.kernel.segments import Question, Store
from tests.gateways.gat1400.platform import SECRET, sender

BEGIN = datetime(2026, 3, 2, 2, tzinfo=UTC)
PATIENCE_S = 60.0


def sheet(path: Path, *seconds: int, begin: datetime = BEGIN) -> Path:
    times = (local(begin + timedelta(seconds=each)) for each in seconds)
    rows = [
        f"{sender(1).device_id},{at:%Y%m%d%H%M%S},湘BD{number:04d},1"
        for number, at in enumerate(times, 1)
    ]
    path.write_text("\n".join(["device_id,time,plate,lane", *rows]) + "\n")
    return path


class Clock:
    def __init__(self) -> None:
        self.s = 100.0

    def sleep(self, seconds: float) -> None:
        self.s += seconds


class Camera:
    """Notes when each batch came; is away the first times it is told to."""

    def __init__(self, clock: Clock, away: int = 0) -> None:
        self.sent: list[tuple[float, list[Any]]] = []
        self._clock, self._away = clock, away

    def send(self, vehicles: Sequence[Any]) -> list[Status]:
        if self._away:
            self._away -= 1
            raise NotTaken
        self.sent.append((self._clock.s - 100.0, [one["PlateNo"] for one in vehicles]))
        return [Status.OK] * len(vehicles)


def replayed(path: Path, *, away: int = 0, **more: Any) -> list[tuple[float, list[Any]]]:
    clock = Clock()
    camera = Camera(clock, away)
    playing = Replay(camera, steady=lambda: clock.s, sleep=clock.sleep, **more)  # type: ignore[arg-type]  # it sends
    playing.run(recorded(path))
    return camera.sent


def test_rows_go_out_with_their_spacing_ten_times_as_fast(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", 0, 0, 20, 15, 60)
    assert replayed(path, faster=10.0) == [
        (0.0, ["湘BD0001", "湘BD0002"]),
        (2.0, ["湘BD0003", "湘BD0004"]),
        (6.0, ["湘BD0005"]),
    ]


def test_a_batch_that_is_not_taken_is_kept_and_the_rest_catches_up(tmp_path: Path) -> None:
    """Else an intake that restarts during a replay misses passages."""
    sent = replayed(sheet(tmp_path / "a.csv", 0, 2, 4, 30), away=1)
    assert [plate for _, plates in sent for plate in plates] == [
        f"湘BD{number:04d}" for number in range(1, 5)
    ]
    assert [at for at, _ in sent] == [5.0, 5.0, 30.0]


def test_recorded_vehicles_are_not_put_where_they_are_not_today(tmp_path: Path) -> None:
    """Moved to the present, a real vehicle would be seen where it never was."""
    path = sheet(tmp_path / "a.csv", 0)
    path.write_text(path.read_text().replace("湘BD0001", "湘B·12345"))
    [(_, [plate])] = replayed(path, as_now=True)
    assert plate.startswith("湘BD")


def test_a_row_without_a_time_ends_the_replay_by_its_number(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", 0)
    path.write_text(path.read_text() + f"{sender(1).device_id},soon,湘BD0009,1\n")
    with pytest.raises(FileRefused, match="row 2"):
        list(recorded(path))


@contextmanager
def intake(folder: Path, port: int) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.gateways.gat1400.process", str(folder), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ, PYTHONPATH="src:."),
    ) as mother:
        assert mother.stdin is not None
        assert mother.stdout is not None
        mother.stdin.write("live\n")
        mother.stdin.flush()
        child = int(mother.stdout.readline())
        try:
            _await(port)
            yield
        finally:
            os.kill(child, signal.SIGKILL)
            mother.stdin.close()


def _await(port: int) -> None:
    limit = time.monotonic() + PATIENCE_S
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
        except httpx.HTTPError:
            assert time.monotonic() < limit, "the intake does not come up"
            time.sleep(0.1)
        else:
            return


@pytest.mark.slow
def test_a_sheet_is_replayed_to_a_real_intake_and_doubles_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    path = sheet(tmp_path / "a.csv", *range(250), begin=now - timedelta(hours=2))
    path.write_text(path.read_text() + f"{'9' * 20},{local(now):%Y%m%d%H%M%S},湘BD9999,1\n")
    port = free_port()
    options = {"secret": SECRET, "to": f"http://127.0.0.1:{port}", "replay": path, "faster": 1e6}
    with intake(tmp_path, port):
        for _ in range(2):
            call_command("simulate_camera", sender(1).device_id, **options)
        with pytest.raises(CommandError):
            call_command("simulate_camera", sender(1).device_id, **{**options, "secret": "guess"})
    assert capsys.readouterr().out.count("taken 250, refused 1") == 2
    store = Store.open(tmp_path / "store")
    store.seal()
    found = store.search(Question(now - timedelta(days=1), now, most=1_000))
    assert sorted(one.passage.plate for one in found.rows) == [
        f"湘BD{number:04d}" for number in range(1, 251)
    ]
