"""A copy of a store is whole and has all that was acknowledged, whatever goes on meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from luchang.kernel.segments import Busy, Follower, Place, Store, copying, verify
from tests.kernel.segments.passing import ALL, DAY, opened, passages, sealed_numbers
from tests.kernel.segments.test_crashes import writing

KEY = b"only for tests"


def copied(folder: Path, into: Path) -> Path:
    with copying(folder) as copy:
        shutil.copytree(copy.freeze(), into)
    return into


def numbers(folder: Path) -> list[int]:
    store = Store.open(folder)
    store.seal()
    return sorted(sealed_numbers(store))


def test_a_copy_answers_as_the_store_did(tmp_path: Path) -> None:
    """Sealed and in order, sealed late, erased, and still in the log."""
    store = Store.open(tmp_path / "store", keys=[KEY])
    store.append(passages(0, 200))
    store.seal()
    store.arrange(store.days()[0])
    store.append(passages(200, 260))
    store.erase("湘BD0005", 2, DAY, DAY)
    store.append(passages(260, 290))

    copy = Store.open(copied(tmp_path / "store", tmp_path / "copy"), keys=[KEY])

    assert verify(copy.folder) == []
    assert copy.search(ALL) == store.search(ALL)
    assert copy.track("湘BD0007", 2, DAY, DAY) == store.track("湘BD0007", 2, DAY, DAY)
    assert copy.track("湘BD0005", 2, DAY, DAY) == ()
    assert copy.count() == store.count()
    copy.append(passages(300, 310))
    copy.seal()
    assert copy.search(ALL).total == store.search(ALL).total + 10


def test_nothing_of_a_copy_stays_behind(tmp_path: Path) -> None:
    """A link left behind would keep the plate of a vehicle that is erased afterwards."""
    store = opened(tmp_path / "store", passages(0, 50))

    copied(store.folder, tmp_path / "copy")

    store.erase("湘BD0005", 2, DAY, DAY)
    store.rewrite()
    assert store.holds("湘BD0005") == ()
    assert not list((store.folder / "log").glob("*.reader"))


def test_sealing_and_appending_go_on_beside_a_copy(tmp_path: Path) -> None:
    store = opened(tmp_path / "store", passages(0, 50))
    store.append(passages(50, 60))

    with copying(store.folder) as copy:
        frozen = copy.freeze()
        store.append(passages(60, 90))
        store.seal()
        store.arrange(store.days()[0])
        shutil.copytree(frozen, tmp_path / "copy")

    assert numbers(tmp_path / "copy") == list(range(60))
    assert numbers(store.folder) == list(range(90))


def test_what_a_follower_had_not_read_at_the_beginning_is_read_from_the_copy(
    tmp_path: Path,
) -> None:
    """Between a dump of the database and the copy it reads on: the dump does not know of that."""
    store = opened(tmp_path / "store")
    follower = Follower(store.folder, "watch")
    store.append(passages(0, 10))

    with copying(store.folder) as copy:
        place_in_the_dump = Place()
        store.seal()
        _, place = follower.after(Place(), most=100)
        follower.release(place)
        store.append(passages(10, 20))
        store.seal()
        _, place = follower.after(place, most=100)
        follower.release(place)
        store.seal()
        shutil.copytree(copy.freeze(), tmp_path / "copy")

    again, _ = Follower(tmp_path / "copy", "watch").after(place_in_the_dump, most=100)
    assert again == passages(0, 20)
    store.seal()
    assert not list((store.folder / "log").glob("[0-9]*.log")), "logs are held for nobody"


def test_one_copy_at_a_time(tmp_path: Path) -> None:
    store = opened(tmp_path / "store")

    with copying(store.folder), pytest.raises(Busy), copying(store.folder):
        pass


def test_what_a_killed_copy_left_goes_with_the_next_work(tmp_path: Path) -> None:
    """Its links would keep erased plates, its hold every log for ever."""
    store = opened(tmp_path / "store", passages(0, 50))
    script = (
        "import sys, time; from pathlib import Path; from luchang.kernel.segments import copying\n"
        "with copying(Path(sys.argv[1])) as copy:\n"
        "    copy.freeze(); print('frozen', flush=True); time.sleep(600)"
    )
    maker = subprocess.Popen(
        [sys.executable, "-c", script, str(store.folder)], stdout=subprocess.PIPE, text=True
    )
    assert maker.stdout is not None
    assert maker.stdout.readline() == "frozen\n"
    store.append(passages(50, 60))
    store.seal()
    assert (store.folder / "copy").exists(), "a copy under way is let alone"
    assert len(list((store.folder / "log").glob("[0-9]*.log"))) == 1

    os.kill(maker.pid, signal.SIGKILL)
    maker.wait(timeout=30)
    maker.stdout.close()
    store.seal()

    assert not (store.folder / "copy").exists()
    assert not list((store.folder / "log").glob("[0-9]*"))
    assert numbers(copied(store.folder, tmp_path / "copy")) == list(range(60))


def _append_and_seal(folder: Path, numbers: range) -> None:
    store = Store.open(folder)
    for number in numbers:
        store.append(passages(number, number + numbers.step))
        with suppress(Busy):  # the copy holds the folder for a moment: the next turn seals
            store.seal()


@pytest.mark.slow
def test_copies_beside_a_writer_that_is_killed_are_whole(tmp_path: Path) -> None:
    """Each copy has every passage acknowledged before it began, and nothing twice."""
    folder = tmp_path / "store"
    begin, acknowledged = 0, set[int]()
    with writing(folder) as writer:
        for turn in range(4):
            done = writer.killed_after(begin, 0.4)
            acknowledged |= set(range(begin, done))
            begin = done + 1_000
            child = os.fork()
            if child == 0:  # appends and seals while it is copied
                try:
                    begun = 50_000 + turn * 10_000
                    _append_and_seal(folder, range(begun, begun + 10_000, 20))
                    os._exit(0)
                finally:
                    os._exit(1)  # whatever happens, it never goes on as a second test run
            copy = copied(folder, tmp_path / f"copy-{turn}")
            os.kill(child, signal.SIGKILL)
            _, ended = os.waitpid(child, 0)

            assert os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) == 0
            assert verify(copy) == []
            kept = numbers(copy)
            assert acknowledged <= set(kept)
            assert len(kept) == len(set(kept))
