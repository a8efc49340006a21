"""The whole workflow by random walk against the database: no step may leave it inconsistent."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from luchang.apps.dispatch.models import Call, Dispatch, Feedback, Incident
from luchang.apps.dispatch.services import clocks, dispatches, feedbacks, incidents, merging
from luchang.apps.dispatch.services.dispatches import Order
from luchang.apps.dispatch.services.incidents import standing_of
from luchang.apps.dispatch.services.refusals import Refused
from luchang.apps.dispatch.states import ACTIVE, LIVE, DispatchStatus
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records.models import Move
from luchang.kernel.states import IllegalTransition
from tests.factories import dispatch as make
from tests.factories.force import NOON

CREWS, MOST = 3, 6
"""Few of each, so that they meet often."""
STEPS = 40
REFUSALS = (Refused, IllegalTransition)


class Workflow(RuleBasedStateMachine):
    """Everything a desk and its crews can do, in any order; refusals are answers, not faults."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.crews = [make.crew() for _ in range(CREWS)]
        self.incidents: list[int] = []
        self.keys = 0

    def _tick(self) -> None:
        self.at += timedelta(seconds=7)

    def _try(self, command: Any, **said: Any) -> None:
        self._tick()
        try:
            command(**said, by=SYSTEM, at=self.at)
        except REFUSALS:
            return

    @precondition(lambda self: len(self.incidents) < MOST)
    @rule()
    def call(self) -> None:
        self._tick()
        self.incidents.append(make.incident(by=SYSTEM, at=self.at).pk)

    @precondition(lambda self: self.incidents)
    @rule(data=st.data(), crew=st.integers(0, CREWS - 1), is_queued=st.booleans())
    def send(self, data: st.DataObject, crew: int, is_queued: bool) -> None:
        order = Order(target_id=self.crews[crew].unit_id, is_queued=is_queued)
        pk = data.draw(st.sampled_from(self.incidents))
        self._try(dispatches.dispatch_unit, incident_id=pk, order=order)

    @precondition(lambda self: Dispatch.objects.exists())
    @rule(data=st.data(), step=st.sampled_from(["sign", "arrive", "start_handling"]))
    def answer(self, data: st.DataObject, step: str) -> None:
        self._try(getattr(dispatches, step), dispatch_id=self._dispatch(data))

    @precondition(lambda self: Dispatch.objects.exists())
    @rule(data=st.data(), step=st.sampled_from(["give_back", "cancel_dispatch"]))
    def undo(self, data: st.DataObject, step: str) -> None:
        self._try(getattr(dispatches, step), dispatch_id=self._dispatch(data), reason="原因")

    @precondition(lambda self: Dispatch.objects.exists())
    @rule(data=st.data())
    def send_queued(self, data: st.DataObject) -> None:
        self._try(dispatches.send_queued, dispatch_id=self._dispatch(data))

    @precondition(lambda self: Dispatch.objects.exists())
    @rule(data=st.data())
    def report(self, data: st.DataObject) -> None:
        self.keys += 1
        pk = self._dispatch(data)
        self._try(feedbacks.report, dispatch_id=pk, key=f"k{self.keys}", facts=make.DONE)

    @precondition(lambda self: self.incidents)
    @rule(
        data=st.data(),
        step=st.sampled_from(["close_incident", "reopen_incident", "cancel_incident"]),
    )
    def end(self, data: st.DataObject, step: str) -> None:
        said = {} if step == "close_incident" else {"reason": "原因"}
        pk = data.draw(st.sampled_from(self.incidents))
        self._try(getattr(incidents, step), incident_id=pk, **said)

    @precondition(lambda self: len(self.incidents) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        main, other = data.draw(st.permutations(self.incidents))[:2]
        self._try(merging.merge, main_id=main, other_id=other, reason="同一警情")

    @precondition(lambda self: self.incidents)
    @rule(data=st.data())
    def unmerge(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(self.incidents))
        self._try(merging.unmerge, other_id=pk, reason="并非同一警情")

    @rule(minutes=st.integers(1, 30))
    def wait(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        clocks.escalate_overdue(at=self.at)

    @invariant()
    def every_live_incident_stands_where_its_dispatches_put_it(self) -> None:
        for row in Incident.objects.filter(status__in=LIVE):
            assert row.status == standing_of(row)

    @invariant()
    def no_unit_holds_two_active_dispatches(self) -> None:
        units = list(Dispatch.objects.active().values_list("unit_id", flat=True))
        assert len(units) == len(set(units))

    @invariant()
    def nothing_that_is_over_binds_a_unit(self) -> None:
        over = Incident.objects.exclude(status__in=LIVE)
        assert not Dispatch.objects.filter(incident__in=over, status__in=ACTIVE).exists()

    @invariant()
    def the_last_move_is_the_state(self) -> None:
        for row in Incident.objects.all():
            last = Move.objects.filter(subject="dispatch.incident", subject_id=row.pk).last()
            assert last is not None
            assert last.after == row.status

    @invariant()
    def nothing_is_lost(self) -> None:
        assert Call.objects.count() == Incident.objects.count() == len(self.incidents)
        finished = Dispatch.objects.filter(status=DispatchStatus.FINISHED).count()
        assert Feedback.objects.count() == finished

    def _dispatch(self, data: st.DataObject) -> int:
        keys = list(Dispatch.objects.order_by("pk").values_list("pk", flat=True))
        return data.draw(st.sampled_from(keys))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_short_walk_leaves_no_contradiction() -> None:
    walk(times=8)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_five_thousand_steps_leave_no_contradiction() -> None:
    walk(times=130)


class Undone(Workflow):
    """Each walk is undone, so that the next begins with an empty ledger."""

    def __init__(self) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        super().__init__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)


def walk(*, times: int) -> None:
    make.limits()
    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=times,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
