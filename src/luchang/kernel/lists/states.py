"""How a list is being looked at. The address says all of it, so that it can be kept and sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Model, QuerySet, TextChoices
from django.db.models.expressions import OrderBy
from django.db.models.fields import Field
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from luchang.kernel.lists.asked import Asked, Unreadable
from luchang.kernel.lists.columns import Column
from luchang.kernel.lists.figures import Figure, filters_of
from luchang.kernel.lists.filters import Circumstances, Filter
from luchang.kernel.lists.specs import SIZES, ListSpec
from luchang.kernel.states import TransitionTable

MOST_SORTS = 3


class Density(TextChoices):
    """How close the rows stand."""

    NORMAL = "NORMAL", _("标准")
    COMPACT = "COMPACT", _("紧凑")


class ImportStatus(TextChoices):
    """How far an uploaded workbook has come."""

    RECEIVED = "RECEIVED", _("待检查")
    CHECKED = "CHECKED", _("已检查")
    REFUSED = "REFUSED", _("已拒绝")
    APPLIED = "APPLIED", _("已导入")


I = ImportStatus  # noqa: E741 - as the house's tables name their states
IMPORTS = TransitionTable(
    start=I.RECEIVED,
    moves={
        I.RECEIVED: frozenset({I.CHECKED, I.REFUSED}),
        I.CHECKED: frozenset({I.CHECKED, I.REFUSED, I.APPLIED}),
        I.REFUSED: frozenset({I.CHECKED, I.REFUSED}),
        I.APPLIED: frozenset(),
    },
)


@dataclass(frozen=True)
class Sort:
    """One column the rows are ordered by."""

    column: Column
    is_descending: bool

    def __str__(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.column.key}"


@dataclass(frozen=True)
class Given:
    """One filter that is set."""

    filter: Filter
    value: Any

    @property
    def says(self) -> str:
        return self.filter.says(self.value)


@dataclass(frozen=True)
class ListState:
    """One way of looking at one list, read from an address."""

    spec: ListSpec[Any]
    asked: Asked
    now: Circumstances
    given: Sequence[Given]
    unreadable: Sequence[Filter]
    """Filters set to something they cannot mean; then no row is shown rather than too many."""
    sorts: Sequence[Sort]
    columns: Sequence[Column]
    page: int
    size: int

    def rows(self) -> QuerySet[Any]:
        """All rows of the filtered list, in order, within the actor's reach."""
        rows = self.spec.rows(self.now.actor)
        if self.unreadable:
            return rows.none()
        for each in self.given:
            rows = each.filter.apply(rows, each.value, self.now)
        return rows.order_by(*self._order(rows.model))

    def gathered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The `rows` of this list in the same order, all found before they are sorted.

        Asked for the first few of an order, the database may walk along the index of that order
        and test row by row, trusting that matches lie everywhere. Where they are few, or all lie
        at the far end, it walks the whole table.
        """
        return rows.order_by(*(_without_index(each) for each in self._order(rows.model)))

    @property
    def figure(self) -> Figure | None:
        """The number whose records are shown, if the address names one."""
        return next((each.value for each in self.given if isinstance(each.value, Figure)), None)

    def _order(self, model: type[Model]) -> list[OrderBy]:
        chosen = [
            (name, sort.is_descending) for sort in self.sorts for name in sort.column.order_fields
        ] or [(name.removeprefix("-"), name.startswith("-")) for name in self.spec.order]
        order = [_order_by(model, name, is_descending=down) for name, down in chosen]
        down_last = chosen[-1][1] if chosen else False
        return [*order, _order_by(model, "pk", is_descending=down_last)]

    def query(self, **changes: str | Sequence[str]) -> str:
        """The address of a neighbouring state: other values under the given names."""
        asked = self.asked
        for name, value in changes.items():
            asked = asked.replaced(name, *([value] if isinstance(value, str) else value))
        return "?" + asked.query()

    def without(self, each: Filter) -> str:
        """The address with one filter taken away."""
        return "?" + self.asked.without(*each.names, "page").query()

    def sorted_by(self, column: Column) -> str:
        """The address after pressing a column's head: ascending, descending, as it came."""
        now = next((sort for sort in self.sorts if sort.column == column), None)
        asked = self.asked.without("sort", "page")
        if now is None:
            asked = asked.replaced("sort", column.key)
        elif not now.is_descending:
            asked = asked.replaced("sort", f"-{column.key}")
        return "?" + asked.query()

    def at_page(self, page: int) -> str:
        return self.query(page=str(page) if page > 1 else ())


def read(
    spec: ListSpec[Any], asked: Asked, now: Circumstances, chosen: Sequence[str] = ()
) -> ListState:
    """The state an address asks for; `chosen` are the columns this person keeps for the list."""
    given, unreadable = [], []
    filters = filters_of(spec)
    for each in filters:
        try:
            value = each.read(asked, now)
        except Unreadable:
            unreadable.append(each)
            continue
        if value is not None:
            given.append(Given(each, value))
    own = [name for each in filters for name in each.names]
    size = asked.whole("size", spec.page_size)
    return ListState(
        spec=spec,
        asked=asked.only([*own, "sort", "page", "size", "cols", "view"]),
        now=now,
        given=given,
        unreadable=unreadable,
        sorts=_sorts(spec, asked.one("sort")),
        columns=_columns(spec, asked.one("cols").split(",") if asked.one("cols") else chosen),
        page=max(asked.whole("page", 1), 1),
        size=size if size in SIZES else spec.page_size,
    )


def with_columns(state: ListState, columns: Sequence[Column]) -> ListState:
    return replace(state, columns=columns)


def _sorts(spec: ListSpec[Any], text: str) -> list[Sort]:
    """The sorts that can be meant; unknown columns are passed over."""
    found: dict[str, Sort] = {}
    for part in text.split(",")[:MOST_SORTS]:
        column = spec.column(part.removeprefix("-"))
        if column is not None and column.order_fields:
            found.setdefault(column.key, Sort(column, is_descending=part.startswith("-")))
    return list(found.values())


def _columns(spec: ListSpec[Any], keys: Sequence[str]) -> tuple[Column, ...]:
    found = [column for key in dict.fromkeys(keys) if (column := spec.column(key))]
    return tuple(found) or spec.shown_columns


def _order_by(model: type[Model], name: str, *, is_descending: bool) -> OrderBy:
    """Empty values last either way, said only where there can be any: an index must still fit."""
    last = True if _may_be_null(model, name) else None
    return F(name).desc(nulls_last=last) if is_descending else F(name).asc(nulls_last=last)


def _without_index(order: OrderBy) -> OrderBy:
    """The same order by an expression that equals the field, which no index is in the order of."""
    unlike = order.copy()
    unlike.set_source_expressions([Coalesce(order.expression, order.expression)])
    return unlike


def _may_be_null(model: type[Model], name: str) -> bool:
    """Whether the way to a value may end early; annotations count as if it could."""
    if name == "pk":
        return False
    step, _sep, rest = name.partition("__")
    fields = {each.name: each for each in model._meta.get_fields() if isinstance(each, Field)}  # noqa: SLF001 - Django's public name for it
    if step not in fields or fields[step].null:
        return True
    related = fields[step].related_model
    return bool(rest) and isinstance(related, type) and _may_be_null(related, rest)
