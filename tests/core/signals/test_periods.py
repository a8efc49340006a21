"""Parts of a day: found where traffic changes, and only there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.signals.periods import parts_of_day


def test_two_rushes_make_five_parts() -> None:
    """Would catch a rush split in two, or joined with the quiet hours beside it."""
    day = np.full(96, 20.0)
    day[28:36] = 180.0
    day[68:76] = 150.0
    assert parts_of_day(day[:, None], 900.0) == [0, 7 * 3600, 9 * 3600, 17 * 3600, 19 * 3600]


def test_a_day_that_is_always_the_same_has_one_part() -> None:
    assert parts_of_day(np.full((96, 3), 40.0), 900.0) == [0]


def test_nothing_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="0 intervals"):
        parts_of_day(np.zeros((0, 2)), 900.0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=4, max_size=96), st.integers(1, 6))
def test_parts_begin_at_midnight_in_order_and_are_long_enough(
    counts: list[int], most: int
) -> None:
    """Would catch a controller told to change plans every quarter of an hour."""
    found = parts_of_day(np.array(counts)[:, None], 900.0, most=most)
    ends = [*found[1:], len(counts) * 900]
    assert found[0] == 0
    assert len(found) <= most
    assert all(end - begin >= 3600 for begin, end in zip(found, ends, strict=True))
