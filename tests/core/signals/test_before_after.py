"""Before and after: the interval holds what it should, and says when nothing can be said."""

import numpy as np
import pytest

from luchang.core.signals.before_after import TooFew, compare


def test_a_clear_gain_is_clear_and_a_chance_difference_is_not() -> None:
    generator = np.random.default_rng(5)
    before = generator.normal(60.0, 8.0, 80)
    better = compare(before, generator.normal(48.0, 8.0, 80), seed=1)
    assert better.is_clear
    assert better.low < better.change < better.high < 0
    assert better.share == pytest.approx(better.change / better.before_mean)
    same = compare(before, generator.normal(60.0, 8.0, 80), seed=1)
    assert not same.is_clear


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Would catch an interval far too narrow: 95 of 100 should hold the true -5."""
    generator = np.random.default_rng(11)
    held = 0
    for number in range(100):
        found = compare(
            generator.normal(40.0, 6.0, 30), generator.normal(35.0, 6.0, 30), seed=number
        )
        held += found.low <= -5.0 <= found.high
    assert held >= 88


def test_few_values_say_nothing_and_a_seed_says_the_same_twice() -> None:
    with pytest.raises(TooFew) as few:
        compare([1.0, 2.0], [1.0] * 9, seed=1)
    assert (few.value.side, few.value.count) == ("before", 2)
    assert compare([1.0, 4.0] * 5, [2.0, 3.0] * 5, seed=3) == compare(
        [1.0, 4.0] * 5, [2.0, 3.0] * 5, seed=3
    )
