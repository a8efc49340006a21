"""On whose behalf something is done, and how far that reaches.

An `Actor` is a value: it is computed once a request from the person's current appointments and
handed to services, which ask it. It carries no model and needs no database afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


class Forbidden(Exception):
    """The actor holds no post that allows this."""


class Unreached(LookupError):
    """There is no such record within the actor's reach; told like one that does not exist."""


@dataclass(frozen=True)
class Reach:
    """The records one permission reaches, as a union of its parts."""

    everything: bool = False
    below: frozenset[str] = frozenset()
    """Paths of organisations whose whole branch is reached."""
    at: frozenset[int] = frozenset()
    """Organisations reached without their branches."""
    own: bool = False
    """The records the actor made or answers for, wherever they lie."""

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(
            everything=self.everything or other.everything,
            below=self.below | other.below,
            at=self.at | other.at,
            own=self.own or other.own,
        )

    def includes(self, other: "Reach", paths: Mapping[int, str]) -> bool:
        """Whether nothing lies in `other` that lies outside this reach.

        `paths` gives the path of each organisation that `other` names by its key. What a person
        made himself is in everybody's reach.
        """
        if self.everything:
            return True
        return (
            not other.everything
            and all(_lies_below(path, self.below) for path in other.below)
            and all(self.covers(organisation_id=key, path=paths[key]) for key in other.at)
        )

    def covers(self, *, organisation_id: int, path: str) -> bool:
        """Whether a record of that organisation is reached by others than its owner."""
        return self.everything or organisation_id in self.at or _lies_below(path, self.below)


def _lies_below(path: str, roots: Iterable[str]) -> bool:
    return any(path.startswith(root) for root in roots)


NOWHERE = Reach()


@dataclass(frozen=True)
class Actor:
    """The signed-in person or system job on whose behalf a service runs."""

    user_id: int | None
    name: str
    organisation_id: int | None
    organisation_path: str
    reaches: Mapping[str, Reach] = field(default_factory=dict)
    is_system: bool = False
    address: str = ""
    """Network address the request came from; empty for jobs."""
    request_id: str = ""
    """Joins the audit entries of one request."""
    via: str = ""
    """The API token through which the person acts; empty for a browser."""

    def may(self, permission: str) -> bool:
        """Whether the actor holds the permission anywhere at all."""
        return self.is_system or permission in self.reaches

    def reach(self, permission: str) -> Reach:
        if self.is_system:
            return Reach(everything=True)
        return self.reaches.get(permission, NOWHERE)

    def check(self, permission: str) -> None:
        """Raise Forbidden unless the actor holds the permission somewhere."""
        if not self.may(permission):
            raise Forbidden(f"{self.name or 'nobody'} lacks {permission}")

    def covers(self, permission: str, *, organisation_id: int, path: str) -> bool:
        return self.reach(permission).covers(organisation_id=organisation_id, path=path)


SYSTEM = Actor(
    user_id=None, name="系统", organisation_id=None, organisation_path="", is_system=True
)
"""Jobs and commands that act by themselves."""

NOBODY = Actor(user_id=None, name="", organisation_id=None, organisation_path="")
"""Somebody who has not signed in."""


def within(
    rows: QuerySet[M],
    actor: Actor,
    permission: str,
    *,
    organisation: str = "organisation",
    owner: str | None = None,
) -> QuerySet[M]:
    """The rows that `actor` reaches by `permission`; the one gate every fetch goes through.

    `organisation` is the look-up path to the owning Organisation, empty where the rows are
    organisations themselves; `owner` is the look-up path to the user a record belongs to, if the
    model knows one.
    """
    reach = actor.reach(permission)
    if reach.everything:
        return rows
    step = f"{organisation}__" if organisation else ""
    condition = Q(pk__in=[])
    for root in sorted(reach.below):  # the same query in every process
        condition |= Q(**{f"{step}path__startswith": root})
    if reach.at:
        condition |= Q(**{f"{organisation or 'pk'}__in": reach.at})
    if reach.own and owner is not None and actor.user_id is not None:
        condition |= Q(**{owner: actor.user_id})
    return rows.filter(condition)


def fetch(
    rows: QuerySet[M],
    actor: Actor,
    permission: str,
    *,
    pk: int,
    organisation: str = "organisation",
    owner: str | None = None,
) -> M:
    """The one row with that key, if it lies within reach; pass locked rows to change it.

    Raises:
        Forbidden: the actor does not hold the permission at all.
        Unreached: no such row, or a foreign one; the two cannot be told apart.
    """
    actor.check(permission)
    reached = within(rows, actor, permission, organisation=organisation, owner=owner)
    row = reached.filter(pk=pk).first()
    if row is None:
        raise Unreached(f"{rows.model.__name__} {pk}")
    return row
