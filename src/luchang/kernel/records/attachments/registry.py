"""Who may see and who may add to the files of each kind of record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import get_resolver

from luchang.kernel.identity.actors import Actor

if TYPE_CHECKING:
    from luchang.kernel.records.attachments.models import Attachment

Rule = Callable[[Actor, int], bool]
Changed = Callable[[int, datetime], None]
Withdrawing = Callable[[Actor, "Attachment"], bool]


@dataclass(frozen=True)
class Owner:
    """The rules of one kind of record, given its key."""

    may_see: Rule
    may_attach: Rule
    may_withdraw: Withdrawing | None = None
    """Who may take one file off again; whoever may attach, where nothing else is said."""
    changed: Changed | None = None
    """Told inside the transaction of every file that comes or goes, and may still refuse it."""


class UnknownOwner(Exception):
    """No app says who may see files of this kind of record."""


_owners: dict[str, Owner] = {}


def register(
    subject: str,
    *,
    may_see: Rule,
    may_attach: Rule,
    may_withdraw: Withdrawing | None = None,
    changed: Changed | None = None,
) -> None:
    """Say who may; `subject` is the model's label, such as `dispatch.incident`."""
    _owners[subject] = Owner(may_see, may_attach, may_withdraw, changed)


def owner_of(subject: str) -> Owner:
    """The rules for `subject`.

    Raises:
        UnknownOwner: nobody registered it; its files are then closed to everyone.
    """
    if subject not in _owners:
        get_resolver().url_patterns  # noqa: B018 - routes declare stores; a worker loads none itself
    try:
        return _owners[subject]
    except KeyError as unknown:
        raise UnknownOwner(subject) from unknown
