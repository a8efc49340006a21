"""The ranking against a plain search per unit that shares no code with it."""

from __future__ import annotations

import pytest

from benchmarks.dispatch.oracle import orders_of


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_the_order_of_1000_random_cases_is_that_of_brute_force(block: int) -> None:
    """Catches a ban, a closure, a cost or a tie that the arrays treat otherwise than the words."""
    for seed in range(100 * block, 100 * block + 100):
        fast, slow = orders_of(seed)

        assert fast == slow, seed
