"""Each kernel answers what its SQL says, row for row."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.reference import sql
from luchang.core.passages.reference.asking import ask
from luchang.core.passages.shards import JOBS, days_of, ordered, rows_of, run
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


@settings(max_examples=60, deadline=None)
@given(passages)
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
