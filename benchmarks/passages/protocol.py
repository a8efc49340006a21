"""The figures: cost beside other engines, quality on what was planted, equal rows everywhere."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figures.figure import Figure
from benchmarks.passages import province, sameness, searching
from benchmarks.passages.child import Cost, cost
from benchmarks.passages.town import CAMERAS, FIRST_DAY, Town, folder_of
from luchang.core.passages import moves
from luchang.core.passages.companions import CompanionParameters, companions, distinct_cameras
from luchang.core.passages.flows import travel_times
from luchang.core.passages.layout import no_tail, tail_of
from luchang.core.passages.passage import DAY_MS, day_named
from luchang.kernel.segments import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.passages.layout import DayOrder

DAYS, DAYS_OF_QUALITY = 10, 5
PEERS = ("duckdb", "polars", "chdb")
GOALS = {"J1+J2": (0.10, 50.0), "J3": (0.15, 40.0), "J5": (6.0, 10.0), "J8": (None, None)}
"""CPU-seconds a job may take for ten million rows, and how many times the best engine takes."""

FEWEST_CAMERAS = 10
"""Who passed so many can be told from chance by the day alone; a camera misses one in twelve."""


@dataclass
class Run:
    """One run: its town, its store, the fast drives planted day by day."""

    rows: int
    folder: Path
    quick: bool
    town: Town
    store: Store
    sizes: list[int] = field(default_factory=list)
    speeders: list[NDArray[np.int64]] = field(default_factory=list)
    take_s: float = 0.0
    costs: dict[str, Cost] = field(default_factory=dict)

    @property
    def data(self) -> str:
        return f"invented town, {CAMERAS:,} cameras, {self.rows:,} rows a day"

    def figure(self, name: str, value: float | None, unit: str, **more: object) -> Figure:
        return Figure(name, value, unit, data=self.data, seed=self.town.seed, **more)  # type: ignore[arg-type]

    def per_ten_million(self, cpu_s: float | None) -> float | None:
        return None if cpu_s is None else cpu_s * 1e7 / self.sizes[0]


def measure(*, quick: bool) -> Iterator[Figure]:
    rows = 1_000_000 if quick else 10_000_000
    folder = Path(mkdtemp(prefix="passages-", dir=_scratch()))
    try:
        run = Run(rows, folder, quick, Town(rows), Store.open(folder / "store"))
        build(run)
        yield from costs(run)
        yield from quality(run)
        yield from searching.figures(run)
        yield from province.figures(run)
        yield from sameness.figures(run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def build(run: Run) -> None:
    """Drive ten days into the store; the first also into Parquet, for the others."""
    roads = run.town.roads
    table = [(one.enters, one.leaves, one.length_m, one.limit_kmh) for one in roads.sections]
    np.savez(run.folder / "roads.npz", bounds_ms=roads.bounds_ms, sections=np.array(table))
    a, b = np.indices(roads.bounds_ms.shape).astype(np.uint16)
    bounds = {"camera_a": a.ravel(), "camera_b": b.ravel(), "bound_ms": roads.bounds_ms.ravel()}
    pq.write_table(pa.table(bounds), run.folder / "bounds.parquet")
    sections = {
        "section": np.arange(len(roads.sections), dtype=np.int32),
        "camera_a": np.array([one.enters for one in roads.sections], np.uint16),
        "camera_b": np.array([one.leaves for one in roads.sections], np.uint16),
        "fastest_ms": np.array([one.fastest_ms for one in roads.sections], np.int64),
    }
    pq.write_table(pa.table(sections), run.folder / "sections.parquet")
    for number in range(DAYS):
        day = run.town.day(number)
        arrived = run.town.table(day, number, images=number == 0)
        if number == 0:
            target = folder_of(run.folder, 0)
            target.parent.mkdir(parents=True)
            pq.write_table(arrived, target, compression="zstd", row_group_size=250_000)
        begin = time.process_time()
        run.store.take(arrived)
        run.take_s += time.process_time() - begin
        run.store.arrange(day_named(FIRST_DAY + number))
        run.sizes.append(len(day.vehicle))
        run.speeders.append(day.speeders)
    types = [plate_type for _, plate_type in run.store.plates(range(vehicles(run)))]
    np.save(run.folder / "types.npy", np.array(types, np.uint8))


def vehicles(run: Run) -> int:
    """Vehicle numbers given so far."""
    last = [run.store.order(day) for day in run.store.days()]
    return 1 + max(int(order.vehicles[-1]) for order in last if order is not None)


def costs(run: Run) -> Iterator[Figure]:
    """CPU-seconds of each job, ours and theirs, for ten million rows."""
    limit_s = 300.0 if run.quick else 3_600.0
    scaled = f"measured on {run.sizes[0]:,} rows, shown for ten million" if run.quick else ""
    made = run.costs["layout"] = cost("kernels", "layout", run.folder, limit_s=limit_s)
    yield run.figure(
        "layout, from Parquet with plates to both orders on disk",
        run.per_ten_million(made.cpu_s),
        "CPU-s",
        goal=3.0,
        note=_note(made, scaled),
    )
    for job, (goal, times) in GOALS.items():
        ours = run.costs[job] = cost("kernels", job, run.folder, limit_s=limit_s)
        theirs = {peer: _peer(run, peer, job, limit_s) for peer in PEERS}
        for peer, other in theirs.items():
            yield run.figure(
                f"{job}, {peer}",
                run.per_ten_million(other.cpu_s),
                "CPU-s",
                note=_note(other, scaled),
            )
        done = {peer: one.cpu_s for peer, one in theirs.items() if one.cpu_s is not None}
        best = min(done, key=lambda peer: done[peer], default=None)
        yield run.figure(
            f"{job} on the kept layout",
            run.per_ten_million(ours.cpu_s),
            "CPU-s",
            goal=goal,
            peer=best,
            peer_value=run.per_ten_million(done[best]) if best else None,
            note=_note(ours, scaled),
        )
        if times and best and ours.cpu_s:
            yield run.figure(
                f"{job}, times the best engine takes",
                done[best] / ours.cpu_s,
                "x",
                goal=times,
                better="higher",
                peer=best,
            )
        if job == "J5":
            yield run.figure("J5, peak memory", ours.peak_mb, "MB", goal=1_500.0)


def quality(run: Run) -> Iterator[Figure]:
    """Precision and recall of what was planted, and what the tenth day costs beside the first."""
    parameters = moves.MoveParameters(run.town.roads.bounds_ms, run.town.roads.sections)
    state, walked, found, planted = moves.start(), [], set(), set()
    numbers = numbers_of(run)
    for at, day in enumerate(run.store.days()):
        order = run.store.order(day)
        assert order is not None
        drives, took = _walked(order, state, parameters)
        state = moves.walk(order, state, parameters)[1]
        walked.append(took)
        if at < DAYS_OF_QUALITY:
            columns = drives.select(["vehicle", "section", "left_ms"]).to_pydict().values()
            found |= set(zip(*columns, strict=True))
            midnight = (FIRST_DAY + at) * DAY_MS
            rows = run.speeders[at].tolist()
            planted |= {(int(numbers[v]), s, midnight + t) for v, s, t in rows}
        if at == DAYS_OF_QUALITY - 1:
            clones = moves.cloned(state, parameters)["vehicle"].to_pylist()
            driven = {int(numbers[v]) for v in run.town.cloned}
            yield from _shares(run, "J1 over five days", set(clones), driven, (0.97, 0.94))
    yield from _shares(run, "J2", found, planted, (0.99, 0.99))
    yield run.figure(
        "J1+J2, cost of a row on the tenth day over that on the first",
        walked[-1] / walked[0],
        "ratio",
        goal=1.25,
        n=DAYS,
        note="state of nine days carried; best of three walks each",
    )
    yield from flat(run)
    yield from company(run, numbers)


def flat(run: Run) -> Iterator[Figure]:
    """What a row costs J3 on the last day beside the first, the tail of the day before carried."""
    took = []
    for before, day in ((None, 0), (len(run.sizes) - 2, len(run.sizes) - 1)):
        order = run.store.order(day_named(FIRST_DAY + day))
        last = None if before is None else run.store.order(day_named(FIRST_DAY + before))
        assert order is not None
        tail = no_tail() if last is None else tail_of(last)
        best = min(_cpu_s_of(lambda: travel_times(order, tail)) for _ in range(3))  # noqa: B023 - called here
        took.append(best / len(order.time))
    yield run.figure(
        "J3, cost of a row on the tenth day over that on the first",
        took[1] / took[0],
        "ratio",
        goal=1.25,
        n=len(run.sizes),
        note="best of three each",
    )


def _cpu_s_of(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _walked(
    order: DayOrder, state: moves.MoveState, parameters: moves.MoveParameters
) -> tuple[pa.Table, float]:
    """Drives of a day, and the CPU time of a row, the best of three walks [s]."""
    drives, took = moves.SPEEDING.empty_table(), []
    for _ in range(3):
        begin = time.process_time()
        drives, _after = moves.walk(order, state, parameters)
        took.append((time.process_time() - begin) / len(order.time))
    return drives, min(took)


def company(run: Run, numbers: NDArray[np.int64]) -> Iterator[Figure]:
    """J5 on the first day, against the pairs that did drive that day."""
    order = run.store.order(day_named(FIRST_DAY))
    assert order is not None
    table = companions(order, CompanionParameters()).select(["vehicle_a", "vehicle_b"])
    found = set(zip(*table.to_pydict().values(), strict=True))
    cameras = distinct_cameras(order.first, order.camera).tolist()
    seen = dict(zip(order.vehicles.tolist(), cameras, strict=True))
    named = {(int(numbers[a]), int(numbers[b])) for a, b in run.town.companions}
    planted = {(min(pair), max(pair)) for pair in named}
    for name, fewest in (
        ("J5, every pair that was seen that day", 1),
        (f"J5, pairs that passed {FEWEST_CAMERAS} cameras or more", FEWEST_CAMERAS),
    ):
        told, driven = (
            {pair for pair in pairs if min(seen.get(one, 0) for one in pair) >= fewest}
            for pairs in (found, planted)
        )
        yield from _shares(run, name, told, driven, (0.87, 0.90))
    raw = companions(order, CompanionParameters(jaccard=0.0, trips=1))
    hits = set(zip(*raw.select(["vehicle_a", "vehicle_b"]).to_pydict().values(), strict=True))
    yield run.figure(
        "J5 by the common cameras alone, precision",
        len(hits & planted) / max(len(hits), 1),
        "share",
        n=len(hits),
        note="why the share of common cameras is asked too",
    )


def numbers_of(run: Run) -> NDArray[np.int64]:
    """Vehicle number in the store of each vehicle of the town; 0 for those never seen."""
    known = run.store.plates(range(vehicles(run)))
    number = {plate: at for at, plate in enumerate(known)}
    plates = zip(run.town.plates.to_pylist(), run.town.types.tolist(), strict=True)
    return np.array([number.get(plate, 0) for plate in plates])


def _shares(
    run: Run, name: str, found: Set[Any], planted: Set[Any], goals: tuple[float, float]
) -> Iterator[Figure]:
    hits = len(found & planted)
    for what, total, goal in (("precision", found, goals[0]), ("recall", planted, goals[1])):
        yield run.figure(
            f"{name}, {what}",
            hits / len(total) if total else None,
            "share",
            goal=goal,
            better="higher",
            n=len(total),
        )


def _peer(run: Run, peer: str, job: str, limit_s: float) -> Cost:
    if job != "J1+J2":
        return cost(peer, job, run.folder, limit_s=limit_s)
    parts = [cost(peer, one, run.folder, limit_s=limit_s) for one in ("J1", "J2")]
    fault = "; ".join(part.fault for part in parts if part.fault)
    if fault:
        return Cost(fault=fault)
    return Cost(
        sum(part.cpu_s or 0.0 for part in parts),
        sum(part.wall_s or 0.0 for part in parts),
        max(part.peak_mb or 0.0 for part in parts),
        sum(part.rows or 0 for part in parts),
    )


def _note(one: Cost, scaled: str) -> str:
    if one.fault:
        return one.fault
    text = f"{one.wall_s:.2f} s wall, {one.peak_mb:.0f} MB, {one.rows:,} rows"
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return "; ".join(part for part in (text, scaled, load) if part)


def _scratch() -> Path:
    place = Path("build/bench/scratch")
    place.mkdir(parents=True, exist_ok=True)
    return place
