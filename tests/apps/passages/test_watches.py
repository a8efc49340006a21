"""Watches from the proposal to the end: what each step refuses, and what it leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from luchang.apps.passages.models import VehicleWatch
from luchang.apps.passages.policies import (
    APPROVE_WATCH,
    PROPOSE_WATCH,
    SEE_CAMERAS,
    SEE_WATCHES,
)
from luchang.apps.passages.selectors import watching as selectors
from luchang.apps.passages.services import prolonging
from luchang.apps.passages.services import watching as services
from luchang.apps.passages.services.watch_refusals import WatchRefused
from luchang.apps.passages.states import ACTING, RECEIPT, WATCH, ReceiptStatus, WatchStatus
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Forbidden, Unreached
from luchang.kernel.records.models import Deadline, Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import identity, watches
from tests.factories.identity import LONG_AGO
from tests.factories.passages import camera
from tests.factories.watches import AT

pytestmark = pytest.mark.django_db
PROPOSER = (SEE_WATCHES, PROPOSE_WATCH, SEE_CAMERAS)


def refusal(code: str) -> pytest.RaisesExc[WatchRefused]:
    return pytest.raises(WatchRefused, check=lambda refused: refused.code == code)


def test_a_watch_waits_for_somebody_else_at_the_nearest_place_that_may_approve() -> None:
    """Would catch a to-do on nobody's list, and a leader who approves his own proposal."""
    city = identity.organisation()
    own = identity.organisation(parent=city)
    identity.actor_with(APPROVE_WATCH, SEE_WATCHES, at=city)
    both = identity.actor_with(*PROPOSER, APPROVE_WATCH, at=own, when=AT)

    row = services.propose_watch(proposal=watches.proposal(at=own), by=both, at=AT)

    assert row.status == WatchStatus.PROPOSED
    assert row.approving == city
    todo = Todo.objects.open().get(subject_id=row.pk, kind="passages.approve_watch")
    assert todo.organisation == city
    with refusal("own_watch"):
        services.approve_watch(watch_id=row.pk, by=both, at=AT)
    other = identity.actor_with(SEE_WATCHES, APPROVE_WATCH, at=city, when=AT)
    row = services.approve_watch(watch_id=row.pk, by=other, at=AT)
    assert (row.status, row.approved_by_id) == (WatchStatus.ACTIVE, other.user_id)
    assert not Todo.objects.open().filter(subject_id=row.pk).exists()
    assert AuditEntry.objects.of("passages.vehiclewatch", str(row.pk)).count() == 2


def test_the_database_holds_that_nobody_approves_his_own() -> None:
    row = watches.watch(is_active=False)
    person = identity.user()
    same = {"proposed_by": person, "approved_by": person, "approved_at": AT}

    with pytest.raises(IntegrityError), transaction.atomic():
        VehicleWatch.objects.filter(pk=row.pk).update(**same)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        VehicleWatch.objects.filter(pk=row.pk).update(status=WatchStatus.ACTIVE, approved_at=AT)


def test_an_emergency_acts_at_once_and_lapses_unless_approved_in_time() -> None:
    row = watches.watch(is_emergency=True)
    approved = watches.watch(is_emergency=True)
    assert row.status == WatchStatus.EMERGENCY
    assert row.lapses_at == AT + timedelta(hours=24)
    assert [each.number for each in selectors.entries(at=AT, only=[row.pk])] == [row.pk]
    clock = Deadline.objects.running().get(subject_id=row.pk)
    assert clock.due_at == row.lapses_at
    services.approve_watch(watch_id=approved.pk, by=SYSTEM, at=AT)

    assert services.keep_time(at=AT + timedelta(hours=23)) == 0
    assert services.keep_time(at=AT + timedelta(hours=24)) == 1

    row.refresh_from_db()
    approved.refresh_from_db()
    assert (row.status, approved.status) == (WatchStatus.LAPSED, WatchStatus.ACTIVE)
    assert selectors.entries(at=AT, only=[row.pk]) == []
    assert not Deadline.objects.running().filter(subject_id=row.pk).exists()


