from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.dispatch.cover import CoverMap, CoverParameters, choose_post, choose_unit

COVER = CoverMap.within(
    [2.0, 1.0, 1.0], [[100, 100, 900], [900, 100, 900], [900, 900, 100]], 400.0
)
FAIR = CoverParameters(busy_share=0.5, loss_worth_s=1_000.0, gain_worth_s=1_000.0, margin_s=60.0)


def test_daskins_formula_by_hand() -> None:
    """Points of weight .5 .25 .25 in reach of 1, 2 and 0 units, each busy half the time."""
    assert COVER.expected([1, 1, 0], 0.5) == pytest.approx(0.5 * 0.5 + 0.25 * 0.75)


@given(
    st.lists(st.integers(0, 4), min_size=3, max_size=3), st.floats(0.05, 0.95), st.integers(0, 2)
)
def test_gain_and_loss_are_differences_of_cover(
    standing: list[int], busy_share: float, post: int
) -> None:
    more = [n + (i == post) for i, n in enumerate(standing)]

    won = COVER.expected(more, busy_share) - COVER.expected(standing, busy_share)

    assert COVER.gains(standing, busy_share)[post] == pytest.approx(won, abs=1e-12)
    assert COVER.losses(more, busy_share)[post] == pytest.approx(won, abs=1e-12)


def test_nothing_is_lost_where_nobody_stands() -> None:
    assert COVER.losses([1, 0, 0], 0.5).tolist()[1:] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("eta_s", "loss", "is_urgent", "expected"),
    [
        ([100, 200], [0.5, 0.0], True, 0),
        ([100, 200], [0.5, 0.0], False, 1),
        ([100, 200], [0.05, 0.0], False, 0),
        ([100, 580], [0.9, 0.0], False, 0),
        ([700, 650], [0.0, 0.5], False, 1),
        ([np.inf, np.inf], [0, 0], True, None),
        ([np.inf, 300], [0, 0], True, 1),
    ],
)
def test_urgent_calls_get_the_closest_others_what_is_in_time_and_least_missed(
    eta_s: list[float], loss: list[float], is_urgent: bool, expected: int | None
) -> None:
    assert (
        choose_unit(eta_s, loss, is_urgent=is_urgent, target_s=600.0, parameters=FAIR) == expected
    )


def test_a_freed_unit_goes_where_it_adds_most_for_the_driving() -> None:
    assert choose_post(COVER, [0, 0, 0], [0, 0, 0], FAIR) == 0
    assert choose_post(COVER, [2, 0, 0], [0, 0, 0], FAIR) == 2
    assert choose_post(COVER, [2, 0, 0], [0, 0, 500], FAIR) == 0
