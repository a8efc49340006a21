"""Passages over HTTP: CPU of the intake per row, in batches of 100 and one by one.

The process is the one `make run` starts (`luchang cameras`), on a database and a store of its own,
with fdatasync before each answer. Four registered devices send over loopback, each the next batch
when the last one is answered; bodies are made before the clock begins. Afterwards the store is
sealed and every passage counted: each once.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from benchmarks.figures import Figure
from benchmarks.world import _cpu_s, database, free_port, load_note

DEVICES = 4
BATCH = 100
BATCHES, QUICK_BATCHES = 1_000, 250
SINGLES, QUICK_SINGLES = 2_000, 500
WARMING = 20
GOAL_ROWS_PER_CPU_S = 100_000.0
PATIENCE_S = 60.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Rows a CPU-second of the server, and whether each passage is there once."""
    with database() as place, _intake() as (port, process, devices):
        sent = 0
        for size, count in (
            (BATCH, QUICK_BATCHES if quick else BATCHES),
            (1, QUICK_SINGLES if quick else SINGLES),
        ):
            begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1 + (size == 1))
            cpu_s, wall_s = _driven(port, process.pid, devices, size, count, begin)
            rows = DEVICES * size * count
            sent += rows + DEVICES * size * WARMING
            yield Figure(
                f"passages per server CPU-second, batches of {size}",
                rows / cpu_s,
                "1/s",
                goal=GOAL_ROWS_PER_CPU_S if size == BATCH else None,
                better="higher",
                data=f"{DEVICES} devices over loopback, durable before the answer",
                n=rows,
                note=f"{rows / wall_s:,.0f} a second by the wall; {load_note()}",
            )
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
        yield _whole(place, sent)


def _whole(place: Any, sent: int) -> Figure:
    from luchang.kernel.segments import Store

    store = Store.open(place / "passages")
    sealed = store.seal()
    return Figure(
        "passages lost or doubled",
        float(abs(sent - sealed.rows - sealed.repeated) + sealed.repeated),
        "",
        goal=0.0,
        n=sent,
        note=f"{sealed.rows} rows sealed",
    )


@contextmanager
def _intake() -> Iterator[tuple[int, subprocess.Popen[bytes], list[tuple[str, str]]]]:
    devices = _registered()
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "luchang.config.cli", "cameras", "--port", str(port)],
        env=dict(os.environ, LUCHANG_POOL="1", LUCHANG_CAMERA_ROWS_A_SECOND="1e9"),
    )
    try:
        _until_it_knows(port, devices)
        yield port, process, devices
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _registered() -> list[tuple[str, str]]:
    from luchang.apps.passages import services
    from luchang.kernel import clock
    from luchang.kernel.identity.actors import SYSTEM
    from tests.factories import passages

    rows = [passages.camera() for _ in range(DEVICES)]
    at = clock.now()
    return [
        (row.device_id, services.reset_secret(camera_id=row.pk, by=SYSTEM, at=at)) for row in rows
    ]


def _until_it_knows(port: int, devices: list[tuple[str, str]]) -> None:
    from luchang.gateways.simulated.cameras import SimulatedCamera

    limit = time.monotonic() + PATIENCE_S
    for device_id, secret in devices:
        while True:
            try:
                with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                    camera = SimulatedCamera(device_id, secret, client)
                    camera.register()
                    if camera.is_registered:
                        break
            except httpx.HTTPError:
                pass
            if time.monotonic() > limit:
                raise TimeoutError(f"the intake does not know {device_id}")
            time.sleep(0.2)


def _driven(
    port: int,
    pid: int,
    devices: list[tuple[str, str]],
    size: int,
    count: int,
    begin: datetime,
) -> tuple[float, float]:
    """CPU and wall seconds of `count` batches of each device."""
    ready, go = threading.Barrier(len(devices) + 1), threading.Barrier(len(devices) + 1)
    faults: list[BaseException] = []

    def send(device_id: str) -> None:
        try:
            requests = [_request(device_id, size, turn, begin) for turn in range(count + WARMING)]
            line = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
            with line, line.makefile("rb") as answers:
                for turn, request in enumerate(requests):
                    if turn == WARMING:
                        ready.wait()
                        go.wait()
                    line.sendall(request)
                    _check(answers)
        except BaseException as fault:
            faults.append(fault)
            ready.abort()
            go.abort()
            raise

    threads = [threading.Thread(target=send, args=(name,)) for name, _ in devices]
    for each in threads:
        each.start()
    ready.wait()
    cpu_s, wall_s = _cpu_s(pid), time.monotonic()
    go.wait()
    for each in threads:
        each.join()
    if faults:
        raise faults[0]
    return _cpu_s(pid) - cpu_s, time.monotonic() - wall_s


def _request(device_id: str, size: int, turn: int, begin: datetime) -> bytes:
    from luchang.gateways.simulated.cameras import vehicle

    rows = [
        vehicle(
            device_id,
            number,
            plate=f"湘BD{number * 7919 % 10_000:04d}",
            at=begin + timedelta(seconds=number // 2),
        )
        for number in range(turn * size, (turn + 1) * size)
    ]
    body = msgspec.json.encode({"MotorVehicleListObject": {"MotorVehicleObject": rows}})
    head = (
        "POST /VIID/MotorVehicles HTTP/1.1\r\nHost: intake\r\n"
        f"Content-Type: application/VIID+JSON\r\nUser-Identify: {device_id}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _check(answers: Any) -> None:
    """Read one answer; every passage of it was taken."""
    status = answers.readline()
    length = 0
    while (line := answers.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = answers.read(length)
    if b" 200 " not in status or b'"StatusCode":8' in body:
        raise RuntimeError(f"{status!r} {body[:300]!r}")
