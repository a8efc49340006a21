"""Who is looked for is recognised; who is not is left alone."""

from __future__ import annotations

import duckdb
import msgspec
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages.passage import UNREAD, Colour, Passage, VehicleKind
from luchang.core.passages.reference import sql
from luchang.core.passages.watching import Watch, WatchList

plates = st.text("湘B12D", min_size=1, max_size=4)
patterns = st.text("湘B12D?*", min_size=1, max_size=4)


def passage(plate: str, plate_type: int = 2, camera: int = 1, at_ms: int = 50) -> Passage:
    return Passage(plate, plate_type, camera, 1, 1, at_ms, at_ms)


def matched(watch: Watch, one: Passage) -> bool:
    return WatchList([watch]).matches(one) == (watch,)


def test_a_whole_plate_of_any_type() -> None:
    assert matched(Watch(1, "湘B1"), passage("湘B1"))
    assert not matched(Watch(1, "湘B1"), passage("湘B12"))
    assert not matched(Watch(1, "湘B1", plate_type=1), passage("湘B1"))


def test_time_and_place_limit_a_watch() -> None:
    assert matched(Watch(1, "A", from_ms=50, until_ms=51), passage("A"))
    assert not matched(Watch(1, "A", from_ms=51), passage("A"))
    assert not matched(Watch(1, "A", until_ms=50), passage("A"))
    assert matched(Watch(1, "A", cameras=frozenset({1})), passage("A"))
    assert not matched(Watch(1, "A", cameras=frozenset({2})), passage("A"))


def test_two_watches_of_one_plate_are_both_told() -> None:
    watches = [Watch(number, "A") for number in range(3)]
    assert WatchList(watches).matches(passage("A")) == tuple(watches)


def test_unread_plates_are_nobody_even_for_a_star() -> None:
    assert WatchList([Watch(1, "*"), Watch(2, UNREAD)]).matches(passage(UNREAD)) == ()


def test_a_look_narrows_a_plate_and_stands_without_one() -> None:
    blue, red, car = Colour.BLUE, Colour.RED, VehicleKind.CAR
    look = {"plate_colour": blue, "body_colour": red, "kind": car}
    seen = msgspec.structs.replace(passage("湘B1"), **look)
    unread = msgspec.structs.replace(seen, plate=UNREAD, plate_type=0)

    assert matched(Watch(1, "湘B1", plate_colour=blue, body_colour=red, kind=car), seen)
    assert not matched(Watch(1, "湘B1", body_colour=Colour.BLACK), seen)
    assert matched(Watch(1, "*", body_colour=red), seen)
    assert matched(Watch(1, "*", kind=car), unread)
    assert not matched(Watch(1, "*", kind=VehicleKind.COACH), unread)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, 4), patterns, st.sampled_from([0, 3])), max_size=12),
    st.lists(st.integers(0, 5), max_size=6),
    plates,
)
def test_a_list_that_changed_is_the_list_made_anew(
    put: list[tuple[int, str, int]], dropped: list[int], plate: str
) -> None:
    """A drop that left the pattern, or took a neighbour of the same plate along, would show."""
    changed = WatchList()
    kept: dict[int, Watch] = {}
    for number, pattern, colour in put:
        kept.pop(number, None)
        kept[number] = Watch(number, pattern, body_colour=colour)
        changed.put(kept[number])
    for number in dropped:
        kept.pop(number, None)
        changed.drop(number)
    one = Passage(plate, 2, 1, 1, 1, 50, 50, body_colour=3)

    assert len(changed) == len(kept)
    assert changed.matches(one) == WatchList(kept.values()).matches(one)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(patterns, st.sampled_from([0, 1, 2])), max_size=8),
    st.lists(st.tuples(plates, st.sampled_from([1, 2])), max_size=8),
)
def test_matches_are_those_of_the_sql(
    watches: list[tuple[str, int]], arrivals: list[tuple[str, int]]
) -> None:
    entries = [Watch(number, *one) for number, one in enumerate(watches)]
    found = [
        (row, watch.number)
        for row, one in enumerate(arrivals)
        for watch in WatchList(entries).matches(passage(*one))
    ]
    base = duckdb.connect()
    names = [one.plate.replace("?", "_").replace("*", "%") for one in entries]
    base.register(
        "watches",
        pa.table(
            {
                "number": pa.array(range(len(entries)), pa.int64()),
                "pattern": pa.array(names, pa.string()),
                "plate_type": pa.array([one.plate_type for one in entries], pa.int64()),
                "from_ms": pa.array([0] * len(entries), pa.int64()),
                "until_ms": pa.array([1 << 62] * len(entries), pa.int64()),
            }
        ),
    )
    base.register(
        "arrivals",
        pa.table(
            {
                "row": pa.array(range(len(arrivals)), pa.int64()),
                "plate": pa.array([plate for plate, _ in arrivals], pa.string()),
                "plate_type": pa.array([kind for _, kind in arrivals], pa.int64()),
                "at_ms": pa.array([50] * len(arrivals), pa.int64()),
            }
        ),
    )
    assert sorted(found) == base.sql(sql("watched")).fetchall()
