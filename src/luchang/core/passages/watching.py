"""Watch list (布控): whether a passage that arrives is of a vehicle somebody looks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from luchang.core.passages.passage import UNREAD, Colour, VehicleKind

if TYPE_CHECKING:
    from luchang.core.passages.passage import Passage

ANY_TYPE = 0
_OPEN_ENDS = ("?", "*")
_ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Watch:
    """One entry of the list.

    Attributes
    ----------
    plate
        Text, with `?` for one character and `*` for any number of them.
    plate_type
        GA/T 16.7 as a number; `ANY_TYPE` for every type.
    from_ms, until_ms
        When it holds, by the time of the passage [ms since 1970 UTC]; `until_ms` no longer.
    cameras
        Where it holds; empty: everywhere.
    plate_colour, body_colour, kind
        What the vehicle looks like, as `passage.Colour` and `VehicleKind`; 0 for anything. With a
        look, `*` means vehicles without a legible plate too.
    """

    number: int
    plate: str
    plate_type: int = ANY_TYPE
    from_ms: int = 0
    until_ms: int = 1 << 62
    cameras: frozenset[int] = field(default_factory=frozenset)
    plate_colour: int = Colour.UNKNOWN
    body_colour: int = Colour.UNKNOWN
    kind: int = VehicleKind.UNKNOWN

    def holds(self, passage: Passage) -> bool:
        """Whether time, type, camera and look of a passage are among those meant."""
        return (
            self.from_ms <= passage.at_ms < self.until_ms
            and self.plate_type in (ANY_TYPE, passage.plate_type)
            and (not self.cameras or passage.camera in self.cameras)
            and self._looks_like(passage)
        )

    @property
    def is_of_any_plate(self) -> bool:
        """Whether it means a look, whatever the plate."""
        return self.plate == _ANYTHING and any((self.plate_colour, self.body_colour, self.kind))

    def _looks_like(self, passage: Passage) -> bool:
        return (
            self.plate_colour in (Colour.UNKNOWN, passage.plate_colour)
            and self.body_colour in (Colour.UNKNOWN, passage.body_colour)
            and self.kind in (VehicleKind.UNKNOWN, passage.kind)
        )


def plate_pattern(text: str) -> re.Pattern[str]:
    """Whole plates that a text with `?` and `*` means."""
    parts = ({"?": ".", "*": ".*"}.get(character) or re.escape(character) for character in text)
    return re.compile("".join(parts))


class WatchList:
    """Entries by plate; those with an open part by their last character."""

    def __init__(self, watches: Iterable[Watch] = ()) -> None:
        self._known: dict[int, Watch] = {}
        self._exact: dict[str, Watch | tuple[Watch, ...]] = {}
        self._open: dict[str, list[tuple[re.Pattern[str], Watch]]] = {}
        self._looks: list[Watch] = []
        for watch in watches:
            self.put(watch)

    def __len__(self) -> int:
        return len(self._known)

    def put(self, watch: Watch) -> None:
        """Enter a watch, instead of the one that had its number."""
        self.drop(watch.number)
        self._known[watch.number] = watch
        if watch.is_of_any_plate:
            self._looks.append(watch)
        elif _is_open(watch):
            pattern = plate_pattern(watch.plate)
            self._open.setdefault(_last(watch), []).append((pattern, watch))
        else:
            known = self._exact.get(watch.plate)
            if known is None:
                self._exact[watch.plate] = watch
            else:
                self._exact[watch.plate] = (*_several(known), watch)

    def drop(self, number: int) -> None:
        """Take a watch off the list; nothing happens where it is not on it."""
        watch = self._known.pop(number, None)
        if watch is None:
            return
        if watch.is_of_any_plate:
            self._looks.remove(watch)
        elif _is_open(watch):
            last = _last(watch)
            rest = [pair for pair in self._open[last] if pair[1] is not watch]
            if rest:
                self._open[last] = rest
            else:
                del self._open[last]
        else:
            others = tuple(
                each for each in _several(self._exact[watch.plate]) if each is not watch
            )
            if others:
                self._exact[watch.plate] = others if len(others) > 1 else others[0]
            else:
                del self._exact[watch.plate]

    def matches(self, passage: Passage) -> tuple[Watch, ...]:
        """Entries that mean this passage, in the order they were entered by kind."""
        found = self._exact.get(passage.plate)
        if found is None and not self._open and not self._looks:
            return ()
        return self._judged(passage, found)

    def _judged(
        self, passage: Passage, found: Watch | tuple[Watch, ...] | None
    ) -> tuple[Watch, ...]:
        held = [*self._looks]
        if passage.plate != UNREAD:
            held += () if found is None else _several(found)
            for last in (passage.plate[-1:], ""):
                held += [
                    watch
                    for pattern, watch in self._open.get(last, ())
                    if pattern.fullmatch(passage.plate)
                ]
        return tuple(watch for watch in held if watch.holds(passage))


def _is_open(watch: Watch) -> bool:
    return any(sign in watch.plate for sign in _OPEN_ENDS)


def _last(watch: Watch) -> str:
    """Under what a watch with an open part is filed."""
    return "" if watch.plate.endswith(_OPEN_ENDS) else watch.plate[-1]


def _several(found: Watch | tuple[Watch, ...]) -> tuple[Watch, ...]:
    return (found,) if isinstance(found, Watch) else found
