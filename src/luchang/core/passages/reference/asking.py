"""Ask DuckDB what the SQL of this package says, with the settings the kernels take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

from luchang.core.passages.companions import PAUSE_MS
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.reference import sql

if TYPE_CHECKING:
    from luchang.core.passages.shards import Settings


def ask(name: str, passages: pa.Table, given: Settings) -> pa.Table:
    """Answer to one question; `passages` as `shards.PASSAGES`."""
    with duckdb.connect() as base:
        base.register("passages", passages)
        for table, rows in _tables(given).items():
            base.register(table, rows)
        text = sql(name)
        values = _values(name, given, max(passages["day"].to_pylist(), default=0))
        used = {key: one for key, one in values.items() if re.search(rf"\${key}\b", text)}
        return base.sql(text, params=used).to_arrow_table()


def _tables(given: Settings) -> dict[str, pa.Table]:
    moves = given.moves
    a, b = np.indices(moves.bounds_ms.shape).astype(np.uint16)
    bounds = {"camera_a": a.ravel(), "camera_b": b.ravel(), "bound_ms": moves.bounds_ms.ravel()}
    sections = moves.sections
    return {
        "bounds": pa.table(bounds),
        "offsets": pa.table(
            {
                "camera": np.arange(len(moves.bounds_ms), dtype=np.uint16),
                "offset_ms": moves.offsets(),
            }
        ),
        "sections": pa.table(
            {
                "section": pa.array(range(len(sections)), pa.uint32()),
                "camera_a": pa.array([one.enters for one in sections], pa.uint16()),
                "camera_b": pa.array([one.leaves for one in sections], pa.uint16()),
                "fastest_ms": pa.array([one.fastest_ms for one in sections], pa.int64()),
            }
        ),
        "bound": pa.table({"vehicle": np.flatnonzero(given.bound).astype(np.uint32)}),
        "vehicles": pa.table(
            {
                "vehicle": np.arange(len(given.types), dtype=np.uint32),
                "plate_type": given.types,
            }
        ),
    }


def _values(name: str, given: Settings, last_day: int) -> dict[str, float]:
    day = max(given.until_day, last_day)
    hours = given.restriction
    return {
        "until_ms": hours.until_ms if name == "restricted" else (day + 1) * DAY_MS,
        "half_life_ms": given.moves.half_life_ms,
        "threshold": given.moves.threshold,
        "slice_ms": given.slice_ms,
        "common": given.companions.common,
        "within_ms": given.companions.within_ms,
        "jaccard": given.companions.jaccard,
        "trips": given.companions.trips,
        "pause_ms": PAUSE_MS,
        "steady_ms": given.companions.steady_ms,
        "from_ms": hours.from_ms,
        "days": given.absent_days,
        "day": day,
    }
