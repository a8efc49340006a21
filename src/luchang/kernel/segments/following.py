"""Reading the log behind its writers: every passage once, in the order of the log.

    follower = Follower(folder, "watch")
    passages, place = follower.after(place, most=5_000)   # the place is kept by whoever follows
    follower.release(place)                               # what lies before it may be deleted

Sealing leaves a log file where it is until every follower has released it, so that a follower
may be away for as long as the disk has room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from luchang.core.passages.passage import Passage
from luchang.kernel.segments import manifest as manifests
from luchang.kernel.segments.durable import write_whole
from luchang.kernel.segments.log import (
    BEGIN,
    OPEN,
    READER,
    closed_in,
    frames_in,
    identity,
    may_begin,
)

_decode = msgspec.msgpack.Decoder(list[Passage]).decode


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has read: in which log, by its own bytes, and up to where in it."""

    log: str = ""
    offset: int = BEGIN


class _Log(NamedTuple):
    path: Path
    known_by: bytes


class Follower:
    """Somebody who reads all that is appended; `name` is his in this store."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder / "log"
        self._mark = self._folder / f"{name}{READER}"
        if not self._mark.exists():
            write_whole(self._mark, str(manifests.read(folder).sealed).encode())
        self._through = int(self._mark.read_text())

    def after(self, place: Place, *, most: int) -> tuple[list[Passage], Place]:
        """About `most` passages after a place, and the place they reach to.

        A place in a log that is gone means all that was not released.
        """
        found: list[Passage] = []
        for log in self._from(place):
            name = log.known_by.hex()
            begin = place.offset if name == place.log else BEGIN
            for content, end in _frames(log, begin):
                found += _decode(content)
                place = Place(name, end)
                if len(found) >= most:
                    return found, place
        return found, place

    def release(self, place: Place) -> None:
        """Let every log go that lies before a place."""
        logs = closed_in(self._folder)  # listed first: what is closed later is not before it
        for number, path in logs:
            if _known_by(path).hex() == place.log:
                is_read = place.offset >= path.stat().st_size
                return self._let_go(number if is_read else number - 1)
        if logs and place.log and _known_by(self._folder / OPEN).hex() == place.log:
            self._let_go(logs[-1][0])
        return None

    def earliest(self, places: Iterable[Place]) -> Place:
        """The one that lies before the others; one in a log that is gone lies before all."""
        order = {log.known_by.hex(): number for number, log in enumerate(self._logs())}
        return min(places, key=lambda one: (order.get(one.log, -1), one.offset))

    def leave(self) -> None:
        """Follow no more: nothing is kept for him. Whoever comes again begins with what waits."""
        self._mark.unlink(missing_ok=True)

    def _from(self, place: Place) -> list[_Log]:
        """Logs from the one of a place on; from the oldest unreleased where that one is gone."""
        logs = list(self._logs())
        names = [log.known_by.hex() for log in logs]
        return logs[names.index(place.log) if place.log in names else 0 :]

    def _logs(self) -> Iterator[_Log]:
        paths = [path for number, path in closed_in(self._folder) if number > self._through]
        for path in (*paths, self._folder / OPEN):
            if known_by := _known_by(path):
                yield _Log(path, known_by)

    def _let_go(self, through: int) -> None:
        if through > self._through:
            write_whole(self._mark, str(through).encode())
            self._through = through


def _known_by(path: Path) -> bytes:
    """Empty where there is no such log, or it is just being made."""
    try:
        return identity(path)
    except FileNotFoundError:
        return b""


def _frames(log: _Log, begin: int) -> Iterator[tuple[bytes, int]]:
    """Frames of a log that may be closed, and its name taken by the next, while it is read.

    A full disk lets a writer take back what it had written; then the log is read anew.
    """
    try:
        with log.path.open("rb") as file:
            if file.read(BEGIN) == log.known_by:
                yield from frames_in(file, begin if may_begin(file, begin) else BEGIN)
    except FileNotFoundError:
        return
