"""The outbox: in the transaction or not at all, once to each handler, in line where asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from luchang.kernel.bus import Event
from luchang.kernel.identity.actors import NOBODY, SYSTEM, Forbidden
from luchang.kernel.jobs import outbox
from luchang.kernel.jobs.models import LAST_ATTEMPT, Delivery, OutboxEvent, QueuedTask
from luchang.kernel.jobs.states import DeliveryStatus
from luchang.kernel.records.models import Counter
from luchang.kernel.records.numbering import next_number

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class LampBroke(Event):
    lamp_id: int
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NobodyCares(Event):
    pass


class Breaks(Exception):
    pass


class Listener:
    """Writes a number for each event, and fails as often as it is told."""

    __module__ = "tests"
    __qualname__ = "listener"

    def __init__(self) -> None:
        self.heard: list[LampBroke] = []
        self.fail_on: set[int] = set()

    def __call__(self, event: LampBroke) -> None:
        next_number("heard")
        if event.lamp_id in self.fail_on:
            raise Breaks(event.lamp_id)
        self.heard.append(event)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    outbox.subscribe(LampBroke, made, name="test.listener")
    yield made
    del outbox._subscriptions["test.listener"]


def broke(lamp_id: int, line: str = "") -> None:
    with transaction.atomic():
        outbox.publish(LampBroke(at=AT, lamp_id=lamp_id, colours=("red",)), line=line)


@pytest.mark.django_db
def test_an_event_arrives_as_it_was_published(listener: Listener) -> None:
    broke(7)

    assert outbox.deliver_due(at=AT) == 1

    assert listener.heard == [LampBroke(at=AT, lamp_id=7, colours=("red",))]


@pytest.mark.django_db
def test_a_rolled_back_deed_publishes_nothing(listener: Listener) -> None:
    with transaction.atomic():
        broke(7)
        transaction.set_rollback(True)

    assert outbox.deliver_due(at=AT) == 0
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        outbox.publish(NobodyCares(at=AT))


@pytest.mark.django_db(transaction=True)
def test_the_postman_is_called_once_for_many_events(listener: Listener) -> None:
    broke(1)
    broke(2)

    assert QueuedTask.objects.waiting(once=outbox.WAKE).count() == 1


@pytest.mark.django_db
def test_what_a_failing_handler_wrote_is_undone_and_tried_again_later(
    listener: Listener,
) -> None:
    listener.fail_on = {7}
    broke(7)

    outbox.deliver_due(at=AT)

    assert not Counter.objects.filter(series="heard").exists()
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.error) == (1, "Breaks: 7")
    assert delivery.next_at > AT
    listener.fail_on = set()
    assert outbox.deliver_due(at=AT) == 0
    assert outbox.deliver_due(at=AT + timedelta(seconds=2)) == 1
    assert Counter.objects.get(series="heard").last == 1


@pytest.mark.django_db
def test_in_a_line_a_later_event_waits_for_an_earlier_one(listener: Listener) -> None:
    listener.fail_on = {1}
    broke(1, line="junction 4")
    broke(2, line="junction 4")
    broke(3, line="junction 5")
    broke(4)

    outbox.deliver_due(at=AT)
    assert [event.lamp_id for event in listener.heard] == [3, 4]

    listener.fail_on = set()
    outbox.deliver_due(at=AT + timedelta(seconds=2))
    assert [event.lamp_id for event in listener.heard] == [3, 4, 1, 2]


def exhaust() -> Delivery:
    at = AT
    for _ in range(LAST_ATTEMPT):
        outbox.deliver_due(at=at)
        at += timedelta(hours=1)
    return Delivery.objects.order_by("pk")[0]


@pytest.mark.django_db
class TestDeadLetters:
    def test_after_the_last_attempt_a_letter_is_laid_aside(self, listener: Listener) -> None:
        listener.fail_on = {1}
        broke(1)

        assert exhaust().status == DeliveryStatus.DEAD
        assert outbox.deliver_due(at=AT + timedelta(days=9)) == 0

    def test_a_dead_letter_holds_up_its_line_until_it_is_dropped(self, listener: Listener) -> None:
        listener.fail_on = {1}
        broke(1, line="junction 4")
        broke(2, line="junction 4")
        dead = exhaust()
        assert listener.heard == []

        outbox.drop(delivery_id=dead.pk, by=SYSTEM, at=AT)
        outbox.deliver_due(at=AT)

        assert [event.lamp_id for event in listener.heard] == [2]

    def test_a_revived_letter_is_delivered(self, listener: Listener) -> None:
        listener.fail_on = {1}
        broke(1)
        dead = exhaust()
        listener.fail_on = set()

        outbox.retry(delivery_id=dead.pk, by=SYSTEM, at=AT)
        outbox.deliver_due(at=AT)

        assert [event.lamp_id for event in listener.heard] == [1]

    @pytest.mark.parametrize("deed", [outbox.retry, outbox.drop])
    def test_nobody_else_may_touch_one(self, deed: object, listener: Listener) -> None:
        broke(1)

        with pytest.raises(Forbidden):
            deed(delivery_id=Delivery.objects.get().pk, by=NOBODY, at=AT)  # type: ignore[operator]

    def test_an_event_whose_handler_is_gone_is_not_lost(self) -> None:
        made = Listener()
        outbox.subscribe(LampBroke, made, name="test.gone")
        broke(1)
        del outbox._subscriptions["test.gone"]

        assert "UnknownHandler" in exhaust().error


def test_one_name_stands_for_one_handler(listener: Listener) -> None:
    with pytest.raises(ValueError, match="twice"):
        outbox.subscribe(LampBroke, Listener(), name="test.listener")
