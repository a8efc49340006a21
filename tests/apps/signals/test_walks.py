"""Studies and schemes on any way through their states: one table, one way to do each deed."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from luchang.apps.signals import services
from luchang.apps.signals.models import Scheme, Study
from luchang.apps.signals.services import Refused
from luchang.apps.signals.services.signing import signed_plans
from luchang.apps.signals.states import BOUND, STUDY, StudyStatus
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records.models import Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import schemes, signals
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db
S = StudyStatus


class Walk(RuleBasedStateMachine):
    """Any sequence of deeds: the table is kept, and nothing is bound that nobody signed."""

    row: Any
    factory: ModuleType
    """Brings a record as far as somebody or something else would."""

    @initialize()
    def begin(self) -> None:
        self.row = self.opened()
        self.now = AT

    def opened(self) -> Study | Scheme:
        raise NotImplementedError

    @rule(
        deed=st.sampled_from(
            ["use_counts", "count_anew", "computed", "compute_anew", "proven", "approve",
             "send_back", "reject", "schedule", "unschedule", "begin_it", "compared",
             "measure_more", "accept", "roll_back", "cancel"]
        )
    )  # fmt: skip
    def attempt(self, deed: str) -> None:
        self.now += timedelta(hours=1)
        before = StudyStatus(self.row.status)
        try:
            with transaction.atomic():
                getattr(self, f"_{deed}")()
        except (IllegalTransition, Refused, ObjectDoesNotExist):
            pass
        self.row.refresh_from_db()
        after = StudyStatus(self.row.status)
        assert after == before or STUDY.allows(before, after)

    def _deed(self, name: str, **said: Any) -> None:
        getattr(services, name)(of=self.row, **said, by=SYSTEM, at=self.now)

    def _use_counts(self) -> None:
        raise NotImplementedError

    def _count_anew(self) -> None:
        self._deed("count_anew", reason="重来")

    def _computed(self) -> None:
        self.factory.computed(self.row, self.now)

    def _compute_anew(self) -> None:
        self._deed("compute_anew", reason="重来")

    def _proven(self) -> None:
        self.factory.proven(self.row, self.now)

    def _approve(self) -> None:
        self._deed("approve")

    def _send_back(self) -> None:
        self._deed("send_back", reason="不好")

    def _reject(self) -> None:
        self._deed("reject", reason="不必")

    def _schedule(self) -> None:
        self._deed("schedule", moment=self.now)

    def _unschedule(self) -> None:
        self._deed("unschedule", reason="推迟")

    def _begin_it(self) -> None:
        self._deed("begin")

    def _compared(self) -> None:
        self.factory.compared(self.row, self.now)

    def _measure_more(self) -> None:
        self._deed("measure_more", reason="不足")

    def _accept(self) -> None:
        self._deed("accept")

    def _roll_back(self) -> None:
        self._deed("roll_back", reason="更堵")

    def _cancel(self) -> None:
        self._deed("cancel", reason="不做了")

    @invariant()
    def what_is_bound_is_signed_and_what_waits_is_on_a_list(self) -> None:
        if not hasattr(self, "row"):
            return
        row = self.row
        assert (row.status not in BOUND) or row.approved_digest
        waiting = Todo.objects.of(f"signals.{row.key}", row.pk).open().count()
        assert waiting == int(row.status in STUDY.open)
        running = row.plans.filter(ended_at=None).count()
        meant = row.status in {S.IN_FORCE, S.COMPARED, S.ACCEPTED}
        assert running == (len(signed_plans(row)) if meant else 0)


class StudyWalk(Walk):
    factory = signals

    def opened(self) -> Study:
        junction = signals.junction()
        signals.present_plan(junction)
        self.counts = signals.counted(junction)
        return signals.study(junction)

    def _use_counts(self) -> None:
        self._deed("use_counts", count_set_id=self.counts.pk)


class SchemeWalk(Walk):
    factory = schemes

    def opened(self) -> Scheme:
        return schemes.corridor()

    def _use_counts(self) -> None:
        schemes.counted(self.row, self.now)


@pytest.mark.parametrize("walk", [StudyWalk, SchemeWalk])
def test_no_walk_breaks_the_table_or_the_signature(walk: type[Walk]) -> None:
    """Would catch a deed the table forgets, and a plan that runs after it was taken back."""

    class Undone(walk):  # type: ignore[misc, valid-type]
        """Each walk is undone, so that the next begins with an empty ledger."""

        def __init__(self) -> None:
            self.whole = transaction.atomic()
            self.whole.__enter__()
            super().__init__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
