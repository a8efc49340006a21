"""A real standalone cluster answers row for row what one process answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from luchang.core.passages import shards
from luchang.core.passages.shards import JOBS, days_of, rows_of, run
from luchang.gateways.cluster.client import (
    ClusterAbsent,
    answer,
    export,
    runner_for,
    session,
    why_absent,
)
from luchang.gateways.cluster.standalone import cluster
from tests.core.passages import rows as made

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if (missing := why_absent()) is not None:
        pytest.skip(missing)
    with cluster(tmp_path_factory.mktemp("cluster"), workers=2) as address:
        yield address


def compare(master: str, folder: Path, count: int, *, vehicles: int, cameras: int) -> None:
    raw = made.made_up(7, count, vehicles=vehicles, cameras=cameras, span_ms=14_400_000)
    rows = pa.concat_tables([rows_of(order) for order, _ in days_of(raw)])
    settings = made.settings(cameras, vehicles=vehicles)
    export(rows, folder / "rows")
    spark = session(master)
    try:
        for name, job in JOBS.items():
            found = answer(spark, folder / "rows", job, settings, tasks=3)
            assert len(found) > 0, name
            assert found.equals(run(job, rows, settings)), name
    finally:
        spark.stop()


@pytest.mark.slow
def test_two_workers_give_the_rows_of_one_process(master: str, tmp_path: Path) -> None:
    compare(master, tmp_path, 200_000, vehicles=20_000, cameras=40)


@pytest.mark.long
def test_two_workers_give_the_rows_of_one_process_for_ten_million(
    master: str, tmp_path: Path
) -> None:
    compare(master, tmp_path, 10_000_000, vehicles=400_000, cameras=1_500)


def test_no_master_means_this_process() -> None:
    assert runner_for("") is shards.run


def test_a_missing_java_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ClusterAbsent, match=r"Java|pyspark"):
        session("local[1]")
