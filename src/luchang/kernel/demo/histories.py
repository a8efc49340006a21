"""The history of rows that are copied, written by one statement a table instead of row by row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pghistory.trigger
import pgtrigger
from django.db import connection
from django.db.models import Model

from luchang.kernel.demo.copying import Table, settle_constraints
from luchang.kernel.history import INSERT

ADDED = "{cond_new_values}"
"""Where pghistory's statement names the rows a statement has added."""


@contextmanager
def kept_together(tables: Iterable[Table]) -> Iterator[None]:
    """What the triggers would write about each added row, in the same words but at the end.

    The tables are held until the transaction ends, and only their triggers of inserts rest: an
    update or a deletion inside is kept as ever.
    """
    resting = [(table, _trigger(table.model)) for table in tables]
    settle_constraints()
    for table, trigger in resting:
        trigger.disable(cast("Model", table.model))  # pgtrigger takes the class
    yield
    settle_constraints()
    for table, trigger in resting:
        with connection.cursor() as cursor:
            cursor.execute(_statement(table, trigger))
        trigger.enable(cast("Model", table.model))


def events_of(model: type[Model]) -> type[Model]:
    """The model of the rows its history consists of."""
    return cast("type[Model]", _trigger(model).event_model)


def _trigger(model: type[Model]) -> pghistory.trigger.Event:
    label = model._meta.label  # noqa: SLF001 - Django's public name
    for _, trigger in pgtrigger.registered(f"{label}:insert_{INSERT}"):
        assert isinstance(trigger, pghistory.trigger.Event)  # noqa: S101 - so it is called
        return trigger
    raise LookupError(label)


def _statement(table: Table, trigger: pghistory.trigger.Event) -> str:
    """What pghistory itself would do for all rows of one statement, for those we have added."""
    event: Any = pghistory.trigger.Event
    whole = event(
        operation=trigger.operation,
        label=trigger.label,
        event_model=trigger.event_model,
        level=pgtrigger.Statement,
    )
    body: str = whole.get_func(table.model).func
    rows = f'SELECT * FROM "{table.name}" WHERE id > {table.first_id:d} ORDER BY id'  # noqa: S608
    return body.removesuffix("RETURN NULL;").replace(ADDED, f"({rows}) AS new_values")
