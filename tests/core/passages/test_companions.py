"""Pairs are found at their quiet cameras alone, none is lost by that, and chance makes none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages import companions as company
from luchang.core.passages.companions import CompanionParameters
from luchang.core.passages.reference.asking import ask
from luchang.core.passages.shards import JOBS, Settings, ordered, rows_of, run
from tests.core.kernels import interpret
from tests.core.passages.rows import same
from tests.core.passages.test_questions import order

MINUTE = 60_000


def convoys(seed: int, *, pairs: int = 12, cameras: int = 40) -> pa.Table:
    """Leaders with a follower who misses some cameras, turns off at others and turns back.

    Some pause on the way, some keep their distance.
    """
    random = np.random.default_rng(seed)
    busy = np.arange(1, cameras + 1) ** -1.0
    rows = []
    for leader in range(1, 2 * pairs, 2):
        begin, apart = random.integers(0, 20 * MINUTE), random.random() * 0.4
        pauses, wander = random.choice([0.0, 0.2]), int(random.choice([5_000, 15_000, 40_000]))
        for turn in range(int(random.integers(6, 30))):
            camera = int(random.choice(cameras, p=busy / busy.sum()))
            at = int(begin + turn * MINUTE + random.integers(0, 20_000))
            begin += 30 * MINUTE if random.random() < pauses else 0
            rows.append((leader, camera, at))
            if random.random() > apart:
                rows.append((leader + 1, camera, at + int(random.integers(0, wander))))
            if random.random() < apart / 2:
                rows.append((leader + 1, int(random.integers(0, cameras)), at + 1))
    return rows_of(order(*rows))


@settings(deadline=None, max_examples=15)
@given(
    st.integers(0, 10_000),
    st.sampled_from([0.0, 0.3, 0.49, 0.5, 2 / 3, 0.7, 0.75, 0.9, 1.0]),
    st.integers(1, 8),
    st.integers(1, 3),
)
def test_whatever_share_is_asked_the_pairs_are_those_of_the_sql(
    seed: int, jaccard: float, common: int, trips: int
) -> None:
    """A prefix one camera too short loses a pair that just keeps the share."""
    rows = convoys(seed)
    parameters = CompanionParameters(common, 30_000, jaccard, trips)
    asked = replace(Settings(), companions=parameters)

    found = run(JOBS["companions"], rows, asked)

    same(found, ordered(JOBS["companions"], ask("companions", rows, asked)))


def test_convoys_hold_what_the_test_above_is_about() -> None:
    """Pairs by their trips, pairs by their steady gap alone, and pairs that have neither."""
    either = [
        run(JOBS["companions"], convoys(seed), Settings(companions=parameters))
        for seed in range(6)
        for parameters in (CompanionParameters(5, 30_000, 0.3, trips) for trips in (2, 1))
    ]
    kept, whole = pa.concat_tables(either[::2]), pa.concat_tables(either[1::2])
    by_trips = pc.greater_equal(kept["trips"], 2)
    assert 0 < pc.sum(by_trips).as_py() < len(kept) < len(whole)


def test_the_share_is_found_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Settings(companions=CompanionParameters(5, 30_000, 0.6, 3))
    compiled = run(JOBS["companions"], convoys(3), asked)
    interpret(monkeypatch, company)
    monkeypatch.setattr(company, "_ROOM", 1)
    with np.errstate(over="ignore"):
        same(run(JOBS["companions"], convoys(3), asked), compiled)
    assert len(compiled) > 1


STEADY = (-6_000, 6_000, -6_000, 6_000, -6_000, 6_000)
"""Gaps whose standard deviation is just the fifth of half a minute [ms]."""
LOOSE = (-6_000, 6_000, -6_000, 6_000, -6_000, 6_002)


def followed(gaps: tuple[int, ...], *times: int) -> tuple[bool, int]:
    """Whether a follower past six cameras at these gaps belongs to the first; shared trips."""
    at = times or tuple(MINUTE * (each + 1) for each in range(len(gaps)))
    rows = [(1, camera, time) for camera, time in enumerate(at)]
    rows += [
        (2, camera, time + gap) for camera, (time, gap) in enumerate(zip(at, gaps, strict=True))
    ]
    pairs = company.companions(order(*rows), CompanionParameters())
    [whole] = company.companions(order(*rows), CompanionParameters(trips=1)).to_pylist()
    return len(pairs) == 1, whole["trips"]


def test_on_a_single_trip_only_a_steady_gap_makes_company() -> None:
    """Whoever happens to be behind another on one trip is near him at every camera of it."""
    assert followed(STEADY) == (True, 1)
    assert followed(LOOSE) == (False, 1)


@pytest.mark.parametrize(("pause", "trips"), [(30 * MINUTE, 2), (30 * MINUTE - 1, 1)])
def test_together_again_after_a_pause_is_another_trip(pause: int, trips: int) -> None:
    """With two trips the gap may change as it likes."""
    first = (MINUTE, 2 * MINUTE, 3 * MINUTE)
    again = tuple(3 * MINUTE + pause + each * MINUTE for each in range(3))
    assert followed(LOOSE, *first, *again) == (trips == 2, trips)


def test_one_meeting_is_no_trip() -> None:
    """Neighbours on one way to work who meet once more at the corner have not travelled twice."""
    times = tuple(MINUTE * each for each in (1, 2, 3, 4, 5, 65))
    assert followed(LOOSE, *times) == (False, 1)


def test_refuses_company_on_no_trip_at_all() -> None:
    with pytest.raises(ValueError, match="no such company"):
        CompanionParameters(trips=0)
