"""How an app shows the matrix an object of its own, and where a route takes its id."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from luchang.kernel.identity.models import Organisation


class Place(Enum):
    """Where the id of a record enters a route, or where a record may leave it."""

    PATH = "path"
    FILTER = "filter"
    BODY = "body"
    LIST = "list"
    FILE = "file"
    EXPORT = "export"


@dataclass(frozen=True)
class Made:
    """One object in one organisation, as its route wants to be asked for it."""

    ids: Mapping[str, object] = field(default_factory=dict)
    """Values of the parameters in the address."""
    query: Mapping[str, object] = field(default_factory=dict)
    form: Mapping[str, object] = field(default_factory=dict)
    """A form, or the JSON body of an API operation."""
    mark: str = ""
    """Text that only this object shows, for places where records come out."""


@dataclass(frozen=True)
class Specimen:
    """One route tried with objects of five organisations.

    `permission` is the one whose reach decides, where the route's rule names several. What is
    let in may answer with any of `passes`: a form that asks again (200), a redirect (302), a
    refusal of the deed itself (409, 422) all mean that the record was reached.
    """

    route: str
    make: Callable[[Organisation], Made]
    place: Place = Place.PATH
    method: str = "GET"
    permission: str = ""
    passes: frozenset[int] = frozenset({200, 201, 204, 302, 303, 409, 422})
    holders: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.route} [{self.place.value}]"
