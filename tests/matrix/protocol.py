"""How an app shows the matrix an object of its own, and where a route takes its id."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation

WHERE = ("city", "own", "child", "sibling", "other")
"""The places records lie at, as seen from the visitors' own organisation."""

OWN = "own"


class Place(Enum):
    """Where the id of a record enters a route, or where a record may leave it."""

    PATH = "path"
    QUERY = "query"
    FILTER = "filter"
    BODY = "body"
    IDS = "list of ids"
    IMPORT = "import"
    LIST = "list"
    FILE = "file"
    EXPORT = "export"


SHOWN = {Place.LIST, Place.EXPORT, Place.FILTER, Place.FILE}
"""Where records come out; elsewhere one is named and the status tells whether it was reached."""

NAMED_BESIDE = {Place.BODY, Place.IDS, Place.IMPORT}
"""Where a foreign record may be refused as a value that cannot be, with 422."""

LET_IN = frozenset({200, 201, 204, 302, 303, 409, 422})
TAKEN = frozenset({200, 201, 204, 302, 303})


@dataclass(frozen=True)
class Made:
    """One object in one organisation, as its route wants to be asked for it."""

    ids: Mapping[str, object] = field(default_factory=dict)
    """Values of the parameters in the address."""
    query: Mapping[str, object] = field(default_factory=dict)
    form: Mapping[str, object] = field(default_factory=dict)
    """A form, or the JSON body of an API operation."""
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    """Files of the form: field to name and content."""
    mark: str = ""
    """Text that only this object shows, for places where records come out."""
    sought: str = ""
    """Another text by which its list finds it, where the list may be too long for one page."""


Make = Callable[[Organisation], Made]
Covers = Callable[[Actor, Organisation], bool]


@dataclass(frozen=True)
class Specimen:
    """One route tried with objects of five organisations.

    What is let in may answer with any of `passes`: a form that asks again (200), a redirect (302),
    and where nothing else is named a refusal of the deed itself (409, 422) all mean that the
    record was reached. What is foreign answers 404, or 422 where a form was filled with it.
    """

    route: str
    make: Make
    place: Place = Place.PATH
    method: str = "GET"
    permission: str = ""
    """The one whose reach decides, where the route's rule names several or none."""
    seen_by: str = ""
    """Who reaches the record by this one sees it there: he is refused with 403, not 404."""
    reached: Covers | None = None
    """Who reaches the record, where no permission says it: its owner, or everybody."""
    beside: str = ""
    """Where that lies which it goes with, mostly the record of the address; often `OWN`."""
    beside_by: str = ""
    """The permission that reaches what it goes with, where it is not the route's."""
    passes: frozenset[int] = frozenset()
    refusals: frozenset[int] = frozenset()
    """Answers to a foreign record besides 404."""
    where: tuple[str, ...] = WHERE
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.route} [{self.place.value}]"

    @property
    def lets_in(self) -> frozenset[int]:
        return self.passes or (TAKEN if self.place in NAMED_BESIDE else LET_IN)

    @property
    def refuses(self) -> frozenset[int]:
        more = self.refusals or (frozenset({422}) if self.place in NAMED_BESIDE else frozenset())
        return frozenset({404}) | more


def everybody(actor: Actor, at: Organisation) -> bool:
    """Of records that belong to the whole city: whoever is let in reaches all."""
    del actor, at
    return True


def nobody(actor: Actor, at: Organisation) -> bool:
    """Of records that belong to one person, who is none of the visitors."""
    del actor, at
    return False


def once(make: Make) -> Make:
    """Make one object an organisation and show the same to every specimen that asks for it.

    Each request is undone, so an object stays as it was made.
    """
    kept: dict[int, Made] = {}

    @wraps(make)
    def shared(at: Organisation) -> Made:
        if at.pk not in kept:
            kept[at.pk] = make(at)
        return kept[at.pk]

    return shared


def own_of(at: Organisation) -> Organisation:
    """The visitors' organisation of the tree `at` was made with."""
    del at
    city = Organisation.objects.filter(parent=None, kind="DETACHMENT").latest("pk")
    return Organisation.objects.filter(parent=city).earliest("pk")
