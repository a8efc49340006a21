"""What may be imported: columns, the natural key, and the services that take a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.lists.columns import Exported, Label
from luchang.kernel.lists.imports.parsers import Parser, TextParser

M = TypeVar("M", bound=Model)
Values = Mapping[str, Any]


@dataclass(frozen=True)
class ImportColumn:
    """One column of the file.

    `key` names the value in what the services get; `value` is the dotted way to the present value
    in a row, `key` itself where none is given.
    """

    key: str
    title: Label
    parser: Parser = field(default_factory=TextParser)
    is_required: bool = True
    value: str = ""
    empty: Any = ""
    """What an empty cell means in a column that may be empty."""
    width: int = 18
    blank_keeps: bool = False
    """An empty cell says nothing, as if the column were not there: what is known stays."""

    def present(self, row: Model) -> Any:
        found: Any = row
        for step in (self.value or self.key).split("."):
            found = getattr(found, step, None)
        return found

    def shown(self, row: Model) -> Exported:
        """The present value as the file's cell would hold it."""
        return self.parser.shown(self.present(row))


@dataclass(frozen=True, kw_only=True)
class ImportSpec(Generic[M]):
    """Rows of one model from workbooks.

    `rows` is the selector of the list: what it does not reach cannot be changed, nor is it told
    that it exists. `create` and `change` are services; what stands in `refusals` is told as an
    error of the row, and `parsers.Wrong` as one of the column it names. `key` names the columns by
    which a row is found again.
    """

    code: str
    title: Label
    permission: str
    columns: Sequence[ImportColumn]
    key: Sequence[str]
    rows: Callable[[Actor], QuerySet[M]]
    create: Callable[[Values, Actor, datetime], object]
    change: Callable[[M, Values, Actor, datetime], object]
    check: Callable[[Values, Actor], None] | None = None
    """Raises `parsers.Wrong` for what single cells cannot show."""
    refusals: tuple[type[Exception], ...] = ()
    order: Sequence[str] = ("pk",)

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys) or not self.key or not set(self.key) <= set(keys):
            raise ValueError(f"{self.code} needs columns of different names and a key among them")

    @property
    def refused_by(self) -> tuple[type[Exception], ...]:
        return (*self.refusals, ValidationError, Forbidden)

    def column(self, key: str) -> ImportColumn:
        return next(column for column in self.columns if column.key == key)

    def key_of(self, values: Values) -> tuple[str, ...]:
        """The natural key as text, so that values and rows can be compared."""
        return tuple(str(self.column(key).parser.shown(values[key])) for key in self.key)

    def key_of_row(self, row: M) -> tuple[str, ...]:
        return tuple(str(self.column(key).shown(row)) for key in self.key)
