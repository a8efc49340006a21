"""Watch list (布控): whether a passage that arrives is of a vehicle somebody looks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from luchang.core.passages.passage import UNREAD

if TYPE_CHECKING:
    from luchang.core.passages.passage import Passage

ANY_TYPE = 0
_OPEN_ENDS = ("?", "*")


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
    """

    number: int
    plate: str
    plate_type: int = ANY_TYPE
    from_ms: int = 0
    until_ms: int = 1 << 62
    cameras: frozenset[int] = field(default_factory=frozenset)

    def holds(self, passage: Passage) -> bool:
        """Whether time, type and camera of a passage are among those meant."""
        return (
            self.from_ms <= passage.at_ms < self.until_ms
            and self.plate_type in (ANY_TYPE, passage.plate_type)
            and (not self.cameras or passage.camera in self.cameras)
        )


def plate_pattern(text: str) -> re.Pattern[str]:
    """Whole plates that a text with `?` and `*` means."""
    parts = ({"?": ".", "*": ".*"}.get(character) or re.escape(character) for character in text)
    return re.compile("".join(parts))


class WatchList:
    """Entries by plate; those with an open part by their last character."""

    def __init__(self, watches: Iterable[Watch]) -> None:
        self._exact: dict[str, Watch | tuple[Watch, ...]] = {}
        self._open: dict[str, list[tuple[re.Pattern[str], Watch]]] = {}
        for watch in watches:
            self._enter(watch)

    def matches(self, passage: Passage) -> tuple[Watch, ...]:
        """Entries that mean this passage, in the order they were entered by kind."""
        plate = passage.plate
        found = self._exact.get(plate)
        if found is None and not self._open:
            return ()
        return self._judged(passage, found)

    def _judged(
        self, passage: Passage, found: Watch | tuple[Watch, ...] | None
    ) -> tuple[Watch, ...]:
        if passage.plate == UNREAD:
            return ()
        held = [] if found is None else [found] if isinstance(found, Watch) else list(found)
        for last in (passage.plate[-1:], ""):
            held += [
                watch
                for pattern, watch in self._open.get(last, ())
                if pattern.fullmatch(passage.plate)
            ]
        return tuple(watch for watch in held if watch.holds(passage))

    def _enter(self, watch: Watch) -> None:
        if any(sign in watch.plate for sign in _OPEN_ENDS):
            last = "" if watch.plate.endswith(_OPEN_ENDS) else watch.plate[-1]
            self._open.setdefault(last, []).append((plate_pattern(watch.plate), watch))
            return
        known = self._exact.get(watch.plate)
        if known is None:
            self._exact[watch.plate] = watch
        else:
            before = known if isinstance(known, tuple) else (known,)
            self._exact[watch.plate] = (*before, watch)
