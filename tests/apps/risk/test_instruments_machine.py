"""Any sequence of deeds on any instrument: the tables are kept, and nothing waits in vain."""

from collections.abc import Callable
from datetime import date
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

from luchang.apps.risk.models import Commitment, Interview
from luchang.apps.risk.services import instruments as services
from luchang.apps.risk.services.instruments import Refused
from luchang.apps.risk.states.instruments import (
    EXPOSURE,
    INTERVIEW,
    NOTICE,
    TRANSFER,
    CommitmentStatus,
    ExposureStatus,
    InterviewStatus,
    NoticeStatus,
    ServiceMethod,
    TransferStatus,
)
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records.models import Deadline, Move, Todo
from luchang.kernel.records.moves import Stateful, subject_of
from luchang.kernel.states import IllegalTransition
from tests.factories import risk_instruments as make
from tests.factories.identity import organisation
from tests.factories.risk_instruments import AT, VEHICLE

pytestmark = pytest.mark.django_db
TABLES: dict[str, tuple[Any, Any]] = {
    "interview": (INTERVIEW, InterviewStatus),
    "exposure": (EXPOSURE, ExposureStatus),
    "notice": (NOTICE, NoticeStatus),
    "transfer": (TRANSFER, TransferStatus),
}
DEEDS: dict[str, dict[str, Callable[[int], object]]] = {
    "interview": {
        "hold": lambda key: services.hold(
            interview_id=key, held_at=AT, attendants="", minutes="记", by=SYSTEM, at=AT
        ),
        "promise": lambda key: services.promise(
            interview_id=key,
            interviewee_id=Interview.objects.get(pk=key).interviewees.get().pk,
            text="检验",
            due_on=date(2026, 4, 1),
            by=SYSTEM,
            at=AT,
        ),
        "answer": lambda key: services.answer(
            commitment_id=Interview.objects.get(pk=key)
            .commitments.filter(status=CommitmentStatus.OPEN)
            .earliest("pk")
            .pk,
            is_kept=True,
            result="已检验",
            by=SYSTEM,
            at=AT,
        ),
        "follow_up": lambda key: services.follow_up(
            interview_id=key, result="已落实", by=SYSTEM, at=AT
        ),
        "reopen": lambda key: services.reopen(interview_id=key, reason="x", by=SYSTEM, at=AT),
        "close": lambda key: services.close(interview_id=key, by=SYSTEM, at=AT),
        "call_off": lambda key: services.call_off(interview_id=key, reason="x", by=SYSTEM, at=AT),
    },
    "exposure": {
        "revise": lambda key: services.revise(
            exposure_id=key, wanted=VEHICLE, by=SYSTEM, at=AT
        ),
        "submit": lambda key: services.submit(exposure_id=key, by=SYSTEM, at=AT),
        "approve": lambda key: services.approve(exposure_id=key, by=SYSTEM, at=AT),
        "return": lambda key: services.return_(exposure_id=key, reason="x", by=SYSTEM, at=AT),
        "withdraw": lambda key: services.withdraw(exposure_id=key, reason="x", by=SYSTEM, at=AT),
        "end": lambda key: services.end_due(by=SYSTEM, at=AT + 60 * make.DAY),
    },
    "notice": {
        "serve": lambda key: services.serve_notice(
            notice_id=key, served_at=AT, served_how=ServiceMethod.POST, served_to="",
            by=SYSTEM, at=AT,
        ),
        "comply": lambda key: services.judge_notice(
            notice_id=key, is_complied=True, finding="x", by=SYSTEM, at=AT
        ),
        "fail": lambda key: services.judge_notice(
            notice_id=key, is_complied=False, finding="x", by=SYSTEM, at=AT + 30 * make.DAY
        ),
        "cancel": lambda key: services.cancel_notice(notice_id=key, reason="x", by=SYSTEM, at=AT),
    },
    "transfer": {
        "send": lambda key: services.send_transfer(transfer_id=key, by=SYSTEM, at=AT),
        "receive": lambda key: services.note_receipt(
            transfer_id=key, received_on=AT.date(), received_by="甲", receipt_number="",
            by=SYSTEM, at=AT,
        ),
        "close": lambda key: services.close_transfer(
            transfer_id=key, result="x", by=SYSTEM, at=AT
        ),
        "cancel": lambda key: services.cancel_transfer(
            transfer_id=key, reason="x", by=SYSTEM, at=AT
        ),
    },
}  # fmt: skip
WITHOUT_TODO = {("exposure", "DRAFT"), ("exposure", "PUBLISHED")}
"""Open states in which nobody is waited for."""


class Instruments(RuleBasedStateMachine):
    """One of each; every deed is tried at every moment."""

    def __init__(self) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        super().__init__()

    @initialize()
    def begin(self) -> None:
        place = organisation()
        self.rows: dict[str, Stateful] = {
            "interview": make.interview(at=place),
            "exposure": make.exposure(at=place),
            "notice": make.notice(at=place),
            "transfer": make.transfer(at=place),
        }

    @rule(of=st.sampled_from(sorted(TABLES)), chance=st.integers(0, 10_000))
    def attempt(self, of: str, chance: int) -> None:
        row, (table, states) = self.rows[of], TABLES[of]
        names = sorted(DEEDS[of])
        before = row.status
        try:
            with transaction.atomic():
                DEEDS[of][names[chance % len(names)]](row.pk)
        except (Refused, IllegalTransition, Commitment.DoesNotExist):
            row.refresh_from_db()
            assert row.status == before
        row.refresh_from_db()
        assert row.status == before or table.allows(states(before), states(row.status))

    @invariant()
    def what_is_over_waits_for_nobody_and_what_is_open_for_somebody(self) -> None:
        for name, row in getattr(self, "rows", {}).items():
            table, states = TABLES[name]
            subject = subject_of(row)
            is_over = not table.moves[states(row.status)]
            todos = Todo.objects.of(subject, row.pk).open().count()
            assert todos == int(not is_over and (name, row.status) not in WITHOUT_TODO)
            if is_over:
                assert not Deadline.objects.of(subject, row.pk).running().exists()
            last = Move.objects.filter(subject=subject, subject_id=row.pk).latest("pk")
            assert last.after == row.status

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)


def test_no_walk_breaks_a_table_or_leaves_a_todo_behind() -> None:
    run_state_machine_as_test(
        Instruments,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
