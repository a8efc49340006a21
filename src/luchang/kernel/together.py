"""Rows that nobody reads before the work is done are written together.

An import makes a thousand entries of the audit and of histories; each on its own costs a journey
to the database, all at once cost one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby

from django.db import models

_waiting: ContextVar[list[models.Model] | None] = ContextVar("waiting", default=None)


def write(row: models.Model) -> None:
    """Store a new row: now, or with the others where `written_together` is in force.

    Only for rows whose key nobody asks for and which are not read again in the same work.
    """
    waiting = _waiting.get()
    if waiting is None:
        row.save(force_insert=True)
    else:
        waiting.append(row)


@contextmanager
def written_together() -> Iterator[None]:
    """Gather what `write` is given and store it at the end; nothing of it after an exception.

    Stand inside the transaction the rows belong to. The order of the rows of one model is kept.
    """
    rows: list[models.Model] = []
    before = _waiting.set(rows)
    try:
        yield
    finally:
        _waiting.reset(before)
    for _, same in groupby(sorted(rows, key=_label), _label):
        some = [*same]
        type(some[0])._base_manager.bulk_create(some)  # noqa: SLF001 - Django's public name


def _label(row: models.Model) -> str:
    return row._meta.label  # noqa: SLF001 - Django's public name
