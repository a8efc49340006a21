"""The help pages: one a domain, written for officers, found from every page of that domain."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

PLATFORM = "platform"
"""The page of what belongs to no domain: workbench, to-dos, lists, search."""


@dataclass(frozen=True)
class HelpPage:
    """One page; its template is `help/<code>.html`.

    `names` are the beginnings of the URL names it is about, up to the first dot.
    """

    code: str
    title: str | Promise
    order: int = 100
    names: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"help/{self.code}.html"

    @property
    def about(self) -> tuple[str, ...]:
        return self.names or (self.code,)


class DuplicateHelp(Exception):
    """Two apps explain the same pages."""


_pages: dict[str, HelpPage] = {}


def register(page: HelpPage) -> None:
    """Called from an app's `ready`."""
    if _pages.setdefault(page.code, page) != page:
        raise DuplicateHelp(page.code)
    taken = [name for each in _pages.values() if each != page for name in each.about]
    if set(taken) & set(page.about):
        raise DuplicateHelp(page.code)


def registered() -> tuple[HelpPage, ...]:
    return tuple(sorted(_pages.values(), key=lambda page: (page.order, page.code)))


def find(code: str) -> HelpPage | None:
    return _pages.get(code)


def page_of(url_name: str) -> HelpPage | None:
    """The page that explains the one of that name."""
    name = url_name.partition(".")[0]
    about = (each for each in _pages.values() if name in each.about)
    return next(about, None) or _pages.get(PLATFORM)


def address_for(url_name: str) -> str:
    """Empty where nothing explains it."""
    found = page_of(url_name)
    return reverse("help_page", args=[found.code]) if found else ""
