"""A real week of a Chinese highway: what is counted by hand is what the kernels count."""

from __future__ import annotations

import pytest

from benchmarks.passages import tollgates
from luchang.core.passages.reference.asking import ask
from luchang.core.passages.shards import JOBS, Settings, ordered, run
from tests.core.passages.rows import same
from tests.shared_data import data_set

pytestmark = pytest.mark.slow


def test_link_times_of_real_trips_are_those_of_the_sql() -> None:
    rows, _ = tollgates.links(data_set("kddcup2017_tollgates"))
    settings = Settings(slice_ms=15 * 60_000)

    found = run(JOBS["travel_times"], rows, settings)

    assert len(rows) > 70_000
    same(found, ordered(JOBS["travel_times"], ask("travel_times", rows, settings)))


def test_hourly_volumes_of_real_gates_are_those_counted_by_hand() -> None:
    rows, counted = tollgates.gates(data_set("kddcup2017_tollgates"))

    found = run(JOBS["volumes"], rows, Settings())

    columns = found.select(["day", "camera", "hour", "vehicles"]).to_pydict().values()
    assert {(d, c, h): n for d, c, h, n in zip(*columns, strict=True)} == dict(counted)
