"""Pairs are found at their quiet cameras alone, and none is lost by that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages import companions as company
from luchang.core.passages.companions import CompanionParameters
from luchang.core.passages.reference.asking import ask
from luchang.core.passages.shards import JOBS, Settings, ordered, rows_of, run
from tests.core.kernels import interpret
from tests.core.passages.rows import same
from tests.core.passages.test_questions import order

if TYPE_CHECKING:
    import pyarrow as pa
    import pytest

MINUTE = 60_000


def convoys(seed: int, *, pairs: int = 12, cameras: int = 40) -> pa.Table:
    """Leaders with a follower who misses some cameras, turns off at others and turns back."""
    random = np.random.default_rng(seed)
    busy = np.arange(1, cameras + 1) ** -1.0
    rows = []
    for leader in range(1, 2 * pairs, 2):
        begin, apart = random.integers(0, 20 * MINUTE), random.random() * 0.4
        for turn in range(int(random.integers(6, 30))):
            camera = int(random.choice(cameras, p=busy / busy.sum()))
            at = int(begin + turn * MINUTE + random.integers(0, 20_000))
            rows.append((leader, camera, at))
            if random.random() > apart:
                rows.append((leader + 1, camera, at + int(random.integers(0, 40_000))))
            if random.random() < apart / 2:
                rows.append((leader + 1, int(random.integers(0, cameras)), at + 1))
    return rows_of(order(*rows))


@settings(deadline=None, max_examples=15)
@given(
    st.integers(0, 10_000),
    st.sampled_from([0.0, 0.3, 0.49, 0.5, 2 / 3, 0.7, 0.75, 0.9, 1.0]),
    st.integers(1, 8),
)
def test_whatever_share_is_asked_the_pairs_are_those_of_the_sql(
    seed: int, jaccard: float, common: int
) -> None:
    """A prefix one camera too short loses a pair that just keeps the share."""
    rows = convoys(seed)
    asked = replace(Settings(), companions=CompanionParameters(common, 30_000, jaccard))

    found = run(JOBS["companions"], rows, asked)

    same(found, ordered(JOBS["companions"], ask("companions", rows, asked)))


def test_convoys_hold_what_the_test_above_is_about() -> None:
    found = run(JOBS["companions"], convoys(1), Settings(companions=CompanionParameters(5)))
    assert 0 < len(found) < 12


def test_the_share_is_found_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Settings(companions=CompanionParameters(5, 30_000, 0.6))
    compiled = run(JOBS["companions"], convoys(3), asked)
    interpret(monkeypatch, company)
    monkeypatch.setattr(company, "_ROOM", 1)
    with np.errstate(over="ignore"):
        same(run(JOBS["companions"], convoys(3), asked), compiled)
    assert len(compiled) > 1
