"""Plate and plate type as one dense number of 32 bits, the same for ever.

Number 0 is every vehicle whose plate was not read: it is many vehicles, and no question about
one vehicle looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from luchang.core.common.compiled import compiled, counted_by_nobody
from luchang.core.passages.passage import PLATE_BYTES, UNREAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Numbers = NDArray[np.uint32]

UNREAD_VEHICLE = 0

_BATCH = 1 << 12
"""Rows numbered before the table is asked again whether it is wide enough."""

_NOBODY = np.uint32(0xFFFFFFFF)
_UNREAD_WORD = np.uint64(ord(UNREAD))


class Dictionary:
    """Numbers given so far; grows, never changes a number.

    A key is two words: up to fifteen bytes of text and, in the last byte, the type. The table of
    numbers (open addressing) holds no keys: it and the keys of those who drive most stay in the
    cache.
    """

    def __init__(self) -> None:
        self._slots = _empty(1 << 12)
        self._keys = np.zeros((1, 2), np.uint64)
        self._keys[0, 0] = _UNREAD_WORD
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
        keys = self._keys[numbers]
        keys[:, 1] &= np.uint64(0x00FFFFFFFFFFFFFF)
        sizes, data = unpack(keys)
        offsets = np.zeros(len(numbers) + 1, np.int32)
        np.cumsum(sizes, out=offsets[1:])
        buffers = pa.py_buffer(offsets), pa.py_buffer(data)
        return pa.StringArray.from_buffers(len(numbers), *buffers)

    def types(self, first: int = 0, last: int | None = None) -> NDArray[np.uint8]:
        """Plate types by number."""
        high = self._keys[first : last or self.count, 1]
        return (high >> np.uint64(56)).astype(np.uint8)

    def keys_of(self, numbers: Numbers) -> Words:
        """Keys of some numbers, a row of two words each."""
        return self._keys[numbers]

    def known(self) -> Numbers:
        """Numbers whose plates are not forgotten."""
        return np.flatnonzero(self._keys[: self.count].any(axis=1)).astype(np.uint32)

    def forget(self, numbers: Numbers) -> None:
        """Blank plates; their numbers are never given again."""
        kept = np.ones(self.count, np.bool_)
        kept[numbers] = False
        kept[UNREAD_VEHICLE] = True
        self._keys[: self.count][~kept] = 0
        self._texts = None
        self._widen(self.count)

    def restore(self, plates: pa.StringArray, types: NDArray[np.uint8]) -> None:
        """Take plates back in the order of their numbers, after those already here."""
        offsets, data = _buffers(plates)
        self._make_room(self.count + len(plates))
        keys = self._keys[self.count : self.count + len(plates)]
        pack(offsets, data, types, keys, np.empty(len(plates), np.bool_))
        self.count += len(plates)
        self._widen(self.count)

    def _number(self, plates: pa.StringArray, types: NDArray[np.uint8], *, learn: bool) -> Numbers:
        numbers = np.empty(len(plates), np.uint32)
        offsets, data = _buffers(plates)
        keys, unread = np.empty((_BATCH, 2), np.uint64), np.empty(_BATCH, np.bool_)
        for begin in range(0, len(plates), _BATCH):
            end = min(begin + _BATCH, len(plates))
            rows = end - begin
            self._make_room(self.count + rows if learn else self.count)
            if 2 * (self.count + rows) > len(self._slots):
                self._widen(2 * (self.count + rows))
            pack(offsets[begin : end + 1], data, types[begin:end], keys, unread)
            self.count = number_chunk(
                keys[:rows],
                unread,
                self._slots,
                self._keys,
                self.count if learn else -self.count,
                numbers[begin:end],
            )
        return numbers

    def _make_room(self, count: int) -> None:
        if count > len(self._keys):
            wider = np.zeros((max(count, 2 * len(self._keys)), 2), np.uint64)
            wider[: self.count] = self._keys[: self.count]
            self._keys = wider

    def _widen(self, count: int) -> None:
        self._slots = _empty(1 << max(12, (2 * count).bit_length()))
        insert_known(self._keys, self.count, self._slots)


def _empty(size: int) -> Numbers:
    return np.full(size, _NOBODY, np.uint32)


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


@counted_by_nobody
def mixed(low: np.uint64, high: np.uint64) -> np.uint64:
    """Spread a key over 64 bits."""
    x = (low * np.uint64(0x9E3779B97F4A7C15)) ^ (high * np.uint64(0xC2B2AE3D27D4EB4F))
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    return x ^ (x >> np.uint64(32))


@counted_by_nobody
def word_at(data: NDArray[np.uint8], at: np.int64, size: np.int64) -> np.uint64:
    """Up to eight bytes of text as a word, least byte first; a whole word is one load."""
    if size <= 0:
        return np.uint64(0)
    left = max(8 - np.int64(size), np.int64(0))
    if at + 8 <= len(data):
        word = (
            np.uint64(data[at])
            | (np.uint64(data[at + 1]) << np.uint64(8))
            | (np.uint64(data[at + 2]) << np.uint64(16))
            | (np.uint64(data[at + 3]) << np.uint64(24))
            | (np.uint64(data[at + 4]) << np.uint64(32))
            | (np.uint64(data[at + 5]) << np.uint64(40))
            | (np.uint64(data[at + 6]) << np.uint64(48))
            | (np.uint64(data[at + 7]) << np.uint64(56))
        )
        return word & (np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(8 * left))
    word = np.uint64(0)
    for k in range(8 - left):
        word |= np.uint64(data[at + k]) << np.uint64(8 * k)
    return word


@counted_by_nobody
def key_at(
    data: NDArray[np.uint8], begin: np.int64, end: np.int64, plate_type: np.uint8
) -> tuple[np.uint64, np.uint64]:
    """Up to fifteen bytes of text and the type as two words."""
    size = end - begin
    high = word_at(data, begin + 8, size - 8) | (np.uint64(plate_type) << np.uint64(56))
    return word_at(data, begin, size), high


@counted_by_nobody
def slot_of(slots: Numbers, keys: Words, low: np.uint64, high: np.uint64) -> np.uint64:
    """Where a key stands in the table, or the empty slot where it belongs."""
    mask = np.uint64(len(slots) - 1)
    slot = mixed(low, high) & mask
    number = slots[slot]
    while number != np.uint32(0xFFFFFFFF) and (keys[number, 0] != low or keys[number, 1] != high):
        slot = (slot + np.uint64(1)) & mask
        number = slots[slot]
    return slot


@counted_by_nobody
def number_chunk(
    keys: Words,
    unread: NDArray[np.bool_],
    slots: Numbers,
    known: Words,
    count: int,
    numbers: Numbers,
) -> int:
    """Number rows by their keys; a negative count: learn nothing, unknown get 0xFFFFFFFF."""
    mask = np.uint64(len(slots) - 1)
    for row in range(len(keys)):  # look all of them up at once: the memory answers many together
        numbers[row] = slots[mixed(keys[row, 0], keys[row, 1]) & mask]
    learn = count > 0
    total = abs(count)
    for row in range(len(keys)):
        low, high, number = keys[row, 0], keys[row, 1], numbers[row]
        if (
            number != np.uint32(0xFFFFFFFF)
            and known[number, 0] == low
            and known[number, 1] == high
        ):
            continue
        if unread[row]:
            numbers[row] = 0
            continue
        slot = slot_of(slots, known, low, high)
        number = slots[slot]
        if learn and number == np.uint32(0xFFFFFFFF):
            number = np.uint32(total)
            slots[slot] = number
            known[total, 0], known[total, 1] = low, high
            total += 1
        numbers[row] = number
    return total


@counted_by_nobody
def insert_known(keys: Words, count: int, slots: Numbers) -> None:
    """Fill a new table; forgotten plates are left out."""
    for number in range(1, count):
        low, high = keys[number, 0], keys[number, 1]
        if low != 0 or high != 0:
            slots[slot_of(slots, keys, low, high)] = number


@counted_by_nobody
def pack(
    offsets: NDArray[np.int64],
    data: NDArray[np.uint8],
    types: NDArray[np.uint8],
    keys: Words,
    unread: NDArray[np.bool_],
) -> None:
    """Keys of texts and types, and which are no plate; no text and type 0 is a forgotten plate."""
    for row in range(len(types)):
        begin, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        keys[row, 0], keys[row, 1] = key_at(data, begin, end, types[row])
        unread[row] = end - begin == 1 and data[begin] == 45  # noqa: PLR2004 - UNREAD


@compiled
def unpack(keys: Words) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Sizes of the texts of keys without their types, and their bytes one after another."""
    sizes = np.zeros(len(keys), np.int32)
    data = np.empty(len(keys) * 15, np.uint8)
    total = 0
    for row in range(len(keys)):
        for half in range(2):
            word = keys[row, half]
            while word != 0:
                data[total] = np.uint8(word & np.uint64(255))
                word >>= np.uint64(8)
                total += 1
                sizes[row] += 1
    return sizes, data[:total].copy()
