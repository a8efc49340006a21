"""A standalone cluster from the pip package, which brings no start scripts of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from luchang.gateways.cluster.client import ClusterAbsent, why_absent

_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
_PATIENCE_S = 60.0


@contextmanager
def cluster(folder: Path, *, workers: int = 2, memory: str = "1g") -> Iterator[str]:
    """One master and some workers on this machine, one core each; gives the master's address.

    Raises:
        ClusterAbsent: pyspark or Java is missing, or the cluster did not start.
    """
    if (missing := why_absent()) is not None:
        raise ClusterAbsent(missing)
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    started = [_start(folder, "master", _MASTER, "--host", "127.0.0.1", "--port", str(port))]
    try:
        _wait(folder / "master.log", "I have been elected leader", 1)
        for number in range(workers):
            work = str(folder / f"work-{number}")
            place = ("--host", "127.0.0.1", "--work-dir", work)
            size = ("--cores", "1", "--memory", memory)
            started.append(_start(folder, f"worker-{number}", _WORKER, address, *size, *place))
        _wait(folder / "master.log", "Registering worker", workers)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=_PATIENCE_S)


def _start(folder: Path, name: str, what: str, *arguments: str) -> subprocess.Popen[bytes]:
    import pyspark  # noqa: PLC0415 - an extra

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own arguments
            [str(program), what, "--webui-port", "0", *arguments],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"},
        )


def _wait(log: Path, text: str, times: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while log.read_text(errors="replace").count(text) < times:
        if time.monotonic() > deadline:
            raise ClusterAbsent(f"{log.name} never said {text!r} {times} times")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
