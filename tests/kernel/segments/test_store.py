"""Passages in, passages out: sealed or not, late or twice, erased or old."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.core.passages.columns import from_passages
from luchang.core.passages.passage import UNREAD, Malformed, Passage
from luchang.kernel.segments import Busy, Damaged, Question, Store, verify, view
from luchang.kernel.segments.durable import held
from tests.kernel.segments.passing import ALL, DAY, MORNING, opened, passage, passages

BASE_MS = round(MORNING.timestamp() * 1000)


def stored(store: Store) -> list[Passage]:
    return sorted((one.passage for one in store.search(ALL).rows), key=order)


def order(one: Passage) -> tuple[int, int, int, str]:
    return one.at_ms, one.camera, one.lane, one.plate


class TestWhatGoesInComesOut:
    @pytest.mark.parametrize("step", ["log", "sealed", "arranged"])
    def test_with_every_field(self, tmp_path: Path, step: str) -> None:
        store = opened(tmp_path, *([] if step == "log" else [passages(0, 50)]))
        if step == "log":
            store.append(passages(0, 50))
        if step == "arranged":
            store.arrange(DAY)

        assert stored(store) == sorted(passages(0, 50), key=order)

    def test_newest_first_and_all_counted(self, tmp_path: Path) -> None:
        store = opened(tmp_path, passages(0, 60), arranged=True)
        store.append(passages(60, 70))

        answer = store.search(Question(ALL.first, ALL.last, most=15))

        assert answer.total == 70
        assert [one.passage for one in answer.rows] == passages(55, 70)[::-1]

    def test_over_midnight_each_day_has_its_own(self, tmp_path: Path) -> None:
        """Days are those of Shanghai: UTC would cut at eight in the morning."""
        evening = datetime(2026, 11, 26, 15, 59, 55, tzinfo=UTC)
        store = opened(tmp_path, passages(0, 10, at=evening), arranged=True)

        assert store.days() == (date(2026, 11, 26), date(2026, 11, 27))
        assert store.search(ALL).total == 10

    def test_a_table_of_old_records_is_taken(self, tmp_path: Path) -> None:
        store = Store.open(tmp_path)

        taken = store.take(from_passages(passages(0, 40)))

        assert (taken.rows, taken.repeated) == (40, 0)
        assert stored(store) == passages(0, 40)

    def test_another_process_sees_what_this_one_sealed(self, tmp_path: Path) -> None:
        one, other = Store.open(tmp_path), Store.open(tmp_path)

        one.append(passages(0, 5))
        assert other.count() == 5
        one.seal()
        assert stored(other) == passages(0, 5)
        other.append(passages(5, 9))
        other.seal()
        assert stored(one) == passages(0, 9)

    def test_nothing_is_kept_of_a_batch_with_a_fault(self, tmp_path: Path) -> None:
        store = Store.open(tmp_path)
        with pytest.raises(Malformed):
            store.append([passage(1), Passage("", 2, 1, 1, 1, BASE_MS, BASE_MS)])
        assert store.count() == 0

    def test_duckdb_reads_the_files_as_they_are(self, tmp_path: Path) -> None:
        opened(tmp_path, passages(0, 97), arranged=True)

        by_vehicle = ds.dataset(tmp_path / "by_vehicle", format="ipc", partitioning="hive")
        plates = ds.dataset(tmp_path / "plates", format="ipc")
        base = duckdb.connect()
        base.register("by_vehicle", by_vehicle)
        base.register("plates", plates)
        found = base.sql(
            "select plate, count(*) from by_vehicle join plates using (vehicle) "
            "group by plate order by plate limit 1"
        ).fetchall()

        assert found == [("湘BD0000", 1)]


class TestOnceAndLate:
    def test_a_batch_sent_again_adds_nothing(self, tmp_path: Path) -> None:
        store = opened(tmp_path, passages(0, 20))
        store.append(passages(10, 30))
        store.append(passages(10, 30))

        sealed = store.seal()

        assert (sealed.rows, sealed.repeated) == (10, 30)
        assert stored(store) == passages(0, 30)

    def test_two_vehicles_side_by_side_are_two(self, tmp_path: Path) -> None:
        """Equal time and camera, other lane or other plate: not a repetition."""
        beside = [
            Passage("湘BD0001", 2, 1, 1, 1, BASE_MS, BASE_MS),
            Passage("湘BD0001", 1, 1, 1, 1, BASE_MS, BASE_MS),
            Passage("湘BD0001", 2, 1, 2, 1, BASE_MS, BASE_MS),
            Passage("湘BD0002", 2, 1, 1, 1, BASE_MS, BASE_MS),
            Passage(UNREAD, 0, 1, 3, 1, BASE_MS, BASE_MS),
        ]
        store = opened(tmp_path, beside, beside)

        assert store.count() == 5

    def test_late_rows_are_found_and_ask_for_a_new_order(self, tmp_path: Path) -> None:
        store = opened(tmp_path, passages(10, 40), arranged=True)
        assert store.unarranged() == ()
        store.append(passages(0, 10))
        store.seal()

        assert store.unarranged() == (DAY,)
        assert stored(store) == passages(0, 40)
        assert store.arrange(DAY) == 40
        assert store.unarranged() == ()
        assert stored(store) == passages(0, 40)
        assert verify(tmp_path) == []

    def test_rows_out_of_order_come_out_in_order(self, tmp_path: Path) -> None:
        store = opened(tmp_path, passages(0, 60)[::-1], arranged=True)

        found = store.track("湘BD0007", 2, DAY, DAY)

        assert [one.passage for one in found] == [passage(7)]
        assert verify(tmp_path) == []

    def test_a_double_capture_is_kept_in_the_hour_and_left_out_of_the_orders(
        self, tmp_path: Path
    ) -> None:
        twice = [
            Passage("湘BD0001", 2, 1, 1, 1, BASE_MS + shift, BASE_MS) for shift in (0, 900, 9_000)
        ]
        store = opened(tmp_path, twice, arranged=True)

        order_of_day = store.order(DAY)

        assert store.count() == 3
        assert order_of_day is not None
        assert len(order_of_day.time) == 2

    def test_a_double_capture_over_midnight_is_seen_when_the_late_half_comes_first(
        self, tmp_path: Path
    ) -> None:
        midnight = round(datetime(2026, 11, 26, 16, tzinfo=UTC).timestamp() * 1000)
        before, after = (
            Passage("湘BD0001", 2, 1, 1, 1, midnight + shift, midnight) for shift in (-800, 500)
        )
        store = opened(tmp_path, [after], arranged=True)
        store.append([before])
        store.seal()
        store.arrange(DAY)

        following = store.order(DAY + timedelta(days=1))

        assert following is not None
        assert len(following.time) == 0


queries = st.tuples(
    st.sampled_from(["*", "湘BD00?7", "湘B*", "*9", "湘BD0012", "-", "粤*", "?BD*1?", "湘[B"]),
    st.sampled_from([None, 2, 1]),
    st.frozensets(st.integers(0, 13), max_size=3),
    st.integers(-10, 260),
    st.integers(0, 200),
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[Passage]]:
    """Arranged, late, and unsealed rows, of two days, some unread."""
    folder = tmp_path_factory.mktemp("mixed")
    evening = datetime(2026, 11, 26, 15, 58, 0, tzinfo=UTC)
    everything = passages(0, 250, at=evening)
    everything[::11] = [
        Passage(UNREAD, 0, one.camera, one.lane, 1, one.at_ms, one.received_ms)
        for one in everything[::11]
    ]
    store = opened(folder, everything[:60], everything[60:160], arranged=True)
    store.append(everything[160:220])
    store.seal()
    store.append(everything[220:])
    return store, everything


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(query=queries)
def test_a_search_finds_what_looking_at_every_passage_finds(
    mixed: tuple[Store, list[Passage]],
    query: tuple[str, int | None, frozenset[int], int, int],
) -> None:
    store, everything = mixed
    plate, plate_type, cameras, begin, length = query
    evening = datetime(2026, 11, 26, 15, 58, 0, tzinfo=UTC)
    first = evening + timedelta(milliseconds=begin * 1_013)
    last = first + timedelta(milliseconds=length * 1_013)

    answer = store.search(Question(first, last, plate, plate_type, cameras))

    pattern = "".join({"?": ".", "*": ".*"}.get(c, re.escape(c)) for c in plate)
    wanted = [
        one
        for one in everything
        if re.fullmatch(pattern, one.plate)
        and plate_type in (None, one.plate_type)
        and (not cameras or one.camera in cameras)
        and first.timestamp() * 1000 <= one.at_ms < last.timestamp() * 1000
    ]
    assert [one.passage for one in answer.rows] == wanted[::-1]
    assert answer.total == len(wanted)


def test_colour_and_kind_are_asked_of_rows_in_order_late_and_in_the_log(tmp_path: Path) -> None:
    """The orders know neither: they have to be read from the segments, by the right rows."""
    everything = passages(0, 90)
    looks = [
        Passage(one.plate, 2, one.camera, 1, 1, one.at_ms, one.received_ms, None, 5, j % 5, j % 3)
        for j, one in enumerate(everything)
    ]
    store = opened(tmp_path, looks[:40], looks[40:50], arranged=True)
    for batch in (looks[50:70], looks[70:]):
        store.append(batch)
        if batch[-1] is not looks[-1]:
            store.seal()

    asked = Question(
        ALL.first,
        ALL.last,
        plate_colours=frozenset({5}),
        body_colours=frozenset({2, 4}),
        kinds=frozenset({1}),
        most=10,
    )
    answer = store.search(asked)

    wanted = [one for one in looks if one.body_colour in {2, 4} and one.kind == 1]
    assert answer.total == len(wanted) > 10
    assert [one.passage for one in answer.rows] == wanted[::-1][:10]


class TestErasing:
    def erased(self, folder: Path) -> Store:
        store = opened(folder, passages(0, 194), arranged=True)
        store.append([passage(7 + 97 * 2)])
        assert store.erase("湘BD0007", 2, DAY, DAY) == 3
        return store

    def test_hides_at_once_what_is_sealed_late_or_in_the_log(self, tmp_path: Path) -> None:
        store = self.erased(tmp_path)

        assert store.track("湘BD0007", 2, DAY, DAY) == ()
        assert all(one.passage.plate != "湘BD0007" for one in store.search(ALL).rows)
        assert Store.open(tmp_path).track("湘BD0007", 2, DAY, DAY) == ()

    def test_whoever_reads_an_order_is_told_whom_to_leave_out(self, tmp_path: Path) -> None:
        """Orders are files: until the rewrite they hold the rows of the erased."""
        store = opened(tmp_path, passages(0, 50), arranged=True)
        number = store.number_of("湘BD0003", 2)
        store.erase("湘BD0003", 2, DAY, DAY)

        assert store.hidden(DAY) == {number}
        assert store.hidden(DAY + timedelta(days=1)) == frozenset()
        store.rewrite()
        assert store.hidden(DAY) == frozenset()

    def test_leaves_no_byte_of_the_plate_after_the_rewrite(self, tmp_path: Path) -> None:
        store = self.erased(tmp_path)
        assert store.holds("湘BD0007")

        assert store.rewrite() == 3

        assert store.holds("湘BD0007") == ()
        assert store.holds("/pictures/104") == ()
        assert verify(tmp_path) == []
        others = [one for one in passages(0, 194) if one.plate != "湘BD0007"]
        assert stored(store) == others

    def test_keeps_a_plate_that_other_days_still_show(self, tmp_path: Path) -> None:
        store = opened(tmp_path, passages(0, 97), passages(0, 97, at=MORNING - timedelta(days=3)))
        store.erase("湘BD0007", 2, DAY, DAY)
        store.rewrite()

        assert len(store.search(Question(ALL.first, ALL.last, "湘BD0007")).rows) == 1

    def test_a_forgotten_vehicle_that_comes_back_is_a_new_one(self, tmp_path: Path) -> None:
        store = self.erased(tmp_path)
        store.rewrite()
        store.append([passage(7 + 97 * 5)])
        store.seal()

        assert [one.passage for one in store.track("湘BD0007", 2, DAY, DAY)] == [
            passage(7 + 97 * 5)
        ]
        assert stored(Store.open(tmp_path)) == stored(store)
        assert verify(tmp_path) == []

    def test_an_unknown_plate_is_nothing_to_erase(self, tmp_path: Path) -> None:
        store = opened(tmp_path, passages(0, 5))
        assert store.erase("湘BD9999", 2, DAY, DAY) == 0
        assert store.rewrite() == 0


class TestErasedForGood:
    """What was erased is sent again by the camera that kept a copy."""

    KEY = b"a key that does not stand in the store"
    AGAIN = passage(7 + 97 * 5)

    def erased(self, folder: Path, *keys: bytes) -> Store:
        store = Store.open(folder, keys=keys)
        store.append(passages(0, 194))
        assert store.erase("湘BD0007", 2, DAY, DAY) == 2
        assert store.rewrite() == 2
        return store

    def test_it_is_not_shown_from_the_log_nor_kept_when_sealed(self, tmp_path: Path) -> None:
        store = self.erased(tmp_path, self.KEY)
        store.append([self.AGAIN, passage(195)])

        assert store.track("湘BD0007", 2, DAY, DAY) == ()
        sealed = store.seal()

        assert (sealed.rows, sealed.barred) == (1, 1)
        assert store.holds("湘BD0007") == ()
        assert verify(tmp_path) == []

    def test_another_day_and_another_vehicle_are_kept(self, tmp_path: Path) -> None:
        store = self.erased(tmp_path, self.KEY)
        store.append([passage(7, at=MORNING + timedelta(days=1)), passage(8 + 97 * 5)])

        assert store.seal().barred == 0
        assert len(store.track("湘BD0007", 2, DAY, DAY + timedelta(days=1))) == 1

    def test_a_key_that_was_followed_by_another_still_tells(self, tmp_path: Path) -> None:
        self.erased(tmp_path, self.KEY)
        store = Store.open(tmp_path, keys=(b"the key of this year", self.KEY))
        store.append([self.AGAIN])

        assert store.seal().barred == 1

    def test_a_process_without_the_key_seals_nothing(self, tmp_path: Path) -> None:
        """Else what was erased would come back by a forgotten setting."""
        self.erased(tmp_path, self.KEY)
        store = Store.open(tmp_path)
        store.append([self.AGAIN])

        with pytest.raises(Damaged, match="key"):
            store.seal()

        assert Store.open(tmp_path, keys=(self.KEY,)).seal().barred == 1

    def test_a_vehicle_never_seen_is_barred_all_the_same(self, tmp_path: Path) -> None:
        store = Store.open(tmp_path, keys=(self.KEY,))
        assert store.erase("湘BD0007", 2, DAY, DAY) == 0
        store.append([passage(7)])

        assert store.seal().barred == 1

    def test_the_hash_goes_with_the_last_of_its_days(self, tmp_path: Path) -> None:
        store = self.erased(tmp_path, self.KEY)
        store.drop_before(DAY + timedelta(days=1))

        assert '"barred": []' in (tmp_path / "manifest.json").read_text()

    def test_without_a_key_nothing_is_barred(self, tmp_path: Path) -> None:
        store = self.erased(tmp_path)
        store.append([self.AGAIN])

        assert store.seal().barred == 0


class TestRetention:
    def test_old_days_go_with_the_plates_only_they_knew(self, tmp_path: Path) -> None:
        old = passages(0, 50, at=MORNING - timedelta(days=9))
        store = opened(tmp_path, old, passages(20, 60), arranged=True)

        assert store.drop_before(DAY) == 1

        assert stored(store) == passages(20, 60)
        assert store.holds("湘BD0003") == ()
        assert verify(tmp_path) == []
        assert store.drop_before(DAY) == 0

    def test_numbers_stay_with_their_plates(self, tmp_path: Path) -> None:
        old = passages(0, 50, at=MORNING - timedelta(days=9))
        store = opened(tmp_path, old, passages(20, 60), arranged=True)
        number = store.number_of("湘BD0033", 2)
        store.drop_before(DAY)

        assert number is not None
        assert Store.open(tmp_path).number_of("湘BD0033", 2) == number
        assert store.plates([number, 0]) == [("湘BD0033", 2), (UNREAD, 0)]


class TestCare:
    def test_two_cannot_work_at_once(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        with held(tmp_path / "work.lock", wait=False), pytest.raises(Busy):
            store.seal()

    def test_files_a_crash_left_are_swept(self, tmp_path: Path) -> None:
        store = opened(tmp_path, passages(0, 5))
        orphan = tmp_path / "hours" / f"day={DAY}" / "06-000000099.arrow"
        orphan.write_bytes(b"half")
        (tmp_path / "manifest.json.draft").write_bytes(b"half")
        store.append(passages(5, 6))
        store.seal()

        assert not orphan.exists()
        assert not (tmp_path / "manifest.json.draft").exists()
        assert stored(store) == passages(0, 6)

    def test_another_format_is_refused(self, tmp_path: Path) -> None:
        opened(tmp_path, passages(0, 5))
        manifest = tmp_path / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"format": 2', '"format": 9'))

        with pytest.raises(Damaged):
            Store.open(tmp_path)
        assert [fault.file for fault in verify(tmp_path)] == ["manifest.json"]

    def test_a_flipped_byte_in_any_file_is_seen(self, tmp_path: Path) -> None:
        opened(tmp_path, passages(0, 50), arranged=True)
        files = sorted(tmp_path.rglob("*.arrow"))
        assert len(files) == 7

        for path in files:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
            assert [fault.file for fault in verify(tmp_path)] == [str(path.relative_to(tmp_path))]
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        assert verify(tmp_path) == []

    def test_more_files_than_are_kept_mapped_are_no_obstacle(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(view, "MOST_MAPS", 3)
        store = opened(tmp_path, *(passages(j, j + 5) for j in range(0, 60, 5)))

        assert stored(store) == passages(0, 60)
        store.arrange(DAY)
        assert stored(store) == passages(0, 60)

    def test_a_missing_file_is_seen(self, tmp_path: Path) -> None:
        opened(tmp_path, passages(0, 50), arranged=True)
        next(tmp_path.rglob("by_camera/**/*.arrow")).unlink()
        assert len(verify(tmp_path)) == 1
