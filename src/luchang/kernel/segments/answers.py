"""What is asked of the store and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luchang.core.passages.passage import Passage


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for; every part left out holds for all.

    Attributes
    ----------
    first, last
        From this moment on, and before that moment; both with a zone.
    plate
        Text with `?` for one character and `*` for any number of them; `-` for unread plates.
    plate_type
        GA/T 16.7 as a number.
    cameras
        Numbers of the cameras to look at; empty: all.
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
    """

    passage: Passage
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows found, newest first, at most `Question.most` of `total`."""

    rows: tuple[Found, ...]
    total: int
