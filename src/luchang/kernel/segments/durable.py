"""Files that are there after a power cut, or not there at all."""

from __future__ import annotations

import errno
import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StoreFull(OSError):
    """The disk has no room; nothing of what was asked was kept."""


class Busy(Exception):
    """Another process does this kind of work on the store at the moment."""


class Damaged(Exception):
    """A file of the store is missing, of another format, or not what its checksum says."""


@contextmanager
def room() -> Iterator[None]:
    """Say `StoreFull` where the system says there is no room."""
    try:
        yield
    except OSError as refused:
        if refused.errno in _NO_ROOM:
            raise StoreFull(refused.errno, os.strerror(refused.errno)) from refused
        raise


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Put a file in place, durably and in one step: the old content stands until then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    try:
        with room():
            _write(draft, content)
            draft.replace(path)
            sync_folder(path.parent)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_out(handle: int, content: bytes | memoryview) -> None:
    """Write all of it; the system may take less at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


@contextmanager
def held(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold a lock file against other processes.

    Raises:
        Busy: it is held and `wait` is False.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as taken:
            raise Busy(path.name) from taken
        yield
    finally:
        os.close(handle)


def arrow_bytes(table: pa.Table) -> pa.Buffer:
    """One record batch in an Arrow IPC file, uncompressed."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()


def mapped(path: Path) -> pa.Table:
    """Arrow IPC file mapped into memory: nothing is read before it is looked at.

    Raises:
        Damaged: it is no such file.
    """
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except (OSError, pa.ArrowInvalid) as fault:
        raise Damaged(f"{path}: {fault}") from fault


def checksum(content: bytes | memoryview | pa.Buffer) -> int:
    """CRC-32 of a file's content."""
    return zlib.crc32(content)


def _write(path: Path, content: bytes | memoryview) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    try:
        write_out(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
