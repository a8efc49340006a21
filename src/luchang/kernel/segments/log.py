"""Append log: frames of passages, each whole or not there.

A log file begins with a mark and eight random bytes that are its own. A frame is a mark, the
length and CRC-32 of its content, and the content: the passages of one batch as msgpack. Writers
of many processes take turns by a lock. A writer that died in the middle left a torn frame at the
end; whoever writes next cuts it off, whoever reads stops there.
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from luchang.kernel.segments.durable import held, room, sync_folder, write_out

_MARK = b"LCP1"
_HEAD = struct.Struct("<4sII")
OPEN = "open.log"
READER = ".reader"
"""Ends the name of a file that says up to which log one follower has read."""

_LOG = b"LUCHANG1"
BEGIN = len(_LOG) + 8
"""Where the frames of a log begin."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[list[int | str | None]]).decode

Fields = list[int | str | None]


class Log:
    """The log folder of a store, as one process sees it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()
        self._handle = -1
        self._end = 0

    def append(self, batch: object) -> None:
        """Write one frame; on return it is on disk.

        Raises:
            StoreFull: there was no room; the log is as it was.
        """
        content = _encode(batch)
        frame = _HEAD.pack(_MARK, len(content), zlib.crc32(content)) + content
        with self._turn, held(self._folder / "lock", wait=True):
            self._take_up()
            try:
                with room():
                    write_out(self._handle, frame)
                    os.fdatasync(self._handle)
            except OSError:
                os.ftruncate(self._handle, self._end)
                raise
            self._end += len(frame)

    def turn_over(self, number: int) -> None:
        """Close the open log under a number; the next frame begins a new one."""
        with self._turn, held(self._folder / "lock", wait=True):
            opened = self._folder / OPEN
            if opened.exists() and opened.stat().st_size > BEGIN:
                opened.rename(self._folder / f"{number:09d}.log")
                sync_folder(self._folder)

    def closed(self) -> list[tuple[int, Path]]:
        """Closed logs by number."""
        return closed_in(self._folder)

    def drop(self, through: int) -> None:
        """Delete the closed logs up to a number, as far as every follower has read them."""
        marks = list(_marks(self._folder))
        for number, path in self.closed():
            if number <= min([through, *marks]):
                path.unlink()

    def files(self, after: int) -> list[Path]:
        """Logs whose rows are in no segment yet: those closed after a number, and the open one."""
        opened = self._folder / OPEN
        rest = [path for number, path in self.closed() if number > after]
        return [*rest, opened] if opened.exists() else rest

    def close(self) -> None:
        """Let the open file go."""
        with self._turn:
            if self._handle >= 0:
                os.close(self._handle)
            self._handle = -1

    def _take_up(self) -> None:
        """Stand at the end of the last whole frame of the open log."""
        path = self._folder / OPEN
        if self._handle < 0 or not _is_same(self._handle, path):
            if self._handle >= 0:
                os.close(self._handle)
            is_new = not path.exists()
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
            self._end = BEGIN
            if is_new:
                sync_folder(self._folder)
        size = os.fstat(self._handle).st_size
        if size < BEGIN:
            os.ftruncate(self._handle, 0)
            with room():
                write_out(self._handle, _LOG + os.urandom(BEGIN - len(_LOG)))
            size = BEGIN
        if size != self._end:
            self._end = _whole_until(path, self._end)
            if size != self._end:
                os.ftruncate(self._handle, self._end)


class Tail:
    """Rows of a log file, read as it grows."""

    def __init__(self, path: Path) -> None:
        self.rows: list[Fields] = []
        self.path = path
        self._until = BEGIN

    def read(self) -> list[Fields]:
        """All rows so far."""
        for content, end in frames(self.path, self._until):
            self.rows += _decode(content)
            self._until = end
        return self.rows


def _marks(folder: Path) -> Iterator[int]:
    """Up to which log each follower has read; one may leave meanwhile."""
    for path in folder.glob(f"*{READER}"):
        with suppress(FileNotFoundError):
            yield int(path.read_text())


def identity(path: Path) -> bytes:
    """What a log file is known by, whatever its name; empty while it is being made."""
    with path.open("rb") as file:
        head = file.read(BEGIN)
    return head if len(head) == BEGIN else b""


def frames(path: Path, begin: int = BEGIN) -> Iterator[tuple[bytes, int]]:
    """Whole frames from a place on: content, and where each ends; stops at a torn one."""
    with path.open("rb") as file:
        yield from frames_in(file, begin)


def frames_in(file: BinaryIO, begin: int = BEGIN) -> Iterator[tuple[bytes, int]]:
    """The same of an open file."""
    file.seek(begin)
    at = begin
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        mark, length, crc = _HEAD.unpack(head)
        if mark != _MARK:
            return
        content = file.read(length)
        if len(content) != length or zlib.crc32(content) != crc:
            return
        at += _HEAD.size + length
        yield content, at


def may_begin(file: BinaryIO, place: int) -> bool:
    """Whether a frame may begin at a place, or will once it is written."""
    if file.seek(0, os.SEEK_END) < place:
        return False
    file.seek(place)
    return _MARK.startswith(file.read(len(_MARK)))


def closed_in(folder: Path) -> list[tuple[int, Path]]:
    """Closed logs of a log folder by number."""
    return sorted((int(path.stem), path) for path in folder.glob("[0-9]*.log"))


def rows_in(path: Path) -> list[Fields]:
    """Every row of a log file."""
    return Tail(path).read()


def _whole_until(path: Path, begin: int) -> int:
    end = begin
    for _, after in frames(path, begin):
        end = after
    return end


def _is_same(handle: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    here = os.fstat(handle)
    return (here.st_ino, here.st_dev) == (there.st_ino, there.st_dev)
