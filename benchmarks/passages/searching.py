"""Partial plates, tracks, the watch list, and what it costs to take passages in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.passages.town import FIRST_DAY
from luchang.core.passages.columns import ARRIVED
from luchang.core.passages.passage import DAY_MS, Passage, day_named, instant
from luchang.core.passages.watching import Watch, WatchList
from luchang.kernel.segments import Question, Store

if TYPE_CHECKING:
    from benchmarks.figures.figure import Figure
    from benchmarks.passages.protocol import Run

WATCHED = 2_000_000
EVENTS = 50_000


def figures(run: Run) -> Iterator[Figure]:
    yield from partial(run)
    yield from tracks(run)
    yield from watching(run)
    yield from intake(run)


def partial(run: Run) -> Iterator[Figure]:
    """Patterns cut from stored plates: some characters unread, or only the end known."""
    random = np.random.default_rng(5)
    first, last = _span(run)
    took, found = [], 0
    for turn in range(60):
        plate = list(run.town.plates[int(random.integers(0, run.town.vehicles))].as_py())
        if turn % 3 == 2:
            text = "*" + "".join(plate[-3:])
        else:
            for at in random.choice(np.arange(2, len(plate)), 1 + turn % 3, replace=False):
                plate[at] = "?"
            text = "".join(plate)
        begin = time.perf_counter()
        found += run.store.search(Question(first, last, text, most=200)).total > 0
        took.append((time.perf_counter() - begin) * 1000)
    total = sum(run.sizes)
    yield run.figure(
        f"partial plate over {total:,} passages, p95 wall",
        float(np.percentile(took[3:], 95)),
        "ms",
        goal=1_000.0,
        n=len(took) - 3,
        note=f"p50 {np.percentile(took[3:], 50):.0f} ms; {found} of {len(took)} find something; "
        f"up to 200 rows handed back, all counted; the first {took[0]:.0f} ms",
    )


def tracks(run: Run) -> Iterator[Figure]:
    random = np.random.default_rng(6)
    took, rows = [], 0
    for _ in range(60):
        at = int(random.integers(0, run.town.vehicles))
        vehicle = run.town.plates[at].as_py(), int(run.town.types[at])
        begin = time.perf_counter()
        rows += len(run.store.track(*vehicle, day_named(FIRST_DAY), day_named(FIRST_DAY + 9)))
        took.append((time.perf_counter() - begin) * 1000)
    yield run.figure(
        "track of one vehicle over ten days, p95 wall",
        float(np.percentile(took, 95)),
        "ms",
        goal=200.0,
        n=len(took),
        note=f"p50 {np.percentile(took, 50):.0f} ms, {rows / len(took):.0f} passages each",
    )


def watching(run: Run) -> Iterator[Figure]:
    """Two million watched vehicles, half a per cent of the passages among them."""
    stored = run.store.search(Question(*_span(run), most=EVENTS)).rows
    events = [one.passage for one in stored]
    watched = {one.plate for one in events[:: len(events) // 250 or 1]}
    watches = [Watch(number, plate) for number, plate in enumerate(sorted(watched))]
    watches += [Watch(at, f"湘I{at:07d}") for at in range(len(watches), WATCHED)]
    entries = WatchList(watches)
    took = np.empty(len(events))
    hits = 0
    for at, event in enumerate(events):
        begin = time.perf_counter_ns()
        hits += bool(entries.matches(event))
        took[at] = time.perf_counter_ns() - begin
    yield run.figure(
        "watch list of two million, p50 of a match",
        float(np.percentile(took, 50)) / 1000,
        "us",
        goal=1.0,
        n=len(took),
        note=f"p99 {np.percentile(took, 99) / 1000:.1f} us, {hits} hits; clock included",
    )


def intake(run: Run) -> Iterator[Figure]:
    """Batches of a hundred, each on disk before the next; then the seal."""
    count = 100_000 if run.quick else 500_000
    table = run.town.table(run.town.day(10), 10).slice(0, count)
    columns = [table[name].to_pylist() for name in ARRIVED.names]
    passages = [Passage(*row) for row in zip(*columns, strict=True)]
    store = Store.open(run.folder / "intake")
    begin = time.process_time()
    for at in range(0, count, 100):
        store.append(passages[at : at + 100])
    appended = time.process_time() - begin
    begin = time.process_time()
    store.seal()
    sealed = time.process_time() - begin
    yield run.figure(
        "append in batches of 100, each durable",
        count / appended,
        "rows/CPU-s",
        better="higher",
        n=count,
        note="checks, encoding, write and fdatasync; HTTP is measured with the application",
    )
    yield run.figure("seal of the log", count / sealed, "rows/CPU-s", better="higher", n=count)
    yield run.figure(
        "tables of old records taken past the log",
        sum(run.sizes) / run.take_s,
        "rows/CPU-s",
        better="higher",
        n=sum(run.sizes),
        note="numbering, hours, repeated rows, checksums and durable files; orders not included",
    )


def _span(run: Run) -> tuple[datetime, datetime]:
    first = instant(FIRST_DAY * DAY_MS)
    return first, first + timedelta(days=len(run.sizes))
