"""The state table of reports, walked at random by everybody who may do anything on it."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from luchang.apps.reports import selectors, services
from luchang.apps.reports.models import Report
from luchang.apps.reports.services import Refused
from luchang.apps.reports.states import REPORT, ReportStatus
from luchang.kernel.records.moves import history
from luchang.kernel.states import IllegalTransition
from tests.factories import reports as make
from tests.factories.identity import actor_with, organisation

S = ReportStatus


class Reports(RuleBasedStateMachine):
    """One report and its corrections; every deed is tried at every moment."""

    @initialize()
    def begin(self) -> None:
        self.place = organisation()
        self.author = make.writer(self.place)
        self.approver = make.approver(self.place)
        self.both = actor_with(*make.WRITE, "reports.approve_reports", at=self.place)
        self.keys = [make.draft(at=self.place, by=self.author).pk]
        self.printed: dict[int, tuple[str, object]] = {}

    def newest(self) -> Report:
        return Report.objects.get(pk=self.keys[-1])

    def tried(self, act: Callable[[], Report], *, expected: set[ReportStatus]) -> None:
        """Done from these states, refused from every other, and nothing half done."""
        before = self.newest()
        try:
            act()
        except (Refused, IllegalTransition):
            assert self.newest().version == before.version
            if before.status in expected:
                raise
        else:
            assert before.status in expected, before.status

    @rule(by_both=st.booleans())
    def edit(self, by_both: bool) -> None:
        by = self.both if by_both else self.author
        self.tried(
            lambda: services.edit_report(
                report_id=self.keys[-1], title="改", source=make.SOURCE, by=by, at=make.AT
            ),
            expected={S.DRAFT, S.CHECKED},
        )

    @rule()
    def check(self) -> None:
        with make.checked_by(make.sound):
            self.tried(
                lambda: services.check_report(report_id=self.keys[-1], by=self.author, at=make.AT),
                expected={S.DRAFT, S.CHECKED},
            )

    @rule()
    def submit(self) -> None:
        self.tried(
            lambda: services.submit_report(report_id=self.keys[-1], by=self.author, at=make.AT),
            expected={S.CHECKED},
        )

    @rule()
    def recall(self) -> None:
        self.tried(
            lambda: services.recall_report(report_id=self.keys[-1], by=self.author, at=make.AT),
            expected={S.APPROVAL},
        )

    @rule()
    def send_back(self) -> None:
        self.tried(
            lambda: services.return_report(
                report_id=self.keys[-1], reason="再改", by=self.approver, at=make.AT
            ),
            expected={S.APPROVAL},
        )

    @rule()
    def approve(self) -> None:
        self.tried(
            lambda: services.approve_report(report_id=self.keys[-1], by=self.approver, at=make.AT),
            expected={S.APPROVAL},
        )
        newest = self.newest()
        if newest.status == S.ISSUED:
            self.printed[newest.pk] = (newest.sm3, newest.content)

    @rule()
    def approve_own(self) -> None:
        """Whoever holds both posts signs only what he never touched."""
        newest = self.newest()
        if self.both.user_id in newest.writers:
            with pytest.raises((Refused, IllegalTransition)):
                services.approve_report(report_id=newest.pk, by=self.both, at=make.AT)

    @rule()
    def withdraw(self) -> None:
        newest = self.newest()
        by = self.approver if newest.was_issued else self.author
        self.tried(
            lambda: services.withdraw_report(
                report_id=self.keys[-1], reason="作废", by=by, at=make.AT
            ),
            expected={S.DRAFT, S.CHECKED, S.APPROVAL, S.ISSUED},
        )

    @precondition(lambda self: self.newest().status == S.ISSUED)
    @rule()
    def correct(self) -> None:
        made = services.correct_report(
            report_id=self.keys[-1], reason="更正", by=self.author, at=make.AT
        )
        self.keys.append(made.pk)

    @invariant()
    def moves_follow_the_table_and_at_most_one_edition_is_issued(self) -> None:
        rows = list(Report.objects.filter(pk__in=self.keys))
        assert sum(row.status == S.ISSUED for row in rows) <= 1
        for row in rows:
            walked = [S(move.after) for move in history(row)]
            assert walked[-1] == row.status
            assert all(REPORT.allows(*pair) for pair in pairwise(walked))

    @invariant()
    def what_was_printed_is_still_what_was_printed(self) -> None:
        for key, (sm3, content) in self.printed.items():
            row = Report.objects.get(pk=key)
            assert (row.sm3, row.content) == (sm3, content)
            assert selectors.verify(row).is_sound


@pytest.mark.django_db
def test_reports_keep_their_table_whatever_is_tried() -> None:
    run_state_machine_as_test(
        Reports,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
