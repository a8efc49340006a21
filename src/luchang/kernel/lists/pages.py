"""One page of a list: the rows drawn, how many there are, which pages lie around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.kernel.lists.columns import Cell, Column, Label
from luchang.kernel.lists.figures import address_of, parts_of
from luchang.kernel.lists.states import ListState
from luchang.kernel.metrics import Part

GATHERED = 20_000
"""Rows that are all found before they are sorted; more of them lie close enough in any order that
the index of the order soon meets a page."""
AROUND = 2
"""Page numbers shown on either side of the present one."""


@dataclass(frozen=True)
class Row:
    """One record as the list shows it."""

    pk: int
    label: str
    href: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Head:
    """The head of one column: its title, where pressing it leads, how it is sorted now."""

    column: Column
    title: str
    href: str
    direction: str
    """As aria-sort says it; empty where the column does not order the rows."""


@dataclass(frozen=True)
class Page:
    """The rows of one page and what the pager says."""

    rows: Sequence[Row]
    number: int
    size: int
    count: int
    is_capped: bool
    """True where there are more rows than were counted."""

    @property
    def last(self) -> int:
        return max(-(-self.count // self.size), 1)

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        return (self.number - 1) * self.size + len(self.rows)

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers to offer; None stands for a gap."""
        near = range(max(self.number - AROUND, 1), min(self.number + AROUND, self.last) + 1)
        numbers: list[int | None] = list(near)
        if near[0] > 1:
            numbers = [1, *([None] if near[0] > 2 else []), *numbers]  # noqa: PLR2004 - a gap
        if near[-1] < self.last:
            numbers += [*([None] if near[-1] < self.last - 1 else []), self.last]
        return numbers


def page_of(state: ListState) -> Page:
    """The asked page, or the last one there is.

    Keys are found first and rows fetched by them, so that a deep page does not join what it
    passes over. Two queries, and one for the count, which says how to find the keys.
    """
    rows, cap = state.rows(), state.spec.count_cap
    count = rows.order_by()[: cap + 1].count()
    shown = min(count, cap)
    number = min(state.page, max(-(-shown // state.size), 1))
    start = (number - 1) * state.size
    ordered = state.gathered(rows) if count <= GATHERED else rows
    keys = list(ordered.values_list("pk", flat=True)[start : min(start + state.size, cap)])
    return Page(
        rows=[row_of(state, record) for record in records_of(rows, keys)],
        number=number,
        size=state.size,
        count=shown,
        is_capped=count > cap,
    )


def records_of(rows: QuerySet[Any], keys: Sequence[int]) -> list[Model]:
    """The rows of those keys, in the order of the keys."""
    found = {record.pk: record for record in rows.filter(pk__in=keys).order_by()} if keys else {}
    return [found[key] for key in keys if key in found]


def row_of(state: ListState, record: Model) -> Row:
    link = state.spec.link
    return Row(
        pk=record.pk,
        label=str(record),
        href=link(record) if link else "",
        cells=[column.cell(record) for column in state.columns],
    )


def heads_of(state: ListState) -> list[Head]:
    directions = {
        sort.column.key: "descending" if sort.is_descending else "ascending"
        for sort in state.sorts
    }
    return [
        Head(
            column=column,
            title=str(column.title),
            href=state.sorted_by(column) if column.order_fields else "",
            direction=directions.get(column.key, ""),
        )
        for column in state.columns
    ]


@dataclass(frozen=True)
class FigureHead:
    """What stands above the records of one number: what it is, and its other records."""

    says: str
    counts: str
    leaves_out: str
    parts: Sequence[tuple[str, str, bool]]
    """Label, address and whether it is shown now, where there is more than one set."""


PARTS: Mapping[Part, Label] = {Part.COUNTED: _("计入的记录"), Part.BASE: _("计算基数")}


def figure_of(state: ListState) -> FigureHead | None:
    figure = state.figure
    if figure is None:
        return None
    indicator = figure.indicator
    branch = figure.branch.code if figure.branch else ""
    parts = [
        (
            str(PARTS[part]),
            address_of(indicator, figure.period, scope=figure.scope, part=part, branch=branch),
            part == figure.part,
        )
        for part in parts_of(indicator)
    ]
    return FigureHead(
        says=figure.says,
        counts=str(indicator.counts),
        leaves_out=str(indicator.leaves_out),
        parts=parts if len(parts) > 1 else [],
    )
