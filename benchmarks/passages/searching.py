"""Partial plates, tracks, the watch list, and what it costs to take passages in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
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
ASKED = 60


def figures(run: Run) -> Iterator[Figure]:
    yield from partial(run)
    yield from tracks(run)
    yield from watching(run)
    yield from intake(run)


def partial(run: Run) -> Iterator[Figure]:
    """Patterns cut from stored plates: some characters unread, or only the end known."""
    random = np.random.default_rng(5)
    first, last = _span(run)
    questions = []
    for turn in range(ASKED):
        plate = list(run.town.plates[int(random.integers(0, run.town.vehicles))].as_py())
        if turn % 3 == 2:
            text = "*" + "".join(plate[-3:])
        else:
            for at in random.choice(np.arange(2, len(plate)), 1 + turn % 3, replace=False):
                plate[at] = "?"
            text = "".join(plate)
        questions.append(Question(first, last, text, most=200))
    example = ", ".join(one.plate for one in questions[:3])
    yield from _asked(
        run,
        f"partial plate over {sum(run.sizes):,} passages",
        1_000.0,
        [searched(one) for one in questions],
        f"a third each of one character unread, two unread, only the last three known ({example});"
        " no camera and no hour named; up to 200 rows handed back, all counted",
    )


def tracks(run: Run) -> Iterator[Figure]:
    random = np.random.default_rng(6)
    first, last = day_named(FIRST_DAY), day_named(FIRST_DAY + len(run.sizes) - 1)
    questions = []
    for _ in range(ASKED):
        at = int(random.integers(0, run.town.vehicles))
        questions.append((run.town.plates[at].as_py(), int(run.town.types[at])))
    yield from _asked(
        run,
        f"track of one vehicle over {len(run.sizes)} days",
        200.0,
        [tracked(*one, first, last) for one in questions],
        "any vehicle of the town, all its days",
    )


def searched(question: Question) -> Callable[[Store], int]:
    """A search, ready to be asked of a store."""
    return lambda store: store.search(question).total


def tracked(plate: str, plate_type: int, first: date, last: date) -> Callable[[Store], int]:
    """A track, ready to be asked of a store."""
    return lambda store: len(store.track(plate, plate_type, first, last))


def _asked(
    run: Run,
    name: str,
    goal: float,
    questions: Sequence[Callable[[Store], int]],
    mix: str,
) -> Iterator[Figure]:
    """Ask one question after another; the first pays for opening the store too."""
    took, rows = [], []
    begin = time.perf_counter()
    store = Store.open(run.folder / "store")
    for question in questions:
        rows.append(question(store))
        took.append((time.perf_counter() - begin) * 1000)
        begin = time.perf_counter()
    store.close()
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    yield run.figure(
        f"{name}, first request of a process",
        took[0],
        "ms",
        goal=goal,
        n=1,
        note=f"opens the store and maps the files; wall; {load}",
    )
    found = sum(one > 0 for one in rows)
    yield run.figure(
        f"{name}, p95",
        float(np.percentile(took[1:], 95)),
        "ms",
        goal=goal,
        n=len(took) - 1,
        note=f"p50 {np.percentile(took[1:], 50):.0f} ms; wall; {mix}; {found} of {len(took)} find"
        f" something, median {np.median(rows):,.0f} passages, at most {max(rows):,}; {load}",
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
