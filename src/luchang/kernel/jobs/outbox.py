"""Events that must not be lost: written with the deed, delivered by a job, at least once.

    outbox.subscribe(UnitAssigned, tell_the_patrol)     in an app's `ready()`
    outbox.publish(UnitAssigned(...))                   inside a service's transaction

A handler runs in one transaction with the row that says it has been delivered: what it writes to
the database happens exactly once, whenever the worker dies. A handler that speaks to the outside
gives the other side a key of its own (`delivery_key`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import translation
from pydantic import TypeAdapter

from luchang.kernel.bus import Event
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs import policies
from luchang.kernel.jobs.models import Delivery, OutboxEvent
from luchang.kernel.jobs.queues import enqueue
from luchang.kernel.jobs.states import DeliveryStatus

logger = logging.getLogger(__name__)
E = TypeVar("E", bound=Event)
WAKE = "outbox"
"""The key under which at most one waiting run of the postman is queued."""


@dataclass(frozen=True)
class Subscription:
    """One handler's interest in one kind of event."""

    event_type: type[Event]
    handler: Callable[[Any], None]
    name: str


_subscriptions: dict[str, Subscription] = {}


class UnknownHandler(Exception):
    """An event waits for a handler that no app subscribes any more."""


def subscribe(event_type: type[E], handler: Callable[[E], None], *, name: str = "") -> None:
    """Deliver each published `event_type` to `handler`.

    The name is kept in the database: a handler that is renamed keeps its old `name`, else what
    waits for it becomes a dead letter.
    """
    known = name or f"{handler.__module__}.{handler.__qualname__}"
    subscription = Subscription(event_type, handler, known)
    if _subscriptions.setdefault(known, subscription) != subscription:
        raise ValueError(f"{known} is subscribed twice")


def publish(event: Event, *, line: str = "") -> None:
    """Write `event` in the caller's transaction and have it delivered after the commit.

    Events of the same `line`, such as `incident 17`, reach each handler in the order of their
    commits, and a later one waits while an earlier one is being retried or lies dead.

    Raises:
        RuntimeError: there is no surrounding transaction: the deed could be lost without it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published inside the transaction of its deed")
    if line:
        _keep_in_line(line)
    kind = kind_of(type(event))
    row = OutboxEvent.objects.create(
        kind=kind,
        body=TypeAdapter(type(event)).dump_python(event, mode="json"),
        line=line,
        at=event.at,
    )
    Delivery.objects.bulk_create(
        Delivery(event=row, handler=each.name, line=line, next_at=event.at)
        for each in _subscriptions.values()
        if each.event_type is type(event)
    )
    transaction.on_commit(partial(_wake, kind), robust=True)


def kind_of(event_type: type[Event]) -> str:
    return f"{event_type.__module__}.{event_type.__qualname__}"


def deliver_due(*, at: datetime, at_most: int = 1_000) -> int:
    """Deliver what is due, one transaction each, oldest first; how many were tried."""
    tried = 0
    while tried < at_most and _deliver_next(at=at):
        tried += 1
    return tried


def retry(*, delivery_id: int, by: Actor, at: datetime) -> None:
    """Try a dead letter again, after its cause was mended."""
    by.check(policies.MANAGE_JOBS)
    with transaction.atomic():
        _locked(delivery_id).revive(at=at)
        transaction.on_commit(partial(_wake, "retry"), robust=True)


def drop(*, delivery_id: int, by: Actor, at: datetime) -> None:
    """Give a dead letter up; what stood behind it in its line moves on."""
    by.check(policies.MANAGE_JOBS)
    with transaction.atomic():
        _locked(delivery_id).settle(DeliveryStatus.DROPPED, at=at)
        transaction.on_commit(partial(_wake, "drop"), robust=True)


def delivery_key(delivery: Delivery) -> str:
    """What a handler hands to an outside system so that a second try is recognised there."""
    return f"luchang-{delivery.event_id}-{delivery.handler}"


def _deliver_next(*, at: datetime) -> bool:
    with transaction.atomic():
        delivery = (
            Delivery.objects.deliverable(at=at)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .order_by("pk")
            .first()
        )
        if delivery is None:
            return False
        try:
            with transaction.atomic(), translation.override("zh-hans"):
                _hand_over(delivery)
        except Exception as failure:
            logger.warning("delivery %s failed", delivery, exc_info=True)
            delivery.fail(f"{type(failure).__name__}: {failure}", at=at)
        else:
            delivery.settle(DeliveryStatus.DONE, at=at)
        return True


def _hand_over(delivery: Delivery) -> None:
    subscription = _subscriptions.get(delivery.handler)
    if subscription is None:
        raise UnknownHandler(delivery.handler)
    adapter: TypeAdapter[Event] = TypeAdapter(subscription.event_type)
    subscription.handler(adapter.validate_python(delivery.event.body))


def _locked(delivery_id: int) -> Delivery:
    return Delivery.objects.select_for_update().get(pk=delivery_id)


def _keep_in_line(line: str) -> None:
    """Later publishers of the line wait until this one has committed, so keys follow commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"outbox {line}"])


def _wake(reason: str) -> None:
    """Call the postman; if this is lost with the process, his next round finds the letters."""
    from luchang.kernel.jobs.tasks import deliver  # noqa: PLC0415 - tasks import this module

    logger.debug("postman called for %s", reason)
    enqueue(deliver, once=WAKE)
