"""Questions: passages by partial plate, time and cameras, and the track of one vehicle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luchang.core.passages import columns
from luchang.core.passages.dictionary import UNREAD_VEHICLE
from luchang.core.passages.passage import (
    DAY_MS,
    SHANGHAI_MS,
    Passage,
    instant,
    local_ms,
)
from luchang.core.passages.watching import plate_pattern
from luchang.kernel.segments.answers import Answer, Found, Question
from luchang.kernel.segments.manifest import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.passages.layout import DayOrder
    from luchang.kernel.segments.log import Fields
    from luchang.kernel.segments.view import View

    Wanted = NDArray[np.bool_] | None

_ALL = "*"
_MANY = 4_096
"""From so many rows on a whole day is looked through instead of each vehicle's rows."""


class Span(NamedTuple):
    """From the first to before the last, of one day [ms of the day]."""

    begin: int
    end: int


class Hits(NamedTuple):
    """Rows found in one day: times [ms of the day], rows among the day's segments."""

    time: NDArray[np.uint32]
    row: NDArray[np.uint32]


class Lines:
    """Segments of a day as one run of rows: those of the orders first, then the later ones."""

    def __init__(self, view: View, day: int) -> None:
        late = [one.name for one in view.uncovered(day)]
        self._names = [*view.covered(day), *late]
        self._view, self._day = view, day
        sizes = {one.name: one.rows for one in view.manifest.of(Kind.HOURS, day)}
        lengths = np.array([sizes[name] for name in self._names], np.int64)
        self._first = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])

    def late(self) -> Iterator[tuple[int, pa.Table]]:
        """Segments in no order, and the number of their first row."""
        for at in range(len(self._view.covered(self._day)), len(self._names)):
            yield int(self._first[at]), self._view.table(self._names[at])

    def column(self, name: str, rows: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """One column of rows, in the order asked for."""
        segment = np.searchsorted(self._first, rows, side="right") - 1
        found = np.zeros(len(rows), np.uint8)
        for at in np.unique(segment).tolist():
            own = segment == at
            values = self._view.column(self._names[at], name)
            found[own] = values[rows[own] - self._first[at]]
        return found

    def passages(self, rows: NDArray[np.uint32]) -> list[Passage]:
        """Records of rows, in the order asked for."""
        segment = np.searchsorted(self._first, rows, side="right") - 1
        found: dict[int, Passage] = {}
        for at in np.unique(segment).tolist():
            own = rows[segment == at]
            table = self._view.table(self._names[at]).take(pa.array(own - self._first[at]))
            plates = self._view.plates.of(table["vehicle"].to_pylist())
            for row, line, (plate, _) in zip(own.tolist(), table.to_pylist(), plates, strict=True):
                found[row] = columns.passage_of(line, self._day, plate)
        return [found[row] for row in rows.tolist()]


def search(view: View, waiting: Sequence[Fields], question: Question) -> Answer:
    """Newest first: rows of the log, then day by day backwards."""
    first, last = local_ms(question.first), local_ms(question.last)
    wanted = _wanted(view, question)
    passages = _of_log(waiting, question, (first, last))
    total = len(passages)
    for day in reversed(view.manifest.days()):
        span = Span(max(first - day * DAY_MS, 0), min(last - day * DAY_MS, DAY_MS))
        if span.begin >= span.end:
            continue
        lines = Lines(view, day)
        hits = _visible(view, day, lines, _hits(view, day, lines, wanted, question, span))
        hits = _looking(lines, hits, question)
        total += len(hits.time)
        newest = np.argsort(-hits.time.astype(np.int64), kind="stable")[: question.most]
        later = sum(one.at_ms + SHANGHAI_MS >= (day + 1) * DAY_MS for one in passages)
        if later < question.most:
            passages += lines.passages(hits.row[newest])
    passages.sort(key=lambda one: -one.at_ms)
    return Answer(tuple(_found(one) for one in passages[: question.most]), total)


def track(
    view: View, waiting: Sequence[Fields], vehicle: tuple[str, int], span: tuple[int, int]
) -> tuple[Found, ...]:
    """Every day of one vehicle, by the index of the day's vehicles."""
    plate, plate_type = vehicle
    number = view.plates.find(plate, plate_type)
    passages = [
        one
        for one in map(_record, waiting)
        if (one.plate, one.plate_type) == vehicle
        and span[0] <= (one.at_ms + SHANGHAI_MS) // DAY_MS <= span[1]
    ]
    for day in view.manifest.days():
        if number in (None, UNREAD_VEHICLE) or not span[0] <= day <= span[1]:
            continue
        lines = Lines(view, day)
        wanted = np.array([number], np.uint32)
        hits = _visible(view, day, lines, _of_vehicles(view, day, lines, wanted))
        passages += lines.passages(hits.row)
    passages.sort(key=lambda one: one.at_ms)
    return tuple(_found(one) for one in passages)


def hour(view: View, day: int, number: int) -> pa.Table:
    """Rows of one hour (`columns.HOUR`), those of vehicles that were erased left out."""
    segments = [one for one in view.manifest.of(Kind.HOURS, day) if one.hour == number]
    rows = pa.concat_tables(
        [columns.HOUR.empty_table(), *(view.table(one.name) for one in segments)]
    )
    hidden = [one.vehicle for one in view.manifest.erased if one.first_day <= day <= one.last_day]
    if not hidden:
        return rows
    return rows.filter(pa.array(~np.isin(rows["vehicle"].to_numpy(), hidden)))


def matching(view: View, plate: str, plate_type: int | None) -> NDArray[np.bool_]:
    """By vehicle number: whether plate and type are meant."""
    held = np.ones(view.plates.count, np.bool_)
    if plate != _ALL:
        pattern = "^" + plate_pattern(plate).pattern + "$"
        held &= pc.match_substring_regex(view.plates.texts(), pattern).to_numpy(
            zero_copy_only=False
        )
    if plate_type is not None:
        held &= view.plates.types() == plate_type
        held[UNREAD_VEHICLE] &= plate_type == 0
    return held


def _wanted(view: View, question: Question) -> Wanted:
    if question.plate == _ALL and question.plate_type is None:
        return None
    return matching(view, question.plate, question.plate_type)


def _hits(
    view: View, day: int, lines: Lines, wanted: Wanted, question: Question, span: Span
) -> Hits:
    """Rows of a day, double captures among the late ones."""
    order = view.order(day)
    parts = []
    if order is not None:
        if wanted is not None and not _is_crowd(order, wanted):
            parts.append(_by_vehicle(order, wanted, question.cameras, span))
        else:
            parts.append(_by_camera(order, wanted, question.cameras, span))
    for first, table in lines.late():
        parts.append(_scan(table, first, wanted, question.cameras, span))
    return _joined(parts)


def _of_vehicles(view: View, day: int, lines: Lines, numbers: NDArray[np.uint32]) -> Hits:
    order = view.order(day)
    parts = []
    if order is not None:
        at = np.searchsorted(order.vehicles, np.unique(numbers))
        at = at[at < len(order.vehicles)]
        at = at[np.isin(order.vehicles[at], numbers)]
        rows = _ranges(order.first[at], order.first[at + 1])
        parts.append(Hits(order.time[rows], order.row[rows]))
    for first, table in lines.late():
        rows = np.flatnonzero(np.isin(table["vehicle"].to_numpy(), numbers))
        parts.append(Hits(table["time"].to_numpy()[rows], (rows + first).astype(np.uint32)))
    return _joined(parts)


def _is_crowd(order: DayOrder, wanted: NDArray[np.bool_]) -> bool:
    return bool(wanted[order.vehicles].sum() * 4 > len(order.vehicles) > _MANY)


def _by_vehicle(
    order: DayOrder, wanted: NDArray[np.bool_], cameras: frozenset[int], span: Span
) -> Hits:
    at = np.flatnonzero(wanted[order.vehicles])
    rows = _ranges(order.first[at], order.first[at + 1])
    time = order.time[rows]
    held = (time >= span.begin) & (time < span.end)
    if cameras:
        held &= np.isin(order.camera[rows], sorted(cameras))
    return Hits(time[held], order.row[rows[held]])


def _by_camera(order: DayOrder, wanted: Wanted, cameras: frozenset[int], span: Span) -> Hits:
    at = (
        np.flatnonzero(np.isin(order.cameras, sorted(cameras)))
        if cameras
        else np.arange(len(order.cameras))
    )
    begins, ends = [], []
    for camera in at.tolist():
        first, last = int(order.camera_first[camera]), int(order.camera_first[camera + 1])
        inside = order.by_camera_time[first:last]
        begins.append(first + int(np.searchsorted(inside, span.begin)))
        ends.append(first + int(np.searchsorted(inside, span.end)))
    rows = _ranges(np.array(begins, np.int64), np.array(ends, np.int64))
    if wanted is not None:
        rows = rows[wanted[order.by_camera_vehicle[rows]]]
    return Hits(order.by_camera_time[rows], order.by_camera_row[rows])


def _scan(
    table: pa.Table, first: int, wanted: Wanted, cameras: frozenset[int], span: Span
) -> Hits:
    time = table["time"].to_numpy()
    held = (time >= span.begin) & (time < span.end)
    if wanted is not None:
        held &= wanted[table["vehicle"].to_numpy()]
    if cameras:
        held &= np.isin(table["camera"].to_numpy(), sorted(cameras))
    rows = np.flatnonzero(held)
    return Hits(time[rows], (rows + first).astype(np.uint32))


def _visible(view: View, day: int, lines: Lines, hits: Hits) -> Hits:
    """Without rows that were erased and wait for the rewrite."""
    hidden = [one.vehicle for one in view.manifest.erased if one.first_day <= day <= one.last_day]
    if not hidden:
        return hits
    gone = _of_vehicles(view, day, lines, np.array(sorted(hidden), np.uint32))
    held = ~np.isin(hits.row, gone.row)
    return Hits(hits.time[held], hits.row[held])


def _looking(lines: Lines, hits: Hits, question: Question) -> Hits:
    """Of rows found those whose vehicles look as asked."""
    for name, values in question.looks:
        held = np.isin(lines.column(name, hits.row), sorted(values))
        hits = Hits(hits.time[held], hits.row[held])
    return hits


def _ranges(begins: NDArray[np.integer], ends: NDArray[np.integer]) -> NDArray[np.int64]:
    """Numbers of all ranges, one after another."""
    lengths = ends.astype(np.int64) - begins.astype(np.int64)
    found = np.arange(int(lengths.sum()), dtype=np.int64)
    found += np.repeat(begins.astype(np.int64) - (np.cumsum(lengths) - lengths), lengths)
    return found


def _joined(parts: Sequence[Hits]) -> Hits:
    none = np.zeros(0, np.uint32)
    if not parts:
        return Hits(none, none)
    return Hits(
        np.concatenate([one.time for one in parts]), np.concatenate([one.row for one in parts])
    )


def _of_log(waiting: Sequence[Fields], question: Question, span: tuple[int, int]) -> list[Passage]:
    pattern = plate_pattern(question.plate)
    return [
        one
        for one in map(_record, waiting)
        if span[0] <= one.at_ms + SHANGHAI_MS < span[1]
        and (not question.cameras or one.camera in question.cameras)
        and question.plate_type in (None, one.plate_type)
        and pattern.fullmatch(one.plate)
        and all(getattr(one, name) in values for name, values in question.looks)
    ]


def _record(fields: Fields) -> Passage:
    return Passage(*fields)  # type: ignore[arg-type]  # as it was written


def _found(passage: Passage) -> Found:
    return Found(passage, instant(passage.at_ms + SHANGHAI_MS))
