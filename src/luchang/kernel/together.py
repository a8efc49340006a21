"""Rows that nobody reads before the work is done are written together; so are questions asked.

An import makes a thousand entries of the audit and of histories; each on its own costs a journey
to the database, all at once cost one.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar

from django.db import models

T = TypeVar("T")
Then = Callable[[], object]


@dataclass
class _Work:
    """What one work has gathered, and what it has been told."""

    waiting: list[tuple[models.Model, Then | None]] = field(default_factory=list)
    told: dict[Hashable, Any] = field(default_factory=dict)

    def store(self) -> None:
        """Rows, then what follows from their being there, which may bring more rows."""
        while self.waiting:
            stored, self.waiting = self.waiting, []
            rows = sorted((row for row, _then in stored), key=_label)
            for _, same in groupby(rows, _label):
                some = [*same]
                type(some[0])._base_manager.bulk_create(some)  # noqa: SLF001 - Django's public name
            for _row, then in stored:
                if then is not None:
                    then()


_work: ContextVar[_Work | None] = ContextVar("work", default=None)
_earlier: ContextVar[dict[Hashable, Any] | None] = ContextVar("earlier", default=None)


def write(row: models.Model, then: Then | None = None) -> None:
    """Store a new row: now, or with the others where `written_together` is in force.

    Only for rows that are not read again in the same work. `then` is called once the row is
    there and has its key.
    """
    work = _work.get()
    if work is not None:
        work.waiting.append((row, then))
        return
    row.save(force_insert=True)
    if then is not None:
        then()


def remembered(what: Hashable, find: Callable[[], T]) -> T:
    """What `find` answers; while rows are written together, it is asked once under this name.

    Only for what the work itself does not change, and a name that holds all the answer depends
    on. What others change meanwhile is seen by the next work, or the next series of them.
    """
    work = _work.get()
    if work is None:
        return find()
    earlier = _earlier.get() or {}
    if what not in earlier and what not in work.told:
        work.told[what] = find()
    found: T = earlier[what] if what in earlier else work.told[what]
    return found


@contextmanager
def written_together() -> Iterator[None]:
    """Gather what `write` is given and store it at the end; nothing of it after an exception.

    Stand inside the transaction the rows belong to. The order of the rows of one model is kept.
    """
    work = _Work()
    before = _work.set(work)
    try:
        yield
        work.store()
    finally:
        _work.reset(before)
    earlier = _earlier.get()
    if earlier is not None:
        earlier.update(work.told)


@contextmanager
def one_after_another() -> Iterator[None]:
    """Works in here are one series: what one was told the next need not ask again.

    What a work was told that failed is forgotten with it: it may rest on rows that are undone.
    """
    before = _earlier.set({})
    try:
        yield
    finally:
        _earlier.reset(before)


def _label(row: models.Model) -> str:
    return row._meta.label  # noqa: SLF001 - Django's public name
