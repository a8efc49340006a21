"""Alarms: raised once, before whom they concern, received in time or brought higher."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from luchang.apps.passages import handlers
from luchang.apps.passages.models import AlarmReceipt, WatchAlarm
from luchang.apps.passages.policies import RECEIVE_ALARM, SEE_CAMERAS
from luchang.apps.passages.selectors import watching as selectors
from luchang.apps.passages.services import alarms
from luchang.apps.passages.states import Finding, ReceiptStatus, WatchResponse
from luchang.kernel.identity.actors import SYSTEM, Unreached
from luchang.kernel.jobs import outbox
from luchang.kernel.live.models import StreamEvent
from luchang.kernel.records import deadlines
from luchang.kernel.records.events import DeadlineStepTaken
from luchang.kernel.records.models import Deadline, Notification, Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import identity, watches
from tests.factories.passages import camera, passage
from tests.factories.watches import AT

pytestmark = pytest.mark.django_db
HOLDS = (RECEIVE_ALARM, SEE_CAMERAS)
MINUTE = timedelta(minutes=1)


def seen(watch_id: int, plate: str, number: int, at: datetime) -> WatchAlarm | None:
    one = passage(number, plate=plate, at=at)
    return alarms.raise_alarm(watch_id=watch_id, passage=one, at=at)


def test_an_alarm_stands_before_each_receiver_and_nobody_else() -> None:
    """Would catch a plate told to a neighbour, and an alarm that waits on nobody's list."""
    tree = identity.tree()
    mate = identity.user_with(*HOLDS, at=tree.own)
    held = watches.watch(at=tree.own, receivers=[tree.own, tree.child])

    raised = watches.alarm(held)

    first, second = watches.receipts_of(raised)
    assert (first.organisation, first.waiting_at) == (tree.own, tree.own)
    assert (second.organisation, second.waiting_at) == (tree.child, tree.own), "nobody is there"
    told = StreamEvent.objects.filter(topic="alarms", kind="raised")
    assert {each.organisation_id for each in told} == {tree.own.pk, tree.child.pk}
    assert all(held.plate not in str(each.data) for each in told)
    assert Notification.objects.filter(user=mate, title__contains="布控预警待签收").count() == 2
    for place, sees in ((tree.own, 2), (tree.child, 1), (tree.sibling, 0), (tree.other, 0)):
        assert selectors.receipts(identity.actor_with(*HOLDS, at=place, when=AT)).count() == sees


