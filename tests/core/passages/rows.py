"""Passages made up for tests, and the same questions asked of DuckDB."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from luchang.core.passages.companions import CompanionParameters
from luchang.core.passages.moves import MoveParameters, Section
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.presence import Restriction
from luchang.core.passages.reference import sql
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


def ask(name: str, passages: pa.Table, given: Settings, last_day: int | None = None) -> pa.Table:
    """Answer of the SQL that says what the kernel must answer."""
    base = duckdb.connect()
    base.execute("set threads = 1")
    base.register("passages", passages)
    moves = given.moves
    a, b = np.indices(moves.bounds_ms.shape)
    base.register(
        "bounds",
        pa.table(
            {
                "camera_a": a.ravel(),
                "camera_b": b.ravel(),
                "bound_ms": moves.bounds_ms.ravel(),
            }
        ),
    )
    base.register(
        "offsets",
        pa.table(
            {
                "camera": np.arange(len(moves.bounds_ms)),
                "offset_ms": moves.offsets(),
            }
        ),
    )
    base.register(
        "sections",
        pa.table(
            {
                "section": pa.array(range(len(moves.sections)), pa.uint32()),
                "camera_a": pa.array([one.enters for one in moves.sections], pa.uint16()),
                "camera_b": pa.array([one.leaves for one in moves.sections], pa.uint16()),
                "fastest_ms": pa.array([one.fastest_ms for one in moves.sections], pa.int64()),
            }
        ),
    )
    base.register("bound", pa.table({"vehicle": np.flatnonzero(given.bound)}))
    base.register(
        "vehicles",
        pa.table(
            {
                "vehicle": np.arange(len(given.types)),
                "plate_type": given.types,
            }
        ),
    )
    if last_day is None:
        last_day = max(passages["day"].to_pylist(), default=0)
    parameters = {
        "until_ms": (last_day + 1) * DAY_MS,
        "half_life_ms": moves.half_life_ms,
        "threshold": moves.threshold,
        "slice_ms": given.slice_ms,
        "common": given.companions.common,
        "within_ms": given.companions.within_ms,
        "jaccard": given.companions.jaccard,
        "from_ms": given.restriction.from_ms,
        "until_of_day_ms": given.restriction.until_ms,
        "days": given.absent_days,
        "day": last_day,
    }
    text = sql(name)
    if name == "restricted":
        parameters["until_ms"] = parameters["until_of_day_ms"]
    used = {key: value for key, value in parameters.items() if re.search(rf"\${key}\b", text)}
    return base.sql(text, params=used).to_arrow_table()


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
