"""The rows of a list on a map: the same filters, the same reach, every row that has a place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse

from luchang.kernel.lists.columns import Label
from luchang.kernel.ui.tones import Tone

if TYPE_CHECKING:
    from luchang.kernel.lists.states import ListState

MOST = 20_000
"""Marks on one map at most; of more the first in the order of the list are drawn."""
DRAWN_AS: Mapping[str, str] = {Tone.NEUTRAL: "secondary"}
"""Tones that the map calls by another name."""
Point = tuple[int, float, float, str, str]


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """How a list is drawn on a map.

    `label` is the field that names a mark and `page` the route it leads to. `tone` is given a row
    with the fields named in `reads`, and no other, and the moment; `legend` says what its tones
    mean.
    """

    ground: Callable[[], Mapping[str, object]]
    label: str
    page: str
    reads: Sequence[str]
    tone: Callable[[Any, datetime], str]
    legend: Sequence[tuple[Label, str]]
    longitude: str = "longitude"
    latitude: str = "latitude"
    opening: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Filters that are set where the map is opened without any."""


@dataclass(frozen=True)
class Located:
    """How many rows of the filtered list have a place, of how many."""

    count: int
    whole: int

    @property
    def drawn(self) -> int:
        return min(self.count, MOST)

    @property
    def is_cut(self) -> bool:
        return self.count > MOST

    @property
    def without_place(self) -> int:
        return self.whole - self.count


def located(mapped: Mapped, state: "ListState") -> Located:
    rows = state.rows().order_by()
    return Located(count=_with_place(mapped, rows).count(), whole=rows.count())


def points(mapped: Mapped, state: "ListState") -> list[Point]:
    """Key, place, name and tone of every row that has a place, in the order of the list."""
    wanted = dict.fromkeys(("pk", mapped.longitude, mapped.latitude, mapped.label, *mapped.reads))
    rows = _with_place(mapped, state.rows()).values_list(*wanted, named=True)
    at = state.now.at
    return [
        (
            row.pk,
            round(getattr(row, mapped.longitude), 6),
            round(getattr(row, mapped.latitude), 6),
            str(getattr(row, mapped.label)),
            _drawn_as(mapped.tone(row, at)),
        )
        for row in rows[:MOST]
    ]


def pages_of(mapped: Mapped) -> str:
    """The address of a row's page up to its key."""
    return reverse(mapped.page, args=[0]).rstrip("0")


def _with_place(mapped: Mapped, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(
        **{f"{mapped.longitude}__isnull": False, f"{mapped.latitude}__isnull": False}
    )


def _drawn_as(tone: str) -> str:
    return DRAWN_AS.get(tone, tone)
