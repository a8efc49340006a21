"""Cloned plates and section speed: one walk along every vehicle's day, state carried over days.

A plate that is at two cameras faster than any road allows was read wrongly once, or is on two
vehicles. Misreads are rare and alone; a clone does it again and again, and drives on from where it
was seen. Each impossible move counts one and halves in weight every `half_life_ms`, so that the
score is a rate and an old suspicion dies. It counts less when only seconds are missing, and more
when a drive leads to it, another on from it, and no single misread explains it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from luchang.core.common.compiled import counted_by_nobody
from luchang.core.passages.layout import DayOrder, Tail, no_tail, tail_of
from luchang.core.passages.passage import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Bounds = NDArray[np.int32]
    Columns = tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]]
    Limits = tuple[Bounds, NDArray[np.int32], float, int]

SECTION_MS = 30 * 60_000
"""A drive through a section longer than this is a stop on the way, not a drive [ms]."""

CLEAR_MS = 60_000
"""Faster than possible by this much: beyond doubt; by less it counts its share [ms]."""

CONFIRMED = 6.0
"""Weight of a clear move with a drive before it and after it; halved in a fortnight [moves]."""

DRIVE_MS = 15 * 60_000
"""Between two cameras of one drive, at most [ms]."""

CLONED = pa.schema(
    [
        ("vehicle", pa.uint32()),
        ("moves", pa.uint32()),
        ("score", pa.float64()),
        ("first_ms", pa.int64()),
        ("last_ms", pa.int64()),
    ]
)
SPEEDING = pa.schema(
    [
        ("vehicle", pa.uint32()),
        ("section", pa.uint32()),
        ("entered_ms", pa.int64()),
        ("left_ms", pa.int64()),
    ]
)


_ROOM = 1024
"""Drives a day has room for, besides one in 256 passages; with more of them it is walked again."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch whose length is certified, between two cameras.

    Attributes
    ----------
    length_m
        Certified length [m].
    limit_kmh
        Permitted speed [km/h].
    tolerance
        Share above the limit that is not yet pursued [-].
    """

    enters: int
    leaves: int
    length_m: float
    limit_kmh: float
    tolerance: float = 0.1

    @property
    def fastest_ms(self) -> int:
        """A drive that takes less than this is too fast [ms]: length / (limit (1 + tolerance))."""
        return int(np.ceil(self.length_m * 3600.0 / (self.limit_kmh * (1.0 + self.tolerance))))


class SectionTable(NamedTuple):
    """Sections by the camera where they begin and by the camera where they end.

    `begin[begin_first[c]:begin_first[c + 1]]` begin at camera c, likewise for ends; `marks` says
    per camera whether any begins (1), ends (2), or both (3).
    """

    marks: NDArray[np.uint8]
    begin_first: NDArray[np.int32]
    begin: NDArray[np.int32]
    end_first: NDArray[np.int32]
    end: NDArray[np.int32]
    fastest_ms: NDArray[np.int32]


@dataclass(frozen=True)
class MoveParameters:
    """What the walk compares with.

    Attributes
    ----------
    bounds_ms
        Cameras x cameras: no vehicle is faster from one to the other [ms]; 0: nothing is known.
    offset_ms
        How far each camera's clock is ahead of true time [ms]; empty: all are right.
    half_life_ms
        After this an impossible move counts half [ms].
    threshold
        Scores from here on are handed back [moves]. One misread gives two impossible moves,
        to the wrong place and back: two misreads do not yet reach it. A move between two drives
        (`CONFIRMED`) reaches it alone, for a week.
    """

    bounds_ms: Bounds
    sections: tuple[Section, ...] = ()
    offset_ms: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    half_life_ms: int = 14 * DAY_MS
    threshold: float = 4.05

    def table(self) -> SectionTable:
        """Sections as the walk wants them."""
        cameras = len(self.bounds_ms)
        enters = np.array([one.enters for one in self.sections], np.int32)
        leaves = np.array([one.leaves for one in self.sections], np.int32)
        every = np.arange(cameras)
        marks = np.isin(every, enters).astype(np.uint8) + 2 * np.isin(every, leaves)
        fastest = np.array([one.fastest_ms for one in self.sections], np.int32)
        return SectionTable(
            marks.astype(np.uint8), *_by(enters, cameras), *_by(leaves, cameras), fastest
        )

    def limits(self) -> Limits:
        """What each move is compared with; the longest bound last."""
        longest = int(self.bounds_ms.max(initial=0))
        return self.bounds_ms, self.offsets(), float(self.half_life_ms), longest

    def offsets(self) -> NDArray[np.int32]:
        """One offset a camera."""
        cameras = len(self.bounds_ms)
        return self.offset_ms if len(self.offset_ms) else np.zeros(cameras, np.int32)


class Suspicion(NamedTuple):
    """Per vehicle number: where it was last, and its impossible moves so far.

    `score` is what they weigh at the last of them.
    """

    camera: NDArray[np.int32]
    seen_ms: NDArray[np.int64]
    moves: NDArray[np.uint32]
    score: NDArray[np.float64]
    first_ms: NDArray[np.int64]
    last_ms: NDArray[np.int64]


@dataclass(frozen=True)
class MoveState:
    """What one day hands to the next; made by `start`, never changed."""

    suspicion: Suspicion
    tail: Tail
    until_ms: int = 0


def start() -> MoveState:
    """Nothing has been seen yet."""
    return MoveState(_nobody(1), no_tail())


def walk(
    order: DayOrder, state: MoveState, parameters: MoveParameters
) -> tuple[pa.Table, MoveState]:
    """Follow every vehicle through one day.

    Returns
    -------
    table
        Drives through a section faster than permitted (`SPEEDING`), by vehicle and time.
    state
        For the next day; `cloned` reads the suspicions from it. `state` itself is not changed,
        so a day with late rows is walked again from the state before it.
    """
    if len(order.cameras) and order.cameras[-1] >= len(parameters.bounds_ms):
        raise ValueError(f"camera {order.cameras[-1]} is beyond the bounds")
    count = int(order.vehicles[-1]) + 1 if len(order.vehicles) else 1
    room = _ROOM + len(order.time) // 256
    while True:
        suspicion, found = _copied(state.suspicion, count), np.empty((room, 4), np.int64)
        rows = walk_day(
            (order.vehicles, order.first, order.camera, order.time),
            order.begins_ms,
            state.tail,
            parameters.limits(),
            parameters.table(),
            suspicion,
            (np.zeros((3, len(parameters.sections)), np.int64), found),
        )
        if rows <= room:
            break
        room = rows
    table = pa.table([pa.array(found[:rows, i]) for i in range(4)], names=SPEEDING.names)
    until_ms = max(order.begins_ms + DAY_MS, state.until_ms)
    return table.cast(SPEEDING), MoveState(suspicion, tail_of(order), until_ms)


def cloned(state: MoveState, parameters: MoveParameters) -> pa.Table:
    """Vehicles whose impossible moves weigh the threshold or more at the end (`CLONED`)."""
    one = state.suspicion
    vehicles = np.flatnonzero(one.moves)
    age = (state.until_ms - one.last_ms[vehicles]) / parameters.half_life_ms
    score = one.score[vehicles] * np.exp2(-age)
    held = score >= parameters.threshold
    vehicles = vehicles[held]
    columns = [
        vehicles,
        one.moves[vehicles],
        score[held],
        one.first_ms[vehicles],
        one.last_ms[vehicles],
    ]
    return pa.table([pa.array(c) for c in columns], names=CLONED.names).cast(CLONED)


def over_days(
    orders: Iterable[DayOrder], parameters: MoveParameters
) -> tuple[pa.Table, pa.Table, MoveState]:
    """Walk days one after another: cloned plates at the end, all section drives, the state."""
    state, drives = start(), [SPEEDING.empty_table()]
    for order in orders:
        found, state = walk(order, state, parameters)
        drives.append(found)
    return cloned(state, parameters), pa.concat_tables(drives), state


def retention(state: MoveState, forgotten: NDArray[np.uint32]) -> MoveState:
    """Forget vehicles whose plates were erased."""
    suspicion = _copied(state.suspicion, 1)
    known = forgotten[forgotten < len(suspicion.moves)]
    for name, empty in _nobody(1)._asdict().items():
        getattr(suspicion, name)[known] = empty[0]
    kept = ~np.isin(np.repeat(state.tail.vehicle, np.diff(state.tail.first)), forgotten)
    vehicle = np.repeat(state.tail.vehicle, np.diff(state.tail.first))[kept]
    unique, counts = np.unique(vehicle, return_counts=True)
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    tail = Tail(unique, first, state.tail.camera[kept], state.tail.time[kept])
    return replace(state, suspicion=suspicion, tail=tail)


def _by(cameras: NDArray[np.int32], count: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    order = np.argsort(cameras, kind="stable").astype(np.int32)
    return np.searchsorted(cameras[order], np.arange(count + 1)).astype(np.int32), order


def _nobody(count: int) -> Suspicion:
    return Suspicion(
        np.full(count, -1, np.int32),
        np.zeros(count, np.int64),
        np.zeros(count, np.uint32),
        np.zeros(count, np.float64),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
    )


def _copied(old: Suspicion, count: int) -> Suspicion:
    new = _nobody(max(count, len(old.moves)))
    for name, before in old._asdict().items():
        getattr(new, name)[: len(before)] = before
    return new


@counted_by_nobody
def suspect(suspicion: Suspicion, v: int, at: np.int64, half_life: float, weight: float) -> None:
    """Count an impossible move of a vehicle."""
    age = (at - suspicion.last_ms[v]) / half_life
    suspicion.score[v] = suspicion.score[v] * 2.0**-age + weight
    if suspicion.moves[v] == 0:
        suspicion.first_ms[v] = at
    suspicion.moves[v] += 1
    suspicion.last_ms[v] = at


@counted_by_nobody
def too_fast(order: Columns, i: np.int64, k: np.int64, limits: Limits) -> bool:
    """Whether no vehicle gets from the camera of one row to that of another in time."""
    _, _, camera, time = order
    bounds, offset, _, _ = limits
    a, b = camera[i], camera[k]
    gap = (np.int64(time[k]) - offset[b]) - (np.int64(time[i]) - offset[a])
    return bool(a != b and gap < bounds[a, b])


@counted_by_nobody
def is_drive(order: Columns, k: np.int64, limits: Limits) -> bool:
    """Whether a vehicle may have driven from the camera of row k to that of the next."""
    _, _, camera, time = order
    gap = (np.int64(time[k + 1]) - limits[1][camera[k + 1]]) - (
        np.int64(time[k]) - limits[1][camera[k]]
    )
    near = camera[k] != camera[k + 1] and gap < 900_000  # noqa: PLR2004 - DRIVE_MS
    return bool(near and not too_fast(order, k, k + 1, limits))


@counted_by_nobody
def weight_of(
    order: Columns, k: np.int64, rows: tuple[np.int64, np.int64], missing: np.int64, limits: Limits
) -> float:
    """What an impossible move counts that ends in row k of the rows of its vehicle that day.

    It is confirmed when a drive leads to it and one leads on, and no single misread explains it:
    it stays impossible without the row before it, and without the row after it.
    """
    if missing < 60_000:  # noqa: PLR2004 - CLEAR_MS
        return missing / 60_000.0
    begin, end = rows
    if k - 2 < begin or k + 1 >= end:
        return 1.0
    drives = is_drive(order, k - 2, limits) and is_drive(order, k, limits)
    if drives and too_fast(order, k - 1, k + 1, limits) and too_fast(order, k - 2, k, limits):
        return 6.0  # CONFIRMED
    return 1.0


@counted_by_nobody
def remember(
    sections: SectionTable,
    c: np.int64,
    v: int,
    at: np.int64,
    memory: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
) -> None:
    """A vehicle has entered the sections that begin at a camera."""
    of_vehicle, entered, before = memory
    for q in range(sections.begin_first[c], sections.begin_first[c + 1]):
        s = sections.begin[q]
        before[s] = entered[s] if of_vehicle[s] == v else np.int64(-1_000_000_000_000)
        of_vehicle[s], entered[s] = v, at


@counted_by_nobody
def walk_day(  # noqa: C901, PLR0912, PLR0915 - one walk: split, it takes half as long again
    order: Columns,
    begins_ms: int,
    tail: Tail,
    limits: Limits,
    sections: SectionTable,
    suspicion: Suspicion,
    room: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> int:
    """Both questions in one walk; rows of vehicle, section, entered, left, and how many.

    Of each section the last entry of the vehicle is remembered, and the one before it for the
    case that the last is of the very millisecond of the exit. An exit uses them up. Rows beyond
    the room of `found` are counted only.
    """
    vehicles, first, camera, time = order
    bounds, offset, half_life, slowest = limits
    memory, found = room
    of_vehicle, entered, before = memory[0], memory[1], memory[2]
    rows, t = 0, 0
    for i in range(len(vehicles)):
        v = vehicles[i]
        if v == 0:
            continue
        while t < len(tail.vehicle) and tail.vehicle[t] < v:
            t += 1
        old, begin = np.int64(0), np.int64(first[i])
        if t < len(tail.vehicle) and tail.vehicle[t] == v:
            old = tail.first[t + 1] - tail.first[t]
        last, seen = suspicion.camera[v], suspicion.seen_ms[v]
        for k in range(begin - old, np.int64(first[i + 1])):
            if k < begin:
                place = tail.first[t + 1] + k - begin
                c, at = np.int64(tail.camera[place]), tail.time[place]
            else:
                c, at = np.int64(camera[k]), begins_ms + np.int64(time[k])
                if last >= 0 and c != last:
                    gap = (at - offset[c]) - (seen - offset[last])
                    missing = (
                        np.int64(bounds[last, c] if gap >= 0 else bounds[c, last]) - abs(gap)
                        if gap < slowest
                        else np.int64(0)
                    )
                    if missing > 0:
                        rows_of_day = begin, np.int64(first[i + 1])
                        weight = weight_of(order, np.int64(k), rows_of_day, missing, limits)
                        suspect(suspicion, v, at, half_life, weight)
                last, seen = np.int32(c), at
            if sections.marks[c] == 0:
                continue
            for q in range(sections.end_first[c], sections.end_first[c + 1]):
                s = sections.end[q]
                if of_vehicle[s] == v:
                    since = entered[s] if entered[s] < at else before[s]
                    took = at - since
                    if k >= begin and took < 1_800_000 and took < sections.fastest_ms[s]:  # noqa: PLR2004 - SECTION_MS
                        if rows < len(found):
                            found[rows, 0], found[rows, 1] = v, s
                            found[rows, 2], found[rows, 3] = since, at
                        rows += 1
                of_vehicle[s] = 0
            remember(sections, c, v, at, (of_vehicle, entered, before))
        suspicion.camera[v], suspicion.seen_ms[v] = last, seen
    return rows
