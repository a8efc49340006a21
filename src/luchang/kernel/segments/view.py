"""What a process sees of the store: its files mapped, its plates looked up in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from luchang.core.passages.dictionary import Dictionary
from luchang.core.passages.layout import DayOrder
from luchang.kernel.segments import manifest as manifests
from luchang.kernel.segments.durable import mapped
from luchang.kernel.segments.manifest import Entry, Kind, Manifest
from luchang.kernel.segments.plates import Plates

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


MOST_MAPS = 1_024
"""Files kept mapped; half a year of segments would be more than a process should hold."""


class View:
    """The store as one manifest describes it; `refresh` follows what other processes did."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._maps: dict[str, pa.Table] = {}
        self._stamp: tuple[int, int] | None = None
        self.manifest = Manifest()
        self.plates = Plates(self.manifest, self.table)
        self._dictionary: Dictionary | None = None
        self._parts: tuple[str, ...] = ()

    def refresh(self) -> Manifest:
        """Look at the manifest again if it was replaced."""
        stamp = self._now()
        if stamp != self._stamp:
            self.use(manifests.read(self._folder))
            self._stamp = stamp
        return self.manifest

    def distrust(self) -> None:
        """Read everything again: work was broken off, numbers may have been given in vain."""
        self._stamp, self._parts, self._maps = None, (), {}
        self._dictionary = None

    def use(self, manifest: Manifest) -> None:
        """Take another manifest."""
        self.manifest = manifest
        names = {one.name for one in manifest.files}
        self._maps = {name: table for name, table in self._maps.items() if name in names}
        self.plates = Plates(manifest, self.table)
        if self._dictionary is not None:
            self._dictionary = self._followed(self._dictionary)

    @property
    def dictionary(self) -> Dictionary:
        """The whole list of plates, for whoever gives numbers; read when first asked for."""
        if self._dictionary is None:
            self._parts = ()
            self._dictionary = self._followed(Dictionary())
        return self._dictionary

    def _followed(self, dictionary: Dictionary) -> Dictionary:
        """The dictionary with what the list of plates has by now."""
        parts, known = self.plates.names, len(self._parts)
        if parts[:known] != self._parts:
            dictionary, known = Dictionary(), 0
        if dictionary.count == self.plates.count:
            known = len(parts)  # the part just written came from this dictionary
        self._parts = parts
        return self.plates.restored(dictionary, parts[known:])

    def table(self, name: str) -> pa.Table:
        """Rows of one file."""
        found = self._maps.pop(name, None)
        if found is None:
            found = mapped(self._folder / name)
            if len(self._maps) >= MOST_MAPS:
                self._maps.pop(next(iter(self._maps)))  # the one longest unused
        self._maps[name] = found
        return found

    def column(self, name: str, column: str) -> NDArray[np.unsignedinteger]:
        """One column of a file, without copying where the file is one batch."""
        found: NDArray[np.unsignedinteger] = self.table(name)[column].to_numpy()
        return found

    def order(self, day: int) -> DayOrder | None:
        """Return the two orders of a day, mapped; None before they were made."""
        files = {
            one.kind: one.name for kind in manifests.ORDERS for one in self.manifest.of(kind, day)
        }
        if not files:
            return None
        by_vehicle, by_camera = files[Kind.BY_VEHICLE], files[Kind.BY_CAMERA]
        vehicles, cameras = files[Kind.VEHICLES], files[Kind.CAMERAS]
        return DayOrder(
            day=day,
            vehicles=self.column(vehicles, "vehicle")[:-1],
            first=self.column(vehicles, "first"),
            camera=self.column(by_vehicle, "camera"),
            time=self.column(by_vehicle, "time"),
            row=self.column(by_vehicle, "row"),
            cameras=self.column(cameras, "camera")[:-1],
            camera_first=self.column(cameras, "first"),
            by_camera_time=self.column(by_camera, "time"),
            by_camera_vehicle=self.column(by_camera, "vehicle"),
            by_camera_row=self.column(by_camera, "row"),
        )

    def covered(self, day: int) -> tuple[str, ...]:
        """Segments the orders of a day were made from."""
        orders = self.manifest.of(Kind.BY_VEHICLE, day)
        return orders[0].covers if orders else ()

    def uncovered(self, day: int) -> list[Entry]:
        """Segments of a day that came after its orders were made."""
        covered = set(self.covered(day))
        return [one for one in self.manifest.of(Kind.HOURS, day) if one.name not in covered]

    def _now(self) -> tuple[int, int] | None:
        try:
            found = (self._folder / manifests.NAME).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns
