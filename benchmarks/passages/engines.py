"""The other engines: the same questions of the Parquet file of one day, plates as text.

They see raw rows: double captures are in them, so that counts differ a little from ours; what is
asked and how much of it is the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.passages.town import folder_of

SQL = {
    "J1": """select plate, plate_type, count(*) n from (
        select plate, plate_type, camera, at_ms, lag(camera) over w pc, lag(at_ms) over w pt
        from {P} window w as (partition by plate, plate_type order by at_ms, camera)) x
        join {B} m on x.pc = m.camera_a and x.camera = m.camera_b
        where x.camera <> x.pc and x.at_ms - x.pt < m.bound_ms
        group by plate, plate_type having count(*) >= 5""",
    "J2": """with b as (select p.plate, p.plate_type, p.at_ms, s.section, s.fastest_ms
            from {P} p join {S} s on p.camera = s.camera_b),
        a as (select p.plate, p.plate_type, p.at_ms entered, s.section
            from {P} p join {S} s on p.camera = s.camera_a)
        select b.plate, b.plate_type, b.section, b.at_ms, a.entered
        from b asof join a on b.plate = a.plate and b.plate_type = a.plate_type
            and b.section = a.section and b.at_ms > a.entered
        where b.at_ms - a.entered < b.fastest_ms""",
    "J3": """select pc, camera, (at_ms//300000) b, count(*) n,
        avg(at_ms - pt) a, median(at_ms - pt) md
        from (select camera, at_ms, lag(camera) over w pc, lag(at_ms) over w pt
        from {P} window w as (partition by plate, plate_type order by at_ms, camera)) x
        where pc <> camera and at_ms - pt < 900000 group by pc, camera, (at_ms//300000)""",
    "J5": """with l as (select plate, camera, at_ms, at_ms//30000 b from {P}),
        r as (select plate, camera, at_ms, b from l
            union all select plate, camera, at_ms, b + 1 b from l),
        own as (select plate, count(distinct camera) n from l group by plate),
        met as (select l.plate p1, r.plate p2, count(distinct l.camera) n
            from l join r on l.camera = r.camera and l.b = r.b
            where abs(l.at_ms - r.at_ms) <= 30000 and l.plate <> r.plate
                and (l.at_ms > r.at_ms or (l.at_ms = r.at_ms and l.plate > r.plate))
            group by l.plate, r.plate having count(distinct l.camera) >= 5)
        select p1, p2, met.n from met join own o1 on p1 = o1.plate join own o2 on p2 = o2.plate
        where met.n / (o1.n + o2.n - met.n) >= 0.7""",
    "J8": """select camera, at_ms//3600000 h, plate_type, count(*) n from {P}
        group by camera, at_ms//3600000, plate_type""",
}
# pairs are unordered: both orders of two plates are one pair
SQL["J5"] = (
    SQL["J5"]
    .replace(
        "select l.plate p1, r.plate p2,",
        "select case when l.plate < r.plate then l.plate else r.plate end p1,"
        " case when l.plate < r.plate then r.plate else l.plate end p2,",
    )
    .replace("group by l.plate, r.plate having", "group by 1, 2 having")
)


def work(engine: str, job: str, folder: Path) -> Callable[[], int]:
    """What is to be measured, ready to be called."""
    return {"duckdb": _duckdb, "polars": _polars, "chdb": _chdb}[engine](job, folder)


def _files(folder: Path) -> dict[str, Path]:
    return {
        "P": folder_of(folder, 0),
        "B": folder / "bounds.parquet",
        "S": folder / "sections.parquet",
    }


def _duckdb(job: str, folder: Path) -> Callable[[], int]:
    import duckdb

    base = duckdb.connect()
    base.execute("set threads = 2")
    base.execute("set memory_limit = '14GB'")
    base.execute(f"set temp_directory = '{folder / 'spill'}'")
    base.execute("set preserve_insertion_order = false")
    text = SQL[job].format(
        **{key: f"read_parquet('{path}')" for key, path in _files(folder).items()}
    )
    return lambda: len(base.sql(text).to_arrow_table())


def _chdb(job: str, folder: Path) -> Callable[[], int]:
    import re
    from importlib import import_module

    sessions: Any = import_module("chdb.session")  # typed only where it is installed
    base: Any = sessions.Session(str(folder / "chdb"))
    text = re.sub(r"(\w+)//(\d+)", r"intDiv(\1, \2)", SQL[job])
    text = text.replace("lag(", "lagInFrame(").replace(
        "order by at_ms, camera)",
        "order by at_ms, camera rows between unbounded preceding and current row)",
    )
    text = text.replace("asof join", "asof inner join").replace(
        "median(", "quantileExactInclusive(0.5)("
    )
    text = text.replace("where x.camera <> x.pc", "where x.pt <> 0 and x.camera <> x.pc")
    text = text.replace("where pc <> camera", "where pt <> 0 and pc <> camera")
    text = text.format(**{key: f"file('{path}', Parquet)" for key, path in _files(folder).items()})
    text += (
        " settings max_threads = 2, max_memory_usage = 14000000000,"
        " max_bytes_before_external_group_by = 8000000000,"
        " max_bytes_before_external_sort = 8000000000"
    )

    def run() -> int:
        import pyarrow as pa

        found = base.query(text, "ArrowStream")
        return len(pa.ipc.open_stream(found.bytes()).read_all())

    return run


def _polars(job: str, folder: Path) -> Callable[[], int]:
    os.environ["POLARS_MAX_THREADS"] = "2"
    import polars as pl

    passages = pl.scan_parquet(folder_of(folder, 0), hive_partitioning=False)
    bounds = pl.scan_parquet(folder / "bounds.parquet")
    sections = pl.scan_parquet(folder / "sections.parquet")
    lazy = {"J1": _polars_moves, "J2": _polars_sections, "J3": _polars_moves, "J5": _polars_pairs}
    if job == "J8":
        hour = (pl.col("at_ms") // 3_600_000).alias("h")
        query = passages.group_by("camera", hour, "plate_type").agg(n=pl.len())
    else:
        query = lazy[job](pl, job, passages, bounds if job == "J1" else sections)
    return lambda: len(query.collect(engine="streaming"))


def _polars_moves(pl: Any, job: str, passages: Any, bounds: Any) -> Any:
    c = pl.col
    moved = (
        passages.select("plate", "plate_type", "camera", "at_ms")
        .sort("plate", "plate_type", "at_ms", "camera")
        .with_columns(
            pp=c.plate.shift(1),
            py=c.plate_type.shift(1),
            pc=c.camera.shift(1),
            pt=c.at_ms.shift(1),
        )
        .filter((c.plate == c.pp) & (c.plate_type == c.py) & (c.camera != c.pc))
    )
    if job == "J1":
        return (
            moved.join(bounds, left_on=["pc", "camera"], right_on=["camera_a", "camera_b"])
            .filter(c.at_ms - c.pt < c.bound_ms)
            .group_by("plate", "plate_type")
            .agg(n=pl.len())
            .filter(c.n >= 5)
        )
    gap = c.at_ms - c.pt
    return (
        moved.filter(gap < 900_000)
        .group_by("pc", "camera", (c.at_ms // 300_000).alias("b"))
        .agg(n=pl.len(), a=gap.mean(), md=gap.median())
    )


def _polars_sections(pl: Any, _: str, passages: Any, sections: Any) -> Any:
    c = pl.col
    rows = passages.select("plate", "plate_type", "camera", "at_ms")
    leaving = rows.join(
        sections.select("section", "fastest_ms", camera="camera_b"), on="camera"
    ).sort("at_ms")
    entering = (
        rows.join(sections.select("section", camera="camera_a"), on="camera")
        .select("plate", "plate_type", "section", entered=c.at_ms, after=c.at_ms + 1)
        .sort("after")
    )
    return leaving.join_asof(
        entering, left_on="at_ms", right_on="after", by=["plate", "plate_type", "section"]
    ).filter(c.at_ms - c.entered < c.fastest_ms)


def _polars_pairs(pl: Any, _: str, passages: Any, __: Any) -> Any:
    c = pl.col
    left = passages.select("plate", "camera", "at_ms", b=c.at_ms // 30_000)
    right = pl.concat([left, left.with_columns(c.b + 1)])
    later = (c.at_ms > c.at_ms_right) | ((c.at_ms == c.at_ms_right) & (c.plate > c.plate_right))
    met = (
        left.join(right, on=["camera", "b"])
        .filter((c.at_ms - c.at_ms_right).abs() <= 30_000)
        .filter(later & (c.plate != c.plate_right))
        .group_by(
            p1=pl.min_horizontal("plate", "plate_right"),
            p2=pl.max_horizontal("plate", "plate_right"),
        )
        .agg(n=c.camera.n_unique())
        .filter(c.n >= 5)
    )
    own = passages.group_by("plate").agg(k=c.camera.n_unique())
    return (
        met.join(own, left_on="p1", right_on="plate")
        .join(own, left_on="p2", right_on="plate", suffix="2")
        .filter(c.n / (c.k + c.k2 - c.n) >= 0.7)
    )
