"""Passages made up for tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from luchang.core.passages.companions import CompanionParameters
from luchang.core.passages.moves import MoveParameters, Section
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.presence import Restriction
from luchang.core.passages.shards import PASSAGES, Settings

FIRST_DAY = 20_783
"""2026-11-26."""


def made_up(
    seed: int, rows: int, *, vehicles: int, cameras: int, days: int = 3, span_ms: int = DAY_MS
) -> pa.Table:
    """Seeded rows, crowded around midnight so that the days touch."""
    random = np.random.default_rng(seed)
    day = random.integers(0, days, rows)
    time = random.integers(0, span_ms, rows)
    near = random.random(rows) < 0.3
    time[near] = (random.integers(-span_ms // 50, span_ms // 50, near.sum())) % DAY_MS
    return table(
        FIRST_DAY + day,
        random.integers(0, vehicles, rows),
        random.integers(0, cameras, rows),
        time,
    )


def table(day: Any, vehicle: Any, camera: Any, time: Any) -> pa.Table:
    columns = [np.asarray(day), np.asarray(vehicle), np.asarray(camera), np.asarray(time)]
    return pa.table([pa.array(c) for c in columns], names=PASSAGES.names).cast(PASSAGES)


def settings(cameras: int, seed: int = 1, *, vehicles: int = 100) -> Settings:
    """Bounds, offsets, sections and types that make every rule bite."""
    random = np.random.default_rng(seed)
    bounds = random.integers(0, 20 * 60_000, (cameras, cameras)).astype(np.int32)
    np.fill_diagonal(bounds, 0)
    sections = tuple(
        Section(a, b, float(random.integers(300, 9000)), 60.0)
        for a, b in {tuple(random.choice(cameras, 2, replace=False)) for _ in range(cameras)}
    )
    offsets = np.where(random.random(cameras) < 0.3, random.integers(-90_000, 90_000, cameras), 0)
    return Settings(
        moves=MoveParameters(bounds, sections, offsets.astype(np.int32), threshold=0.5),
        companions=CompanionParameters(2, 60_000, 0.15),
        restriction=Restriction(22 * 3_600_000, 5 * 3_600_000),
        bound=random.random(vehicles) < 0.5,
        absent_days=2,
        types=random.integers(1, 4, vehicles).astype(np.uint8),
    )


def same(left: pa.Table, right: pa.Table) -> None:
    """Equal row for row; shares and means to nine digits."""
    assert left.column_names == right.column_names
    assert len(left) == len(right), (len(left), len(right))
    for name in left.column_names:
        one, other = left[name].to_pylist(), right[name].to_pylist()
        if pa.types.is_floating(left.schema.field(name).type):
            np.testing.assert_allclose(
                np.array(one, float), np.array(other, float), rtol=1e-9, err_msg=name
            )
        else:
            assert one == other, name
