"""Jobs of `core.passages.shards` as Spark stages over Arrow batches."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from luchang.core.passages import shards
from luchang.core.passages.shards import JOBS, PASSAGES, Job, Settings, Stage

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WIDER = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.int64(),
}
"""Spark has no unsigned numbers; all of ours fit the next wider ones (keys have 63 bits)."""


class ClusterAbsent(Exception):
    """Spark or Java is not installed; the text says which, and how to get it."""


def why_absent() -> str | None:
    """Return what is missing on this machine; None when a cluster can be reached from it."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: make run EXTRAS=cluster"
    if shutil.which("java") is None:
        return "there is no Java: Spark 4 needs Java 17"
    return None


def session(
    master: str, *, memory: str = "1g", options: dict[str, str] | None = None
) -> SparkSession:
    """Open a session on a master such as `spark://10.0.0.5:7077` or `local[2]`.

    Raises:
        ClusterAbsent: pyspark or Java is missing here.
    """
    if (missing := why_absent()) is not None:
        raise ClusterAbsent(missing)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    host = (options or {}).get("spark.driver.host", "127.0.0.1")
    os.environ.setdefault("SPARK_LOCAL_IP", host)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settled = {
        "spark.ui.enabled": "false",
        "spark.driver.host": host,
        "spark.driver.bindAddress": host,
        "spark.executor.memory": memory,
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "spark.executorEnv.NUMBA_NUM_THREADS": "1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000000",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.maxResultSize": "4g",
        **(options or {}),
    }
    builder: Any = SparkSession.builder.master(master).appName("luchang passages")
    for key, value in settled.items():
        builder = builder.config(key, value)
    opened: SparkSession = builder.getOrCreate()
    return opened


def export(passages: pa.Table, folder: Path, *, rows_a_file: int = 2_000_000) -> None:
    """Lay rows out for a cluster: Parquet on a disk that every worker sees."""
    folder.mkdir(parents=True, exist_ok=True)
    wide = passages.select(PASSAGES.names).cast(_widened(PASSAGES))
    for number, begin in enumerate(range(0, max(len(wide), 1), rows_a_file)):
        part = wide.slice(begin, rows_a_file)
        pq.write_table(part, folder / f"part-{number:05d}.parquet", compression="zstd")


def answer(
    spark: SparkSession, folder: Path, job: Job, settings: Settings, *, tasks: int
) -> pa.Table:
    """Answer on the cluster; the rows `shards.run` gives in one process, in the same order.

    `folder` is what `export` wrote; rows are spread into `tasks` shards.
    """
    frame = spark.read.parquet(str(folder))
    settings = replace(settings, until_day=settings.until_day or _last_day(frame))
    for number, stage in enumerate(job.stages):
        if not stage.key:
            frame = _everywhere(spark, frame, stage, settings, tasks)
            continue
        narrow = PASSAGES if number == 0 else job.stages[number - 1].schema
        spread = frame.repartition(tasks, stage.key)
        work = _task(job.name, number, narrow, settings)
        frame = spread.mapInArrow(work, _ddl(stage.schema))
    return shards.ordered(job, _collected(frame, job))


def runner_for(master: str, *, tasks: int = 8) -> shards.Runner:
    """Return the way of running that a setting names: empty, this process; else that master.

    The session is opened by the first job and kept; start-up takes ten seconds and more.
    """
    if not master:
        return shards.run

    def run(job: Job, passages: pa.Table, settings: Settings) -> pa.Table:
        spark = session(master)
        with TemporaryDirectory(prefix="luchang-passages-") as scratch:
            export(passages, Path(scratch) / "rows")
            return answer(spark, Path(scratch) / "rows", job, settings, tasks=tasks)

    return run


def _task(name: str, number: int, narrow: pa.Schema, settings: Settings) -> Any:
    """What a worker does with the rows of its shard."""

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        stage = JOBS[name].stages[number]
        rows = pa.Table.from_batches(list(batches), schema=_widened(narrow)).cast(narrow)
        found = stage.work(rows, settings).cast(_widened(stage.schema))
        yield from found.to_batches(max_chunksize=500_000)

    return work


def _everywhere(
    spark: SparkSession, frame: DataFrame, stage: Stage, settings: Settings, tasks: int
) -> DataFrame:
    """Every task sees all rows and does its part of the pairs."""
    rows = frame.toArrow().cast(PASSAGES)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    shared = spark.sparkContext.broadcast(sink.getvalue().to_pybytes())

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        parts = [part for batch in batches for part in batch.column(0).to_pylist()]
        whole = pa.ipc.open_stream(shared.value).read_all() if parts else None
        for part in parts:
            found = shards.companions_part(whole, settings, part, tasks)
            yield from found.cast(_widened(stage.schema)).to_batches(max_chunksize=500_000)

    numbers = spark.range(tasks).repartition(tasks, "id")
    return numbers.mapInArrow(work, _ddl(stage.schema))


def _last_day(frame: DataFrame) -> int:
    found = frame.agg({"day": "max"}).toArrow().column(0).to_pylist()[0]
    return int(found or 0)


def _collected(frame: DataFrame, job: Job) -> pa.Table:
    found = frame.toArrow()
    return found.cast(_widened(job.schema)).cast(job.schema)


def _widened(schema: pa.Schema) -> pa.Schema:
    return pa.schema([(field.name, _WIDER.get(field.type, field.type)) for field in schema])


def _ddl(schema: pa.Schema) -> str:
    kinds = {pa.int16(): "short", pa.int32(): "int", pa.int64(): "long", pa.float64(): "double"}
    return ", ".join(f"{field.name} {kinds[field.type]}" for field in _widened(schema))
