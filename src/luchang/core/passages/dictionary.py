"""Plate and plate type as one dense number of 32 bits, the same for ever.

Number 0 is every vehicle whose plate was not read: it is many vehicles, and no question about
one vehicle looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from luchang.core.common.compiled import compiled
from luchang.core.passages.passage import PLATE_BYTES, UNREAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Numbers = NDArray[np.uint32]

UNREAD_VEHICLE = 0

_CHUNK = 1 << 18
"""Rows numbered before the table is asked again whether it is wide enough."""

_NOBODY = np.uint32(0xFFFFFFFF)
_UNREAD_WORD = np.uint64(ord(UNREAD))


class Table(NamedTuple):
    """Open addressing: the two halves of a key, and its number."""

    low: Words
    high: Words
    number: Numbers


class Dictionary:
    """Numbers given so far; grows, never changes a number."""

    def __init__(self) -> None:
        self._table = _empty(1 << 12)
        self._low = np.zeros(1, np.uint64)
        self._high = np.zeros(1, np.uint64)
        self._low[0] = _UNREAD_WORD
        self._texts: pa.StringArray | None = None
        self.count = 1

    def number_all(self, plates: pa.StringArray, types: NDArray[np.uint8]) -> Numbers:
        """Return the number of each vehicle; those never seen get the next free ones."""
        return self._number(plates, types, learn=True)

    def find_all(self, plates: pa.StringArray, types: NDArray[np.uint8]) -> Numbers:
        """Return the number of each vehicle, 0xFFFFFFFF for those that have none."""
        return self._number(plates, types, learn=False)

    def find(self, plate: str, plate_type: int) -> int | None:
        """Return the number of a vehicle, None when it was never seen."""
        found = self.find_all(pa.array([plate]), np.array([plate_type], np.uint8))[0]
        return None if found == _NOBODY else int(found)

    def plates(self, first: int = 0, last: int | None = None) -> pa.StringArray:
        """Plates by number, from `first` to before `last`; empty where a plate was forgotten."""
        whole = first == 0 and last is None
        if whole and self._texts is not None and len(self._texts) == self.count:
            return self._texts
        found = self.plates_of(np.arange(first, last or self.count, dtype=np.uint32))
        if whole:
            self._texts = found
        return found

    def plates_of(self, numbers: Numbers) -> pa.StringArray:
        """Plates of some numbers; empty where a plate was forgotten."""
        high = self._high[numbers] & np.uint64(0x00FFFFFFFFFFFFFF)
        sizes, data = unpack(self._low[numbers], high)
        offsets = np.zeros(len(numbers) + 1, np.int32)
        np.cumsum(sizes, out=offsets[1:])
        buffers = pa.py_buffer(offsets), pa.py_buffer(data)
        return pa.StringArray.from_buffers(len(numbers), *buffers)

    def types(self, first: int = 0, last: int | None = None) -> NDArray[np.uint8]:
        """Plate types by number."""
        high = self._high[first : last or self.count]
        return (high >> np.uint64(56)).astype(np.uint8)

    def known(self) -> Numbers:
        """Numbers whose plates are not forgotten."""
        low, high = self._low[: self.count], self._high[: self.count]
        return np.flatnonzero((low != 0) | (high != 0)).astype(np.uint32)

    def forget(self, numbers: Numbers) -> None:
        """Blank plates; their numbers are never given again."""
        kept = np.ones(self.count, np.bool_)
        kept[numbers] = False
        kept[UNREAD_VEHICLE] = True
        self._low[: self.count][~kept] = 0
        self._high[: self.count][~kept] = 0
        self._texts = None
        self._widen(self.count)

    def restore(self, plates: pa.StringArray, types: NDArray[np.uint8]) -> None:
        """Take plates back in the order of their numbers, after those already here."""
        low, high = np.empty(len(plates), np.uint64), np.empty(len(plates), np.uint64)
        offsets, data = _buffers(plates)
        pack(offsets, data, types, low, high)
        self._make_room(self.count + len(low))
        self._low[self.count : self.count + len(low)] = low
        self._high[self.count : self.count + len(low)] = high
        self.count += len(low)
        self._widen(self.count)

    def _number(self, plates: pa.StringArray, types: NDArray[np.uint8], *, learn: bool) -> Numbers:
        numbers = np.empty(len(plates), np.uint32)
        offsets, data = _buffers(plates)
        for begin in range(0, len(plates), _CHUNK):
            end = min(begin + _CHUNK, len(plates))
            self._make_room(self.count + end - begin if learn else self.count)
            if 2 * (self.count + end - begin) > len(self._table.number):
                self._widen(self.count + end - begin)
            self.count = number_chunk(
                offsets[begin : end + 1],
                data,
                types[begin:end],
                self._table,
                (self._low, self._high),
                self.count if learn else -self.count,
                numbers[begin:end],
            )
        return numbers

    def _make_room(self, count: int) -> None:
        if count > len(self._low):
            room = max(count, 2 * len(self._low))
            self._low = np.concatenate([self._low, np.zeros(room - len(self._low), np.uint64)])
            self._high = np.concatenate([self._high, np.zeros(room - len(self._high), np.uint64)])

    def _widen(self, count: int) -> None:
        self._table = _empty(1 << max(12, (2 * count).bit_length()))
        insert_known(self._low, self._high, self.count, self._table)


def _empty(size: int) -> Table:
    return Table(
        np.zeros(size, np.uint64), np.zeros(size, np.uint64), np.full(size, _NOBODY, np.uint32)
    )


def _buffers(plates: pa.StringArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    if pa.types.is_large_string(plates.type):
        kind: type[np.int32 | np.int64] = np.int64
    else:
        kind = np.int32
    _, offsets, data = plates.buffers()
    places = np.frombuffer(offsets, kind)[plates.offset : plates.offset + len(plates) + 1]
    text = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    if len(places) and int(np.diff(places).max(initial=0)) > PLATE_BYTES:
        raise ValueError(f"a plate longer than {PLATE_BYTES} bytes")
    return places, text  # type: ignore[return-value]  # 32 or 64 bits, kernels take both


@compiled
def mixed(low: np.uint64, high: np.uint64) -> np.uint64:
    """Spread a key over 64 bits."""
    x = (low * np.uint64(0x9E3779B97F4A7C15)) ^ (high * np.uint64(0xC2B2AE3D27D4EB4F))
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    return x ^ (x >> np.uint64(32))


@compiled
def key_at(
    data: NDArray[np.uint8], begin: int, end: int, plate_type: np.uint8
) -> tuple[np.uint64, np.uint64]:
    """Up to fifteen bytes of text and the type as two words, least byte first."""
    low, high = np.uint64(0), np.uint64(plate_type) << np.uint64(56)
    for k in range(begin, end):
        shift = np.uint64(8 * ((k - begin) & 7))
        if k - begin < 8:  # noqa: PLR2004 - bytes of a word
            low |= np.uint64(data[k]) << shift
        else:
            high |= np.uint64(data[k]) << shift
    return low, high


@compiled
def slot_of(table: Table, low: np.uint64, high: np.uint64) -> np.uint64:
    """Where a key stands in the table, or the empty slot where it belongs."""
    mask = np.uint64(len(table.number) - 1)
    slot = mixed(low, high) & mask
    while table.number[slot] != np.uint32(0xFFFFFFFF) and (
        table.low[slot] != low or table.high[slot] != high
    ):
        slot = (slot + np.uint64(1)) & mask
    return slot


@compiled
def number_chunk(
    offsets: NDArray[np.int64],
    data: NDArray[np.uint8],
    types: NDArray[np.uint8],
    table: Table,
    known: tuple[Words, Words],
    count: int,
    numbers: Numbers,
) -> int:
    """Number rows; a negative count: learn nothing, unknown rows get 0xFFFFFFFF."""
    learn = count > 0
    total = abs(count)
    for row in range(len(types)):
        begin, end = offsets[row], offsets[row + 1]
        if end - begin == 1 and data[begin] == 45:  # noqa: PLR2004 - UNREAD
            numbers[row] = 0
            continue
        low, high = key_at(data, begin, end, types[row])
        slot = slot_of(table, low, high)
        if learn and table.number[slot] == np.uint32(0xFFFFFFFF):
            table.low[slot], table.high[slot] = low, high
            table.number[slot] = total
            known[0][total], known[1][total] = low, high
            total += 1
        numbers[row] = table.number[slot]
    return total


@compiled
def insert_known(low: Words, high: Words, count: int, table: Table) -> None:
    """Fill a new table; forgotten plates are left out."""
    for number in range(1, count):
        if low[number] == 0 and high[number] == 0:
            continue
        slot = slot_of(table, low[number], high[number])
        table.low[slot], table.high[slot] = low[number], high[number]
        table.number[slot] = number


@compiled
def pack(
    offsets: NDArray[np.int64],
    data: NDArray[np.uint8],
    types: NDArray[np.uint8],
    low: Words,
    high: Words,
) -> None:
    """Keys of texts and types; no text and type 0 is a forgotten plate."""
    for row in range(len(types)):
        low[row], high[row] = key_at(data, offsets[row], offsets[row + 1], types[row])


@compiled
def unpack(low: Words, high: Words) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Sizes of the texts of keys without their types, and their bytes one after another."""
    sizes = np.zeros(len(low), np.int32)
    data = np.empty(len(low) * 15, np.uint8)
    total = 0
    for row in range(len(low)):
        for half in range(2):
            word = low[row] if half == 0 else high[row]
            while word != 0:
                data[total] = np.uint8(word & np.uint64(255))
                word >>= np.uint64(8)
                total += 1
                sizes[row] += 1
    return sizes, data[:total].copy()
