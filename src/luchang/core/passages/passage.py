"""One passage (过车): a vehicle seen by a camera. The record every sender is translated into.

Codes of senders stop at the gate: colours, directions and kinds have one list here, and each
protocol its own table into it. The same integer means black in one protocol and blue in another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

import msgspec

UNREAD = "-"
"""Plate text of a vehicle whose plate was not read (checkpoint convention)."""

PLATE_BYTES = 15
"""Longest plate text, in bytes of UTF-8; the longest civil plate takes 14."""

MOST_CAMERAS = 65_536
"""Cameras have a number of 16 bits; which device has which number is the application's to keep."""

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
SHANGHAI_MS = 8 * HOUR_MS
"""Asia/Shanghai is ahead of UTC by this, all year, since 1991."""

_EPOCH = date(1970, 1, 1)
_BYTE, _CODE = 255, 99
_LATEST_MS = 1 << 42
_FASTEST_KMH = 400
_LONGEST_IMAGE = 2_000


class Colour(IntEnum):
    """Colour of a plate or a body: the one list; numbers are ours and go on no wire."""

    UNKNOWN = 0
    BLACK = 1
    WHITE = 2
    GREY = 3
    RED = 4
    BLUE = 5
    YELLOW = 6
    ORANGE = 7
    BROWN = 8
    GREEN = 9
    PURPLE = 10
    CYAN = 11
    PINK = 12
    GRADIENT_GREEN = 20
    YELLOW_GREEN = 21
    FARM_YELLOW = 22
    FARM_GREEN = 23
    OTHER = 99


class Direction(IntEnum):
    """Where the vehicle drives to; numbers are ours."""

    UNKNOWN = 0
    EAST = 1
    WEST = 2
    SOUTH = 3
    NORTH = 4
    NORTH_EAST = 5
    SOUTH_WEST = 6
    SOUTH_EAST = 7
    NORTH_WEST = 8
    OTHER = 9


class VehicleKind(IntEnum):
    """Kind of vehicle as a camera tells it, coarser than the register's type."""

    UNKNOWN = 0
    CAR = 1
    COACH = 2
    LIGHT_GOODS = 3
    HEAVY_GOODS = 4
    MOTORCYCLE = 5
    TRACTOR = 6
    OTHER = 99


class Malformed(ValueError):
    """Not a passage: `field` says what of it, the text why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


class Passage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A vehicle seen by a camera.

    Two records with the same plate, plate type, camera, lane and millisecond are one passage,
    sent twice: the store keeps one of them.

    Attributes
    ----------
    plate
        Text without separators (`identifiers.plain`); `UNREAD` where the camera read none.
    plate_type
        号牌种类, GA/T 16.7, as a number; 0 where the camera did not say.
    camera
        Number of the camera, 0 to 65,535.
    lane
        Counted from the centre line, 1 first; 0 unknown.
    at_ms
        When, by the camera's clock [ms since 1970 UTC].
    received_ms
        When it reached us, by our clock [ms since 1970 UTC].
    speed_kmh
        Spot speed [km/h]; None where none was measured.
    image
        Where the pictures are; empty without one. Never the picture.
    """

    plate: str
    plate_type: int
    camera: int
    lane: int
    direction: int
    at_ms: int
    received_ms: int
    speed_kmh: int | None = None
    plate_colour: int = Colour.UNKNOWN
    body_colour: int = Colour.UNKNOWN
    kind: int = VehicleKind.UNKNOWN
    image: str = ""


def check(passage: Passage) -> None:
    """Refuse what the store has no room for; the sender's grammar is the gate's to judge.

    Raises
    ------
    Malformed
        A field is out of its range.
    """
    p = passage
    if not 0 < len(p.plate.encode()) <= PLATE_BYTES or "\0" in p.plate:
        raise Malformed("plate", f"1 to {PLATE_BYTES} bytes of UTF-8 are kept, none of them zero")
    if not (0 <= p.camera < MOST_CAMERAS and 0 <= p.lane <= _BYTE):
        raise Malformed("camera", f"camera {p.camera}, lane {p.lane}")
    if not (0 <= p.plate_type <= _CODE and 0 <= p.direction <= _CODE and 0 <= p.kind <= _CODE):
        raise Malformed("plate_type", f"{p.plate_type}, direction {p.direction}, kind {p.kind}")
    if not (0 <= p.plate_colour <= _CODE and 0 <= p.body_colour <= _CODE):
        raise Malformed("plate_colour", f"{p.plate_colour}, body {p.body_colour}")
    if not (0 <= p.at_ms < _LATEST_MS and 0 <= p.received_ms < _LATEST_MS):
        raise Malformed("at_ms", f"{p.at_ms}, received {p.received_ms}: no time we know")
    if p.speed_kmh is not None and not 0 <= p.speed_kmh <= _FASTEST_KMH:
        raise Malformed("speed_kmh", f"{p.speed_kmh} is not within 0 to {_FASTEST_KMH}")
    if len(p.image) > _LONGEST_IMAGE:
        raise Malformed("image", f"longer than {_LONGEST_IMAGE}")


def check_all(passages: Iterable[Passage]) -> None:
    """Check each of them; the first fault refuses all."""
    for passage in passages:
        check(passage)


def day_number(day: date) -> int:
    """Days since 1970-01-01: how tables name a day of Asia/Shanghai."""
    return (day - _EPOCH).days


def day_named(number: int) -> date:
    """Return the day of a number."""
    return _EPOCH + timedelta(days=number)


def local_ms(at: datetime) -> int:
    """Milliseconds on the clocks of Asia/Shanghai since 1970: day number and time in one."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return round(at.timestamp() * 1000) + SHANGHAI_MS


def instant(local: int) -> datetime:
    """Return the moment, in UTC, of such milliseconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=local - SHANGHAI_MS)
