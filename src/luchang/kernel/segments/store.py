"""The public face of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from luchang.core.passages.passage import Passage


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for; every part left out holds for all.

    Attributes
    ----------
    plate
        Text with `?` for one character and `*` for any number of them.
    plate_type
        GA/T 16.7 as a number.
    first, last
        From this moment on, and before that moment; both with a zone.
    cameras
        Numbers of the cameras to look at.
    most
        Rows handed back, the newest first; `Answer.total` counts all.
    """

    first: datetime
    last: datetime
    plate: str = "*"
    plate_type: int | None = None
    cameras: frozenset[int] = field(default_factory=frozenset)
    most: int = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """One passage as it is handed back.

    Attributes
    ----------
    passage
        What was stored.
    at
        When, by the camera's clock, in UTC.
    vehicle
        Number of plate and plate type in the store; 0 for unread plates.
    """

    passage: Passage
    at: datetime
    vehicle: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows found, newest first, at most `Question.most` of `total`."""

    rows: tuple[Found, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a `seal` did: rows written, rows left out because they had come before, the days."""

    rows: int
    repeated: int
    days: tuple[date, ...]


class Store:
    """Passages on disk."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a store, or make an empty one; cuts a tail torn by a crash off the log.

        Raises:
            Damaged: files are missing or of an unknown format.
        """
        raise NotImplementedError

    def append(self, passages: Sequence[Passage]) -> None:
        """Add passages; when it returns they are on disk. Safe from many threads and processes.

        Of a batch cut by a crash, all or none is kept; a batch sent again adds nothing.

        Raises:
            Malformed: one of them is no passage; none is kept.
            StoreFull: the disk is full; none is kept.
        """
        raise NotImplementedError

    def seal(self) -> Sealed:
        """Turn the log into segments of the hours it holds, late rows included.

        Raises:
            Busy: another process is sealing.
        """
        raise NotImplementedError

    def arrange(self, day: date) -> int:
        """Write the two orders of a day anew from its segments; rows in them.

        Raises:
            Busy: another process is at work.
        """
        raise NotImplementedError

    def search(self, question: Question) -> Answer:
        """Passages that answer a question, those of the last second included."""
        raise NotImplementedError

    def track(self, plate: str, plate_type: int, first: date, last: date) -> tuple[Found, ...]:
        """Passages of one vehicle from day to day, both included, oldest first."""
        raise NotImplementedError

    def erase(self, plate: str, plate_type: int, first: date, last: date) -> int:
        """Hide a vehicle's passages of these days at once and for good; rows hidden."""
        raise NotImplementedError

    def rewrite(self) -> int:
        """Write every file anew that holds erased passages; rows removed.

        Raises:
            Busy: another process is at work.
        """
        raise NotImplementedError

    def holds(self, plate: str) -> tuple[Path, ...]:
        """Files in which the text of a plate still stands, byte by byte: none proves it gone."""
        raise NotImplementedError

    def drop_before(self, day: date) -> int:
        """Remove every day before this one, and the plates no later day knows; days removed.

        Raises:
            Busy: another process is at work.
        """
        raise NotImplementedError
