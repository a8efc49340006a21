"""Passages for tests of the store: number `j` is the same passage wherever it is made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from luchang.core.passages.passage import DAY_MS, SHANGHAI_MS, Colour, Passage
from luchang.kernel.segments import Question, Store

DAY = date(2026, 11, 26)
MORNING = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
"""Six o'clock of DAY in Shanghai."""

STEP_MS = 1_013
ALL = Question(MORNING - timedelta(days=40), MORNING + timedelta(days=40), most=1_000_000)


def passage(j: int, *, at: datetime = MORNING) -> Passage:
    """Every 1.013 seconds another vehicle at another camera."""
    at_ms = round(at.timestamp() * 1000) + j * STEP_MS
    return Passage(
        plate=f"湘BD{j % 97:04d}",
        plate_type=2,
        camera=j % 13,
        lane=1 + j % 3,
        direction=1,
        at_ms=at_ms,
        received_ms=at_ms + 700,
        speed_kmh=None if j % 7 == 0 else 30 + j % 40,
        plate_colour=Colour.BLUE,
        image=f"/pictures/{j}",
    )


def passages(begin: int, end: int, *, at: datetime = MORNING) -> list[Passage]:
    return [passage(j, at=at) for j in range(begin, end)]


def number_of(at_ms: int) -> int:
    """Which passage a time belongs to."""
    return (at_ms - round(MORNING.timestamp() * 1000)) // STEP_MS


def sealed_numbers(store: Store) -> list[int]:
    """Numbers of all sealed passages, by the files alone."""
    found = []
    for path in sorted((store.folder / "hours").rglob("*.arrow")):
        import pyarrow as pa  # noqa: PLC0415

        day = date.fromisoformat(path.parent.name.removeprefix("day="))
        midnight = (day - date(1970, 1, 1)).days * DAY_MS - SHANGHAI_MS
        with pa.memory_map(str(path)) as file:
            times = pa.ipc.open_file(file).read_all()["time"].to_pylist()
        found += [number_of(midnight + time) for time in times]
    return found


def opened(folder: Path, *batches: list[Passage], arranged: bool = False) -> Store:
    """A store with these batches, sealed one by one."""
    store = Store.open(folder)
    for batch in batches:
        store.append(batch)
        store.seal()
    if arranged:
        for day in store.unarranged():
            store.arrange(day)
    return store
