"""Our side of a job: kernels on the kept layout, and the making of that layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.passages.town import FIRST_DAY, folder_of
from luchang.core.passages.companions import CompanionParameters, companions
from luchang.core.passages.dictionary import Dictionary
from luchang.core.passages.flows import travel_times, volumes
from luchang.core.passages.layout import DayOrder, Rows, arrange, no_tail
from luchang.core.passages.moves import MoveParameters, Section, start, walk
from luchang.core.passages.passage import day_named
from luchang.core.passages.sorting import local_times
from luchang.kernel.segments import Store
from luchang.kernel.segments.durable import arrow_bytes, checksum, write_whole
from luchang.kernel.segments.sealing import order_tables


def parameters(folder: Path) -> MoveParameters:
    """Bounds and sections of the town."""
    with np.load(folder / "roads.npz") as kept:
        sections = tuple(
            Section(int(a), int(b), float(length), float(limit))
            for a, b, length, limit in kept["sections"]
        )
        return MoveParameters(kept["bounds_ms"], sections)


def layout(folder: Path, target: Path) -> int:
    """From plates in Parquet to both orders of the day on disk."""
    order = arrange(FIRST_DAY, read(folder_of(folder, 0), Dictionary()))
    for kind, table in order_tables(order):
        content = arrow_bytes(table)
        checksum(content)
        write_whole(target / f"{kind}.arrow", memoryview(content))
    return len(order.time)


def read(path: Path, dictionary: Dictionary) -> Rows:
    """Rows of a Parquet file, one group of rows after another, plates as numbers."""
    file = pq.ParquetFile(path)
    count = file.metadata.num_rows
    rows = Rows(np.empty(count, np.uint32), np.empty(count, np.uint16), np.empty(count, np.uint32))
    begin = 0
    for group in range(file.num_row_groups):
        arrived = file.read_row_group(
            group, columns=["plate", "plate_type", "camera", "at_ms"], use_threads=False
        ).combine_chunks()
        here = slice(begin, begin + len(arrived))
        plates, types = arrived["plate"].chunk(0), arrived["plate_type"].to_numpy()
        rows.vehicle[here] = dictionary.number_all(plates, types)
        rows.camera[here] = arrived["camera"].to_numpy()
        rows.time[here] = local_times(arrived["at_ms"].to_numpy())[1]
        begin += len(arrived)
    return rows


def warm() -> None:
    """Load every kernel once, on a handful of rows."""
    few = np.arange(4, dtype=np.uint32)
    Dictionary().number_all(pa.array(["湘OA0001"]), np.full(1, 2, np.uint8))
    local_times(few.astype(np.int64))
    order = arrange(FIRST_DAY, Rows(few, few.astype(np.uint16), few * np.uint32(5_000)))
    walk(order, start(), MoveParameters(np.zeros((8, 8), np.int32), (Section(1, 2, 100.0, 50.0),)))
    travel_times(order, no_tail())
    companions(order, CompanionParameters())
    volumes(order, np.zeros(8, np.uint8))


def work(_: str, job: str, folder: Path) -> Callable[[], int]:
    """What is to be measured, ready to be called."""
    warm()
    if job == "layout":
        return lambda: layout(folder, folder / "layout")
    store = Store.open(folder / "store")
    order = store.order(day_named(FIRST_DAY))
    assert order is not None
    moves = parameters(folder)
    types = np.load(folder / "types.npy")
    jobs: Mapping[str, Callable[[DayOrder], int]] = {
        "J1+J2": lambda day: len(walk(day, start(), moves)[0]),
        "J3": lambda day: len(travel_times(day, no_tail())),
        "J5": lambda day: len(companions(day, CompanionParameters())),
        "J8": lambda day: len(volumes(day, types)),
    }
    return lambda: jobs[job](order)