def test_an_emergency_stops_acting_at_its_term_even_before_the_clock_comes_round() -> None:
    row = watches.watch(is_emergency=True)
    (entry,) = selectors.entries(at=AT, only=[row.pk])

    assert row.lapses_at is not None
    assert entry.until_ms == round(row.lapses_at.timestamp() * 1000)


def test_time_begins_and_ends_a_watch() -> None:
    later = watches.watch(starts_at=AT + timedelta(days=1), ends_at=AT + timedelta(days=2))
    assert later.status == WatchStatus.APPROVED

    services.keep_time(at=AT + timedelta(days=1))
    later.refresh_from_db()
    assert later.status == WatchStatus.ACTIVE
    services.keep_time(at=AT + timedelta(days=2))
    later.refresh_from_db()
    assert later.status == WatchStatus.EXPIRED


def test_what_is_not_approved_in_its_span_ends_with_it() -> None:
    row = watches.watch(is_active=False, ends_at=AT + timedelta(hours=1))
    with refusal("over"):
        services.approve_watch(watch_id=row.pk, by=SYSTEM, at=AT + timedelta(hours=1))

    services.keep_time(at=AT + timedelta(hours=1))

    row.refresh_from_db()
    assert row.status == WatchStatus.EXPIRED


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("plate_wrong", {"plate": "湘BI2345"}),
        ("plate_wrong", {"plate": "湘B12;DROP?"}),
        ("type_missing", {"plate_type": 0}),
        ("nothing_meant", {"plate": ""}),
        ("too_wide", {"plate": "湘B*"}),
        ("too_wide", {"plate": "", "body_colour": 4}),
        ("no_receiver", {"receivers": []}),
        ("ends_too_soon", {"ends_at": AT}),
        ("too_long", {"ends_at": AT + timedelta(days=181, minutes=1)}),
        ("malformed", {"reason": ""}),
    ],
)
def test_a_proposal_that_says_too_little_or_too_much_is_refused(
    code: str, more: dict[str, Any]
) -> None:
    with refusal(code):
        services.propose_watch(proposal=watches.proposal(**more), by=SYSTEM, at=AT)


def test_a_wide_watch_is_taken_where_it_names_cameras() -> None:
    seen = camera()
    row = watches.watch(plate="", plate_type=0, body_colour=4, cameras=[seen])

    (entry,) = selectors.entries(at=AT, only=[row.pk])

    assert (entry.plate, entry.cameras) == ("*", frozenset({seen.number}))


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.text("湘B0D1?*·-？＊ i\0;", max_size=12), st.sampled_from([0, 2, 14]))
def test_any_text_is_a_plate_or_is_refused(text: str, plate_type: int) -> None:
    """What is let through fits the column and holds no sign a passage cannot have."""
    try:
        plate = services.written_watch_plate(text, plate_type)
    except WatchRefused as refused:
        code = refused.code
    else:
        code = ""
        assert 0 < len(plate) <= 15
        assert set(plate) <= services.IN_PLATES | services.OPEN_SIGNS
    assert code in {"", "plate_wrong", "type_missing"}


def test_receivers_and_cameras_lie_within_the_line_of_whoever_proposes() -> None:
    """Would catch plates told to another county, or its cameras used, through ids in a body."""
    tree = identity.tree()
    actor = identity.actor_with(*PROPOSER, at=tree.own, when=AT)

    def propose(**more: Any) -> VehicleWatch:
        told = watches.proposal(at=tree.own, **more)
        return services.propose_watch(proposal=told, by=actor, at=AT)

    for place in (tree.sibling, tree.other):
        with refusal("foreign_receiver"):
            propose(receivers=[place])
        with refusal("foreign_camera"):
            propose(cameras=[camera(at=place)])
        with pytest.raises(Forbidden):
            services.propose_watch(proposal=watches.proposal(at=place), by=actor, at=AT)
    row = propose(receivers=[tree.city, tree.child], cameras=[camera(at=tree.child)])
    assert row.receivers.count() == 2


def test_a_plate_is_watched_once_for_one_cause_by_one_organisation() -> None:
    first = watches.watch(is_active=False)
    with refusal("watched_already"):
        watches.watch(at=first.organisation, plate=first.plate)
    services.reject_watch(watch_id=first.pk, reason="事由不足", by=SYSTEM, at=AT)

    again = watches.watch(at=first.organisation, plate=first.plate)
    assert again.status == WatchStatus.ACTIVE


