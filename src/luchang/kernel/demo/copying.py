"""Many rows of one model at once, by COPY, with the keys known beforehand.

Triggers, constraints and indexes do their work as for any insert; what `save` would compute has to
be in the row. Encrypted columns take the stored form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Field, Model

Row = Mapping[str, Any]
"""Values by column; a column that is missing takes the default of its field."""


class Written(str):
    """A value that is already as COPY reads it, for those that many rows share."""

    __slots__ = ()


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"
LINES_AT_ONCE = 500
SORTED_IN_MEMORY = "256MB"
GUARDING_NOTHING = """
    SELECT relname, pg_get_indexdef(indexrelid)
      FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique
     ORDER BY relname
"""


def hold(*models: type[Model]) -> None:
    """Keep everybody else from writing to these tables until the transaction ends."""
    tables = ", ".join(f'"{model._meta.db_table}"' for model in models)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


@contextmanager
def built_afterwards(*models: type[Model], unless: bool) -> Iterator[None]:
    """Do without the indexes that guard nothing while rows are added; then build each in one go.

    Until the transaction ends nobody else can read the tables: not for those that are in use.
    """
    if unless:
        yield
        return
    tables = [model._meta.db_table for model in models]  # noqa: SLF001 - Django's public name
    with connection.cursor() as cursor:
        cursor.execute(GUARDING_NOTHING, [tables])
        definitions: dict[str, str] = dict(cursor.fetchall())
        settle_constraints()
        for index in definitions:
            cursor.execute(f'DROP INDEX "{index}"')
    yield
    settle_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{SORTED_IN_MEMORY}'")
        for definition in definitions.values():
            cursor.execute(definition)


def settle_constraints() -> None:
    """Check now what waits: no table is altered whose rows still have to be checked."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Ledger:
    """One table while rows are added to it that nothing refers to; others may write to it too."""

    def __init__(self, model: type[Model]) -> None:
        options = model._meta  # noqa: SLF001 - Django's public name
        self.model = model
        self.name = options.db_table
        fields = [each for each in options.concrete_fields if self._writes(each)]
        self.columns: list[str] = [str(each.column) for each in fields]
        self._place = {column: place for place, column in enumerate(self.columns)}
        self._defaults = [_text(each.get_default()) for each in fields]
        self.rows = 0

    def copy(self, rows: Iterable[Row]) -> None:
        """Add rows, in this order."""
        columns = ", ".join(f'"{each}"' for each in self.columns)
        with connection.cursor() as cursor:
            command = f'COPY "{self.name}" ({columns}) FROM STDIN'
            with cursor.cursor.copy(command) as stream:
                lines = map(self._line, rows)
                while some := list(islice(lines, LINES_AT_ONCE)):
                    stream.write("".join(some))
                    self.rows += len(some)

    def finish(self) -> None:
        """Let plans be good."""
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{self.name}"')

    def _writes(self, field: "Field[Any, Any]") -> bool:
        return not field.primary_key

    def _line(self, row: Row) -> str:
        cells = self._defaults.copy()
        place, writers = self._place, _WRITERS
        for column, value in row.items():
            cells[place[column]] = writers.get(type(value), _plain)(value)
        return "\t".join(cells) + "\n"


class Table(Ledger):
    """One whose rows have their `id` from `new_id`; it must be held, since keys are given out."""

    def __init__(self, model: type[Model]) -> None:
        super().__init__(model)
        self._sequence = f"pg_get_serial_sequence('\"{self.name}\"', 'id')"
        self.last_id = self.first_id = self._last_id()

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def finish(self) -> None:
        """Let the table's own numbering go on behind the keys given out, and its plans be good."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval({self._sequence}, %s)", [max(self.last_id, 1)])
        super().finish()

    def _writes(self, _field: "Field[Any, Any]") -> bool:
        return True

    def _last_id(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT nextval({self._sequence})")
            given: int = cursor.fetchone()[0]
        return given


def _text(value: Any) -> str:
    """A value as COPY reads it."""
    return _WRITERS.get(type(value), _plain)(value)


def _plain(value: object) -> str:
    text = str(value)
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPED)


def _array(values: Iterable[str]) -> str:
    return "{" + elements(values) + "}"


def elements(values: Iterable[str]) -> Written:
    """The inside of an array."""
    quoted = (each.replace("\\", "\\\\").replace('"', '\\"') for each in values)
    return Written(",".join(f'"{each}"' for each in quoted).translate(_ESCAPED))


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: _NULL,
    bool: lambda value: "t" if value else "f",
    int: str,
    Written: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    list: _array,
    tuple: _array,
}
