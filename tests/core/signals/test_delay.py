"""Closed forms of delay against cases worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.signals.delay import (
    Oversaturated,
    control_delay,
    dispersed,
    incremental_delay,
    uniform_delay,
    webster_cycle,
    webster_delay,
)

shares = st.floats(0.2, 0.8)
flows = st.floats(1.0, 1500.0)


def test_textbook_junction_gives_the_textbook_cycle() -> None:
    """L = 10 s, Y = 0.6: (15 + 5) / 0.4 = 50 s."""
    assert webster_cycle([0.35, 0.25], lost_time_s=10.0) == pytest.approx(50.0)


def test_a_full_junction_has_no_webster_cycle() -> None:
    with pytest.raises(Oversaturated, match="1\\.05"):
        webster_cycle([0.6, 0.45], 10.0)


def test_even_arrivals_wait_half_the_red_of_an_empty_lane() -> None:
    """No flow: a vehicle that comes in the red (60 of 100 s) waits 30 s, 0.6 * 30 = 18 s."""
    assert uniform_delay(0.0, 1800.0, 40.0, 100.0) == pytest.approx(18.0)


def test_even_arrivals_wait_by_the_triangle() -> None:
    """q = 0.2, s = 0.5 veh/s, r = 60 s: queue gone 40 s into green; 0.2*60*100/2 / 20 = 30 s."""
    assert uniform_delay(720.0, 1800.0, 40.0, 100.0) == pytest.approx(30.0)


def test_webster_adds_chance_and_takes_off_its_correction() -> None:
    """q = 0.1, x = 0.5, C = 60, l = 0.4: 13.5 + 2.5 - 0.65 (6000)^(1/3) 0.5^4."""
    expected = 13.5 + 2.5 - 0.65 * 6000.0 ** (1 / 3) * 0.5**4

    assert webster_delay(360.0, 1800.0, 24.0, 60.0) == pytest.approx(expected)


def test_webster_refuses_what_grows_without_end() -> None:
    with pytest.raises(Oversaturated):
        webster_delay(900.0, 1800.0, 30.0, 60.0)


def test_webster_of_no_traffic_is_the_uniform_term() -> None:
    assert webster_delay(0.0, 1800.0, 30.0, 60.0) == uniform_delay(0.0, 1800.0, 30.0, 60.0)


def test_far_above_capacity_the_queue_grows_by_the_difference() -> None:
    """x = 2 for an hour: the last waits an hour, the mean half an hour and a little."""
    assert incremental_delay(1800.0, 1800.0, 30.0, 60.0, 1.0) == pytest.approx(1800.0, rel=0.01)


@given(flows, shares)
def test_more_traffic_never_waits_less(flow_vph: float, share: float) -> None:
    less = control_delay(flow_vph, 1800.0, 90.0 * share, 90.0)
    more = control_delay(flow_vph * 1.1, 1800.0, 90.0 * share, 90.0)

    assert more >= less


@given(st.lists(st.floats(0.0, 1.0), min_size=20, max_size=60), st.floats(0.0, 60.0))
def test_a_platoon_disperses_and_nobody_is_lost(profile: list[float], travel_s: float) -> None:
    after = dispersed(profile, travel_s)

    assert sum(after) == pytest.approx(sum(profile), rel=1e-3, abs=1e-6)
    assert max(after) <= max(profile) + 1e-9


def test_without_a_way_a_platoon_stays_what_it_is() -> None:
    assert dispersed([1.0, 0.0, 0.5], 0.0) == pytest.approx([1.0, 0.0, 0.5])
