"""A camera that sends until it is answered, an intake that is killed: each passage once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from benchmarks.world import free_port
from luchang.gateways.gat1400.codes import Status
from luchang.gateways.simulated.cameras import NotTaken, SimulatedCamera, vehicle
from luchang.kernel.segments import Question, Store, verify
from tests.gateways.gat1400.platform import SECRET, sender

BATCH = 40
PATIENCE_S = 60.0


class Mortal:
    """An intake that is started and killed, round by round."""

    def __init__(self, folder: Path, port: int) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.gateways.gat1400.process", str(folder), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ, PYTHONPATH="src:."),
        )

    def live_for(self, seconds: float) -> None:
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write("live\n")
        self._mother.stdin.flush()
        child = int(self._mother.stdout.readline())
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        assert self._mother.stdout.readline() == "dead\n"

    def close(self) -> None:
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.close()
        self._mother.wait(timeout=30)
        self._mother.stdout.close()


@contextmanager
def mortal(folder: Path, port: int) -> Iterator[Mortal]:
    made = Mortal(folder, port)
    try:
        yield made
    finally:
        made.close()


class Sending(threading.Thread):
    """A device: a batch goes out again and again until it is answered, then the next."""

    def __init__(self, number: int, port: int, until: threading.Event) -> None:
        super().__init__()
        self.answered = 0
        self.fault: BaseException | None = None
        self._number, self._port, self._until = number, port, until
        self._begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=20)

    def batch(self, turn: int) -> list[object]:
        device_id = sender(self._number).device_id
        return [
            vehicle(
                device_id,
                number,
                plate=f"湘BD{number % 10_000:04d}",
                at=self._begin + timedelta(seconds=number),
            )
            for number in range(turn * BATCH, (turn + 1) * BATCH)
        ]

    def run(self) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{self._port}", trust_env=False) as client:
            camera = SimulatedCamera(sender(self._number).device_id, SECRET, client)
            while not self._until.is_set():
                batch = self.batch(self.answered)
                try:
                    said = camera.send(batch, pause_s=0.02)  # type: ignore[arg-type]  # vehicles
                except NotTaken:
                    continue
                if set(said) != {Status.OK}:
                    self.fault = AssertionError(f"refused: {said}")
                    return
                self.answered += 1


def kill_again_and_again(folder: Path, kills: int) -> None:
    port, over, chance = free_port(), threading.Event(), random.Random(1400)
    devices = [Sending(number, port, over) for number in (1, 2)]
    with mortal(folder, port) as intake:
        for each in devices:
            each.start()
        intake.live_for(2.0)  # the first breath: registration, first batches
        for _ in range(kills - 1):
            intake.live_for(chance.uniform(0.2, 0.9))
        over.set()
        for each in devices:
            each.join(PATIENCE_S)
            assert each.fault is None
    store = Store.open(folder / "store")
    store.seal()
    now = datetime.now(UTC)
    found = store.search(Question(now - timedelta(days=2), now + timedelta(days=2), most=10**6))
    times = Counter((one.passage.camera, one.at) for one in found.rows)
    assert set(times.values()) == {1}
    for number, each in zip((1, 2), devices, strict=True):
        assert each.answered > 0
        kept = sum(camera == number for camera, _ in times)
        # the batch under way when the last intake died was answered to nobody
        assert kept - each.answered * BATCH in {0, BATCH}
    assert verify(folder / "store") == []
    answered = sum(each.answered for each in devices) * BATCH
    print(f"{kills} kills, {answered} passages answered, {len(times)} kept, each once")  # noqa: T201 - the figure


@pytest.mark.slow
def test_three_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, 3)


@pytest.mark.long
def test_two_hundred_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, 200)
