"""Quarter hours counted from passages: volumes, times between cameras, turning movements.

Works on the rows of some hours, not of whole days, so that a quarter is counted minutes after it
is over. Times are milliseconds on the clocks of Asia/Shanghai since 1970: no midnight to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.passages.spans import (
    DOUBLE_MS,
    FIVE_MINUTES_MS,
    LINK_MS,
    QUARTER_MS,
    TAIL_MS,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Times = NDArray[np.int64]

FIVES = QUARTER_MS // FIVE_MINUTES_MS
LONGEST_MS = TAIL_MS
"""No link is driven longer than this [ms]: what takes longer has stopped on the way."""

FREE_PERCENTILE = 15.0
"""Share of drives faster than the time proposed as free [%]; a person confirms it."""


class Seen(NamedTuple):
    """Passages in any order, one array a column; vehicle 0 stands for unread plates."""

    vehicle: NDArray[np.uint32]
    camera: NDArray[np.uint16]
    at_ms: Times
    lane: NDArray[np.uint8]
    plate_type: NDArray[np.uint8]

    def picked(self, which: NDArray[np.generic]) -> Seen:
        return Seen(*(column[which] for column in self))


class Moves(NamedTuple):
    """Drives from one camera to the next one that saw the same vehicle."""

    start: NDArray[np.uint16]
    end: NDArray[np.uint16]
    left_ms: Times
    arrived_ms: Times
    lane: NDArray[np.uint8]

    def picked(self, which: NDArray[np.generic]) -> Moves:
        return Moves(*(column[which] for column in self))


@dataclass(frozen=True, slots=True)
class Volume:
    """Vehicles of one camera in one quarter hour; unread plates are among them, as type 0."""

    camera: int
    begins_ms: int
    vehicles: int
    by_lane: Mapping[int, int]
    by_type: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Drive:
    """Times of one link in the quarter hour of arrival [ms]."""

    link: tuple[int, int]
    begins_ms: int
    vehicles: int
    mean_ms: float
    median_ms: float


@dataclass(frozen=True, slots=True)
class Turning:
    """What counts as one movement: passing a camera, in some lanes, on the way to another.

    Attributes
    ----------
    lanes
        Lanes at the camera, 1 beside the centre line; none: all.
    onto
        Camera that sees the vehicle next; None: whatever leaves by these lanes.
    """

    camera: int
    lanes: frozenset[int] = field(default_factory=frozenset)
    onto: int | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """Vehicles of a movement in a quarter hour.

    Attributes
    ----------
    fives
        By five minutes.
    passed
        All that passed the camera in the lanes of the movement.
    followed
        Those of them that any camera saw next, in time for a link.
    """

    begins_ms: int
    fives: tuple[int, ...]
    passed: int
    followed: int

    @property
    def vehicles(self) -> int:
        return sum(self.fives)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cameras often passed one after the other."""

    link: tuple[int, int]
    vehicles: int
    share: float
    """Part of those who were seen again after the first that were seen at the second [-]."""
    free_ms: float
    median_ms: float


def single(seen: Seen) -> Seen:
    """By vehicle and time, without double captures (`reference/single_captures.sql`)."""
    rows = seen.picked(np.lexsort((seen.at_ms, seen.camera, seen.vehicle)))
    again = (
        (rows.vehicle[1:] == rows.vehicle[:-1])
        & (rows.camera[1:] == rows.camera[:-1])
        & (np.diff(rows.at_ms) <= DOUBLE_MS)
        & (rows.vehicle[1:] != 0)
    )
    kept = rows.picked(np.concatenate([np.ones(min(len(rows.vehicle), 1), np.bool_), ~again]))
    return kept.picked(np.lexsort((kept.camera, kept.at_ms, kept.vehicle)))


def moves_of(rows: Seen, longest_ms: int = LONGEST_MS) -> Moves:
    """Drives between different cameras that took less than `longest_ms`, from `single` rows."""
    gap = np.diff(rows.at_ms)
    on = np.flatnonzero(
        (rows.vehicle[1:] == rows.vehicle[:-1])
        & (rows.vehicle[1:] != 0)
        & (rows.camera[1:] != rows.camera[:-1])
        & (gap < longest_ms)
    )
    return Moves(
        rows.camera[on], rows.camera[on + 1], rows.at_ms[on], rows.at_ms[on + 1], rows.lane[on]
    )


def volumes(rows: Seen, first_ms: int, last_ms: int) -> list[Volume]:
    """Volumes of the quarters from one moment to another; cameras that saw nothing have none."""
    held = rows.picked((rows.at_ms >= first_ms) & (rows.at_ms < last_ms))
    quarter = held.at_ms // QUARTER_MS
    types = np.where(held.vehicle == 0, 0, held.plate_type)
    keys = np.stack([held.camera, quarter, held.lane, types]).astype(np.int64)
    found, counts = np.unique(keys, axis=1, return_counts=True)
    grouped: dict[tuple[int, int], tuple[dict[int, int], dict[int, int]]] = {}
    for (camera, at, lane, kind), count in zip(found.T.tolist(), counts.tolist(), strict=True):
        by_lane, by_type = grouped.setdefault((camera, at), ({}, {}))
        by_lane[lane] = by_lane.get(lane, 0) + count
        by_type[kind] = by_type.get(kind, 0) + count
    return [
        Volume(camera, at * QUARTER_MS, sum(by_lane.values()), by_lane, by_type)
        for (camera, at), (by_lane, by_type) in grouped.items()
    ]


