"""One plate is found without reading the list of all of them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages.columns import PLATE_INDEX
from luchang.kernel.segments import Question, Store, verify
from luchang.kernel.segments.durable import arrow_bytes, checksum
from luchang.kernel.segments.manifest import Kind, read, write
from tests.kernel.segments.passing import DAY, MORNING, opened, passage, passages

if TYPE_CHECKING:
    from luchang.core.passages.passage import Passage

texts = st.text("湘B学D01Z9", min_size=1, max_size=7).filter(lambda text: len(text.encode()) < 16)
vehicles = st.lists(st.tuples(texts, st.sampled_from([1, 2, 52])), max_size=40, unique=True)


def seen(vehicle: tuple[str, int], at: int) -> Passage:
    return msgspec.structs.replace(passage(at), plate=vehicle[0], plate_type=vehicle[1])


def index_of(folder: Path) -> pa.Table:
    [entry] = read(folder).of(Kind.PLATE_INDEX)
    return Store.open(folder)._view.table(entry.name)


@given(vehicles, vehicles, vehicles)
@settings(deadline=None, max_examples=25)
def test_every_vehicle_has_the_number_it_was_given(
    indexed: list[tuple[str, int]], recent: list[tuple[str, int]], asked: list[tuple[str, int]]
) -> None:
    """Short plates, one text with two types, plates that begin with each other."""
    with TemporaryDirectory() as place:
        folder, numbers = Path(place), dict[tuple[str, int], int]()
        writer = Store.open(folder)
        for batch in (indexed, recent):
            writer.append([seen(one, at) for at, one in enumerate(batch)])
            writer.seal()
            for one in batch:
                numbers.setdefault(one, len(numbers) + 1)
            if batch is indexed:
                writer.arrange(DAY)

        reader = Store.open(folder)

        for one in {*numbers, *asked}:
            assert reader.number_of(*one) == writer._view.dictionary.find(*one)
            assert (reader.number_of(*one) is None) == (one not in numbers)
        assert set(reader.plates(range(1, len(numbers) + 1))) == set(numbers)
        assert verify(folder) == []


def test_whoever_only_asks_never_reads_the_list(tmp_path: Path) -> None:
    """A process that answers one track is not to pay for every plate of the city."""
    opened(tmp_path, passages(0, 200), arranged=True)
    store = Store.open(tmp_path)

    assert len(store.track(passage(3).plate, 2, DAY, DAY)) == 3
    assert store.search(Question(MORNING, MORNING + timedelta(hours=1), "湘BD000?")).total == 26
    assert store._view._dictionary is None
    assert store._view.plates._recent is None


def test_unread_and_impossible_plates_are_no_vehicle(tmp_path: Path) -> None:
    store = opened(tmp_path, passages(0, 5), arranged=True)

    assert store.number_of("-", 2) == 0
    assert store.number_of("", 2) is None
    assert store.number_of("湘" * 6, 2) is None
    assert store.plates([0]) == [("-", 0)]


def test_a_store_from_before_the_index_opens_and_gets_one(tmp_path: Path) -> None:
    opened(tmp_path, passages(0, 60), arranged=True)
    manifest = read(tmp_path)
    [entry] = manifest.of(Kind.PLATE_INDEX)
    kept = tuple(one for one in manifest.files if one != entry)
    write(tmp_path, msgspec.structs.replace(manifest, files=kept))
    (tmp_path / entry.name).unlink()
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace('"format": 2', '"format": 1'))

    store = Store.open(tmp_path)
    assert store.number_of(passage(7).plate, 2) == 8
    assert verify(tmp_path) == []
    store.arrange(DAY)

    assert json.loads(path.read_text())["format"] == 2
    assert len(index_of(tmp_path)) == 60
    assert verify(tmp_path) == []


def test_a_few_new_plates_do_not_write_the_index_anew(tmp_path: Path) -> None:
    """Late rows ask for new orders all day; the index is as large as the list."""
    store = opened(tmp_path, passages(0, 64), arranged=True)
    for more, rows in ((4, 64), (8, 76)):
        known = store.count()
        store.append(passages(known, known + more))
        store.seal()
        store.arrange(DAY)

        assert len(index_of(tmp_path)) == rows
        assert store.number_of(passage(known).plate, 2) == known + 1


def test_an_erased_plate_leaves_the_index_too(tmp_path: Path) -> None:
    """Its text stands there in two halves, where a search for the bytes would not see it."""
    store = opened(tmp_path, passages(0, 20), arranged=True)
    store.erase(passage(4).plate, 2, DAY, DAY)

    store.rewrite()

    assert index_of(tmp_path)["vehicle"].to_pylist().count(5) == 0
    assert len(index_of(tmp_path)) == 19
    assert store.number_of(passage(4).plate, 2) is None
    assert store.number_of(passage(5).plate, 2) == 6
    assert verify(tmp_path) == []


def test_an_index_of_other_plates_is_a_fault(tmp_path: Path) -> None:
    """Its checksum is right, and yet it would name the wrong vehicle."""
    opened(tmp_path, passages(0, 20), arranged=True)
    manifest = read(tmp_path)
    [entry] = manifest.of(Kind.PLATE_INDEX)
    table = index_of(tmp_path)
    wrong = table.set_column(2, PLATE_INDEX.field(2), pa.array(range(20, 0, -1), pa.uint32()))
    content = arrow_bytes(wrong)
    (tmp_path / entry.name).write_bytes(content)
    for changed in (
        msgspec.structs.replace(entry, crc=checksum(content)),
        msgspec.structs.replace(entry, crc=checksum(content), covers=("plates/9.arrow",)),
    ):
        files = tuple(changed if one.name == entry.name else one for one in manifest.files)
        write(tmp_path, msgspec.structs.replace(manifest, files=files))
        assert [fault.file for fault in verify(tmp_path)] == [entry.name]
