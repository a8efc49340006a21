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
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

Row = Mapping[str, Any]
"""Values by column; a column that is missing takes the default of its field."""

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"
LINES_AT_ONCE = 500


def hold(*models: type[Model]) -> None:
    """Keep everybody else from writing to these tables until the transaction ends."""
    tables = ", ".join(f'"{model._meta.db_table}"' for model in models)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


@contextmanager
def built_afterwards(index: str, *, unless: bool) -> Iterator[None]:
    """Do without an index while rows are added and build it in one go, which is much quicker.

    Until the transaction ends nobody else can read the table: not for one that is in use.
    """
    if unless:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        definition: str = cursor.fetchone()[0]
        _settle_constraints(cursor)
        cursor.execute(f'DROP INDEX "{index}"')
    yield
    with connection.cursor() as cursor:
        _settle_constraints(cursor)
        cursor.execute(definition)


def _settle_constraints(cursor: CursorWrapper) -> None:
    """An index is neither dropped nor made while rows of its table wait to be checked."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Table:
    """One table while rows are added to it; it must be held, since it gives out the keys."""

    def __init__(self, model: type[Model]) -> None:
        options = model._meta  # noqa: SLF001 - Django's public name
        self.name = options.db_table
        fields = [each for each in options.concrete_fields if each is not options.pk]
        self.columns: list[str] = ["id", *(str(each.column) for each in fields)]
        self._defaults = [_NULL, *(_text(each.get_default()) for each in fields)]
        self._sequence = f"pg_get_serial_sequence('\"{self.name}\"', 'id')"
        self.last_id = self.first_id = self._last_id()
        self.rows = 0

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def copy(self, rows: Iterable[Row]) -> None:
        """Add rows; each has its `id` from `new_id`."""
        columns = ", ".join(f'"{each}"' for each in self.columns)
        with connection.cursor() as cursor:
            command = f'COPY "{self.name}" ({columns}) FROM STDIN'
            with cursor.cursor.copy(command) as stream:
                lines = map(self._line, rows)
                while some := list(islice(lines, LINES_AT_ONCE)):
                    stream.write("".join(some))
                    self.rows += len(some)

    def finish(self) -> None:
        """Let the table's own numbering go on behind the keys given out, and its plans be good."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval({self._sequence}, %s)", [max(self.last_id, 1)])
            cursor.execute(f'ANALYZE "{self.name}"')

    def _last_id(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT nextval({self._sequence})")
            given: int = cursor.fetchone()[0]
        return given

    def _line(self, row: Row) -> str:
        cells = [
            _text(row[column]) if column in row else default
            for column, default in zip(self.columns, self._defaults, strict=True)
        ]
        return "\t".join(cells) + "\n"


def _text(value: Any) -> str:
    """A value as COPY reads it."""
    return _WRITERS.get(type(value), _plain)(value)


def _plain(value: object) -> str:
    return str(value).translate(_ESCAPED)


def _array(values: Iterable[str]) -> str:
    quoted = (each.replace("\\", "\\\\").replace('"', '\\"') for each in values)
    return ("{" + ",".join(f'"{each}"' for each in quoted) + "}").translate(_ESCAPED)


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: _NULL,
    bool: lambda value: "t" if value else "f",
    int: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    list: _array,
    tuple: _array,
}
