"""Passages from files: a CSV of our own columns, or the body of a request as it was written.

A file is taken row by row through the same reader as what cameras send, and each row that is not
taken is named with its number and the reason. Taken again it adds nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from luchang.core.passages.passage import Colour
from luchang.gateways.gat1400 import objects
from luchang.gateways.gat1400.codes import COLOUR_CODES
from luchang.gateways.gat1400.reading import Reader, RowRefused

if TYPE_CHECKING:
    from luchang.apps.passages.selectors.intake import Sender
    from luchang.core.passages.passage import Passage

AT_ONCE = 5_000
MOST_BYTES = 2_000_000_000
COLUMNS = {
    "device_id": "DeviceID",
    "time": "PassTime",
    "plate": "PlateNo",
    "plate_type": "PlateClass",
    "lane": "LaneNo",
    "speed_kmh": "Speed",
    "plate_colour": "PlateColor",
    "body_colour": "VehicleColor",
    "vehicle_type": "VehicleClass",
    "image": "StorageUrl1",
    "id": "MotorVehicleID",
}
"""Columns of a CSV, and the fields of the standard they are."""

NEEDED = ("device_id", "time", "plate")
COLOUR_WORDS = {
    "黑": Colour.BLACK,
    "白": Colour.WHITE,
    "灰": Colour.GREY,
    "红": Colour.RED,
    "蓝": Colour.BLUE,
    "黄": Colour.YELLOW,
    "橙": Colour.ORANGE,
    "棕": Colour.BROWN,
    "绿": Colour.GREEN,
    "紫": Colour.PURPLE,
    "青": Colour.CYAN,
    "粉": Colour.PINK,
}
"""Colours in words, with or without 色; numbers are refused: nobody knows whose they are."""


class FileRefused(Exception):
    """The file as a whole is none we can take; the text says why."""


@dataclass
class Taken:
    """What became of a file."""

    rows: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Number of each row not taken, counted from 1, and why."""


def take_file(
    path: Path,
    *,
    senders: Mapping[str, Sender],
    append: Callable[[Sequence[Passage]], None],
    keep: timedelta,
    at: datetime,
) -> Taken:
    """Take a file into the store; what was taken before a fault stays, and does not double.

    Raises:
        FileRefused: too large, no known columns, or no JSON of the standard.
        StoreFull: the disk has no room.
    """
    if path.stat().st_size > MOST_BYTES:
        raise FileRefused(f"larger than {MOST_BYTES} bytes")
    rows = rows_of_csv(path) if path.suffix.lower() == ".csv" else _rows_of_body(path)
    taken = Taken()
    number = 0
    while chunk := list(islice(rows, AT_ONCE)):
        passages: list[Passage] = []
        for said in chunk:
            number += 1
            try:
                passages += _read(said, senders, keep=keep, at=at)
            except RowRefused as refused:
                taken.refused.append((number, str(refused)))
        append(passages)
        taken.rows += len(passages)
    return taken


def _read(
    said: Mapping[str, Any], senders: Mapping[str, Sender], *, keep: timedelta, at: datetime
) -> list[Passage]:
    from luchang.apps.passages.states import RefusalReason  # noqa: PLC0415 - only to refuse

    device_id = str(said.get("DeviceID", ""))
    sender = senders.get(device_id)
    if sender is None:
        raise RowRefused(RefusalReason.STRANGER, "DeviceID", f"{device_id} is not registered")
    try:
        filled = {name: value for name, value in said.items() if value not in ("", None)}
        row = msgspec.convert(filled, objects.MotorVehicle, strict=False)
    except msgspec.ValidationError as wrong:
        raise RowRefused(RefusalReason.CODE, "row", str(wrong)) from wrong
    received_ms = round(at.timestamp() * 1000)
    reader = Reader(sender, senders, received_ms=received_ms, keep=keep)
    reader.read(row)
    return reader.passages


def rows_of_csv(path: Path) -> Iterator[Mapping[str, Any]]:
    """Rows by the fields of the standard; text is UTF-8, with or without a mark, or GB 18030."""
    with path.open("rb") as file:
        encoding = _encoding_of(file.read(1_000_000))
    with path.open(encoding=encoding, newline="", errors="replace") as text:
        rows = csv.DictReader(text)
        names = set(rows.fieldnames or ())
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise FileRefused(f"no column {', '.join(missing)}; columns: {', '.join(COLUMNS)}")
        for row in rows:
            said = {COLUMNS[name]: text for name, text in row.items() if name in COLUMNS and text}
            for name in ("PlateColor", "VehicleColor"):
                if name in said:
                    said[name] = _colour_code(said[name])
            yield said


def _encoding_of(head: bytes) -> str:
    reader = io.TextIOWrapper(io.BytesIO(head), encoding="utf-8-sig", newline="")
    try:
        reader.read(len(head) // 4)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _colour_code(words: str) -> int | str:
    colour = COLOUR_WORDS.get(words.strip().removesuffix("色"))
    return COLOUR_CODES[colour] if colour is not None else words + "?"


def _rows_of_body(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        rows = objects.read_lists(path.read_bytes()).all()
        for row in rows:
            yield msgspec.json.decode(row, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError) as wrong:
        raise FileRefused(f"no body of GA/T 1400: {wrong}") from wrong
