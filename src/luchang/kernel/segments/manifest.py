"""Which files are the store: one small file, replaced in one step."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

from luchang.kernel.segments.durable import Damaged, write_whole

FORMAT = 2
"""Version of everything below the store's folder, as it is written."""

READABLE = frozenset({1, FORMAT})
"""Versions a reader takes; 1 has no index of the plates. Others are refused."""

NAME = "manifest.json"


class Kind(StrEnum):
    """What a file holds; also the name of the folder it is in."""

    HOURS = "hours"
    BY_VEHICLE = "by_vehicle"
    VEHICLES = "vehicles"
    BY_CAMERA = "by_camera"
    CAMERAS = "cameras"
    PLATES = "plates"
    PLATE_INDEX = "plate_index"


ORDERS = (Kind.BY_VEHICLE, Kind.VEHICLES, Kind.BY_CAMERA, Kind.CAMERAS)


class Entry(msgspec.Struct, frozen=True):
    """One file.

    `covers`: segments an order was made from, in the order its `row` counts through them; files
    of the list of plates an index was made from.
    `day` and `hour` are -1 where a file belongs to none.
    """

    name: str
    kind: Kind
    rows: int
    size: int
    crc: int
    day: int = -1
    hour: int = -1
    covers: tuple[str, ...] = ()


class Erased(msgspec.Struct, frozen=True):
    """A vehicle whose passages of some days, both included, are hidden and to be removed."""

    vehicle: int
    first_day: int
    last_day: int


class Barred(msgspec.Struct, frozen=True):
    """A vehicle, as a keyed hash, whose passages of some days are erased and kept no more."""

    mark: str
    first_day: int
    last_day: int


class Manifest(msgspec.Struct, frozen=True):
    """All files; `sealed`: logs up to this number are in segments; `number`: the next file's."""

    format: int = FORMAT
    number: int = 1
    sealed: int = 0
    files: tuple[Entry, ...] = ()
    erased: tuple[Erased, ...] = ()
    barred: tuple[Barred, ...] = ()

    def of(self, kind: Kind, day: int | None = None) -> list[Entry]:
        """Files of a kind, of one day or of all, in the order they were written."""
        return [one for one in self.files if one.kind == kind and (day is None or one.day == day)]

    def days(self) -> list[int]:
        """Days there are passages of, ascending."""
        return sorted({one.day for one in self.files if one.day >= 0})


_decoder = msgspec.json.Decoder(Manifest)


def read(folder: Path) -> Manifest:
    """Read the manifest; a new store has an empty one.

    Raises:
        Damaged: it cannot be read, or is of another format.
    """
    path = folder / NAME
    if not path.exists():
        return Manifest()
    try:
        found = _decoder.decode(path.read_bytes())
    except msgspec.MsgspecError as fault:
        raise Damaged(f"{path}: {fault}") from fault
    if found.format not in READABLE:
        raise Damaged(f"{path}: format {found.format}, this version reads {sorted(READABLE)}")
    return found


def write(folder: Path, manifest: Manifest) -> None:
    """From here on the store is what this manifest says."""
    manifest = msgspec.structs.replace(manifest, format=FORMAT)
    write_whole(folder / NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
