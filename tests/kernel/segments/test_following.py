"""A follower reads every passage of the log once, whatever sealing does meanwhile."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.kernel.segments import Follower, Place, Store, verify
from tests.kernel.segments.passing import number_of, passages

if TYPE_CHECKING:
    from luchang.core.passages.passage import Passage

deeds = st.lists(
    st.sampled_from(["append", "seal", "read", "release", "restart", "forget"]), max_size=30
)


def numbers(found: list[Passage]) -> list[int]:
    return [number_of(one.at_ms) for one in found]


@settings(deadline=None, max_examples=60)
@given(deeds)
def test_whatever_happens_in_whatever_order_nothing_is_missed(
    tmp_path_factory: object, deeds: list[str]
) -> None:
    """Sealing deletes a log that was read to its end only; a place survives a restart.

    `forget` goes back to the last place kept, as after a kill: the same is read again.
    """
    folder = tmp_path_factory.mktemp("store")  # type: ignore[attr-defined]
    store, follower = Store.open(folder), Follower(folder, "watch")
    place = kept = Place()
    written = 0
    read: list[int] = []
    kept_read: list[int] = []
    for deed in [*deeds, "read", "read"]:
        if deed == "append":
            store.append(passages(written, written + 3))
            written += 3
        elif deed == "seal":
            store.seal()
        elif deed == "read":
            found, place = follower.after(place, most=4)
            read += numbers(found)
        elif deed == "release":
            kept, kept_read = place, [*read]
            follower.release(kept)
        elif deed == "restart":
            follower = Follower(folder, "watch")
        else:
            place, read = kept, [*kept_read]
    while (more := follower.after(place, most=4))[0]:
        place = more[1]
        read += numbers(more[0])

    assert read == list(range(written))
    assert verify(folder) == []


def test_a_log_that_was_read_is_deleted_by_the_next_work(tmp_path: Path) -> None:
    """Erased plates must not stay in a log because somebody once followed it."""
    store, follower = Store.open(tmp_path), Follower(tmp_path, "watch")
    store.append(passages(0, 3))
    store.seal()
    assert len(list((tmp_path / "log").glob("0*.log"))) == 1

    _, place = follower.after(Place(), most=10)
    follower.release(place)
    store.rewrite()

    assert list((tmp_path / "log").glob("0*.log")) == []


def test_a_place_in_a_log_nobody_has_any_more_means_what_is_left(tmp_path: Path) -> None:
    """The database was put back to an earlier day; the follower goes on with what there is."""
    store, follower = Store.open(tmp_path), Follower(tmp_path, "watch")
    store.append(passages(0, 3))

    found, _ = follower.after(Place("00" * 16, 4_711), most=10)

    assert numbers(found) == [0, 1, 2]


def test_what_a_writer_took_back_does_not_stop_the_follower(tmp_path: Path) -> None:
    """A place in the middle of a frame would find no frame ever again."""
    store, follower = Store.open(tmp_path), Follower(tmp_path, "watch")
    store.append(passages(0, 3))
    log = tmp_path / "log" / "open.log"
    whole = log.stat().st_size
    store.append(passages(3, 9))
    _, place = follower.after(Place(), most=100)
    os.truncate(log, whole)
    store.append(passages(9, 30))

    found, _ = follower.after(place, most=100)

    assert set(range(9, 30)) <= set(numbers(found))


def test_a_store_nobody_follows_keeps_no_sealed_log(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.append(passages(0, 3))
    store.seal()

    assert list((tmp_path / "log").glob("0*.log")) == []
