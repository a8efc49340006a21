"""What each question means, in SQL over a table `passages (day, vehicle, camera, time)`.

The tables are those of `layout.DayOrder`: double captures are left out, `vehicle` 0 is unread.
DuckDB runs the files as they are; tests hold every kernel against them, row for row.
"""

from __future__ import annotations

from importlib.resources import files


def sql(name: str) -> str:
    """Text of one question."""
    return files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
