"""Equal rows from the SQL on DuckDB, from the kernels, and from the kernels on a cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.figures.figure import Figure
from benchmarks.passages import tollgates
from luchang.core.passages import moves, shards
from luchang.core.passages.companions import CompanionParameters
from luchang.core.passages.reference import asking
from luchang.core.passages.shards import JOBS, Settings, ordered, rows_of
from luchang.gateways.cluster.client import answer, export, session, why_absent
from luchang.gateways.cluster.standalone import cluster
from tools.shared_data import DataAbsent, data_set

if TYPE_CHECKING:
    from benchmarks.passages.protocol import Run


def figures(run: Run) -> Iterator[Figure]:
    rows, settings = part_of(run)
    kernels = {name: shards.run(job, rows, settings) for name, job in JOBS.items()}
    wrong = sum(
        differing(kernels[name], ordered(job, asking.ask(name, rows, settings)))
        for name, job in JOBS.items()
    )
    total = sum(map(len, kernels.values()))
    yield run.figure(
        "rows that differ between the kernels and the SQL on DuckDB",
        wrong,
        "rows",
        goal=0,
        n=total,
        note=f"{len(JOBS)} jobs on {len(rows):,} rows of three days",
    )
    if not run.quick:
        rows, settings = whole_day(run, settings)
        kernels = {name: shards.run(job, rows, settings) for name, job in JOBS.items()}
    yield from on_a_cluster(run, rows, settings, kernels)
    yield from real_rows(run)


def part_of(run: Run) -> tuple[pa.Table, Settings]:
    """Some vehicles of three days: about a fifth of a million rows, a million in a full run."""
    orders = [run.store.order(day) for day in run.store.days()[:3]]
    rows = pa.concat_tables([rows_of(order) for order in orders if order is not None])
    each = max(len(rows) // (200_000 if run.quick else 1_000_000), 1)
    kept = rows.filter(pc.equal(pc.bit_wise_and(rows["vehicle"], _mask(each)), 1))
    settings = Settings(
        moves=moves.MoveParameters(
            run.town.roads.bounds_ms, run.town.roads.sections, threshold=1.0
        ),
        companions=CompanionParameters(3, 30_000, 0.1),
        bound=np.arange(run.town.vehicles + 1) % 3 == 0,
        absent_days=2,
        types=np.load(run.folder / "types.npy"),
        until_day=max(pc.unique(kept["day"]).to_pylist()),
    )
    return kept.combine_chunks(), settings


def whole_day(run: Run, settings: Settings) -> tuple[pa.Table, Settings]:
    """Every passage of the first day, asked as an office asks."""
    order = run.store.order(run.store.days()[0])
    assert order is not None
    return rows_of(order), replace(settings, companions=CompanionParameters(), until_day=order.day)


def on_a_cluster(
    run: Run, rows: pa.Table, settings: Settings, kernels: dict[str, pa.Table]
) -> Iterator[Figure]:
    name = "rows that differ between one process and a cluster of one master, two workers"
    if (missing := why_absent()) is not None:
        yield run.figure(name, None, "rows", goal=0, note=missing)
        return
    folder = run.folder / "cluster"
    export(rows, folder / "rows")
    begin = time.perf_counter()
    with cluster(folder, workers=2) as master:
        spark = session(master)
        started = time.perf_counter() - begin
        wrong = 0
        for job in JOBS.values():
            found = answer(spark, folder / "rows", job, settings, tasks=4)
            wrong += differing(kernels[job.name], found)
        took = time.perf_counter() - begin - started
        spark.stop()
    yield run.figure(
        name,
        wrong,
        "rows",
        goal=0,
        n=sum(map(len, kernels.values())),
        note=f"{len(JOBS)} jobs on {len(rows):,} rows in {took:.0f} s, start-up {started:.0f} s",
    )


def real_rows(run: Run) -> Iterator[Figure]:
    """KDD Cup 2017: link travel times and gate volumes of a week, against counts by hand."""
    data = "KDD Cup 2017, a week of a Chinese highway"
    try:
        folder = data_set("kddcup2017_tollgates")
    except DataAbsent as absent:
        yield Figure("real passages", None, "rows", data=data, note=str(absent))
        return
    rows, _ = tollgates.links(folder)
    settings = replace(Settings(), slice_ms=15 * 60_000)
    begin = time.process_time()
    found = shards.run(JOBS["travel_times"], rows, settings)
    took = time.process_time() - begin
    theirs = ordered(JOBS["travel_times"], asking.ask("travel_times", rows, settings))
    yield Figure(
        "real passages, travel times that differ from the SQL",
        differing(found, theirs),
        "rows",
        goal=0,
        data=data,
        n=len(found),
        note=f"{len(rows):,} passages, {took:.2f} CPU-s",
    )
    rows, counted = tollgates.gates(folder)
    found = shards.run(JOBS["volumes"], rows, settings)
    columns = [found[name].to_pylist() for name in ("day", "camera", "hour", "vehicles")]
    volumes = {(day, camera, hour): n for day, camera, hour, n in zip(*columns, strict=True)}
    yield Figure(
        "real passages, hourly volumes that differ from a count by hand",
        len(dict(counted).items() ^ volumes.items()),
        "hours",
        goal=0,
        data=data,
        n=len(counted),
        note=f"{len(rows):,} passages, {sum(counted.values()) - sum(volumes.values())} lost",
    )


def differing(left: pa.Table, right: pa.Table) -> int:
    """Rows of either table that the other has not; shares and means to nine digits."""
    return len(_rows(left) ^ _rows(right))


def _rows(table: pa.Table) -> set[tuple[object, ...]]:
    columns = [
        [None if one is None else float(f"{one:.9g}") for one in column.to_pylist()]
        if pa.types.is_floating(column.type)
        else column.to_pylist()
        for column in table.columns
    ]
    return set(zip(*columns, strict=True))


def _mask(each: int) -> pa.Scalar:
    return pa.scalar((1 << (each - 1).bit_length()) - 1, pa.uint32())
