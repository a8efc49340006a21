"""What a list is: declared once in an app's `views`, drawn, exported and imported from here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.columns import Column, Label
from luchang.kernel.lists.filters import Filter, InOrganisation, TextSearch
from luchang.kernel.lists.imports.specs import ImportSpec
from luchang.kernel.lists.maps import Mapped

M = TypeVar("M", bound=Model)

RESERVED = frozenset(
    {"sort", "page", "size", "cols", "view", "ids", "all", "action", "format", "reveal", "figure"}
)
"""Parameters of the engine itself, which no filter may own."""

SIZES = (20, 50, 100, 200)
COUNT_CAP = 100_000


@dataclass(frozen=True)
class BulkAction:
    """Something done to many checked rows at once, each by the service that does it to one.

    `each` is called once a row in its own savepoint; one of `refusals` leaves that row alone and
    is told, anything else undoes the whole run.
    """

    key: str
    title: Label
    permission: str
    each: Callable[[int, Actor, datetime], object]
    question: Label = _("对以下记录执行该操作？")
    refusals: tuple[type[Exception], ...] = ()
    is_dangerous: bool = False


@dataclass(frozen=True)
class PageAction:
    """A button above the list that leads elsewhere, such as 新增."""

    title: Label
    url_name: str
    permission: str
    icon: str = "plus"
    is_primary: bool = True


@dataclass(frozen=True, kw_only=True)
class ListSpec(Generic[M]):
    """One list. `rows` is a selector: it returns the rows within the actor's reach and no other.

    `code` is `<app>.<plural>`: the name of its route, of its saved views and of its audit entries.
    `permission` opens the route and says which organisations the tree shows.
    """

    code: str
    title: Label
    permission: str
    rows: Callable[[Actor], QuerySet[M]]
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    order: Sequence[str] = ("-pk",)
    link: Callable[[M], str] | None = None
    """The address of a row's own page."""
    actions: Sequence[PageAction] = ()
    bulk: Sequence[BulkAction] = ()
    parents: Sequence[tuple[Label, str]] = ()
    """The breadcrumb above the title: labels and route names, an empty name for none."""
    imports: ImportSpec[Any] | None = None
    map: Mapped | None = None
    """How the rows are drawn on a map; none for rows without a place."""
    page_size: int = 50
    count_cap: int = COUNT_CAP
    """Rows counted and paged at most; a longer list is narrowed by filters or exported."""
    empty: Label = _("没有符合条件的记录")

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        names = [name for each in self.filters for name in each.names]
        if len(set(keys)) != len(keys) or len(set(names)) != len(names):
            raise ValueError(f"{self.code} has two columns or filters of one name")
        if RESERVED & set(names):
            raise ValueError(f"{self.code}: {RESERVED & set(names)} belong to the engine")
        if self.page_size not in SIZES or not self.columns:
            raise ValueError(f"{self.code} needs columns and a page size of {SIZES}")

    @property
    def search(self) -> TextSearch | None:
        return next((each for each in self.filters if isinstance(each, TextSearch)), None)

    @property
    def tree(self) -> InOrganisation | None:
        return next((each for each in self.filters if isinstance(each, InOrganisation)), None)

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_shown)

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def bulk_action(self, key: str) -> BulkAction | None:
        return next((action for action in self.bulk if action.key == key), None)


_register: dict[str, ListSpec[Any]] = {}


def register(spec: ListSpec[Any]) -> None:
    """Make a list known to search, saved views and the tests that walk all lists."""
    known = _register.setdefault(spec.code, spec)
    if known is not spec:
        raise ValueError(f"{spec.code} is declared twice")


def find(code: str) -> ListSpec[Any]:
    """The list of that code.

    Raises:
        LookupError: there is none.
    """
    return _register[code]


def registered() -> tuple[ListSpec[Any], ...]:
    """All lists, by code."""
    return tuple(_register[code] for code in sorted(_register))
