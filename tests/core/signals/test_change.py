"""Amber, all-red and pedestrian minima."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.signals.change import all_red_s, amber_s, walking_green_s


@pytest.mark.parametrize(
    ("kmh", "expected"), [(30, 3.0), (40, 3.0), (50, 4.0), (60, 4.0), (70, 5.0)]
)
def test_amber_grows_with_speed(kmh: int, expected: float) -> None:
    """50 km/h: 1 + 13.9 / 6.1 = 3.3 s, rounded up to 4."""
    assert amber_s(kmh / 3.6) == expected


def test_downhill_needs_longer_amber() -> None:
    assert amber_s(16.7, grade=-0.08) > amber_s(16.7)


def test_a_grade_nobody_can_brake_on_is_refused() -> None:
    with pytest.raises(ValueError, match="grade"):
        amber_s(10.0, grade=-0.5)


def test_all_red_is_the_way_out_less_the_way_in() -> None:
    """(24 + 6) / 10 = 3 s, less the 1.2 s the others need: 1.8, rounded up to 2."""
    assert all_red_s(24.0, 10.0) == 3.0
    assert all_red_s(24.0, 10.0, enter_s=1.2) == 2.0


def test_who_enters_late_needs_no_clearance() -> None:
    assert all_red_s(4.0, 10.0, enter_s=9.0) == 0.0


@pytest.mark.parametrize("speed", [0.0, -3.0])
def test_nobody_leaves_without_moving(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        all_red_s(10.0, speed)


def test_a_pedestrian_gets_across() -> None:
    """5 s to begin, 14 m at 1 m/s."""
    assert walking_green_s(14.0) == 19.0


@pytest.mark.parametrize(("metres", "walk"), [(0.0, 1.0), (10.0, 0.0)])
def test_a_crossing_has_a_length_and_a_pace(metres: float, walk: float) -> None:
    with pytest.raises(ValueError, match="crossing"):
        walking_green_s(metres, walk_mps=walk)


@given(st.floats(5.0, 30.0), st.floats(0.1, 10.0))
def test_faster_traffic_never_gets_less_amber(speed: float, more: float) -> None:
    assert amber_s(speed + more) >= amber_s(speed)