def drives(
    moves: Moves, links: Mapping[tuple[int, int], int], first_ms: int, last_ms: int
) -> list[Drive]:
    """Times of these links by the quarter of arrival; median exact.

    `links` says for each pair of cameras how long a drive may take [ms]; longer is a stop.
    """
    if not links:
        return []
    wanted = np.array(sorted(a << 16 | b for a, b in links), np.int64)
    limits = np.array([links[one >> 16, one & 0xFFFF] for one in wanted.tolist()], np.int64)
    key = moves.start.astype(np.int64) << 16 | moves.end.astype(np.int64)
    place = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
    time = moves.arrived_ms - moves.left_ms
    held = (moves.arrived_ms >= first_ms) & (moves.arrived_ms < last_ms)
    held &= (wanted[place] == key) & (time < limits[place])
    key, time, quarter = key[held], time[held], moves.arrived_ms[held] // QUARTER_MS
    order = np.lexsort((quarter, key))
    key, time, quarter = key[order], time[order], quarter[order]
    return [
        Drive(
            (int(key[at]) >> 16, int(key[at]) & 0xFFFF),
            int(quarter[at]) * QUARTER_MS,
            len(own),
            float(own.mean()),
            float(np.median(own)),
        )
        for at, own in _runs(time, key, quarter)
    ]


def turned(
    rows: Seen, moves: Moves, turning: Turning, first_ms: int, last_ms: int
) -> list[Turned]:
    """One movement in every quarter, those with nobody included.

    It belongs to the time at the movement's own camera; whoever is followed on to another camera
    is only known `LINK_MS` later.
    """
    quarters = np.arange(first_ms // QUARTER_MS, last_ms // QUARTER_MS)
    passed = _at(rows.camera, rows.lane, turning)
    left = _at(moves.start, moves.lane, turning)
    left &= moves.arrived_ms - moves.left_ms < LINK_MS
    gone = left & (moves.end == turning.onto) if turning.onto is not None else left
    moments = rows.at_ms[passed] if turning.onto is None else moves.left_ms[gone]
    fives = _counted(moments, FIVE_MINUTES_MS, first_ms, last_ms).reshape(-1, FIVES)
    every = _counted(rows.at_ms[passed], QUARTER_MS, first_ms, last_ms)
    followed = _counted(moves.left_ms[left], QUARTER_MS, first_ms, last_ms)
    return [
        Turned(int(quarter) * QUARTER_MS, tuple(own.tolist()), int(count), int(on))
        for quarter, own, count, on in zip(quarters, fives, every, followed, strict=True)
    ]


def pairs(moves: Moves, *, least: int, share: float) -> list[Pair]:
    """Pairs of cameras that `least` vehicles and this part of all who were seen again drove."""
    quick = moves.arrived_ms - moves.left_ms < LINK_MS
    start, end = moves.start[quick].astype(np.int64), moves.end[quick].astype(np.int64)
    time = (moves.arrived_ms - moves.left_ms)[quick]
    key = start << 16 | end
    order = np.argsort(key, kind="stable")
    key, time = key[order], time[order]
    left = np.bincount(start, minlength=1)
    found = []
    for at, own in _runs(time, key):
        a, b = int(key[at]) >> 16, int(key[at]) & 0xFFFF
        part = len(own) / int(left[a])
        if len(own) >= least and part >= share:
            free = float(np.percentile(own, FREE_PERCENTILE))
            found.append(Pair((a, b), len(own), part, free, float(np.median(own))))
    return sorted(found, key=lambda one: -one.vehicles)


def joined(parts: Sequence[Seen]) -> Seen:
    """Rows of several hours as one."""
    if not parts:
        none = np.zeros(0, np.uint8)
        return Seen(
            none.astype(np.uint32), none.astype(np.uint16), none.astype(np.int64), none, none
        )
    return Seen(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def moves_joined(parts: Sequence[Moves]) -> Moves:
    """Drives of several hours as one."""
    return Moves(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _runs(values: Times, *keys: Times) -> Iterator[tuple[int, Times]]:
    """Where each run of equal keys begins, and its values."""
    if not len(values):
        return
    begins = np.flatnonzero(np.any([np.diff(key, prepend=-1) != 0 for key in keys], axis=0))
    yield from zip(begins.tolist(), np.split(values, begins[1:]), strict=True)


def _at(
    camera: NDArray[np.uint16], lane: NDArray[np.uint8], turning: Turning
) -> NDArray[np.bool_]:
    held: NDArray[np.bool_] = camera == turning.camera
    if turning.lanes:
        held &= np.isin(lane, sorted(turning.lanes))
    return held


def _counted(moments: Times, length_ms: int, first_ms: int, last_ms: int) -> NDArray[np.int64]:
    inside = moments[(moments >= first_ms) & (moments < last_ms)]
    return np.bincount(
        (inside - first_ms) // length_ms, minlength=(last_ms - first_ms) // length_ms
    )
