"""Domain events: published in a transaction, told after it has committed.

Three ways to listen. `join` calls a handler inside the publisher's transaction: for what must
happen with the deed or not at all, such as its audit entry. `subscribe` calls a handler in the
same process right after the commit: for things that may be lost with the process, such as
refreshing a cache. What must not be lost and may come later goes through the outbox
(`luchang.kernel.jobs.outbox`), which writes the event in the same transaction and calls the
handler from a job, at least once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import transaction


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, in the past tense, carrying ids and never objects."""

    at: datetime


E = TypeVar("E", bound=Event)
_joined: dict[type[Event], list[Callable[[Event], None]]] = {}
_handlers: dict[type[Event], list[Callable[[Event], None]]] = {}


def join(event_type: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` within the transaction of each `event_type`; its failure undoes the deed."""
    _joined.setdefault(event_type, []).append(handler)  # type: ignore[arg-type]


def subscribe(event_type: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` after each committed `event_type`."""
    _handlers.setdefault(event_type, []).append(handler)  # type: ignore[arg-type]


def publish(event: Event) -> None:
    """Tell those who joined now, and the subscribers once the transaction has committed.

    Raises:
        RuntimeError: somebody joined, and there is no transaction to join.
    """
    joined = _joined.get(type(event), [])
    if joined and not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{type(event).__name__} is published inside a transaction")
    for handler in joined:
        handler(event)
    for handler in _handlers.get(type(event), []):
        transaction.on_commit(partial(handler, event), robust=True)
