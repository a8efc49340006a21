"""One engine, one job, one process: `python -m benchmarks.passages.child ENGINE JOB FOLDER`.

Prints what it took: CPU seconds and wall seconds of the better of two runs, the peak memory of the
process, rows of the answer.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

RUNS = 2


@dataclass(frozen=True, slots=True)
class Cost:
    """What a job took; `fault`: why it could not be done."""

    cpu_s: float | None = None
    wall_s: float | None = None
    peak_mb: float | None = None
    rows: int | None = None
    fault: str = ""


def cost(engine: str, job: str, folder: Path, *, limit_s: float) -> Cost:
    """Run a job in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.passages.child", engine, job, str(folder)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, capture_output=True, text=True, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired:
        return Cost(fault=f"not done within {limit_s:.0f} s of wall time")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        return Cost(fault=last[:200])
    return Cost(**json.loads(done.stdout.strip().splitlines()[-1]))


def measured(work: Callable[[], int]) -> Cost:
    """The better of two runs."""
    best: Cost | None = None
    for _ in range(RUNS):
        cpu, wall = _cpu_s(), time.perf_counter()
        rows = work()
        found = Cost(_cpu_s() - cpu, time.perf_counter() - wall, None, rows)
        if best is None or (found.cpu_s or 0) < (best.cpu_s or 0):
            best = found
    assert best is not None
    return Cost(best.cpu_s, best.wall_s, _peak_mb(), best.rows)


def _peak_mb() -> float:
    """Peak of this program alone; `ru_maxrss` keeps that of the process it was forked from."""
    [line] = [
        line
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        if line.startswith("VmHWM")
    ]
    return int(line.split()[1]) / 1024


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    engine, job, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    home = "kernels" if engine == "kernels" else "engines"
    work = importlib.import_module(f"benchmarks.passages.{home}").work
    print(json.dumps(asdict(measured(work(engine, job, folder)))))


if __name__ == "__main__":
    main()
