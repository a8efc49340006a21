"""Plates by vehicle number and numbers by plate, looked up in mapped files.

The list of plates is files in the order of the numbers. An index beside it has the same plates in
the order of their text, so that one plate is found by halving and nothing is read but what is
looked at. Files of the list that came after the index are few; they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from luchang.core.passages.columns import PLATE_INDEX
from luchang.core.passages.dictionary import UNREAD_VEHICLE, Dictionary
from luchang.core.passages.passage import PLATE_BYTES, UNREAD
from luchang.kernel.segments.manifest import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.kernel.segments.manifest import Entry, Manifest

_TOGETHER = 512
"""Files of the list that are mapped at a time."""


class Plates:
    """The list of plates of one manifest; `table` maps a file of it."""

    def __init__(self, manifest: Manifest, table: Callable[[str], pa.Table]) -> None:
        self._parts = manifest.of(Kind.PLATES)
        self._index = manifest.of(Kind.PLATE_INDEX)
        self._table = table
        rows = np.array([0, *(one.rows for one in self._parts)], np.int64)
        self._first = np.cumsum(rows) + 1
        self._recent: Dictionary | None = None
        self._texts: pa.StringArray | None = None

    @property
    def count(self) -> int:
        """Numbers given so far, that of the unread plates among them."""
        return int(self._first[-1])

    @property
    def names(self) -> tuple[str, ...]:
        """Files of the list, in the order of the numbers."""
        return tuple(one.name for one in self._parts)

    def find(self, plate: str, plate_type: int) -> int | None:
        """Return the number of a vehicle, None when no sealed passage knows it."""
        if plate == UNREAD:
            return UNREAD_VEHICLE
        text = plate.encode()
        if not text or len(text) > PLATE_BYTES:
            return None
        key = text.ljust(PLATE_BYTES, b"\0") + bytes([plate_type])
        low, high = (int.from_bytes(key[at : at + 8], "little") for at in (0, 8))
        found = self._halved(np.uint64(low), np.uint64(high))
        if found is not None:
            return found
        recent = self._after_index().find(plate, plate_type)
        return None if recent is None else recent + int(self._first[self.indexed]) - 1

    def texts(self) -> pa.StringArray:
        """Plates by number; empty where a plate was forgotten."""
        if self._texts is None:
            self._texts = self._column("plate", pa.array([UNREAD]))
        return self._texts

    def types(self) -> NDArray[np.uint8]:
        """Plate types by number."""
        found: NDArray[np.uint8] = self._column("plate_type", pa.array([0], pa.uint8())).to_numpy()
        return found

    def of(self, numbers: Sequence[int]) -> list[tuple[str, int]]:
        """Plate and plate type of some numbers."""
        wanted = np.array(numbers, np.int64)
        part = np.searchsorted(self._first, wanted, side="right") - 1
        found = [(UNREAD, 0)] * len(numbers)
        for at in np.unique(part[wanted != UNREAD_VEHICLE]).tolist():
            places = np.flatnonzero(part == at)
            rows = self._table(self._parts[at].name).take(wanted[places] - self._first[at])
            columns = rows["plate"].to_pylist(), rows["plate_type"].to_pylist()
            for place, *one in zip(places.tolist(), *columns, strict=True):
                found[place] = (one[0], one[1])
        return found

    @property
    def indexed(self) -> int:
        """How many files of the list the index was made from; they are the first ones."""
        return len(self._index[0].covers) if self._index else 0

    def wants_index(self) -> bool:
        """Whether more than an eighth of the plates came after the index, or there is none."""
        recent = self.count - int(self._first[self.indexed])
        return recent * 8 > self.count - 1

    def faults(self, index: Entry) -> list[str]:
        """What is wrong with an index of these plates."""
        names = self.names[: len(index.covers)]
        if names != index.covers:
            return ["made from lists of plates that are gone"]
        whole = index_of(self.restored(Dictionary(), names))
        same = whole.equals(self._table(index.name))
        return [] if same else ["plates differ from the list they were taken from"]

    def restored(self, dictionary: Dictionary, parts: Sequence[str]) -> Dictionary:
        """A dictionary with the plates of more files behind its own."""
        for name in parts:
            table = self._table(name).combine_chunks()
            plates = table["plate"].combine_chunks()
            plates = plates if isinstance(plates, pa.StringArray) else plates.chunk(0)
            dictionary.restore(plates, table["plate_type"].to_numpy())
        return dictionary

    def _column(self, name: str, unread: pa.Array) -> pa.Array:
        """One column of all files; they are copied together, so that few stay mapped."""
        copied = [unread]
        for begin in range(0, len(self._parts), _TOGETHER):
            parts = self._parts[begin : begin + _TOGETHER]
            chunks = [chunk for one in parts for chunk in self._table(one.name)[name].chunks]
            copied.append(pa.concat_arrays(chunks))
        return pa.concat_arrays(copied)

    def _halved(self, low: np.uint64, high: np.uint64) -> int | None:
        for one in self._index:
            table = self._table(one.name)
            lows, highs, vehicles = (table[name].to_numpy() for name in PLATE_INDEX.names)
            begin, end = (int(np.searchsorted(lows, low, side)) for side in ("left", "right"))
            at = begin + int(np.searchsorted(highs[begin:end], high))
            if at < end and highs[at] == high:
                return int(vehicles[at])
        return None

    def _after_index(self) -> Dictionary:
        if self._recent is None:
            self._recent = self.restored(Dictionary(), self.names[self.indexed :])
        return self._recent


def index_of(dictionary: Dictionary) -> pa.Table:
    """Plates known, in the order of their keys (`PLATE_INDEX`)."""
    numbers = dictionary.known()
    numbers = numbers[numbers != UNREAD_VEHICLE]
    keys = dictionary.keys_of(numbers)
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    columns = keys[order, 0], keys[order, 1], numbers[order]
    return pa.table([pa.array(one) for one in columns], schema=PLATE_INDEX)