def test_a_withdrawn_watch_calls_back_whoever_was_sent_out() -> None:
    held = watches.watch()
    waiting = watches.receipts_of(watches.alarm(held))[0]
    stranger = identity.actor_with(*PROPOSER)
    with pytest.raises(Unreached):
        services.withdraw_watch(watch_id=held.pk, reason="错误", by=stranger, at=AT)

    services.withdraw_watch(watch_id=held.pk, reason="车辆已找到", by=SYSTEM, at=AT)

    waiting.refresh_from_db()
    assert waiting.status == ReceiptStatus.CANCELLED
    assert not Todo.objects.open().filter(subject_id=waiting.pk).exists()
    assert not Deadline.objects.running().filter(subject_id=waiting.pk).exists()
    with pytest.raises(IllegalTransition):
        services.approve_watch(watch_id=held.pk, by=SYSTEM, at=AT)


def test_every_status_has_a_row_in_its_table() -> None:
    assert set(WATCH.moves) == set(WatchStatus)
    assert set(RECEIPT.moves) == set(ReceiptStatus)


class Watches(RuleBasedStateMachine):
    """Anything in any order: what acts is approved or an emergency in its term."""

    @initialize(is_emergency=st.booleans())
    def propose(self, is_emergency: bool) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = AT
        self.row = watches.watch(is_active=False, is_emergency=is_emergency, ends_at=AT + DAY * 3)

    @rule(
        deed=st.sampled_from(["approve_watch", "reject_watch", "withdraw_watch", "revoke_watch"])
    )
    def do(self, deed: str) -> None:
        more = {} if deed == "approve_watch" else {"reason": "原因"}
        try:
            with transaction.atomic():
                getattr(services, deed)(watch_id=self.row.pk, by=SYSTEM, at=self.now, **more)
        except (IllegalTransition, WatchRefused):
            pass

    @rule(days=st.integers(-1, 200))
    def ask_for_more(self, days: int) -> None:
        until = self.row.ends_at + DAY * days
        try:
            with transaction.atomic():
                prolonging.ask_for_more_time(
                    watch_id=self.row.pk, until=until, reason="未查获", by=SYSTEM, at=self.now
                )
        except (IllegalTransition, WatchRefused):
            pass

    @rule(is_granted=st.booleans())
    def decide_on_more(self, is_granted: bool) -> None:
        told: dict[str, Any] = {"watch_id": self.row.pk, "by": SYSTEM, "at": self.now}
        try:
            with transaction.atomic():
                if is_granted:
                    prolonging.grant_more_time(**told)
                else:
                    prolonging.deny_more_time(reason="无必要", **told)
        except WatchRefused:
            pass

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        services.keep_time(at=self.now)

    @invariant()
    def what_acts_is_approved_or_in_its_term(self) -> None:
        if not hasattr(self, "row"):
            return
        self.row.refresh_from_db()
        acts = bool(selectors.entries(at=self.now, only=[self.row.pk]))
        assert acts == (self.row.status in ACTING)
        assert not acts or self.now < self.row.holds_until
        open_todos = Todo.objects.open().filter(subject_id=self.row.pk).count()
        assert open_todos == (self.row.status in WAITING)
        assert self.row.ends_at <= self.now + DAY * 180 or self.row.status in WATCH.final

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)


DAY = timedelta(days=1)
WAITING = {WatchStatus.PROPOSED, WatchStatus.EMERGENCY, WatchStatus.PROLONGING}


def test_the_life_of_a_watch_in_any_order() -> None:
    run_state_machine_as_test(
        Watches,
        settings=settings(max_examples=12, stateful_step_count=8, deadline=None),
    )


def test_approvals_are_looked_for_where_appointments_hold() -> None:
    """The root takes what nobody may approve, so that it waits somewhere."""
    city = identity.organisation()
    own = identity.organisation(parent=city)
    row = watches.watch(at=own, is_active=False, now=LONG_AGO + DAY)
    assert row.approving == city
