"""Dealing out totals over days, and chance that repeats itself."""

from hypothesis import given
from hypothesis import strategies as st

from luchang.kernel.demo import FIRST, LAST, Season, portions


@given(
    total=st.integers(0, 100_000),
    weights=st.lists(st.floats(0.01, 100.0), min_size=1, max_size=300),
)
def test_portions_add_up_and_follow_the_weights(total: int, weights: list[float]) -> None:
    """Rounding each day for itself loses or invents hundreds over a half-year."""
    dealt = portions(total, weights)

    assert sum(dealt) == total
    assert len(dealt) == len(weights)
    for number, weight in zip(dealt, weights, strict=True):
        assert abs(number - total * weight / sum(weights)) <= 1.0 + 1e-6


def test_chance_is_named_not_shared() -> None:
    """One more draw on a day must not change the days after it."""
    season = Season(seed=3)

    assert season.dice("day", FIRST).random() == Season(seed=3).dice("day", FIRST).random()
    assert season.dice("day", FIRST).random() != season.dice("day", LAST).random()
    assert season.dice("day", FIRST).random() != Season(seed=4).dice("day", FIRST).random()


def test_a_season_has_every_day_once() -> None:
    days = Season.days()

    assert (days[0], days[-1], len(days)) == (FIRST, LAST, 243)
    assert sorted(set(days)) == days
