"""From the log to segments of hours, from segments to the two orders of a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from luchang.core.passages import columns
from luchang.core.passages.layout import DayOrder, Rows, Tail, arrange, tail_of
from luchang.core.passages.passage import day_named
from luchang.core.passages.spans import DOUBLE_MS
from luchang.kernel.segments import manifest as manifests
from luchang.kernel.segments.durable import arrow_bytes, checksum, write_whole
from luchang.kernel.segments.log import Log, rows_in
from luchang.kernel.segments.manifest import ORDERS, Entry, Kind, Manifest
from luchang.kernel.segments.plates import index_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.passages.dictionary import Dictionary
    from luchang.kernel.segments.barring import Bars
    from luchang.kernel.segments.view import View

_AT_ONCE = 1_000_000
"""Passages numbered and sorted into hours at a time."""


class Done(NamedTuple):
    """Rows written, rows that were known already, days they belong to, rows of barred vehicles."""

    rows: int
    repeated: int
    days: list[int]
    barred: int = 0


class Draft:
    """Files written towards the next manifest; none counts before `commit`."""

    def __init__(self, folder: Path, view: View) -> None:
        self._folder, self._view = folder, view
        self.manifest = view.manifest
        self._gone: set[str] = set()

    def add(
        self,
        kind: Kind,
        table: pa.Table,
        *,
        day: int = -1,
        hour: int = -1,
        covers: tuple[str, ...] = (),
    ) -> Entry:
        """Write one file."""
        number = self.manifest.number
        place = f"day={day_named(day)}/" if day >= 0 else ""
        stem = f"{hour:02d}-{number:09d}" if hour >= 0 else f"{number:09d}"
        name = f"{kind}/{place}{stem}.arrow"
        content = arrow_bytes(table)
        write_whole(self._folder / name, memoryview(content))
        entry = Entry(name, kind, len(table), content.size, checksum(content), day, hour, covers)
        self.manifest = msgspec.structs.replace(
            self.manifest, number=number + 1, files=(*self.manifest.files, entry)
        )
        return entry

    def remove(self, entries: Iterable[Entry]) -> None:
        """Leave files out of the next manifest."""
        names = {one.name for one in entries}
        files = tuple(one for one in self.manifest.files if one.name not in names)
        self.manifest = msgspec.structs.replace(self.manifest, files=files)
        self._gone |= names

    def swap(self, old: Entry, new: Entry) -> None:
        """Let a file just written stand where an old one stood."""
        files = [one for one in self.manifest.files if one.name != new.name]
        files[[one.name for one in files].index(old.name)] = new
        self.manifest = msgspec.structs.replace(self.manifest, files=tuple(files))
        self._gone.add(old.name)

    def commit(self) -> None:
        """Replace the manifest, then delete what it no longer names."""
        manifests.write(self._folder, self.manifest)
        self._view.refresh()
        for name in self._gone:
            (self._folder / name).unlink(missing_ok=True)


def seal(folder: Path, view: View, log: Log, bars: Bars) -> Done:
    """Close the log and write its rows into segments."""
    bars.check(view.manifest)
    number = max([view.manifest.sealed, *(one for one, _ in log.closed())]) + 1
    log.turn_over(number)
    waiting = [(one, path) for one, path in log.closed() if one > view.manifest.sealed]
    fields = [row for _, path in waiting for row in rows_in(path)]
    draft = Draft(folder, view)
    done = Done(0, 0, [])
    if fields:
        done = _write_hours(draft, view, columns.from_fields(fields), bars)
    if waiting:
        draft.manifest = msgspec.structs.replace(draft.manifest, sealed=waiting[-1][0])
        draft.commit()
    log.drop(view.manifest.sealed)
    return done


def take(folder: Path, view: View, arrived: pa.Table, bars: Bars) -> Done:
    """Write a table into segments, past the log."""
    bars.check(view.manifest)
    draft = Draft(folder, view)
    arrived = arrived.select(columns.ARRIVED.names).cast(columns.ARRIVED)
    done = _write_hours(draft, view, arrived, bars)
    draft.commit()
    return done


def arrange_day(folder: Path, view: View, day: int) -> int:
    """Write the orders of a day, and of the day after where its first seconds may change."""
    draft = Draft(folder, view)
    order = write_order(draft, view, day)
    if view.plates.wants_index():
        write_index(draft, view.dictionary)
    draft.commit()
    follows = view.order(day + 1)
    if follows is not None and len(tail_of(order, DOUBLE_MS).camera):
        draft = Draft(folder, view)
        write_order(draft, view, day + 1)
        draft.commit()
    return len(order.time)


def write_order(draft: Draft, view: View, day: int) -> DayOrder:
    """Put the segments of a day, as the draft has them, into both orders."""
    segments = draft.manifest.of(Kind.HOURS, day)
    draft.remove(one for kind in ORDERS for one in draft.manifest.of(kind, day))
    order = arrange(day, _rows(view, segments), before=_tail_before(view, day))
    covers = tuple(one.name for one in segments)
    for kind, table in order_tables(order):
        draft.add(kind, table, day=day, covers=covers if kind == Kind.BY_VEHICLE else ())
    return order


def write_index(draft: Draft, dictionary: Dictionary) -> None:
    """Write the index of the plates anew, of all the draft lists."""
    draft.remove(draft.manifest.of(Kind.PLATE_INDEX))
    covers = tuple(one.name for one in draft.manifest.of(Kind.PLATES))
    draft.add(Kind.PLATE_INDEX, index_of(dictionary), covers=covers)


def order_tables(order: DayOrder) -> list[tuple[Kind, pa.Table]]:
    """Files of the two orders of a day."""
    cameras = np.repeat(order.cameras, np.diff(order.camera_first))
    end_of_vehicles = np.append(order.vehicles, np.uint32(0xFFFFFFFF))
    end_of_cameras = np.append(order.cameras, np.uint16(0xFFFF))
    return [
        (
            Kind.BY_VEHICLE,
            _table(columns.BY_VEHICLE, order.row_vehicle, order.camera, order.time, order.row),
        ),
        (Kind.VEHICLES, _table(columns.VEHICLES, end_of_vehicles, order.first)),
        (
            Kind.BY_CAMERA,
            _table(
                columns.BY_CAMERA,
                cameras,
                order.by_camera_time,
                order.by_camera_vehicle,
                order.by_camera_row,
            ),
        ),
        (Kind.CAMERAS, _table(columns.CAMERAS, end_of_cameras, order.camera_first)),
    ]


def sweep(folder: Path, manifest: Manifest) -> None:
    """Delete what a crash left: drafts, files no manifest names."""
    known = {one.name for one in manifest.files}
    for kind in Kind:
        for path in (folder / kind).rglob("*.arrow*"):
            if str(path.relative_to(folder)) not in known:
                path.unlink()
    for path in folder.glob("*.draft"):
        path.unlink()


def _write_hours(draft: Draft, view: View, arrived: pa.Table, bars: Bars) -> Done:
    barred = bars.of_table(view.manifest, arrived)
    if barred.any():
        arrived = arrived.filter(pa.array(~barred))
    known = view.dictionary.count
    written, repeated, days = 0, 0, set()
    for begin in range(0, len(arrived), _AT_ONCE):
        for day, hour, rows in columns.by_hour(arrived.slice(begin, _AT_ONCE), view.dictionary):
            new = columns.unseen(rows, _of_hour(draft, view, day, hour))
            kept = rows if new.all() else rows.filter(pa.array(new))
            repeated += len(rows) - len(kept)
            if len(kept):
                draft.add(Kind.HOURS, kept, day=day, hour=hour)
                written += len(kept)
                days.add(day)
    _write_plates(draft, view, known)
    return Done(written, repeated, sorted(days), int(barred.sum()))


def _write_plates(draft: Draft, view: View, known: int) -> None:
    dictionary = view.dictionary
    if dictionary.count > known:
        vehicles = np.arange(known, dictionary.count, dtype=np.uint32)
        draft.add(
            Kind.PLATES,
            _table(columns.PLATES, vehicles, dictionary.plates(known), dictionary.types(known)),
        )


def _of_hour(draft: Draft, view: View, day: int, hour: int) -> list[pa.Table]:
    return [view.table(one.name) for one in draft.manifest.of(Kind.HOURS, day) if one.hour == hour]


def _rows(view: View, segments: Sequence[Entry]) -> Rows:
    if not segments:
        none = np.zeros(0, np.uint32)
        return Rows(none, np.zeros(0, np.uint16), none)
    tables = [view.table(one.name) for one in segments]
    vehicle, camera, time = (
        np.concatenate([table[name].to_numpy() for table in tables])
        for name in ("vehicle", "camera", "time")
    )
    return Rows(vehicle, camera, time)


def _tail_before(view: View, day: int) -> Tail | None:
    before = view.order(day - 1)
    return tail_of(before, DOUBLE_MS) if before is not None else None


def _table(schema: pa.Schema, *arrays: NDArray[np.generic] | pa.Array) -> pa.Table:
    return pa.table(
        [pa.array(one, field.type) for one, field in zip(arrays, schema, strict=True)],
        schema=schema,
    )