def test_the_same_vehicle_at_the_same_camera_is_news_again_after_a_while() -> None:
    """Ten minutes, either way: a late passage before the first is no news either."""
    held = watches.watch()
    here, there = camera().number, camera().number

    raised = [
        seen(held.pk, held.plate, place, AT + offset * MINUTE)
        for place, offset in (
            (here, 20),
            (here, 29),
            (there, 21),
            (here, 11),
            (here, 30),
            (here, 9),
        )
    ]

    assert [each is not None for each in raised] == [True, False, True, False, True, True]
    first = raised[0]
    assert first is not None
    double = WatchAlarm.of(
        passage(here, plate=held.plate, at=AT + 22 * MINUTE), watch=held, raised_at=AT,
        quiet_until=AT + 30 * MINUTE, number="双份",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        double.raise_it()


def test_what_is_only_to_be_noted_waits_for_nobody() -> None:
    raised = watches.alarm(watches.watch(response=WatchResponse.OBSERVE))

    assert watches.receipts_of(raised) == []
    assert not Todo.objects.open().filter(subject="passages.alarmreceipt").exists()


def test_a_passage_that_came_late_says_so() -> None:
    held = watches.watch()
    number = camera().number

    def told(came: timedelta) -> bool:
        one = passage(number, plate=held.plate, at=AT + timedelta(hours=came.total_seconds()))
        raised = alarms.raise_alarm(
            watch_id=held.pk, passage=one, at=AT + timedelta(hours=came.total_seconds()) + came
        )
        assert raised is not None
        return raised.is_late

    assert not told(timedelta(minutes=5))
    assert told(timedelta(minutes=5, seconds=1))


def test_a_watch_that_is_over_raises_nothing() -> None:
    held = watches.watch(is_active=False)
    assert seen(held.pk, held.plate, camera().number, AT) is None
    assert seen(0, "湘BD0001", camera().number, AT) is None


def test_an_unknown_camera_still_raises_an_alarm() -> None:
    held = watches.watch()
    raised = seen(held.pk, held.plate, 65_000, AT)
    assert raised is not None
    assert raised.camera is None
    assert str(watches.receipts_of(raised)[0])


def test_an_alarm_is_received_once_and_answered_with_what_came_of_it() -> None:
    row = watches.receipt()
    officer = identity.actor_with(*HOLDS, at=row.organisation, when=AT)
    with pytest.raises(Unreached):
        alarms.sign_alarm(receipt_id=row.pk, by=identity.actor_with(*HOLDS, when=AT), at=AT)

    row = alarms.sign_alarm(receipt_id=row.pk, by=officer, at=AT + MINUTE)
    with pytest.raises(IllegalTransition):
        alarms.sign_alarm(receipt_id=row.pk, by=officer, at=AT + MINUTE)
    assert Deadline.objects.running().get(subject_id=row.pk).code == "passages.alarm_answer"
    row = alarms.answer_alarm(
        receipt_id=row.pk, finding=Finding.FOUND, report="已拦停", by=officer, at=AT + 2 * MINUTE
    )

    assert (row.status, row.signed_by_name) == (ReceiptStatus.ANSWERED, officer.name)
    assert not Deadline.objects.running().filter(subject_id=row.pk).exists()
    assert not Todo.objects.open().filter(subject_id=row.pk).exists()
    counted = selectors.tally(officer, at=AT + MINUTE)
    assert (counted.raised, counted.found, counted.signed_in_s) == (1, 1, 60.0)


def test_whoever_answers_at_once_has_received_it() -> None:
    row = watches.receipt()
    row = alarms.answer_alarm(
        receipt_id=row.pk, finding=Finding.MISTAKEN, report="识别错", by=SYSTEM, at=AT
    )
    assert row.signed_at == AT


def test_an_alarm_nobody_receives_goes_up_level_by_level() -> None:
    """Through the clock and the outbox, as the worker does it."""
    tree = identity.tree()
    identity.user_with(*HOLDS, at=tree.child)
    chief = identity.user_with(*HOLDS, at=tree.own)
    row = AlarmReceipt.objects.get(alarm=watches.alarm(watches.watch(at=tree.child)))
    outbox._subscriptions.setdefault(
        "passages.receipt_overdue",
        outbox.Subscription(
            DeadlineStepTaken, handlers.receipt_overdue, "passages.receipt_overdue"
        ),
    )

    deadlines.evaluate(at=AT + 4 * MINUTE)
    outbox.deliver_due(at=AT + 4 * MINUTE)
    row.refresh_from_db()
    assert row.waiting_at == tree.child
    deadlines.evaluate(at=AT + 5 * MINUTE)
    outbox.deliver_due(at=AT + 5 * MINUTE)
    row.refresh_from_db()
    assert (row.waiting_at, row.level) == (tree.own, 1)
    assert Notification.objects.filter(user=chief, title__contains="布控预警待签收").exists()
    assert StreamEvent.objects.filter(topic="alarms", kind="lifted").exists()
    deadlines.evaluate(at=AT + 10 * MINUTE)
    outbox.deliver_due(at=AT + 10 * MINUTE)
    row.refresh_from_db()
    assert row.waiting_at == tree.city

    alarms.sign_alarm(receipt_id=row.pk, by=SYSTEM, at=AT + 11 * MINUTE)
    assert not alarms.lift_receipt(receipt_id=row.pk, at=AT + 12 * MINUTE)
