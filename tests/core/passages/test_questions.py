"""What each question means, case by case."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages import companions as company
from luchang.core.passages import flows, links, moves, presence
from luchang.core.passages.bounds import clock_offsets, fastest_ms
from luchang.core.passages.companions import CompanionParameters, companions
from luchang.core.passages.layout import DayOrder, Rows, arrange, no_tail, tail_of
from luchang.core.passages.moves import MoveParameters, Section, cloned, start, walk
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.presence import Presence, Restriction
from luchang.core.passages.ranking import Violations, offenders
from luchang.core.passages.reference import sql
from luchang.core.passages.shards import JOBS, days_of, run
from tests.core.kernels import interpret
from tests.core.passages import rows as made
from tests.core.passages.rows import FIRST_DAY, same
from tests.core.passages.test_layout import day

HOUR, MINUTE = 3_600_000, 60_000


def bounds(cameras: int, minutes: float) -> MoveParameters:
    matrix = np.full((cameras, cameras), round(minutes * MINUTE), np.int32)
    np.fill_diagonal(matrix, 0)
    return MoveParameters(matrix, threshold=1.0)


def order(*rows: tuple[int, int, int], at: int = FIRST_DAY) -> DayOrder:
    return arrange(at, day(*rows))


class TestClones:
    def test_faster_than_any_road_is_an_impossible_move(self) -> None:
        given_rows = order((1, 0, 0), (1, 1, 9 * MINUTE), (2, 0, 0), (2, 1, 11 * MINUTE))
        _, state = walk(given_rows, start(), bounds(2, 10))
        assert cloned(state, bounds(2, 10))["vehicle"].to_pylist() == []
        assert cloned(state, MoveParameters(bounds(2, 10).bounds_ms, threshold=0.5))[
            "vehicle"
        ].to_pylist() == [1]

    def test_an_unknown_way_accuses_nobody(self) -> None:
        _, state = walk(order((1, 0, 0), (1, 1, 1)), start(), bounds(2, 0))
        assert state.suspicion.moves.sum() == 0

    def test_over_midnight_it_is_seen(self) -> None:
        first, second = order((1, 0, DAY_MS - 1_000)), order((1, 1, 1_000), at=FIRST_DAY + 1)
        _, state = walk(first, start(), bounds(2, 10))
        _, state = walk(second, state, bounds(2, 10))
        assert state.suspicion.moves[1] == 1

    def test_a_suspicion_halves_with_time(self) -> None:
        parameters = MoveParameters(bounds(2, 10).bounds_ms, half_life_ms=DAY_MS, threshold=0.0)
        _, state = walk(order((1, 0, 0), (1, 1, 0)), start(), parameters)
        _, later = walk(order((2, 0, 5), at=FIRST_DAY + 3), state, parameters)

        assert cloned(state, parameters)["score"].to_pylist() == pytest.approx([0.5])
        assert cloned(later, parameters)["score"].to_pylist() == pytest.approx([0.5**4])

    def test_a_clock_that_is_known_to_be_wrong_accuses_nobody(self) -> None:
        """Camera 1 is six minutes slow: it saw the vehicle twelve minutes later, not six."""
        rows = order((1, 0, 0), (1, 1, 6 * MINUTE))
        skewed = MoveParameters(
            bounds(2, 10).bounds_ms, offset_ms=np.array([0, -6 * MINUTE], np.int32)
        )
        assert walk(rows, start(), bounds(2, 10))[1].suspicion.moves[1] == 1
        assert walk(rows, start(), skewed)[1].suspicion.moves[1] == 0

    def test_a_day_with_late_rows_is_walked_again_from_the_state_before_it(self) -> None:
        parameters = bounds(4, 10)
        days = list(days_of(made.made_up(5, 3_000, vehicles=40, cameras=4)))
        before = walk(days[0][0], start(), parameters)[1]
        walk(days[1][0], before, parameters)

        again = walk(days[1][0], before, parameters)[1]
        whole = moves.over_days([days[0][0], days[1][0]], parameters)[2]

        assert cloned(again, parameters).equals(cloned(whole, parameters))

    def test_a_forgotten_vehicle_leaves_no_trace(self) -> None:
        rows = order(
            (1, 0, DAY_MS - 5), (1, 1, DAY_MS - 4), (2, 0, DAY_MS - 5), (2, 1, DAY_MS - 4)
        )
        _, state = walk(rows, start(), bounds(2, 10))
        kept = moves.retention(state, np.array([1, 99], np.uint32))
        assert kept.suspicion.moves.tolist() == [0, 0, 1]
        assert kept.tail.vehicle.tolist() == [2]
        assert kept.tail.first.tolist() == [0, 2]

    def test_a_few_seconds_too_fast_count_a_few_sixtieths(self) -> None:
        """Where in the picture a vehicle was taken, and clocks, are worth seconds."""
        parameters = replace(bounds(2, 10), threshold=0.0)
        _, state = walk(order((1, 0, 0), (1, 1, 10 * MINUTE - 6_000)), start(), parameters)
        assert state.suspicion.score[1] == pytest.approx(0.1)
        assert state.suspicion.moves[1] == 1

    def test_driving_on_from_an_impossible_place_is_enough(self) -> None:
        """Two vehicles that met once: each drove before and after, so neither was misread."""
        drives = [(1, 0, 0), (1, 1, 2 * MINUTE), (1, 8, 3 * MINUTE), (1, 9, 5 * MINUTE)]
        far = np.where(np.abs(np.subtract.outer(np.arange(10), np.arange(10))) > 3, 10, 1)
        far[8, 2] = 3  # from there one gets back in time: the row at 8 may be a misread
        parameters = MoveParameters((far * MINUTE).astype(np.int32))

        assert cloned(walk(order(*drives), start(), parameters)[1], parameters).num_rows == 1

        back = [*drives[:3], (1, 2, 6 * MINUTE)]  # as far from 8 as may be driven in three minutes
        for lonely in (drives[1:], drives[:3], back):
            _, state = walk(order(*lonely), start(), parameters)
            assert cloned(state, parameters).num_rows == 0
            assert state.suspicion.score[1] == pytest.approx(1.0)

    def test_two_misreads_accuse_nobody(self) -> None:
        there_and_back = [(1, 0, 0), (1, 8, 2_000), (1, 0, 4_000)]
        rows = there_and_back + [(v, c, at + HOUR) for v, c, at in there_and_back]
        parameters = MoveParameters(bounds(9, 10).bounds_ms)
        _, state = walk(order(*rows), start(), parameters)
        assert state.suspicion.moves[1] == 4
        assert cloned(state, parameters).num_rows == 0

    def test_refuses_a_camera_it_has_no_bound_for(self) -> None:
        with pytest.raises(ValueError, match="camera 7"):
            walk(order((1, 7, 0)), start(), bounds(2, 10))


class TestSections:
    SECTION = Section(0, 1, 10_000.0, 100.0, 0.1)
    LIMIT_MS = math.ceil(10_000 * 3600 / 110)

    def found(self, *rows: tuple[int, int, int]) -> list[dict[str, int]]:
        parameters = MoveParameters(np.zeros((4, 4), np.int32), (self.SECTION,))
        listed: list[dict[str, int]] = walk(order(*rows), start(), parameters)[0].to_pylist()
        return listed

    def test_a_hundred_and_ten_on_average_is_still_free(self) -> None:
        assert self.found((1, 0, 0), (1, 1, self.LIMIT_MS)) == []
        assert len(self.found((1, 0, 0), (1, 1, self.LIMIT_MS - 1))) == 1

    def test_the_last_entry_counts(self) -> None:
        [drive] = self.found((1, 0, 0), (1, 0, 20_000), (1, 1, 100_000))
        assert drive["entered_ms"] % DAY_MS == 20_000

    def test_an_exit_uses_up_its_entry(self) -> None:
        assert len(self.found((1, 0, 0), (1, 1, 100_000), (1, 1, 200_000))) == 1

    def test_a_section_over_midnight_is_driven_too(self) -> None:
        """The known fault of the first sketch: the tail of the day before was not carried."""
        parameters = MoveParameters(np.zeros((4, 4), np.int32), (self.SECTION,))
        _, state = walk(
            order((1, 0, DAY_MS - 60_000), (1, 3, DAY_MS - 50_000)), start(), parameters
        )
        found, _ = walk(order((1, 1, 60_000), at=FIRST_DAY + 1), state, parameters)
        assert [row["left_ms"] - row["entered_ms"] for row in found.to_pylist()] == [120_000]

    def test_many_drives_find_room(self) -> None:
        rows = [(v, c, v * 7 + c * 60_000) for v in range(1, 1_500) for c in (0, 1)]
        assert len(self.found(*rows)) == 1_499


class TestFlows:
    def test_the_median_is_exact(self) -> None:
        rows = [
            row
            for v, gap in enumerate((10_000, 20_000, 90_000, 30_000), 1)
            for row in ((v, 0, 0), (v, 1, gap))
        ]
        [row] = flows.travel_times(order(*rows), no_tail()).to_pylist()
        assert (row["vehicles"], row["mean_ms"], row["median_ms"]) == (4, 37_500.0, 25_000.0)

    def test_both_ways_of_sorting_agree(self) -> None:
        days = list(days_of(made.made_up(3, 20_000, vehicles=300, cameras=30, span_ms=HOUR)))
        by = [(name, "ascending") for name in JOBS["travel_times"].order]
        direct = pa.concat_tables([flows.travel_times(day, tail) for day, tail in days]).sort_by(
            by
        )
        table = made.made_up(3, 20_000, vehicles=300, cameras=30, span_ms=HOUR)
        same(direct, run(JOBS["travel_times"], table, made.settings(30)))

    def test_refuses_slices_its_keys_have_no_room_for(self) -> None:
        with pytest.raises(ValueError, match="slices"):
            flows.travel_times(order((1, 0, 0)), no_tail(), 60_000)

    def test_a_turn_is_three_cameras(self) -> None:
        rows = order((1, 0, 0), (1, 1, 60_000), (1, 2, 120_000), (2, 0, 0), (2, 2, 60_000))
        [turn] = flows.turning_counts(rows, no_tail()).to_pylist()
        assert [turn[name] for name in ("camera_a", "camera_b", "camera_c")] == [0, 1, 2]

    def test_unread_plates_count_in_volumes(self) -> None:
        rows = order((0, 3, 0), (0, 3, 10), (1, 3, HOUR))
        found = flows.volumes(rows, np.array([0, 52], np.uint8)).to_pylist()
        assert [(one["hour"], one["plate_type"], one["vehicles"]) for one in found] == [
            (0, 0, 2),
            (1, 52, 1),
        ]


class TestCompanions:
    def together(self, share: float) -> list[tuple[int, int]]:
        """Vehicle 2 follows 1 at ten cameras; 1 passes ten more alone; 3 follows nobody."""
        rows = [(v, c, c * MINUTE + 10_000 * v) for v in (1, 2) for c in range(10)]
        rows += [(1, c, c * MINUTE) for c in range(10, 20)]
        rows += [(3, c, c * MINUTE + HOUR) for c in range(10)]
        found = companions(order(*rows), CompanionParameters(8, 30_000, share))
        return list(
            zip(found["vehicle_a"].to_pylist(), found["vehicle_b"].to_pylist(), strict=True)
        )

    def test_common_cameras_are_weighed_against_all_cameras(self) -> None:
        assert self.together(0.5) == [(1, 2)]
        assert self.together(0.51) == []

    def test_one_camera_counts_once(self) -> None:
        rows = [(v, 0, turn * HOUR + v) for v in (1, 2) for turn in range(12)]
        assert len(companions(order(*rows), CompanionParameters(2, 30_000, 0.0))) == 0

    def test_parts_together_are_the_whole(self) -> None:
        [(rows, _)] = days_of(
            made.made_up(9, 4_000, vehicles=60, cameras=12, days=1, span_ms=HOUR)
        )
        given_parameters = CompanionParameters(3, 60_000, 0.1, 1)
        whole = companions(rows, given_parameters)
        parts = [companions(rows, given_parameters, part=one, parts=7) for one in range(7)]
        assert len(whole) > 20
        same(whole, pa.concat_tables(parts))

    def test_more_pairs_than_expected_find_room(self) -> None:
        rows = [(v, c, c * MINUTE + v) for v in range(1, 60) for c in range(3)]
        assert len(companions(order(*rows), CompanionParameters(3, 30_000, 1.0))) == 59 * 58 // 2

    def test_refuses_a_senseless_limit(self) -> None:
        with pytest.raises(ValueError, match="no such company"):
            CompanionParameters(0)


class TestPresence:
    def test_hours_over_midnight(self) -> None:
        bound = np.array([False, True, True])
        rows = order((1, 4, 23 * HOUR), (1, 5, HOUR), (2, 4, 12 * HOUR), (3, 4, HOUR))
        night = Restriction(22 * HOUR, 5 * HOUR)
        [found] = presence.restricted(rows, night, bound).to_pylist()
        assert (found["vehicle"], found["passages"], found["camera"]) == (1, 2, 5)
        elsewhere = Restriction(22 * HOUR, 5 * HOUR, frozenset({9}))
        assert len(presence.restricted(rows, elsewhere, bound)) == 0
        assert presence.restricted(rows, night, bound[:1]).num_rows == 0
        by_day = Restriction(11 * HOUR, 13 * HOUR)
        assert presence.restricted(rows, by_day, bound)["vehicle"].to_pylist() == [2]

    def test_refuses_hours_no_day_has(self) -> None:
        with pytest.raises(ValueError, match="no such hours"):
            Restriction(DAY_MS, 1)

    def test_first_seen_back_again_and_long_unseen(self) -> None:
        begin = Presence().after(order((1, 0, 0), (2, 0, 0), (0, 0, 0)))
        today = order((1, 0, 0), (5, 0, 0), at=FIRST_DAY + 40)

        assert presence.first_seen(today, begin)["vehicle"].to_pylist() == [5]
        back = presence.reappeared(today, begin, 30).to_pylist()
        assert [(one["vehicle"], one["days_absent"]) for one in back] == [(1, 40)]
        after = begin.after(today)
        gone = presence.long_unseen(after, FIRST_DAY + 40, 30).to_pylist()
        assert [(one["vehicle"], one["days_absent"]) for one in gone] == [(2, 40)]
        assert begin.last_day.tolist() == [-1, FIRST_DAY, FIRST_DAY]

    def test_long_unseen_as_the_sql_says(self) -> None:
        import duckdb  # noqa: PLC0415

        table = made.made_up(4, 3_000, vehicles=900, cameras=5, days=9)
        state = Presence()
        for one, _ in days_of(table):
            state = state.after(one)
        base = duckdb.connect()
        base.register("passages", table)
        wanted = base.sql(sql("long_unseen"), params={"day": FIRST_DAY + 8, "days": 3})
        same(
            presence.long_unseen(state, FIRST_DAY + 8, 3),
            wanted.to_arrow_table().cast(presence.SEEN),
        )


violations = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 50), st.booleans()), min_size=1, max_size=60
)


@settings(deadline=None, max_examples=50)
@given(violations)
def test_the_ranking_is_that_of_the_sql(rows: list[tuple[int, int, bool]]) -> None:
    import duckdb  # noqa: PLC0415

    vehicle, at, handled = (np.array(column) for column in zip(*rows, strict=True))
    found = offenders(
        Violations(vehicle.astype(np.uint32), at.astype(np.int64), handled), least=2, most=4
    )
    base = duckdb.connect()
    base.register("violations", pa.table({"vehicle": vehicle, "at_ms": at, "handled": handled}))
    wanted = base.sql(sql("offenders"), params={"least": 2, "most": 4}).to_arrow_table()
    assert found.to_pylist() == wanted.to_pylist()


class TestBounds:
    def test_half_the_free_driving_time_less_what_clocks_differ(self) -> None:
        from luchang.core.common.road_building import Way, build_road_graph  # noqa: PLC0415
        from luchang.core.common.roads import RoadClass  # noqa: PLC0415
        from luchang.core.common.shortest_paths import times_to  # noqa: PLC0415
        from luchang.core.common.snapping import RoadSnapper  # noqa: PLC0415

        graph, _ = build_road_graph(
            [1, 2], [113.0, 113.1], [27.0, 27.0], [Way(1, [1, 2], RoadClass.PRIMARY)]
        )
        places = RoadSnapper(graph).nearest_many(
            [113.01, 113.09, 114.0], [27.0, 27.0, 27.0], within_m=100.0
        )
        found = fastest_ms(graph, places)
        goal = places[1]
        assert goal is not None
        free = times_to(graph, goal).seconds_from_many(places.section, places.fraction)[0]

        assert found[0, 1] == pytest.approx(free * 500 - 2_000, abs=1)
        assert found[2].tolist() == found[:, 2].tolist() == [0, 0, 0]
        assert found[0, 0] == 0

    def test_wrong_clocks_are_found_from_drives_both_ways(self) -> None:
        true = np.array([0, 0, 45_000, 0, -20_000, 0, 0])
        pairs = np.array([(a, b) for a in range(6) for b in range(a)])
        there = 60_000.0 + true[pairs[:, 1]] - true[pairs[:, 0]]
        back = 60_000.0 + true[pairs[:, 0]] - true[pairs[:, 1]]
        assert clock_offsets(7, pairs, there, back).tolist() == true.tolist()

    def test_without_drives_no_clock_is_wrong(self) -> None:
        none = np.zeros(0)
        assert clock_offsets(2, np.zeros((0, 2), np.int64), none, none).tolist() == [0, 0]


def test_every_question_has_its_sql() -> None:
    folder = Path(sql.__code__.co_filename).parent
    assert {path.stem for path in folder.glob("*.sql")} >= set(JOBS)


@pytest.mark.parametrize("module", [moves, flows, links, company, presence])
def test_line_by_line(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain functions behind the kernels answer as the compiled ones."""
    rows = made.made_up(2, 400, vehicles=12, cameras=5, days=2, span_ms=HOUR)
    given_settings = made.settings(5, vehicles=12)
    compiled = {name: run(job, rows, given_settings) for name, job in JOBS.items()}
    direct = [flows.travel_times(one, tail) for one, tail in days_of(rows)]
    interpret(monkeypatch, module)  # type: ignore[arg-type]
    if hasattr(module, "_ROOM"):
        monkeypatch.setattr(module, "_ROOM", 1)
    with np.errstate(over="ignore"):
        for name, job in JOBS.items():
            same(run(job, rows, given_settings), compiled[name])
        for (one, tail), wanted in zip(days_of(rows), direct, strict=True):
            same(flows.travel_times(one, tail), wanted)


