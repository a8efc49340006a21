"""Levels, what is usual, what a silent camera would have counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.passages.congestion import (
    DayKind,
    Estimate,
    Level,
    Scale,
    Usual,
    estimated,
    index_of,
    is_silent,
    like_days,
    network_index,
    usual_of,
)

SCALE = Scale((0.7, 0.5, 0.4, 0.3))


@given(st.floats(0.2, 30.0), st.floats(0.2, 30.0))
def test_slower_is_never_a_better_level(one: float, other: float) -> None:
    slow, fast = max(one, other), min(one, other)
    assert SCALE.level(slow) >= SCALE.level(fast)


@pytest.mark.parametrize(
    ("share", "level"),
    [
        (1.3, Level.FREE), (0.71, Level.FREE), (0.69, Level.SMOOTH), (0.45, Level.SLIGHT),
        (0.35, Level.MODERATE), (0.29, Level.SEVERE), (0.01, Level.SEVERE),
    ],
)  # fmt: skip
def test_a_level_is_told_by_the_part_of_the_free_speed(share: float, level: Level) -> None:
    assert SCALE.level(index_of(60.0, 60.0 / share)) == level


@pytest.mark.parametrize("level", list(Level)[1:])
def test_the_least_index_of_a_level_is_in_it_and_what_is_less_is_not(level: Level) -> None:
    """Indicators select rows by it: a gap would count links twice or never."""
    least = SCALE.least_index(level)
    assert SCALE.level(least * 1.000_001) == level
    assert SCALE.level(least * 0.999_999) == level - 1
    assert SCALE.least_index(Level.FREE) == 0.0


@pytest.mark.parametrize(
    "shares",
    [(0.5, 0.7, 0.4, 0.3), (0.7, 0.7, 0.4, 0.3), (1.0, 0.5, 0.4, 0.3), (0.7, 0.5, 0.4, 0.0)],
)
def test_shares_that_do_not_fall_are_no_scale(shares: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="not"):
        Scale(shares)


def test_no_time_has_no_index() -> None:
    with pytest.raises(ValueError, match="0"):
        index_of(0.0, 10.0)
    with pytest.raises(ValueError, match="0"):
        index_of(10.0, 0.0)


def test_two_days_are_not_usual_and_three_are() -> None:
    assert usual_of([10.0, 20.0]) is None
    assert usual_of([10.0, 90.0, 20.0]) == Usual(20.0, 3)


def test_a_silent_camera_is_estimated_from_its_usual_count_and_todays_neighbours() -> None:
    """Today is half as busy: half the usual, not the usual itself."""
    neighbours = [(50.0, Usual(100.0, 5)), (25.0, Usual(50.0, 5)), (7.0, None)]

    assert estimated(Usual(80.0, 6), neighbours) == Estimate(40, 0.5, 2)


def test_nothing_is_invented_without_a_usual_count_or_without_neighbours() -> None:
    assert estimated(None, [(50.0, Usual(100.0, 5))]) is None
    assert estimated(Usual(80.0, 6), []) is None
    assert estimated(Usual(80.0, 6), [(5.0, None), (5.0, Usual(0.0, 4))]) is None


def test_an_empty_road_at_night_is_not_a_dead_camera() -> None:
    assert not is_silent(0, 3.0)
    assert is_silent(0, 40.0)
    assert not is_silent(1, 40.0)


def test_the_index_of_many_links_weighs_them_by_the_time_their_vehicles_spend() -> None:
    assert network_index([(60.0, 120.0, 10), (60.0, 60.0, 30)]) == pytest.approx(1.25)
    assert network_index([]) is None


@given(
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    holidays=st.sets(st.dates(date(2025, 6, 1), date(2026, 12, 31)), max_size=60),
    made_up=st.sets(st.dates(date(2025, 6, 1), date(2026, 12, 31)), max_size=20),
)
def test_a_day_is_compared_with_earlier_days_of_its_kind_and_no_other(
    day: date, holidays: set[date], made_up: set[date]
) -> None:
    """A Monday of the Spring Festival must not be what Mondays are usually like."""

    def kind_of(one: date) -> DayKind:
        if one in holidays:
            return DayKind.HOLIDAY
        return DayKind.MADE_UP if one in made_up else DayKind.ORDINARY

    alike = like_days(day, kind_of)

    assert all(one < day for one in alike)
    assert alike == sorted(set(alike), reverse=True)
    if kind_of(day) == DayKind.HOLIDAY:
        assert set(alike) <= holidays
        recent = [one for one in holidays if timedelta(0) < day - one <= timedelta(days=400)]
        assert alike == sorted(recent, reverse=True)
    else:
        assert {kind_of(one) for one in alike} <= {DayKind.ORDINARY}
    if kind_of(day) == DayKind.ORDINARY:
        assert {one.weekday() for one in alike} <= {day.weekday()}
    if kind_of(day) == DayKind.MADE_UP:
        assert all(one.isoweekday() <= 5 for one in alike)
