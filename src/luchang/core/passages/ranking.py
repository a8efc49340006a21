"""Repeat offenders: vehicles by their unhandled violations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

OFFENDERS = pa.schema(
    [
        ("rank", pa.uint32()),
        ("vehicle", pa.uint32()),
        ("unhandled", pa.uint32()),
        ("violations", pa.uint32()),
        ("latest_ms", pa.int64()),
    ]
)


class Violations(NamedTuple):
    """One row a violation, in any order."""

    vehicle: NDArray[np.uint32]
    at_ms: NDArray[np.int64]
    handled: NDArray[np.bool_]


def offenders(found: Violations, *, least: int, most: int) -> pa.Table:
    """Vehicles with `least` unhandled violations or more, the worst `most` of them (`OFFENDERS`).

    More unhandled first, then the one caught last, then the lower number; unread plates never.
    """
    known = found.vehicle != 0
    vehicles, group = np.unique(found.vehicle[known], return_inverse=True)
    violations = np.bincount(group, minlength=len(vehicles))
    open_ones = ~found.handled[known]
    unhandled = np.bincount(group[open_ones], minlength=len(vehicles))
    latest = np.full(len(vehicles), np.iinfo(np.int64).min)
    np.maximum.at(latest, group, found.at_ms[known])
    kept = np.flatnonzero(unhandled >= max(least, 1))
    order = np.lexsort((vehicles[kept], -latest[kept], -unhandled[kept]))[:most]
    worst = kept[order]
    return pa.table(
        {
            "rank": np.arange(1, len(worst) + 1, dtype=np.uint32),
            "vehicle": vehicles[worst],
            "unhandled": unhandled[worst].astype(np.uint32),
            "violations": violations[worst].astype(np.uint32),
            "latest_ms": latest[worst],
        },
        schema=OFFENDERS,
    )
