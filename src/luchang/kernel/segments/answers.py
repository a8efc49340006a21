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
    plate_colours, body_colours, kinds
        Numbers of `passage.Colour` and `passage.VehicleKind`; empty: all.
    most
        Rows handed back, the newest first; `Answer.total` counts all.
    """

    first: datetime
    last: datetime
    plate: str = "*"
    plate_type: int | None = None
    cameras: frozenset[int] = field(default_factory=frozenset)
    most: int = 1_000
    plate_colours: frozenset[int] = field(default_factory=frozenset)
    body_colours: frozenset[int] = field(default_factory=frozenset)
    kinds: frozenset[int] = field(default_factory=frozenset)

    @property
    def looks(self) -> tuple[tuple[str, frozenset[int]], ...]:
        """What is asked of how a vehicle looks: name of the column, values meant."""
        asked = (
            ("plate_colour", self.plate_colours),
            ("body_colour", self.body_colours),
            ("kind", self.kinds),
        )
        return tuple((name, values) for name, values in asked if values)


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
