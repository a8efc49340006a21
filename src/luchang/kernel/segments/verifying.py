"""Prove that a store is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.passages import columns
from luchang.kernel.segments import manifest as manifests
from luchang.kernel.segments.durable import Damaged, checksum
from luchang.kernel.segments.log import frames
from luchang.kernel.segments.manifest import Entry, Kind, Manifest
from luchang.kernel.segments.view import View

if TYPE_CHECKING:
    from luchang.core.passages.layout import DayOrder

_SCHEMAS = {
    Kind.HOURS: columns.HOUR,
    Kind.BY_VEHICLE: columns.BY_VEHICLE,
    Kind.VEHICLES: columns.VEHICLES,
    Kind.BY_CAMERA: columns.BY_CAMERA,
    Kind.CAMERAS: columns.CAMERAS,
    Kind.PLATES: columns.PLATES,
    Kind.PLATE_INDEX: columns.PLATE_INDEX,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with which file."""

    file: str
    what: str


def verify(path: Path) -> list[Fault]:
    """Read every file of a store and say what is wrong; empty: it is whole.

    A torn frame at the end of the open log is no fault: it was acknowledged to nobody.
    """
    try:
        manifest = manifests.read(path)
    except Damaged as damaged:
        return [Fault(manifests.NAME, str(damaged))]
    faults = [fault for entry in manifest.files for fault in _file_faults(path, entry)]
    faults += list(_log_faults(path / "log", manifest))
    if not faults:
        faults = [fault for day in manifest.days() for fault in _day_faults(path, day)]
        faults += list(_plate_faults(path))
    return faults


def _file_faults(folder: Path, entry: Entry) -> Iterator[Fault]:
    try:
        content = (folder / entry.name).read_bytes()
    except OSError as missing:
        yield Fault(entry.name, str(missing))
        return
    if len(content) != entry.size or checksum(content) != entry.crc:
        yield Fault(entry.name, "size or checksum differ from the manifest")
        return
    table = View(folder).table(entry.name)
    if table.schema != _SCHEMAS[entry.kind] or len(table) != entry.rows:
        yield Fault(entry.name, "columns or rows differ from the manifest")


def _log_faults(folder: Path, manifest: Manifest) -> Iterator[Fault]:
    for path in sorted(folder.glob("[0-9]*.log")):
        end = max((after for _, after in frames(path)), default=0)
        if int(path.stem) > manifest.sealed and end != path.stat().st_size:
            yield Fault(f"log/{path.name}", f"torn at byte {end}")


def _day_faults(folder: Path, day: int) -> Iterator[Fault]:
    view = View(folder)
    view.refresh()
    order = view.order(day)
    if order is None:
        return
    name = view.manifest.of(Kind.BY_VEHICLE, day)[0].name
    covered = set(view.covered(day))
    segments = [one for one in view.manifest.of(Kind.HOURS, day) if one.name in covered]
    if len(segments) != len(covered):
        yield Fault(name, "made from segments that are gone")
        return
    if not _is_sorted(order):
        yield Fault(name, "not in order")
    if not _agrees(view, order):
        yield Fault(name, "rows differ from the segments they were made from")


def _is_sorted(order: DayOrder) -> bool:
    by_vehicle = (order.row_vehicle.astype(np.uint64) << np.uint64(32)) | order.time
    cameras = np.repeat(order.cameras, np.diff(order.camera_first))
    by_camera = (cameras.astype(np.uint64) << np.uint64(32)) | order.by_camera_time
    return bool((by_vehicle[1:] >= by_vehicle[:-1]).all()) and bool(
        (by_camera[1:] >= by_camera[:-1]).all()
    )


def _agrees(view: View, order: DayOrder) -> bool:
    tables = [view.table(name) for name in view.covered(order.day)]
    if not tables:
        return len(order.time) == 0
    vehicle, camera, time = (
        np.concatenate([table[name].to_numpy() for table in tables])
        for name in ("vehicle", "camera", "time")
    )
    cameras = np.repeat(order.cameras, np.diff(order.camera_first))
    return (
        len(order.time) == len(order.by_camera_time)
        and bool((np.sort(order.row) == np.sort(order.by_camera_row)).all())
        and bool((vehicle[order.row] == order.row_vehicle).all())
        and bool((camera[order.row] == order.camera).all())
        and bool((time[order.row] == order.time).all())
        and bool((vehicle[order.by_camera_row] == order.by_camera_vehicle).all())
        and bool((camera[order.by_camera_row] == cameras).all())
        and bool((time[order.by_camera_row] == order.by_camera_time).all())
    )


def _plate_faults(folder: Path) -> Iterator[Fault]:
    view = View(folder)
    view.refresh()
    expected = 1
    for entry in view.manifest.of(Kind.PLATES):
        numbers = view.column(entry.name, "vehicle")
        if not (numbers == np.arange(expected, expected + len(numbers))).all():
            yield Fault(entry.name, "vehicle numbers do not follow each other")
        expected += len(numbers)
    for entry in view.manifest.of(Kind.PLATE_INDEX):
        yield from (Fault(entry.name, what) for what in view.plates.faults(entry))
    for entry in view.manifest.of(Kind.HOURS):
        if int(view.column(entry.name, "vehicle").max(initial=0)) >= expected:
            yield Fault(entry.name, "a vehicle without a plate entry")
