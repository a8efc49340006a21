"""Green waves in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.signals.progression import HalfACorridor, Signal, two_way


def road(*at_m: float, green_s: float = 30.0) -> list[Signal]:
    return [Signal(f"J{place}", at, green_s) for place, at in enumerate(at_m)]


def test_equal_spacing_of_half_a_cycle_lets_the_whole_green_through() -> None:
    """60 s and 15 m/s: at 450 m a platoon arrives half a cycle later, out and back."""
    wave = two_way(road(0.0, 450.0, 900.0), 60.0, 15.0)

    assert wave.offsets_s == (0.0, 30.0, 0.0)
    assert wave.out_s == pytest.approx(30.0)
    assert wave.back_s == pytest.approx(30.0)


def test_a_quarter_cycle_apart_leaves_half_the_green() -> None:
    wave = two_way(road(0.0, 225.0), 60.0, 15.0)

    assert wave.out_s == pytest.approx(15.0)
    assert wave.back_s == pytest.approx(15.0)


def test_a_full_cycle_apart_all_turn_green_together() -> None:
    assert two_way(road(0.0, 900.0), 60.0, 15.0).offsets_s == (0.0, 0.0)


@given(
    st.lists(st.floats(50.0, 900.0), min_size=1, max_size=6),
    st.floats(40.0, 120.0),
    st.floats(8.0, 20.0),
)
def test_both_directions_get_the_same_band_and_no_more_than_the_green(
    gaps: list[float], cycle_s: float, speed_mps: float
) -> None:
    at = [sum(gaps[:place]) for place in range(len(gaps) + 1)]
    wave = two_way(road(*at, green_s=0.5 * cycle_s), cycle_s, speed_mps)

    assert wave.out_s == pytest.approx(wave.back_s, abs=1e-6)
    assert 0.0 <= wave.out_s <= 0.5 * cycle_s + 1e-9


@pytest.mark.parametrize(
    ("signals", "cycle_s", "says"),
    [
        (road(0.0), 60.0, "two signals, there is 1"),
        (road(0.0, 300.0, 200.0), 60.0, "J2 does not lie beyond J1"),
        (road(0.0, 300.0, green_s=0.0), 60.0, "J0: green 0.0 s"),
        (road(0.0, 300.0), 0.0, "cycle 0.0 s"),
    ],
)
def test_half_a_corridor_is_told_what_and_where(
    signals: list[Signal], cycle_s: float, says: str
) -> None:
    with pytest.raises(HalfACorridor, match=says):
        two_way(signals, cycle_s, 14.0)
