"""Whatever happens to a writer, the store opens, is whole, and holds once what it accepted."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from luchang.kernel.segments import Store, StoreFull, verify
from luchang.kernel.segments.log import frames
from tests.kernel.segments.passing import ALL, opened, passages, sealed_numbers


class Writer:
    """The writing process, killed round by round."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kernel.segments.writer", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def killed_after(self, begin: int, seconds: float) -> int:
        """Let it write from a number on, kill it, say up to where it acknowledged."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{begin}\n")
        self._process.stdin.flush()
        child, done = 0, begin
        deadline = None
        for line in self._process.stdout:
            if line.startswith("child"):
                child = int(line.split()[1])
            elif line == "dead\n":
                return done
            else:
                done = max(done, int(line))
                deadline = deadline or time.monotonic() + seconds
            if child and deadline and time.monotonic() >= deadline:
                os.kill(child, signal.SIGKILL)
                deadline = None if line == "dead\n" else deadline + 3600
        raise AssertionError("the writer ended by itself")

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    writer = Writer(folder)
    try:
        yield writer
    finally:
        writer.close()


def kill_again_and_again(folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: list[int] = []
    begin = 0
    with writing(folder) as writer:
        for _ in range(kills):
            done = writer.killed_after(begin, chance.uniform(0.0, 0.5))
            acknowledged += range(begin, done)
            begin = done + 1_000
            assert verify(folder) == []
    store = Store.open(folder)
    store.seal()
    kept = sealed_numbers(store)
    assert verify(folder) == []
    assert set(acknowledged) <= set(kept), "something acknowledged is gone"
    assert len(kept) == len(set(kept)), "something is there twice"
    assert len(acknowledged) > kills


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path / "store", 20, seed=20)


@pytest.mark.long
def test_two_hundred_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path / "store", 200, seed=200)


def test_a_log_torn_at_any_byte_keeps_the_batches_before(tmp_path: Path) -> None:
    """A reader that trusted a length or skipped a checksum would fail at some byte."""
    store = opened(tmp_path / "whole")
    store.append(passages(0, 3))
    store.append(passages(3, 5))
    content = (store.folder / "log" / "open.log").read_bytes()
    ends = [end for _, end in frames(store.folder / "log" / "open.log")]

    for cut in range(0, len(content), 7):
        folder = tmp_path / f"cut-{cut}"
        torn = Store.open(folder)
        (folder / "log" / "open.log").write_bytes(content[:cut])
        torn.append(passages(5, 6))

        whole = 5 if cut >= ends[1] else 3 if cut >= ends[0] else 0
        assert torn.count() == whole + 1
        assert verify(folder) == []
        torn.close()
    store.close()


def test_a_log_with_a_flipped_byte_ends_before_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append(passages(0, 3))
    store.append(passages(3, 5))
    log = tmp_path / "log" / "open.log"
    content = bytearray(log.read_bytes())
    content[-3] ^= 1
    log.write_bytes(content)

    assert Store.open(tmp_path).count() == 3


def child(work: object, limit: int) -> int:
    """Run work in a process that may write no file longer than `limit`; its exit code."""
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        code = 1
        try:
            work()  # type: ignore[operator]
        except StoreFull:
            code = 7
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_full_disk_refuses_the_batch_and_keeps_the_others(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append(passages(0, 10))
    size = (tmp_path / "log" / "open.log").stat().st_size

    code = child(lambda: Store.open(tmp_path).append(passages(10, 500)), size + 100)

    assert code == 7
    assert store.count() == 10
    store.append(passages(10, 20))
    assert store.count() == 20
    assert verify(tmp_path) == []


def test_a_full_disk_while_sealing_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append(passages(0, 500))

    code = child(lambda: Store.open(tmp_path).seal(), 600)

    assert code == 7
    assert store.count() == 500
    assert store.seal().rows == 500
    assert store.search(ALL).total == 500
    assert verify(tmp_path) == []


def test_work_broken_off_gives_no_vehicle_number_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers given by a seal that failed must not be believed by the next one."""
    from luchang.kernel.segments import manifest  # noqa: PLC0415

    store = opened(tmp_path, passages(0, 30))
    store.append(passages(30, 60))
    with monkeypatch.context() as broken:

        def refuse(*_: object) -> None:
            raise StoreFull(28, "no room")

        broken.setattr(manifest, "write", refuse)
        with pytest.raises(StoreFull):
            store.seal()

    assert store.seal().rows == 30
    assert verify(tmp_path) == []
    found = store.search(ALL)
    assert sorted(one.passage.plate for one in found.rows) == sorted(
        one.plate for one in passages(0, 60)
    )