def test_a_shard_last_seen_early_is_as_old_as_the_others() -> None:
    """A vehicle that stayed at home on the last day is judged at the end of that day too."""
    rows = made.made_up(2, 4_000, vehicles=12, cameras=5, days=1, span_ms=HOUR)
    given_settings = made.settings(5, vehicles=12)
    all_of_them = replace(given_settings.moves, threshold=0.0)
    given_settings = replace(given_settings, moves=all_of_them)
    today = run(JOBS["cloned"], rows, given_settings)["score"].to_pylist()
    later = replace(given_settings, until_day=FIRST_DAY + 14)
    after = run(JOBS["cloned"], rows, later)["score"].to_pylist()
    assert after == pytest.approx([score / 2 for score in today])


def test_the_tail_of_a_day_makes_no_difference_to_days_far_apart() -> None:
    first, later = order((1, 0, DAY_MS - 5)), order((1, 1, 5), at=FIRST_DAY + 5)
    assert len(flows.travel_times(later, tail_of(first))) == 0


def test_rows_may_come_as_read_only_maps() -> None:
    """The store hands out mapped arrays; a kernel that wrote to them would fail."""
    rows = order((1, 0, 0), (1, 1, 60_000))
    for column in (rows.vehicles, rows.first, rows.camera, rows.time):
        column.flags.writeable = False
    assert len(flows.travel_times(rows, no_tail())) == 1
    walk(rows, start(), bounds(2, 10))
    companions(rows, CompanionParameters())
    assert isinstance(rows, DayOrder)
    assert Rows._fields == ("vehicle", "camera", "time")
