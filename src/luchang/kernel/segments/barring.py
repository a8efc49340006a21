"""Vehicles whose passages of some days were erased and are not to come back.

What is kept of them is a hash under a key that does not stand in the store: whoever has the files
and not the key cannot try every plate against it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.passages.passage import DAY_MS, SHANGHAI_MS
from luchang.kernel.segments.durable import Damaged
from luchang.kernel.segments.manifest import Barred

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from luchang.kernel.segments.log import Fields
    from luchang.kernel.segments.manifest import Manifest

_MARK_BYTES = 16


class Bars:
    """The keys one process has; the first one makes marks, all of them are tried."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)

    def bar(self, plate: str, plate_type: int, span: tuple[int, int]) -> tuple[Barred, ...]:
        """What is written down; nothing where the process has no key."""
        marks = (_mark(key, plate, plate_type, span) for key in self._keys[:1])
        return tuple(Barred(mark, *span) for mark in marks)

    def check(self, manifest: Manifest) -> None:
        """See that what is barred can be told.

        Raises:
            Damaged: vehicles are barred and the process has no key.
        """
        if manifest.barred and not self._keys:
            raise Damaged("vehicles are barred from this store; it is opened without the key")

    def meets(self, manifest: Manifest, plate: str, plate_type: int, day: int) -> bool:
        """Whether a passage of this vehicle on this day is not to be kept."""
        return any(
            one.first_day <= day <= one.last_day
            and one.mark == _mark(key, plate, plate_type, (one.first_day, one.last_day))
            for one in manifest.barred
            for key in self._keys
        )

    def of_table(self, manifest: Manifest, arrived: pa.Table) -> NDArray[np.bool_]:
        """Which rows of `ARRIVED` are not to be kept; each vehicle is looked at once a day."""
        days = (arrived["at_ms"].to_numpy() + SHANGHAI_MS) // DAY_MS
        held = np.zeros(len(arrived), np.bool_)
        near = np.zeros(len(arrived), np.bool_)
        for one in manifest.barred:
            near |= (days >= one.first_day) & (days <= one.last_day)
        rows = np.flatnonzero(near)
        plates = arrived["plate"].take(rows).to_pylist()
        types = arrived["plate_type"].take(rows).to_pylist()
        known: dict[tuple[str, int, int], bool] = {}
        for row, day, plate, kind in zip(rows, days[rows].tolist(), plates, types, strict=True):
            vehicle = (plate, kind, day)
            if vehicle not in known:
                known[vehicle] = self.meets(manifest, *vehicle)
            held[row] = known[vehicle]
        return held

    def without(self, manifest: Manifest, rows: list[Fields]) -> list[Fields]:
        """Rows of the log that may be shown."""
        if not manifest.barred:
            return rows
        return [one for one in rows if not self._is_barred(manifest, one)]

    def _is_barred(self, manifest: Manifest, row: Fields) -> bool:
        day = (int(row[5] or 0) + SHANGHAI_MS) // DAY_MS
        return self.meets(manifest, str(row[0]), int(row[1] or 0), day)


def _mark(key: bytes, plate: str, plate_type: int, span: tuple[int, int]) -> str:
    text = f"{plate}\n{plate_type}\n{span[0]}\n{span[1]}".encode()
    return hashlib.blake2b(text, digest_size=_MARK_BYTES, key=key[:64]).hexdigest()
