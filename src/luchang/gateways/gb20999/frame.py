"""Frames: 0x7E, length, envelope, items, checksum, 0x7D; big-endian throughout."""

import struct
from dataclasses import dataclass
from enum import IntEnum

HEAD, TAIL = 0x7E, 0x7D
POLYNOMIAL = 0x1005
"""x^16 + x^12 + x^2 + 1, initial value 0, over everything from the length to the last item."""

_ENVELOPE = struct.Struct(">HHBIBBBB")
_ADDRESS = 4
_ENDS = 2
LEAST_BYTES = _ENVELOPE.size + 2 + _ENDS
LENGTH_OFF = 4
"""What a frame's length field says less than the bytes of the frame."""

MOST_VALUE = 0xFF - _ADDRESS
MOST_ITEMS = 0xFF
MOST_BYTES = 0xFFFF + LENGTH_OFF


class BadFrame(Exception):
    """What arrived is no frame; the text says why, for engineers."""


class Kind(IntEnum):
    """Types of frames; a type that is none of these is kept as its number."""

    QUERY = 0x10
    ANSWER = 0x20
    QUERY_ERROR = 0x21
    SET = 0x30
    SET_ANSWER = 0x40
    SET_ERROR = 0x41
    BROADCAST = 0x50
    PUSH = 0x60
    HEARTBEAT = 0x70


class DataClass(IntEnum):
    """What an item is about; a class that is none of these is kept as its number."""

    DEVICE = 1
    BASE = 2
    LAMP_GROUP = 3
    PHASE = 4
    DETECTOR = 5
    STAGE = 6
    SAFETY = 7
    PRIORITY = 8
    PLAN = 9
    TRANSITION = 10
    DAY_PLAN = 11
    SCHEDULE = 12
    RUNNING = 13
    TRAFFIC = 14
    ALARM = 15
    FAULT = 16
    CENTRE_CONTROL = 17
    COMMAND = 18


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value lives in a controller; 0 as attribute or element means all of them."""

    data_class: int
    item: int
    attribute: int = 0
    element: int = 0

    def __str__(self) -> str:
        return f"{self.data_class}.{self.item}.{self.attribute}.{self.element}"


@dataclass(frozen=True, slots=True)
class Item:
    """One value at its place; empty in a query. The value is raw: its meaning is the place's."""

    place: Place
    value: bytes = b""


@dataclass(frozen=True, slots=True)
class Frame:
    kind: int
    items: tuple[Item, ...] = ()
    controller: int = 0
    junction: int = 0
    host: int = 1
    serial: int = 0
    version: int = 0x0100


def _table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 8
        for _ in range(8):
            value = (value << 1) ^ (POLYNOMIAL if value & 0x8000 else 0)
        table.append(value & 0xFFFF)
    return table


_TABLE = _table()


def checksum(content: bytes) -> int:
    value = 0
    for byte in content:
        value = (value << 8 & 0xFFFF) ^ _TABLE[value >> 8 ^ byte]
    return value


def encode(frame: Frame) -> bytes:
    """The bytes of a frame, as a datagram carries them.

    Raises:
        BadFrame: a number or value does not fit its field.
    """
    if len(frame.items) > MOST_ITEMS:
        raise BadFrame(f"more than {MOST_ITEMS} items")
    items = bytearray()
    for index, item in enumerate(frame.items, start=1):
        if len(item.value) > MOST_VALUE:
            raise BadFrame(f"a value longer than {MOST_VALUE} bytes")
        place = item.place
        try:
            items += bytes((index, _ADDRESS + len(item.value)))
            items += bytes((place.data_class, place.item, place.attribute, place.element))
        except ValueError as strange:
            raise BadFrame(f"no place: {place}") from strange
        items += item.value
    length = LEAST_BYTES + len(items) - LENGTH_OFF
    try:
        envelope = _ENVELOPE.pack(
            length,
            frame.version,
            frame.host,
            frame.controller,
            frame.junction,
            frame.serial,
            frame.kind,
            len(frame.items),
        )
    except struct.error as strange:
        raise BadFrame(f"does not fit: {strange}") from strange
    body = envelope + bytes(items)
    return bytes((HEAD,)) + body + checksum(body).to_bytes(2, "big") + bytes((TAIL,))


def decode(content: bytes) -> Frame:
    """The frame that these bytes are, all of them.

    Raises:
        BadFrame: they are none.
    """
    if not LEAST_BYTES <= len(content) <= MOST_BYTES:
        raise BadFrame(f"{len(content)} bytes")
    if content[0] != HEAD or content[-1] != TAIL:
        raise BadFrame("no head or no tail")
    body, told = content[1:-3], int.from_bytes(content[-3:-1], "big")
    if told != checksum(body):
        raise BadFrame(f"checksum {told:04x}, should be {checksum(body):04x}")
    length, version, host, controller, junction, serial, kind, count = _ENVELOPE.unpack_from(body)
    if length != len(content) - LENGTH_OFF:
        raise BadFrame(f"length {length}, should be {len(content) - LENGTH_OFF}")
    items = _items(body[_ENVELOPE.size :], count)
    return Frame(kind, items, controller, junction, host, serial, version)


def _items(content: bytes, count: int) -> tuple[Item, ...]:
    found, at = [], 0
    for _ in range(count):
        if at + 2 > len(content):
            raise BadFrame("fewer items than told")
        length = content[at + 1]
        stop = at + 2 + length
        if length < _ADDRESS or stop > len(content):
            raise BadFrame("an item that is cut or has no place")
        found.append(Item(Place(*content[at + 2 : at + 6]), content[at + 6 : stop]))
        at = stop
    if at != len(content):
        raise BadFrame("more than the items told")
    return tuple(found)
