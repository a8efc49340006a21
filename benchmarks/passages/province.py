"""What a province of a billion passages a day would take: measured ten million, times a hundred.

Nothing here is measured but the bytes; every other figure says from what it was reckoned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.figures.figure import Figure
    from benchmarks.passages.protocol import Run

BILLION = 1_000_000_000
_KINDS = {"hours": ("hours",), "both orders": ("by_vehicle", "by_camera", "vehicles", "cameras")}
_GIGABYTE, _HOUR_S = 1e9, 3600.0


def figures(run: Run) -> Iterator[Figure]:
    passages = sum(run.sizes)
    sizes = {
        name: sum(_bytes(run.folder / "store" / kind) for kind in kinds)
        for name, kinds in _KINDS.items()
    }
    for name, size in sizes.items():
        yield run.figure(
            f"bytes of a passage on disk, {name}",
            size / passages,
            "B",
            n=passages,
            note="uncompressed; picture references of the first day only, the rest have none",
        )
    yield run.figure(
        "extrapolated: a billion passages a day, disk of one day",
        sum(sizes.values()) / passages * BILLION / _GIGABYTE,
        "GB",
        note="bytes of a passage, measured, times a billion",
    )
    jobs = {name: run.per_ten_million(one.cpu_s) for name, one in run.costs.items()}
    jobs["sealing"] = run.take_s * 1e7 / passages
    known = {name: one for name, one in jobs.items() if one is not None}
    parts = ", ".join(f"{name} {one:.3g}" for name, one in known.items())
    yield run.figure(
        "extrapolated: a billion passages a day, sealing, layout and all jobs",
        sum(known.values()) * BILLION / 1e7 / _HOUR_S,
        "CPU-h",
        note=f"a hundred times the CPU-seconds of ten million ({parts}), each store with as many "
        "passages a camera as measured: a hundred such stores, because one holds 65,536 cameras",
    )


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.arrow"))
