"""Deletion: by retention, and of one vehicle by legal request (PIPL Art. 47)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from luchang.core.passages.columns import PLATES
from luchang.core.passages.dictionary import UNREAD_VEHICLE
from luchang.kernel.segments.manifest import Barred, Entry, Erased, Kind
from luchang.kernel.segments.sealing import Draft, write_index, write_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.kernel.segments.view import View


def erase(
    folder: Path,
    view: View,
    vehicle: tuple[str, int],
    span: tuple[int, int],
    barred: tuple[Barred, ...],
) -> int:
    """Write down that a vehicle's rows of these days are to be seen and taken no more."""
    number = view.plates.find(*vehicle)
    if number == UNREAD_VEHICLE:
        return 0
    draft = Draft(folder, view)
    known = tuple(one for one in draft.manifest.barred if one not in barred)
    draft.manifest = msgspec.structs.replace(draft.manifest, barred=(*known, *barred))
    if number is None:
        if barred:
            draft.commit()
        return 0
    rows = sum(
        int((view.column(one.name, "vehicle") == number).sum())
        for one in view.manifest.of(Kind.HOURS)
        if span[0] <= one.day <= span[1]
    )
    erased = (*draft.manifest.erased, Erased(number, *span))
    draft.manifest = msgspec.structs.replace(draft.manifest, erased=erased)
    draft.commit()
    return rows


def rewrite(folder: Path, view: View) -> int:
    """Write segments and orders of the days concerned without the rows, then the plates."""
    erased = view.manifest.erased
    if not erased:
        return 0
    draft, removed = Draft(folder, view), 0
    for day in view.manifest.days():
        numbers = [one.vehicle for one in erased if one.first_day <= day <= one.last_day]
        gone = sum(
            _without(draft, view, one, np.array(numbers, np.uint32))
            for one in draft.manifest.of(Kind.HOURS, day)
            if numbers
        )
        if gone and view.order(day) is not None:
            write_order(draft, view, day)
        removed += gone
    draft.manifest = msgspec.structs.replace(draft.manifest, erased=())
    _forget_unseen(draft, view, np.array(sorted({one.vehicle for one in erased}), np.uint32))
    draft.commit()
    return removed


def drop_before(folder: Path, view: View, day: int) -> int:
    """Leave out every file of an earlier day, and plates of which no passage is left."""
    old = [one for one in view.manifest.files if 0 <= one.day < day]
    if not old:
        return 0
    draft = Draft(folder, view)
    barred = tuple(one for one in draft.manifest.barred if one.last_day >= day)
    draft.manifest = msgspec.structs.replace(draft.manifest, barred=barred)
    draft.remove(old)
    _forget_unseen(draft, view, np.arange(1, view.dictionary.count, dtype=np.uint32))
    draft.commit()
    return len({one.day for one in old})


def files_with(folder: Path, plate: str) -> tuple[Path, ...]:
    """Look for the bytes of a plate in every file: nothing is compressed."""
    text = plate.encode()
    return tuple(
        path for path in sorted(folder.rglob("*")) if path.is_file() and text in path.read_bytes()
    )


def _without(draft: Draft, view: View, entry: Entry, numbers: NDArray[np.uint32]) -> int:
    table = view.table(entry.name)
    kept = ~np.isin(table["vehicle"].to_numpy(), numbers)
    if kept.all():
        return 0
    rest = table.filter(pa.array(kept))
    if len(rest):
        draft.swap(entry, draft.add(Kind.HOURS, rest, day=entry.day, hour=entry.hour))
    else:
        draft.remove([entry])
    return len(table) - len(rest)


def _forget_unseen(draft: Draft, view: View, candidates: NDArray[np.uint32]) -> None:
    """Blank the plates among the candidates that no file of the draft still shows."""
    seen = np.zeros(view.dictionary.count, np.bool_)
    for one in draft.manifest.of(Kind.HOURS):
        seen[view.column(one.name, "vehicle")] = True
    known = np.zeros(view.dictionary.count, np.bool_)
    known[view.dictionary.known()] = True
    unseen = candidates[~seen[candidates] & known[candidates]]
    if not len(unseen):
        return
    view.dictionary.forget(unseen)
    draft.remove(draft.manifest.of(Kind.PLATES))
    numbers = np.arange(1, view.dictionary.count, dtype=np.uint32)
    columns = [numbers, view.dictionary.plates(1), view.dictionary.types(1)]
    draft.add(Kind.PLATES, pa.table([pa.array(one) for one in columns], schema=PLATES))
    if draft.manifest.of(Kind.PLATE_INDEX):
        write_index(draft, view.dictionary)
