"""Columns of the store's files, and how arrived passages become rows of an hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from luchang.core.passages.passage import DAY_MS, SHANGHAI_MS, UNREAD, Passage
from luchang.core.passages.sorting import local_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.passages.dictionary import Dictionary

ARRIVED = pa.schema(
    [
        ("plate", pa.string()),
        ("plate_type", pa.uint8()),
        ("camera", pa.uint16()),
        ("lane", pa.uint8()),
        ("direction", pa.uint8()),
        ("at_ms", pa.int64()),
        ("received_ms", pa.int64()),
        ("speed_kmh", pa.uint16()),
        ("plate_colour", pa.uint8()),
        ("body_colour", pa.uint8()),
        ("kind", pa.uint8()),
        ("image", pa.string()),
    ]
)
"""Passages as they arrive: the fields of `Passage`, in their order."""

HOUR = pa.schema(
    [
        ("vehicle", pa.uint32()),
        ("camera", pa.uint16()),
        ("time", pa.uint32()),
        ("lane", pa.uint8()),
        ("plate_type", pa.uint8()),
        ("direction", pa.uint8()),
        ("received_ms", pa.int64()),
        ("speed_kmh", pa.uint16()),
        ("plate_colour", pa.uint8()),
        ("body_colour", pa.uint8()),
        ("kind", pa.uint8()),
        ("image", pa.string()),
    ]
)
"""Rows of one hour as they arrived; the day stands in the name of the folder."""

BY_VEHICLE = pa.schema(
    [
        ("vehicle", pa.uint32()),
        ("camera", pa.uint16()),
        ("time", pa.uint32()),
        ("row", pa.uint32()),
    ]
)
BY_CAMERA = pa.schema(
    [
        ("camera", pa.uint16()),
        ("time", pa.uint32()),
        ("vehicle", pa.uint32()),
        ("row", pa.uint32()),
    ]
)
VEHICLES = pa.schema([("vehicle", pa.uint32()), ("first", pa.uint32())])
"""Where the rows of each vehicle begin in the order; the last row says where the order ends."""
CAMERAS = pa.schema([("camera", pa.uint16()), ("first", pa.uint32())])
PLATES = pa.schema([("vehicle", pa.uint32()), ("plate", pa.string()), ("plate_type", pa.uint8())])
PLATE_INDEX = pa.schema([("low", pa.uint64()), ("high", pa.uint64()), ("vehicle", pa.uint32())])
"""Vehicles by the two words of their key (`Dictionary`): text and, in the last byte, the type."""

_COPIED = [name for name in HOUR.names if name in ARRIVED.names]


class HourRows(NamedTuple):
    """Rows of one hour of one day (`HOUR`)."""

    day: int
    hour: int
    rows: pa.Table


def from_fields(fields: Sequence[Sequence[object]]) -> pa.Table:
    """Table (`ARRIVED`) of passages given as lists of their fields."""
    columns = zip(*fields, strict=True) if fields else [()] * len(ARRIVED)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, ARRIVED, strict=True)]
    return pa.table(arrays, schema=ARRIVED)


def from_passages(passages: Sequence[Passage]) -> pa.Table:
    """Table (`ARRIVED`) of passages."""
    return from_fields([msgspec.structs.astuple(one) for one in passages])


def by_hour(arrived: pa.Table, dictionary: Dictionary) -> Iterator[HourRows]:
    """Number the vehicles and sort passages into the hours they happened in, in their order."""
    arrived = arrived.combine_chunks()
    if not len(arrived):
        return
    vehicle = dictionary.number_all(_chunk(arrived["plate"]), arrived["plate_type"].to_numpy())
    hours, time = local_times(arrived["at_ms"].to_numpy())
    order = None if (np.diff(hours) >= 0).all() else np.argsort(hours, kind="stable")
    named, begins = np.unique(hours if order is None else hours[order], return_index=True)
    ends = np.append(begins[1:], len(hours))
    numbered = pa.table({"vehicle": vehicle, "time": time})
    for name in _COPIED:
        numbered = numbered.append_column(name, arrived[name])
    numbered = numbered.select(HOUR.names)
    for hour, begin, end in zip(named.tolist(), begins.tolist(), ends.tolist(), strict=True):
        rows = (
            numbered.slice(begin, end - begin)
            if order is None
            else numbered.take(order[begin:end])
        )
        yield HourRows(hour // 24, hour % 24, rows.cast(HOUR))


def unseen(rows: pa.Table, known: Sequence[pa.Table]) -> NDArray[np.bool_]:
    """Which rows of an hour are no repetition of a known row, or of one before them.

    Equal are rows of the same vehicle, camera, lane and millisecond.
    """
    tables = [*known, rows]
    time, camera, lane, vehicle = (
        np.concatenate([table[name].to_numpy() for table in tables])
        for name in ("time", "camera", "lane", "vehicle")
    )
    place = (
        (time.astype(np.uint64) << np.uint64(24))
        | (camera.astype(np.uint64) << np.uint64(8))
        | lane
    )
    sorted_places = np.sort(place)
    new = np.ones(len(place), np.bool_)
    if (sorted_places[1:] == sorted_places[:-1]).any():
        order = np.lexsort((vehicle, place))  # stable: of equal rows the earliest stands first
        same = (np.diff(place[order]) == 0) & (vehicle[order][1:] == vehicle[order][:-1])
        new[order[1:][same]] = False
    return new[len(place) - len(rows) :]


def passage_of(row: dict[str, object], day: int, plate: str) -> Passage:
    """Return the record a row of `HOUR` was made from."""
    fields = {name: row[name] for name in ARRIVED.names if name not in {"plate", "at_ms"}}
    at_ms = day * DAY_MS + int(str(row["time"])) - SHANGHAI_MS
    return msgspec.convert({**fields, "plate": plate or UNREAD, "at_ms": at_ms}, _Named).whole()


class _Named(msgspec.Struct):
    """A passage by the names of its fields."""

    plate: str
    plate_type: int
    camera: int
    lane: int
    direction: int
    at_ms: int
    received_ms: int
    speed_kmh: int | None
    plate_colour: int
    body_colour: int
    kind: int
    image: str

    def whole(self) -> Passage:
        return Passage(*msgspec.structs.astuple(self))


def _chunk(column: pa.ChunkedArray) -> pa.StringArray:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
