"""Quarter hours against SQL over the same rows, over made-up days and a real week."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.passages import quarters
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.quarters import Moves, Seen, Turning
from luchang.core.passages.spans import LINK_MS, QUARTER_MS
from tests.core.passages.rows import FIRST_DAY, made_up
from tests.shared_data import data_set

BEGIN = FIRST_DAY * DAY_MS


def seen(table: pa.Table, *, lanes: int = 3) -> Seen:
    day, vehicle, camera, time = (table[name].to_numpy() for name in table.column_names)
    random = np.random.default_rng(len(table))
    return Seen(
        vehicle,
        camera,
        day.astype(np.int64) * DAY_MS + time,
        random.integers(0, lanes, len(vehicle)).astype(np.uint8),
        (vehicle % 3 + 1).astype(np.uint8),
    )


def asked(rows: Seen, sql: str, **given: int) -> list[Any]:
    table = pa.table(dict(zip(Seen._fields, rows, strict=True)))
    with duckdb.connect() as base:
        base.register("seen", table)
        return base.sql(sql, params=given).fetchall()


MOVED = """
with moved as (
    select *, lag(camera) over journey as a, lag(lane) over journey as a_lane,
        lag(at_ms) over journey as left_ms,
        at_ms - lag(at_ms) over journey as gap
    from seen where vehicle <> 0
    window journey as (partition by vehicle order by at_ms, camera)
)
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_drives_are_those_of_the_sql_also_over_midnight(seed: int) -> None:
    """Rows around midnight: a day's end that cut a drive would lose it here."""
    rows = quarters.single(seen(made_up(seed, 4_000, vehicles=60, cameras=6)))
    links = {(a, b): LINK_MS for a in range(6) for b in range(6) if a != b}

    found = quarters.drives(quarters.moves_of(rows), links, BEGIN, BEGIN + 3 * DAY_MS)

    told = asked(
        rows,
        MOVED  # noqa: S608 - no text from outside
        + """select a, camera, at_ms // $quarter * $quarter, count(*), avg(gap), median(gap)
        from moved where camera <> a and gap < $longest group by all order by all""",
        quarter=QUARTER_MS,
        longest=LINK_MS,
    )
    assert len(told) > 100
    assert sorted(
        (*one.link, one.begins_ms, one.vehicles, one.mean_ms, one.median_ms) for one in found
    ) == [pytest.approx(row) for row in told]


def test_a_link_takes_only_drives_shorter_than_its_own_limit() -> None:
    rows = quarters.single(seen(made_up(3, 3_000, vehicles=40, cameras=4)))
    moves = quarters.moves_of(rows)
    short = quarters.drives(moves, {(1, 2): 60_000}, BEGIN, BEGIN + 3 * DAY_MS)
    long = quarters.drives(moves, {(1, 2): LINK_MS}, BEGIN, BEGIN + 3 * DAY_MS)

    assert max(one.mean_ms for one in short) < 60_000 < max(one.mean_ms for one in long)
    assert quarters.drives(moves, {}, BEGIN, BEGIN + DAY_MS) == []


def test_volumes_and_turns_are_those_of_the_sql() -> None:
    rows = quarters.single(seen(made_up(4, 5_000, vehicles=50, cameras=5)))
    first, last = BEGIN + 8 * QUARTER_MS, BEGIN + DAY_MS + 40 * QUARTER_MS

    counted = quarters.volumes(rows, first, last)
    turns = quarters.turned(
        rows, quarters.moves_of(rows), Turning(1, frozenset({1, 2}), 3), first, last
    )

    told = asked(
        rows,
        """select camera, at_ms // $quarter * $quarter, lane, count(*) from seen
        where at_ms >= $first and at_ms < $last group by all order by all""",
        quarter=QUARTER_MS,
        first=first,
        last=last,
    )
    assert told == sorted(
        (one.camera, one.begins_ms, lane, number)
        for one in counted
        for lane, number in one.by_lane.items()
    )
    assert all(set(one.by_type) <= {0, 1, 2, 3} for one in counted)
    assert all(
        one.vehicles == sum(one.by_lane.values()) == sum(one.by_type.values()) for one in counted
    )
    onto = asked(
        rows,
        MOVED  # noqa: S608 - no text from outside
        + """select left_ms // $quarter * $quarter, count(*) from moved
        where a = 1 and a_lane in (1, 2) and camera = 3 and gap < $longest
        and left_ms >= $first and left_ms < $last group by all order by all""",
        quarter=QUARTER_MS,
        longest=LINK_MS,
        first=first,
        last=last,
    )
    assert [(one.begins_ms, one.vehicles) for one in turns if one.vehicles] == onto
    assert len(turns) == (last - first) // QUARTER_MS
    assert all(one.vehicles <= one.followed <= one.passed for one in turns)


def test_lanes_alone_count_unread_plates_too() -> None:
    """A movement known by its lanes needs no second camera and no plate."""
    rows = quarters.single(seen(made_up(5, 2_000, vehicles=30, cameras=3)))
    found = quarters.turned(
        rows, quarters.moves_of(rows), Turning(2, frozenset({0})), BEGIN, BEGIN + 3 * DAY_MS
    )

    assert sum(one.vehicles for one in found) == int(((rows.camera == 2) & (rows.lane == 0)).sum())
    assert all(one.vehicles == one.passed for one in found)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 12_000))))
