"""Numbers for plates, and a day in two orders."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages import dictionary as dictionaries
from luchang.core.passages import layout, sorting
from luchang.core.passages.dictionary import Dictionary
from luchang.core.passages.layout import Rows, arrange, tail_of
from luchang.core.passages.passage import DAY_MS, HOUR_MS
from luchang.core.passages.sorting import time_order
from luchang.core.passages.spans import DOUBLE_MS
from tests.core.kernels import interpret

DAY = 20_783
plates = st.text("湘粤港警学AB019-·", min_size=1, max_size=5)
vehicles = st.lists(st.tuples(plates, st.integers(0, 99)), max_size=40)


def numbered(dictionary: Dictionary, rows: list[tuple[str, int]]) -> list[int]:
    text = pa.array([plate for plate, _ in rows], pa.string())
    types = np.array([plate_type for _, plate_type in rows], np.uint8)
    return [int(one) for one in dictionary.number_all(text, types)]


class TestDictionary:
    @settings(deadline=None)
    @given(vehicles, vehicles)
    def test_a_number_is_a_plate_and_a_type_for_ever(
        self, first: list[tuple[str, int]], then: list[tuple[str, int]]
    ) -> None:
        dictionary = Dictionary()
        before = numbered(dictionary, first)
        numbered(dictionary, then)

        assert numbered(dictionary, first) == before
        known = {row: number for row, number in zip(first, before, strict=True) if row[0] != "-"}
        assert len(set(known.values())) == len(known)
        for (plate, plate_type), number in known.items():
            assert dictionary.plates(number, number + 1).to_pylist() == [plate]
            assert dictionary.types(number, number + 1).tolist() == [plate_type]

    @settings(deadline=None)
    @given(vehicles)
    def test_restored_from_its_lists_it_gives_the_same_numbers(
        self, rows: list[tuple[str, int]]
    ) -> None:
        old, new = Dictionary(), Dictionary()
        numbers = numbered(old, rows)
        new.restore(old.plates(1), old.types(1))

        assert numbered(new, rows) == numbers
        assert new.count == old.count

    def test_unread_plates_are_nobody(self) -> None:
        assert numbered(Dictionary(), [("-", 2), ("A", 2), ("-", 1)]) == [0, 1, 0]

    def test_grows_over_many_chunks(self) -> None:
        """A table not widened in time would loop for ever or give a number twice."""
        text = pa.array([f"湘B{number:06d}" for number in range(600_000)])
        numbers = Dictionary().number_all(text, np.full(600_000, 2, np.uint8))
        assert numbers.tolist() == list(range(1, 600_001))

    def test_a_slice_of_a_column_is_read_from_its_place(self) -> None:
        text = pa.array(["A", "B", "C"]).slice(1)
        dictionary = Dictionary()
        dictionary.number_all(text, np.array([1, 1], np.uint8))
        assert dictionary.plates(1).to_pylist() == ["B", "C"]
        large = pa.array(["C", "D"], pa.large_string())
        assert dictionary.number_all(large, np.array([1, 1], np.uint8)).tolist() == [2, 3]

    def test_finds_without_learning(self) -> None:
        dictionary = Dictionary()
        numbered(dictionary, [("A", 2)])
        assert (dictionary.find("A", 2), dictionary.find("A", 1)) == (1, None)
        assert dictionary.count == 2

    def test_a_forgotten_plate_is_gone_and_its_number_stays_taken(self) -> None:
        dictionary = Dictionary()
        numbered(dictionary, [("A", 2), ("B", 2)])
        dictionary.forget(np.array([0, 1], np.uint32))

        assert dictionary.plates().to_pylist() == ["-", "", "B"]
        assert dictionary.known().tolist() == [0, 2]
        assert numbered(dictionary, [("A", 2), ("B", 2)]) == [3, 2]

    def test_refuses_a_plate_it_would_cut(self) -> None:
        with pytest.raises(ValueError, match="15 bytes"):
            numbered(Dictionary(), [("湘湘湘湘湘湘", 2)])

    def test_line_by_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wanted = dictionaries.mixed(np.uint64(5), np.uint64(7))
        interpret(monkeypatch, dictionaries)
        with np.errstate(over="ignore"):
            assert dictionaries.mixed(np.uint64(5), np.uint64(7)) == np.uint64(wanted)
        monkeypatch.setattr(dictionaries, "mixed", lambda low, high: low & high)
        with np.errstate(over="ignore"):
            dictionary = Dictionary()
            assert numbered(dictionary, [("湘B1234学", 16), ("-", 0), ("A", 2)]) == [1, 0, 2]
            assert dictionary.find("B", 2) is None
            dictionary.forget(np.array([2], np.uint32))
            other = Dictionary()
            other.restore(dictionary.plates(1), dictionary.types(1))
            assert numbered(other, [("A", 2), ("湘B1234学", 16)]) == [3, 1]


def day(*rows: tuple[int, int, int]) -> Rows:
    """Vehicle, camera, time."""
    vehicle, camera, time = (np.array(column) for column in zip(*rows, strict=True))
    return Rows(vehicle.astype(np.uint32), camera.astype(np.uint16), time.astype(np.uint32))


some_rows = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 5),
        st.one_of(st.integers(0, DAY_MS - 1), st.sampled_from([0, HOUR_MS, DAY_MS - 1])),
    ),
    min_size=1,
    max_size=50,
)


class TestOrders:
    @settings(deadline=None)
    @given(some_rows)
    def test_both_orders_hold_the_same_rows_sorted(self, rows: list[tuple[int, int, int]]) -> None:
        order = arrange(DAY, day(*rows))

        by_vehicle = list(
            zip(
                order.row_vehicle.tolist(), order.time.tolist(), order.camera.tolist(), strict=True
            )
        )
        cameras = np.repeat(order.cameras, np.diff(order.camera_first)).tolist()
        by_camera = list(
            zip(
                order.by_camera_vehicle.tolist(),
                order.by_camera_time.tolist(),
                cameras,
                strict=True,
            )
        )
        assert by_vehicle == sorted(by_vehicle)
        assert sorted(by_camera) == by_vehicle
        assert [(rows[row][0], rows[row][2], rows[row][1]) for row in order.row] == by_vehicle
        assert sorted(order.by_camera_row.tolist()) == sorted(order.row.tolist())

    def test_double_captures_are_left_out_in_a_chain(self) -> None:
        """A queue before the stop line: one passage, however often the camera fires."""
        queue = [(1, 1, start) for start in range(0, 5 * DOUBLE_MS, DOUBLE_MS)]
        order = arrange(DAY, day(*queue, (1, 1, 60_000), (0, 1, 10), (0, 1, 20)))
        assert order.time.tolist() == [10, 20, 0, 60_000]

    def test_another_camera_in_between_does_not_make_it_two(self) -> None:
        """The plate of a clone is seen elsewhere while the same car is caught twice."""
        order = arrange(DAY, day((1, 1, 0), (1, 2, 1_000), (1, 1, 2_000), (1, 2, 4_001)))
        assert order.time.tolist() == [0, 1_000, 4_001]

    def test_a_double_over_midnight_with_another_camera_in_between(self) -> None:
        before = tail_of(arrange(DAY - 1, day((1, 1, DAY_MS - 500), (1, 2, DAY_MS - 400))))
        order = arrange(DAY, day((1, 1, 400), (1, 3, 500)), before=before)
        assert order.camera.tolist() == [3]

    def test_the_tail_is_the_last_half_hour_without_the_unread(self) -> None:
        late = DAY_MS - 30 * 60_000
        tail = tail_of(
            arrange(DAY, day((0, 1, late), (1, 1, late - 1), (2, 3, late), (2, 4, late + 1)))
        )
        assert tail.vehicle.tolist() == [2]
        assert tail.first.tolist() == [0, 2]
        assert tail.time.tolist() == [DAY * DAY_MS + late, DAY * DAY_MS + late + 1]

    def test_a_double_over_midnight_is_left_out(self) -> None:
        before = tail_of(arrange(DAY - 1, day((1, 1, DAY_MS - 500), (3, 1, DAY_MS - 500))))
        order = arrange(DAY, day((1, 1, 400), (2, 1, 400), (3, 2, 400)), before=before)
        assert order.vehicles.tolist() == [2, 3]

    def test_an_empty_day_is_empty(self) -> None:
        none = np.zeros(0, np.uint32)
        order = arrange(DAY, Rows(none, np.zeros(0, np.uint16), none))
        assert len(order.time) == len(order.vehicles) == 0
        assert order.first.tolist() == [0]
        assert len(tail_of(order).camera) == 0

    def test_refuses_a_time_of_another_day(self) -> None:
        with pytest.raises(ValueError, match="beyond the day"):
            arrange(DAY, day((1, 1, DAY_MS)))

    def test_a_clock_that_stands_still_is_sorted_by_camera_and_arrival(self) -> None:
        """A thousand rows of one millisecond: sorted one by one they would take for ever."""
        rows = [(v, (7 * v) % 31, 5_000) for v in range(1, 1_000)] + [(1, 2, 4_999)]
        order = time_order(day(*rows).time, day(*rows).camera).tolist()
        assert order == sorted(range(len(rows)), key=lambda row: (rows[row][2], rows[row][1], row))

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.integers(0, DAY_MS - 1), st.integers(0, 65_535)), max_size=300))
    def test_the_order_of_time_is_that_of_sorting(self, rows: list[tuple[int, int]]) -> None:
        rows = rows + [(at // 4096 * 4096, c) for at, c in rows]  # some share a moment
        time = np.array([at for at, _ in rows], np.uint32)
        camera = np.array([c for _, c in rows], np.uint16)
        wanted = np.lexsort((np.arange(len(rows)), camera, time))
        assert time_order(time, camera).tolist() == wanted.tolist()

    def test_line_by_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = [(v, c, t) for v in range(3) for c in range(3) for t in (5, 7_200_000, DAY_MS - 9)]
        rows += [(1, 0, 900), (2, 0, 950)]
        compiled = arrange(DAY, day(*rows))
        interpret(monkeypatch, layout)
        interpret(monkeypatch, sorting)
        before = tail_of(compiled)

        plain = arrange(DAY, day(*rows))
        following = arrange(DAY + 1, day((1, 2, 100), (2, 4, 50), (4, 1, 9)), before=before)

        assert plain.row.tolist() == compiled.row.tolist()
        assert following.vehicles.tolist() == [2, 4]
