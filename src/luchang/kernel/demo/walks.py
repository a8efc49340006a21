"""Invented records of a ledger with the moves they would have made, written by COPY.

For ledgers of hundreds or thousands of rows; what runs into millions has its own loader.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import pgtrigger
from django.db import connection
from django.db.models import Model

from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.demo.copying import Ledger, Row, Table, hold
from luchang.kernel.demo.histories import kept_together
from luchang.kernel.history import attributed, event_model_of
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.models import Move
from luchang.kernel.search import SearchField

REASON = "演示数据"
MOVES = (
    "DELETE FROM records_move WHERE subject = %s AND subject_id IN (SELECT id FROM {} WHERE {})"
)

Step = tuple[str, datetime]
"""A state and when the record came to it."""


class Walks:
    """Rows of some models, in the order in which they refer to each other."""

    def __init__(self, *models: type[Model], by: Actor) -> None:
        hold(*models)
        self.by = by
        self.tables = {model: Table(model) for model in models}
        self.rows: dict[type[Model], list[Row]] = {model: [] for model in models}
        self.moves: list[Row] = []

    def add(self, model: type[Model], row: Row, steps: Sequence[Step] = ()) -> int:
        """Keep a row for later; its state is that of the last step. Returns its key."""
        key = self.tables[model].new_id()
        state = {"status": steps[-1][0]} if steps else {}
        self.rows[model].append(_stored(model, {**row, **state, "id": key}))
        before = ""
        for after, at in steps:
            self.moves.append(self._move(model, key, before, after, at))
            before = after
        return key

    def write(self) -> int:
        """Everything at once, with its history; how many records it were."""
        with attributed(self.by, reason=REASON), self._histories():
            for model, rows in self.rows.items():
                self.tables[model].copy(rows)
        Ledger(Move).copy(self.moves)
        for table in self.tables.values():
            table.finish()
        return sum(len(rows) for rows in self.rows.values())

    def _histories(self) -> AbstractContextManager[None]:
        return kept_together([self.tables[each] for each in self.tables if _is_tracked(each)])

    def _move(self, model: type[Model], key: int, before: str, after: str, at: datetime) -> Row:
        return {
            "subject": str(model._meta.label_lower),  # noqa: SLF001 - Django's public name
            "subject_id": key,
            "before": before,
            "after": after,
            "at": at,
            "actor_id": self.by.user_id,
            "actor_name": self.by.name,
            "reason": REASON,
        }


def take_away(*models: type[Model], source: str) -> int:
    """Remove the rows whose column `source` says so, with their moves and histories.

    `models` stand in the order in which they can go.

    Raises:
        IntegrityError: somebody has since hung records of his own on them.
    """
    removed = 0
    with connection.cursor() as cursor:
        for model in models:
            table, label = model._meta.db_table, model._meta.label_lower  # noqa: SLF001
            which = "source = %s"
            cursor.execute(MOVES.format(f'"{table}"', which), [label, source])
            cursor.execute(f'SELECT id FROM "{table}" WHERE {which}', [source])  # noqa: S608
            keys = [key for (key,) in cursor.fetchall()]
            cursor.execute(f'DELETE FROM "{table}" WHERE {which}', [source])  # noqa: S608
            removed += cursor.rowcount
            if _is_tracked(model):
                _forget(event_model_of(model), keys)
    return removed


def _forget(history: type[Model], keys: list[int]) -> None:
    """The history of what never was; real history is never deleted."""
    table, label = history._meta.db_table, history._meta.label  # noqa: SLF001
    with pgtrigger.ignore(f"{label}:append_only"), connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}" WHERE pgh_obj_id = ANY(%s)', [keys])  # noqa: S608


def _stored(model: type[Model], row: Row) -> Row:
    """What `save` would compute: search terms, and personal data in its stored form."""
    computed: dict[str, object] = {}
    for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's public name
        column = str(field.column)
        if isinstance(field, SearchField):
            computed[column] = field.pre_save(model(**row), add=True)
        elif isinstance(field, EncryptedTextField) and row.get(column):
            computed[column] = field.get_db_prep_save(row[column], connection)
    return {**row, **computed}


def _is_tracked(model: type[Model]) -> bool:
    try:
        event_model_of(model)
    except LookupError:
        return False
    return True
