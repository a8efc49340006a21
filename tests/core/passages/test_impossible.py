"""The moves an officer is shown are those that the score was made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages.impossible import impossible_moves, score_at
from luchang.core.passages.layout import Rows, arrange
from luchang.core.passages.moves import MoveParameters, cloned, start, walk
from luchang.core.passages.shards import days_of
from tests.core.passages import rows as made
from tests.core.passages.rows import FIRST_DAY

MINUTE = 60_000


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), vehicles=st.integers(2, 12))
def test_moves_and_weights_are_those_of_the_walk(seed: int, vehicles: int) -> None:
    """Over midnights, with clocks that differ: as many moves, and the same score."""
    passages = made.made_up(seed, 300, vehicles=vehicles, cameras=5)
    usual = made.settings(5, seed).moves
    orders = [order for order, _ in days_of(passages)]
    state = start()
    for order in orders:
        _, state = walk(order, state, usual)
    table = cloned(state, MoveParameters(usual.bounds_ms, threshold=1e-9))

    known = list(range(1, vehicles))
    found = impossible_moves(((order, usual) for order in orders), known)

    walked = dict(zip(table["vehicle"].to_pylist(), table["moves"].to_pylist(), strict=True))
    assert {number: len(moves) for number, moves in found.items() if moves} == walked
    for number, score in zip(
        table["vehicle"].to_pylist(), table["score"].to_pylist(), strict=True
    ):
        shown = score_at(found[number], state.until_ms, usual.half_life_ms)
        assert shown == pytest.approx(score, rel=1e-9)


def test_a_move_says_where_from_where_to_and_how_fast_it_could_have_been() -> None:
    bounds = np.array([[0, 10 * MINUTE], [8 * MINUTE, 0]], np.int32)
    rows = Rows(
        np.array([7, 7, 7], np.uint32),
        np.array([0, 1, 0], np.uint16),
        np.array([0, MINUTE, 30 * MINUTE], np.uint32),
    )
    order = arrange(FIRST_DAY, rows)

    (only,) = impossible_moves([(order, MoveParameters(bounds))], [7, 8])[7]

    begins = order.begins_ms
    assert (only.start, only.start_ms, only.end, only.end_ms) == (0, begins, 1, begins + MINUTE)
    assert (only.bound_ms, only.weight) == (10 * MINUTE, 1.0)
