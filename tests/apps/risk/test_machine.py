"""Anything in any order: no walk breaks the table, the clocks or the database's rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
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
from pytest_django import Settings

from luchang.apps.risk import services
from luchang.apps.risk.models import Extension, Hazard
from luchang.apps.risk.services import HazardRefused
from luchang.apps.risk.services.life import LIFE
from luchang.apps.risk.states.hazards import HAZARD, ExtensionStatus, HazardStatus
from luchang.kernel.identity.actors import SYSTEM, Unreached
from luchang.kernel.records.models import Deadline, Move, Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import hazards as make
from tests.factories.hazards import AT
from tests.factories.identity import organisation

pytestmark = pytest.mark.django_db
DEEDS = (
    "hand_over", "sign", "return_to_sender", "plan", "submit", "submit_bare", "send_back",
    "accept", "strike_off", "reopen", "cancel", "ask_for_time", "grant_time", "decline_time",
    "put_up", "lift", "new_version", "correct",
)  # fmt: skip


class HazardMachine(RuleBasedStateMachine):
    """One hazard, its finder, two governments, and every deed there is."""

    @initialize()
    def begin(self) -> None:
        self.at = AT
        self.owner, self.counties = organisation(), [make.government(), make.government()]
        self.first = make.version()
        self.row = make.hazard(at=self.owner, within=self.first)
        self.accidents = 0

    @rule(deed=st.sampled_from(DEEDS), county=st.integers(0, 1), days=st.integers(0, 20))
    def attempt(self, deed: str, county: int, days: int) -> None:
        self.at += timedelta(days=days)
        before = HazardStatus(self.row.status)
        try:
            self._deeds(county)[deed]()
        except (IllegalTransition, HazardRefused, Unreached):
            self.row.refresh_from_db()
            assert self.row.status == before
        self.row.refresh_from_db()
        after = HazardStatus(self.row.status)
        assert after == before or HAZARD.allows(before, after)

    def _deeds(self, county: int) -> dict[str, Callable[[], object]]:
        said: dict[str, Any] = {"hazard_id": self.row.pk, "by": SYSTEM, "at": self.at}
        self.accidents += 1
        soon = self.at + timedelta(days=10)
        return {
            "hand_over": lambda: services.hand_over(
                receiver_id=self.counties[county].pk, document_number="1号", due_at=soon, **said
            ),
            "sign": lambda: services.sign(**said),
            "return_to_sender": lambda: services.return_to_sender(reason="不属", **said),
            "plan": lambda: services.plan(plan="加装", measures="", **said),
            "submit": lambda: services.submit(result="好", photos=[make.photo()], **said),
            "submit_bare": lambda: services.submit(result="好", photos=[], **said),
            "send_back": lambda: services.send_back(reason="不好", **said),
            "accept": lambda: services.accept(opinion="好", **said),
            "strike_off": lambda: services.strike_off(**said),
            "reopen": lambda: services.reopen(
                accident=f"SG{self.accidents}", reason="翻车", **said
            ),
            "cancel": lambda: services.cancel(reason="重复", **said),
            "ask_for_time": lambda: services.ask_for_time(until=soon, reason="雨", **said),
            "grant_time": lambda: services.grant_time(answer="", **said),
            "decline_time": lambda: services.decline_time(answer="", **said),
            "put_up": lambda: services.put_up(grade="1", basis="市", **said),
            "lift": lambda: services.lift(reason="完", **said),
            "new_version": lambda: services.open_version(
                list_id=self.first.risk_list_id, campaign="又", year=2026, by=SYSTEM, at=self.at
            ),
            "correct": lambda: services.correct(found=make.found(), **said),
        }

    @invariant()
    def exactly_what_the_state_waits_for_is_on_a_list(self) -> None:
        if hasattr(self, "row"):
            wait = LIFE.waits.get(HazardStatus(self.row.status))
            assert _kinds(self.row) == ([wait.kind] if wait else [])
            clocks = Deadline.objects.of("risk.hazard", self.row.pk).running()
            codes = list(clocks.values_list("code", flat=True))
            assert codes == ([wait.clock] if wait and wait.clock else [])

    @invariant()
    def the_moves_are_a_chain_of_the_table(self) -> None:
        if hasattr(self, "row"):
            moves = list(Move.objects.filter(subject="risk.hazard", subject_id=self.row.pk))
            assert moves[-1].after == self.row.status
            assert all(one.after == two.before for one, two in pairwise(moves))

    @invariant()
    def only_one_request_waits_and_only_while_it_is_rectified(self) -> None:
        if hasattr(self, "row"):
            asked = Extension.objects.filter(hazard=self.row, status=ExtensionStatus.ASKED)
            assert asked.count() <= int(self.row.status == HazardStatus.SIGNED)

    @invariant()
    def the_clock_of_the_receiver_is_the_hazard_s_own_due_time(self) -> None:
        if hasattr(self, "row") and self.row.status == HazardStatus.SIGNED:
            assert _due(self.row) == self.row.due_at


class Undone(HazardMachine):
    """Each walk is undone, so that the next begins with an empty ledger."""

    def __init__(self) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        super().__init__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)


def walk(*, walks: int, steps: int) -> None:
    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(autouse=True)
def _store(tmp_path: object, settings: Settings) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def test_no_walk_breaks_the_table() -> None:
    """Would catch a deed the table forgets, a to-do left behind, a clock that goes astray."""
    walk(walks=12, steps=25)


@pytest.mark.long
def test_five_thousand_steps_break_nothing() -> None:
    walk(walks=110, steps=50)


def _kinds(row: Hazard) -> list[str]:
    return list(Todo.objects.of("risk.hazard", row.pk).open().values_list("kind", flat=True))


def _due(row: Hazard) -> datetime:
    return Deadline.objects.of("risk.hazard", row.pk).running().get().due_at
