"""The processes of a running platform: started, watched, stopped, and found again."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MARK = "LUCHANG_RUN"
"""Stands in the environment of everything we start, with the home it belongs to."""

CALM_S = 20.0
"""A part that lived this long is started again at once; a shorter life makes us wait."""

GONE_LIMIT_S = 5.0
POLL_S = 0.02


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


def clear_leftovers(home: Path, *, part: str | None = None) -> None:
    """Kill processes of this home that an earlier launcher or a killed parent left behind."""
    limit = time.monotonic() + GONE_LIMIT_S
    while left := leftovers(home, part=part):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > limit:
            return
        time.sleep(POLL_S)


def leftovers(home: Path, *, part: str | None = None) -> list[int]:
    """Living processes that carry the mark of this home, and of `part`; never ourselves."""
    wanted = {f"{MARK}={home}".encode()}
    if part is not None:
        wanted.add(f"LUCHANG_PART={part}".encode())
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        with contextlib.suppress(OSError):  # it ended, or is somebody else's
            if pid != os.getpid() and wanted <= set(
                (process / "environ").read_bytes().split(b"\0")
            ):
                found.append(pid)
    return found
