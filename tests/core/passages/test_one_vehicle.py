"""What is asked of one vehicle: who accompanied it, how it travelled, where it stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages.accompanying import belong, companions_of
from luchang.core.passages.companions import CompanionParameters, companions
from luchang.core.passages.layout import DayOrder, Rows, arrange
from luchang.core.passages.passage import DAY_MS, HOUR_MS
from luchang.core.passages.routines import (
    NightPlace,
    Stay,
    night_places,
    stays,
    usual_cameras,
)
from luchang.core.passages.travelling import Leg, Seen, Verdict, Way, legs
from tests.core.passages.rows import FIRST_DAY

MINUTE = 60_000

crowded = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 5), st.integers(0, 12)), max_size=60
)
"""Few vehicles, few cameras, few times, so that many meet."""


def order(*rows: tuple[int, int, int]) -> DayOrder:
    columns = np.array(rows or np.zeros((0, 3)), np.int64).reshape(-1, 3)
    vehicle, camera, time = columns[:, 0], columns[:, 1], columns[:, 2]
    return arrange(
        FIRST_DAY,
        Rows(vehicle.astype(np.uint32), camera.astype(np.uint16), time.astype(np.uint32)),
    )


class TestCompanions:
    @settings(deadline=None)
    @given(
        crowded,
        st.integers(1, 3),
        st.sampled_from([0.0, 0.3, 0.7]),
        st.sampled_from([10_000, 15 * MINUTE, 32 * MINUTE]),
        st.integers(1, 3),
    )
    def test_one_vehicle_has_the_companions_the_whole_city_gives_it(
        self, rows: list[tuple[int, int, int]], common: int, jaccard: float, step: int, trips: int
    ) -> None:
        """The two were written apart; an investigator must not see another pair than the job."""
        day = order(*((v, camera, time * step + v * camera * 2_000) for v, camera, time in rows))
        parameters = CompanionParameters(common, 20_000, jaccard, trips)
        city: set[tuple[float, ...]] = set()
        for row in companions(day, parameters).to_pylist():
            a, b = row["vehicle_a"], row["vehicle_b"]
            said = row["common"], row["jaccard"], row["trips"], row["spread_ms"]
            city |= {(x, y, *said) for x, y in ((a, b), (b, a))}

        found = {
            (vehicle, one.vehicle, one.common, one.jaccard, one.trips, one.spread_ms)
            for vehicle in range(7)
            for one in companions_of(day, vehicle, parameters)
        }

        assert found == city

    def test_the_closest_meeting_of_a_camera_speaks_for_it(self) -> None:
        day = order((1, 0, 100_000), (2, 0, 125_000), (1, 0, 130_000), (1, 1, 0), (2, 1, 9))

        (found,) = companions_of(day, 1, CompanionParameters(2, 30_000, 0.5, 1))

        assert [(one.camera, one.at_ms, one.other_ms) for one in found.meetings] == [
            (1, 0, 9),
            (0, 130_000, 125_000),
        ]
        assert (found.vehicle, found.common, found.jaccard) == (2, 2, 1.0)

    def test_trips_of_all_days_count_together(self) -> None:
        """One drive on each of two days is as much as two drives on one day."""
        parameters = CompanionParameters(2, 30_000, 0.5)
        day = order((1, 0, 0), (2, 0, 29_000), (1, 1, MINUTE), (2, 1, MINUTE - 29_000))

        assert companions_of(day, 1, parameters) == ()
        (found,) = companions_of(day, 1, replace(parameters, trips=1))
        assert (found.trips, found.spread_ms) == (1, 29_000.0)
        assert not belong([found], parameters)
        assert belong([found, found], parameters)
        assert belong([found], replace(parameters, within_ms=5 * 29_000))

    def test_cameras_out_of_reach_count_neither_for_nor_against(self) -> None:
        """Camera 2 saw only one of them: whoever may not see it must not lose the pair by it."""
        day = order((1, 0, 0), (2, 0, 5), (1, 1, 50), (2, 1, 55), (1, 2, 90), (2, 3, 90))
        parameters = CompanionParameters(2, 30_000, 0.9)

        assert companions_of(day, 1, parameters) == ()
        (found,) = companions_of(day, 1, parameters, np.array([0, 1], np.uint16))
        assert found.jaccard == 1.0

    def test_plates_nobody_read_accompany_nobody(self) -> None:
        day = order((0, 0, 0), (1, 0, 5), (0, 1, 9), (1, 1, 9))
        parameters = CompanionParameters(1, 30_000, 0.0)

        assert companions_of(day, 1, parameters) == companions_of(day, 0, parameters) == ()
        assert companions_of(day, 99, parameters) == ()


TEN_KM = Way(10_000.0, 600.0)


def on_the_way(*seen: tuple[int, int], way: Way | None = TEN_KM) -> list[Leg]:
    return list(legs([Seen(*one) for one in seen], lambda _one, _other: way))


class TestTravelling:
    def test_mean_speed_is_length_by_time(self) -> None:
        """10 km in 12 minutes: 50 km/h."""
        (leg,) = on_the_way((1, 0), (2, 12 * MINUTE))

        assert leg.speed_kmh == pytest.approx(50.0)
        assert leg.verdict == Verdict.PLAUSIBLE

    def test_half_the_free_driving_time_less_the_clocks_is_the_bound(self) -> None:
        """600 s free, half of it 300 s, less 2 s: at 298 s it is fast, before that impossible."""
        verdicts = [on_the_way((1, 0), (2, took))[0].verdict for took in (298_000, 297_999, -5)]

        assert verdicts == [Verdict.FAST, Verdict.IMPOSSIBLE, Verdict.IMPOSSIBLE]

    def test_the_highest_limit_of_any_road_is_not_yet_too_fast(self) -> None:
        """12 km in 6 minutes are 120 km/h."""
        way = Way(12_000.0, 500.0)

        assert on_the_way((1, 0), (2, 360_000), way=way)[0].verdict == Verdict.PLAUSIBLE
        assert on_the_way((1, 0), (2, 359_000), way=way)[0].verdict == Verdict.FAST

    def test_whoever_stops_is_not_slow(self) -> None:
        (leg,) = on_the_way((1, 0), (2, 31 * MINUTE))

        assert leg.verdict == Verdict.STOP

    def test_a_long_way_is_no_stop(self) -> None:
        """40 km that take 40 minutes on a free road take an hour in the evening."""
        way = Way(40_000.0, 2_400.0)

        assert on_the_way((1, 0), (2, 60 * MINUTE), way=way)[0].verdict == Verdict.PLAUSIBLE
        assert on_the_way((1, 0), (2, 81 * MINUTE), way=way)[0].verdict == Verdict.STOP

    def test_an_unknown_way_and_the_same_camera_accuse_nobody(self) -> None:
        assert on_the_way((1, 0), (2, 1), way=None)[0].verdict == Verdict.UNKNOWN
        assert on_the_way((1, 0), (1, 1))[0].verdict == Verdict.UNKNOWN
        assert on_the_way((1, 0), (1, 1))[0].length_m is None


DAY = 20_000 * DAY_MS


class TestRoutines:
    def test_a_stay_is_two_hours_or_more_and_no_journey(self) -> None:
        times = (0, 2 * HOUR_MS - 1, 4 * HOUR_MS - 1, 4 * HOUR_MS + 3 * DAY_MS)
        seen = [Seen(at, DAY + time) for at, time in enumerate(times)]

        assert stays(seen) == (Stay(1, 2, DAY + times[1], DAY + times[2]),)

    def test_a_night_is_four_of_its_hours_at_one_place(self) -> None:
        """In at one in the morning, out at five: four hours; a minute later in, none."""
        ends = DAY + DAY_MS + 5 * HOUR_MS
        late = Stay(1, 2, ends - 4 * HOUR_MS, ends)
        later = Stay(1, 2, ends - 4 * HOUR_MS + 1, ends)

        assert night_places([late]) == (NightPlace(1, 2, 1),)
        assert night_places([later]) == ()

    def test_a_weekend_away_is_two_nights(self) -> None:
        weekend = Stay(3, 3, DAY + 18 * HOUR_MS, DAY + 2 * DAY_MS + 9 * HOUR_MS)

        assert night_places([weekend]) == (NightPlace(3, 3, 2),)

    def test_a_camera_passed_twice_an_hour_counts_the_day_once(self) -> None:
        morning = 8 * HOUR_MS
        seen = [Seen(5, DAY + morning), Seen(5, DAY + morning + MINUTE), Seen(5, DAY + DAY_MS)]

        (usual,) = usual_cameras(seen)

        assert (usual.days, usual.by_hour[8], usual.by_hour[0]) == (2, 1, 1)
        assert usual.usual_hour == 0

    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10 * DAY_MS)), max_size=40))
    def test_no_night_is_counted_twice_at_a_place(self, rows: list[tuple[int, int]]) -> None:
        """Stays of one vehicle do not overlap, so nights add up to no more than there were."""
        seen = sorted((Seen(*one) for one in rows), key=lambda one: one.at_ms)

        assert sum(one.nights for one in night_places(stays(seen))) <= 2 * 12
