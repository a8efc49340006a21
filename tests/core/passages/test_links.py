"""Travel times where many vehicles share a link: exact medians, exact slices."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages import flows
from luchang.core.passages.layout import no_tail
from luchang.core.passages.links import inverse_of
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.spans import LINK_MS
from tests.core.passages.test_questions import order


@given(st.integers(0, DAY_MS - 1), st.integers(2 * 60_000, DAY_MS), st.integers(0, 720))
def test_a_multiplication_finds_the_slice_a_division_finds(at: int, slice_ms: int, n: int) -> None:
    """Off by one at the border of two slices, a vehicle would count in the wrong five minutes."""
    for moment in (at, min(n * slice_ms, DAY_MS - 1), max(min(n * slice_ms, DAY_MS) - 1, 0)):
        assert (moment * inverse_of(slice_ms)) >> 53 == moment // slice_ms
        assert moment * inverse_of(slice_ms) < 2**63


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.integers(1, LINK_MS - 1), st.integers(60_000, 61_100)),
        min_size=1,
        max_size=80,
    )
)
def test_the_median_of_a_crowd_is_exact(gaps: list[int]) -> None:
    """Only times of the middle's own second are sorted: one forgotten would shift the median."""
    rows = [row for v, gap in enumerate(gaps, 1) for row in ((v, 0, 0), (v, 1, gap))]

    [row] = flows.travel_times(order(*rows), no_tail(), DAY_MS).to_pylist()

    assert row["vehicles"] == len(gaps)
    assert row["median_ms"] == float(np.median(gaps))
    assert abs(row["mean_ms"] - float(np.mean(gaps))) < 1e-6


def test_many_origins_of_one_camera_stay_apart() -> None:
    """Each origin has cells of its own; numbered wrongly, links would swap their vehicles."""
    rows = [row for v in range(1, 400) for row in ((v, v % 97, v), (v, 500, v + 1_000 * (v % 97)))]

    found = flows.travel_times(order(*rows), no_tail())

    wanted = sorted({v % 97 for v in range(1, 400)})
    assert found["camera_a"].to_pylist() == wanted
    assert found["median_ms"].to_pylist() == [1_000.0 * a for a in wanted]
