"""Passages found: a page of them, newest first, and where the next page goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from luchang.apps.passages.selectors.asking import answered, cameras_within
from luchang.apps.passages.selectors.store import the_store
from luchang.core.passages.passage import UNREAD

if TYPE_CHECKING:
    from datetime import datetime

    from luchang.apps.passages.selectors.asking import Asked
    from luchang.core.passages.passage import Passage
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.segments import Found, Question

PAGE = 100
MOST_LISTED = 10_000
"""Rows that can be paged through or taken along; of more the newest."""
_MS = timedelta(milliseconds=1)


class Mark(NamedTuple):
    """Where a page ends: time of its last row, and how many rows of that time were shown."""

    at_ms: int
    shown: int

    def __str__(self) -> str:
        return f"{self.at_ms}.{self.shown}"


@dataclass(frozen=True)
class Row:
    """A passage and the number of its vehicle, None where it has none of its own."""

    passage: Passage
    at: datetime
    vehicle: int | None


@dataclass(frozen=True)
class Page:
    """Rows of one page; `following` is where the next one begins, None on the last."""

    rows: tuple[Row, ...]
    following: Mark | None


@answered
def count_found(asked: Asked, actor: Actor) -> int:
    """How many passages answer.

    Raises:
        EnquiryRefused: the actor reaches no camera, or the store is damaged.
    """
    return the_store().search(_question(asked, actor, most=1)).total


@answered
def page_after(asked: Asked, actor: Actor, mark: Mark | None, *, size: int = PAGE) -> Page:
    """Rows after a mark; rows that arrived since the first page do not shift the others.

    Raises:
        EnquiryRefused: the actor reaches no camera, or the store is damaged.
    """
    shown = mark.shown if mark else 0
    question = _question(asked, actor, most=size + shown + 1, until=mark)
    rows = the_store().search(question).rows[shown:]
    held = rows[:size]
    following = _mark_of(held, mark) if len(rows) > size else None
    return Page(tuple(_row(one) for one in held), following)


@answered
def found_rows(asked: Asked, actor: Actor) -> Iterator[Row]:
    """The newest rows, as many as can be taken along.

    Raises:
        EnquiryRefused: the actor reaches no camera, or the store is damaged.
    """
    answer = the_store().search(_question(asked, actor, most=MOST_LISTED))
    return map(_row, answer.rows)


def _question(asked: Asked, actor: Actor, *, most: int, until: Mark | None = None) -> Question:
    from luchang.core.passages.passage import SHANGHAI_MS, instant  # noqa: PLC0415 - as below
    from luchang.kernel.segments import Question  # noqa: PLC0415 - kernels take a second to load

    last = instant(until.at_ms + SHANGHAI_MS) + _MS if until else asked.last
    return Question(
        first=asked.first,
        last=min(last, asked.last),
        plate=asked.plate,
        plate_type=asked.plate_type,
        cameras=cameras_within(asked, actor),
        most=most,
        plate_colours=frozenset(asked.plate_colours),
        body_colours=frozenset(asked.body_colours),
        kinds=frozenset(asked.kinds),
    )


def _mark_of(rows: tuple[Found, ...], before: Mark | None) -> Mark:
    at_ms = rows[-1].passage.at_ms
    shown = sum(one.passage.at_ms == at_ms for one in rows)
    same = before is not None and before.at_ms == at_ms
    return Mark(at_ms, shown + (before.shown if before and same else 0))


def _row(found: Found) -> Row:
    one = found.passage
    number = None if one.plate == UNREAD else the_store().number_of(one.plate, one.plate_type)
    return Row(one, found.at, number)
