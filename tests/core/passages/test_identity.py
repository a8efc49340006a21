"""Each kernel answers what its SQL says, row for row."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.reference import sql
from luchang.core.passages.reference.asking import ask
from luchang.core.passages.shards import (
    JOBS,
    Job,
    Settings,
    companions_part,
    days_of,
    ordered,
    rows_of,
    run,
)
from tests.core.passages import rows as made
from tests.core.passages.rows import FIRST_DAY, same, table

near_midnight = st.one_of(
    st.integers(0, 40 * 60_000),
    st.integers(DAY_MS - 40 * 60_000, DAY_MS - 1),
    st.integers(0, DAY_MS - 1),
    st.sampled_from([0, 1, 1_000, DAY_MS - 1_000, DAY_MS - 1]),
)
passages = st.lists(
    st.tuples(
        st.integers(FIRST_DAY, FIRST_DAY + 3),
        st.integers(0, 4),
        st.integers(0, 5),
        near_midnight,
    ),
    max_size=60,
)


def single(raw: pa.Table) -> pa.Table:
    """What the layout makes of raw rows, as a table again."""
    days = [rows_of(order) for order, _ in days_of(raw)]
    return pa.concat_tables([raw.slice(0, 0), *days])


def listed(rows: pa.Table) -> list[tuple[int, ...]]:
    return list(zip(*rows.to_pydict().values(), strict=True))


@settings(max_examples=60, deadline=None)
@given(passages)
def test_small_days_answer_as_the_sql_says(rows: list[tuple[int, int, int, int]]) -> None:
    raw = table(*zip(*rows, strict=True)) if rows else table([], [], [], [])
    given_settings = made.settings(6, vehicles=5)

    kept = single(raw)

    for name, job in JOBS.items():
        same(run(job, kept, given_settings), ordered(job, ask(name, kept, given_settings)))


crowded = st.lists(
    st.tuples(
        st.just(FIRST_DAY), st.integers(0, 2), st.integers(0, 2), st.integers(50_000, 62_000)
    ),
    max_size=40,
)
"""Few vehicles at few cameras within seconds: doubles, and others in between."""


@settings(max_examples=60, deadline=None)
@given(st.one_of(passages, crowded), st.integers(0, 2**31))
def test_spreading_rows_changes_no_answer(
    rows: list[tuple[int, int, int, int]], seed: int
) -> None:
    """As a cluster does: in any order, by the column of the stage, shard by shard."""
    raw = table(*zip(*rows, strict=True)) if rows else table([], [], [], [])
    given_settings = replace(made.settings(6, vehicles=5), until_day=FIRST_DAY + 3)
    kept = single(raw)
    mixed = kept.take(pa.array(np.random.default_rng(seed).permutation(len(kept))))

    for job in JOBS.values():
        same(run(job, kept, given_settings), ordered(job, spread(job, mixed, given_settings)))


def spread(job: Job, rows: pa.Table, given_settings: Settings, shards: int = 3) -> pa.Table:
    for stage in job.stages:
        if not stage.key:
            parts = [companions_part(rows, given_settings, n, shards) for n in range(shards)]
        else:
            shard = rows[stage.key].to_numpy().astype(np.int64) % shards
            parts = [
                stage.work(rows.filter(pa.array(shard == n)), given_settings)
                for n in range(shards)
            ]
        rows = pa.concat_tables(parts)
    return rows


@settings(max_examples=60, deadline=None)
@given(st.one_of(passages, crowded))
def test_double_captures_are_those_the_sql_names(rows: list[tuple[int, int, int, int]]) -> None:
    raw = table(*zip(*rows, strict=True)) if rows else table([], [], [], [])

    kept = single(raw)

    base = duckdb.connect()
    base.register("raw", raw)
    assert sorted(listed(kept)) == sorted(
        listed(base.sql(sql("single_captures")).to_arrow_table())
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_hundred_thousand_rows_answer_as_the_sql_says(name: str) -> None:
    kept = single(made.made_up(7, 100_000, vehicles=20_000, cameras=40, span_ms=DAY_MS // 6))
    given_settings = made.settings(40, vehicles=20_000)

    found = run(JOBS[name], kept, given_settings)

    assert len(found) > 0
    same(found, ordered(JOBS[name], ask(name, kept, given_settings)))
