"""The left menu: every app registers its pages, everybody sees those he may open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import IntegerChoices
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin

from luchang.kernel.identity.actors import Actor

Count = Callable[[Actor], int]


class Section(IntegerChoices):
    """The parts of the menu, in their order."""

    WORK = 10, _("工作")
    COMMAND = 20, _("指挥调度")
    PASSAGES = 25, _("缉查布控")
    ROADS = 30, _("道路管理")
    SUBJECTS = 35, _("重点对象")
    SERVICE = 40, _("车驾管服务")
    PEOPLE = 50, _("勤务队伍")
    FIGURES = 60, _("统计报告")
    PLATFORM = 90, _("系统管理")


@dataclass(frozen=True)
class MenuItem:
    """One page of the menu.

    `permission` empty: everybody who has signed in. `count` puts a number beside the title, for
    what waits; it is asked on every page, so it must be one indexed query. `within` names the
    beginnings of other URL names under which this item is lit as well.
    """

    section: Section
    title: str | Promise
    url_name: str
    permission: str = ""
    icon: str = "point"
    order: int = 100
    count: Count | None = None
    within: tuple[str, ...] = ()
    key: str = ""
    """One letter after `g` that opens the page."""


@dataclass(frozen=True)
class Entry:
    """A menu item as one person sees it on one page."""

    title: str
    address: str
    icon: str
    key: str
    here: bool
    count: int
    words: str
    """What the palette finds it by: its title, its pinyin and its initials."""


class DuplicateItem(Exception):
    """Two apps registered the same page."""


_items: dict[str, MenuItem] = {}


def register(*items: MenuItem) -> None:
    """Put pages into the menu; called from an app's `ready`."""
    for item in items:
        if _items.setdefault(item.url_name, item) != item:
            raise DuplicateItem(item.url_name)


def registered() -> tuple[MenuItem, ...]:
    return tuple(sorted(_items.values(), key=lambda item: (item.section, item.order)))


def menu_for(actor: Actor, *, url_name: str = "") -> list[tuple[str, list[Entry]]]:
    """Sections and pages that `actor` may open, the one of `url_name` marked."""
    sections: dict[Section, list[Entry]] = {}
    for item in registered():
        if not item.permission or actor.may(item.permission):
            sections.setdefault(item.section, []).append(_entry(item, actor, url_name))
    return [(str(section.label), entries) for section, entries in sections.items()]


def _entry(item: MenuItem, actor: Actor, url_name: str) -> Entry:
    title = str(item.title)
    return Entry(
        title=title,
        address=reverse(item.url_name),
        icon=item.icon,
        key=f"g {item.key}" if item.key else "",
        here=_is_lit(url_name, (item.url_name, *item.within)),
        count=item.count(actor) if item.count else 0,
        words=" ".join(_spellings(title)),
    )


def _is_lit(url_name: str, names: Iterable[str]) -> bool:
    return any(url_name == name or url_name.startswith(f"{name}_") for name in names)


@cache
def _spellings(title: str) -> tuple[str, ...]:
    whole = "".join(lazy_pinyin(title))
    initials = "".join(lazy_pinyin(title, style=Style.FIRST_LETTER))
    return title.lower(), whole.lower(), initials.lower()