@settings(max_examples=150, deadline=None)
def test_a_double_capture_is_one_passage_and_unread_plates_are_all_kept(
    rows: list[tuple[int, int, int]],
) -> None:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    none = np.zeros(len(rows), np.uint8)
    found = quarters.single(
        Seen(
            np.array(columns[0], np.uint32),
            np.array(columns[1], np.uint16),
            np.array(columns[2], np.int64),
            none,
            none,
        )
    )

    told = []
    last: dict[tuple[int, int], int] = {}
    for vehicle, camera, at in sorted(rows, key=lambda one: (one[0], one[2], one[1])):
        if vehicle == 0 or at - last.get((vehicle, camera), -3_001) > 3_000:
            told.append((vehicle, camera, at))
        last[vehicle, camera] = at
    assert list(zip(*(c.tolist() for c in found[:3]), strict=True)) == told


def test_pairs_often_driven_are_proposed_and_detours_are_not() -> None:
    """A hundred drive from 1 to 2, two go round by 3: only the first is a link."""
    start = [1] * 102
    end = [2] * 100 + [3] * 2
    moves = Moves(
        np.array(start, np.uint16),
        np.array(end, np.uint16),
        np.zeros(102, np.int64),
        np.arange(60_000, 60_000 + 102 * 1_000, 1_000),
        np.zeros(102, np.uint8),
    )

    (found,) = quarters.pairs(moves, least=20, share=0.1)

    assert (found.link, found.vehicles) == ((1, 2), 100)
    assert found.free_ms < found.median_ms == 60_000 + 49_500
    assert quarters.pairs(moves, least=101, share=0.1) == []


def test_no_rows_are_no_counts() -> None:
    nothing = quarters.single(quarters.joined([]))
    moves = quarters.moves_of(nothing)

    assert quarters.volumes(nothing, 0, QUARTER_MS) == []
    assert quarters.drives(moves, {(1, 2): LINK_MS}, 0, QUARTER_MS) == []
    assert quarters.pairs(moves, least=1, share=0.0) == []
    (empty,) = quarters.turned(nothing, moves, Turning(1), 0, QUARTER_MS)
    assert (empty.vehicles, empty.passed) == (0, 0)


def _local_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


GATES = {"A": 1, "B": 2, "C": 3, "1": 11, "2": 12, "3": 13}


def trips(folder: Path) -> Seen:
    """Cameras where a route begins and where it ends: how long each trip took is published."""
    rows = []
    with gzip.open(folder / "trajectories_2016-10-18_24.csv.gz", "rt", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            left = _local_ms(line["starting_time"])
            took = round(float(line["travel_time"]) * 1000)
            vehicle = int(line["vehicle_id"])
            rows.append((vehicle, GATES[line["intersection_id"]], left))
            rows.append((vehicle, GATES[line["tollgate_id"]], left + took))
    vehicle_of, camera, at = (np.array(column) for column in zip(*rows, strict=True))
    none = np.zeros(len(rows), np.uint8)
    return Seen(vehicle_of.astype(np.uint32), camera.astype(np.uint16), at, none, none)


def published(file: Path, sql: str, **given: int) -> list[Any]:
    """What SQL says of a file as it was published."""
    with duckdb.connect() as base:
        base.register("published", base.read_csv(str(file)))
        return base.sql(sql, params={"quarter": QUARTER_MS, **given}).fetchall()


@pytest.mark.slow
def test_published_travel_times_of_a_highway_come_out_of_its_passages() -> None:
    """KDD Cup 2017: six routes, a week; count, mean and median a quarter from `travel_time`.

    Seventeen trips stand there twice, word for word: double captures, counted once. One took
    longer than any link does.
    """
    folder = data_set("kddcup2017_tollgates")
    moves = quarters.moves_of(quarters.single(trips(folder)))
    links = {(a, b): quarters.LONGEST_MS for a in (1, 2, 3) for b in (11, 12, 13)}

    found = quarters.drives(moves, links, 0, 1 << 42)

    told = published(
        folder / "trajectories_2016-10-18_24.csv.gz",
        """
        with trips as (
            select distinct vehicle_id, intersection_id as a, tollgate_id::varchar as b,
                epoch_ms(starting_time) + round(travel_time * 1000)::bigint as arrived,
                round(travel_time * 1000)::bigint as took
            from published
        )
        select a, b, arrived // $quarter * $quarter, count(*), avg(took), median(took)
        from trips where took < $longest group by all order by all""",
        longest=quarters.LONGEST_MS,
    )
    names = {number: name for name, number in GATES.items()}
    ours = sorted(
        (
            *(names[end] for end in one.link),
            one.begins_ms,
            one.vehicles,
            one.mean_ms,
            one.median_ms,
        )
        for one in found
    )
    assert len(told) > 2_000
    assert [row[:4] for row in ours] == [row[:4] for row in told]
    np.testing.assert_allclose(
        np.array([row[4:] for row in ours], float),
        np.array([row[4:] for row in told], float),
        rtol=1e-9,
    )


@pytest.mark.slow
def test_volumes_of_real_gates_come_out_by_the_quarter() -> None:
    folder = data_set("kddcup2017_tollgates")
    with gzip.open(folder / "volume_2016-10-18_24.csv.gz", "rt", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    none = np.zeros(len(lines), np.uint8)
    camera = np.array([2 * int(one["tollgate_id"]) + int(one["direction"]) for one in lines])
    at = np.array([_local_ms(one["time"]) for one in lines])
    rows = Seen(none.astype(np.uint32), camera.astype(np.uint16), at, none, none)

    found = quarters.volumes(quarters.single(rows), 0, 1 << 42)

    told = published(
        folder / "volume_2016-10-18_24.csv.gz",
        """select 2 * tollgate_id + direction, epoch_ms(time) // $quarter * $quarter, count(*)
        from published group by all order by all""",
    )
    assert sum(one.vehicles for one in found) == len(lines) > 100_000
    assert sorted((one.camera, one.begins_ms, one.vehicles) for one in found) == told
