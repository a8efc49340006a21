"""The one search box: every app that has something to find registers a source."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from luchang.kernel.identity.actors import Actor

SHORTEST = 2
MOST_EACH = 6


@dataclass(frozen=True)
class Hit:
    """One record found, already within the asker's reach."""

    title: str
    address: str
    note: str = ""
    icon: str = "point"


Find = Callable[[Actor, str, int], Sequence[Hit]]
"""(asker, text, most) -> hits, best first."""


@dataclass(frozen=True)
class Source:
    """One kind of record; `permission` empty: everybody signed in."""

    title: str | Promise
    find: Find
    permission: str = ""
    order: int = 100


_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a kind of record to the box; called from an app's `ready`."""
    if source not in _sources:
        _sources.append(source)
        _sources.sort(key=lambda known: known.order)


def find(actor: Actor, text: str) -> list[tuple[str, Sequence[Hit]]]:
    """Hits by kind, kinds without any left out; fewer than two characters find nothing."""
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return []
    asked = (
        (str(source.title), source.find(actor, wanted, MOST_EACH))
        for source in _sources
        if not source.permission or actor.may(source.permission)
    )
    return [(title, hits) for title, hits in asked if hits]
