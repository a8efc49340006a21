"""Changing the state of a record: table asked, move written, live screens told by the caller."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.models import Move
from luchang.kernel.states import S, TransitionTable
from luchang.kernel.together import write


class Stateful(models.Model):
    """A record with a state; its table says what may follow what."""

    if TYPE_CHECKING:
        status: "models.CharField[str, str]"

    class Meta:
        abstract = True


def move(
    row: Stateful,
    table: TransitionTable[S],
    after: S,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """Set `row.status` and write the move; the caller saves the row in the same transaction.

    Raises:
        IllegalTransition: the table has no such move.
    """
    before = type(table.start)(row.status)
    table.check(before, after)
    row.status = after.value
    _write(row, before.value, after.value, by=by, at=at, reason=reason)


def begin(
    row: Stateful,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """Write the first line of a new record's history."""
    _write(row, "", row.status, by=by, at=at, reason=reason)


def history(row: Stateful) -> models.QuerySet[Move]:
    """Every move of the record, oldest first."""
    return Move.objects.filter(subject=subject_of(row), subject_id=row.pk)


def subject_of(row: models.Model) -> str:
    """The kind of record as `<app>.<model>`."""
    return str(row._meta.label_lower)  # noqa: SLF001 - Django's public name for it


def _write(
    row: Stateful, before: str, after: str, *, by: Actor, at: datetime, reason: str
) -> None:
    write(
        Move(
            subject=subject_of(row),
            subject_id=row.pk,
            before=before,
            after=after,
            at=at,
            actor_id=by.user_id,
            actor_name=by.name,
            reason=reason,
        )
    )
