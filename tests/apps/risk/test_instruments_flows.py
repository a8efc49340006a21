"""Interviews, notices and transfers: what each refuses, what it waits for, what is left of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luchang.apps.risk.models import Interview, Interviewee, RectificationNotice
from luchang.apps.risk.policies import INTERVIEW, SEE_RISK, SERVE_NOTICES
from luchang.apps.risk.services import instruments as services
from luchang.apps.risk.services.instruments import Refused, Target
from luchang.apps.risk.states.instruments import (
    CommitmentStatus,
    InterviewStatus,
    NoticeStatus,
    ServiceMethod,
    TargetKind,
    TransferStatus,
)
from luchang.kernel.identity.actors import SYSTEM, Forbidden, Unreached
from luchang.kernel.records.models import Deadline, Todo
from luchang.kernel.records.moves import Stateful, subject_of
from luchang.kernel.states import IllegalTransition
from tests.factories import risk_instruments as make
from tests.factories.identity import actor_with, browser_of, organisation, user_with
from tests.factories.risk_instruments import AT, DAY

pytestmark = pytest.mark.django_db


def waiting(row: Stateful) -> set[str]:
    rows = Todo.objects.of(subject_of(row), row.pk).open()
    return set(rows.values_list("kind", flat=True))


def due(row: Stateful) -> object:
    return Deadline.objects.of(subject_of(row), row.pk).running().get().due_at


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=str(Refused.texts[code]).split("%")[0])


# Interviews


def test_an_interview_goes_from_the_summons_to_its_close() -> None:
    """Would catch an interview that is closed while a promise is open, or a to-do that stays."""
    row = make.interview("演示甲公司", "演示乙公司")
    assert waiting(row) == {"risk.interview"}
    assert due(row) == AT

    services.hold(
        interview_id=row.pk, held_at=AT, attendants="甲、乙", minutes="通报", by=SYSTEM, at=AT
    )
    first, second = (
        services.promise(
            interview_id=row.pk,
            interviewee_id=each.pk,
            text="全部检验",
            due_on=date(2026, 4, 1),
            by=SYSTEM,
            at=AT,
        )
        for each in row.interviewees.all()
    )
    with pytest.raises(Refused, match="还有2项承诺没有回访"):
        services.follow_up(interview_id=row.pk, result="好", by=SYSTEM, at=AT)
    services.answer(commitment_id=first.pk, is_kept=True, result="已检验", by=SYSTEM, at=AT)
    services.answer(commitment_id=second.pk, is_kept=False, result="未检验", by=SYSTEM, at=AT)
    services.follow_up(interview_id=row.pk, result="一家未落实", by=SYSTEM, at=AT)
    services.close(interview_id=row.pk, by=SYSTEM, at=AT)

    row.refresh_from_db()
    second.refresh_from_db()
    assert row.status == InterviewStatus.CLOSED
    assert second.status == CommitmentStatus.BROKEN
    assert waiting(row) == waiting(first) == waiting(second) == set()
    assert not Deadline.objects.running().exists()


def test_a_promise_is_due_when_its_day_is_over_in_shanghai() -> None:
    made = make.commitment()

    assert due(made) == made.due_at
    assert made.due_at.astimezone(AT.tzinfo).hour == 16
    assert waiting(made) == {"risk.commitment"}


def test_a_broken_promise_may_still_be_kept_and_a_kept_one_stays() -> None:
    made = make.commitment()
    services.answer(commitment_id=made.pk, is_kept=False, result="未落实", by=SYSTEM, at=AT)
    services.answer(commitment_id=made.pk, is_kept=True, result="已落实", by=SYSTEM, at=AT)

    with pytest.raises(IllegalTransition):
        services.answer(commitment_id=made.pk, is_kept=False, result="x", by=SYSTEM, at=AT)


def plan(*targets: Target) -> Interview:
    return services.plan(
        title="约谈",
        reason="逾期",
        planned_at=AT,
        place="",
        chaired_by="甲",
        targets=targets,
        organisation=organisation(),
        by=SYSTEM,
        at=AT,
    )


def test_nobody_is_called_twice_to_one_interview_and_somebody_always() -> None:
    """A collective interview that names one enterprise twice counts it twice."""
    one = Target(TargetKind.ENTERPRISE, "演示甲公司")

    with refused("nobody_called"):
        plan()
    with refused("nobody_called"):
        plan(Target(TargetKind.UNIT, " "))
    with pytest.raises(Refused, match="“演示甲公司”写了两次"):
        plan(one, one)
    row = plan(one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Interviewee.objects.create(interview=row, kind=one.kind, name=one.name)


def test_an_interview_is_not_held_in_the_future_nor_without_minutes() -> None:
    row = make.interview()

    with pytest.raises(Refused, match="还没有到"):
        services.hold(
            interview_id=row.pk, held_at=AT + DAY, attendants="", minutes="x", by=SYSTEM, at=AT
        )
    with refused("no_minutes"):
        services.hold(
            interview_id=row.pk, held_at=AT, attendants="", minutes=" ", by=SYSTEM, at=AT
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Interview.objects.filter(pk=row.pk).update(status="HELD")


def test_only_who_was_called_promises_and_not_for_yesterday() -> None:
    row = make.interview(until=InterviewStatus.HELD)
    stranger = make.interview().interviewees.get()
    own = row.interviewees.get()

    with pytest.raises(Unreached):
        promise(row, stranger, date(2026, 4, 1))
    with refused("promise_in_the_past"):
        promise(row, own, AT.date() - DAY)
    with pytest.raises(IllegalTransition):
        promise(stranger.interview, stranger, date(2026, 4, 1))


def promise(row: Interview, of: Interviewee, due_on: date) -> None:
    services.promise(
        interview_id=row.pk, interviewee_id=of.pk, text="x", due_on=due_on, by=SYSTEM, at=AT
    )


def test_a_planned_interview_is_called_off_with_a_reason_and_a_followed_up_one_goes_on() -> None:
    planned = make.interview()
    followed = make.interview(until=InterviewStatus.FOLLOWED_UP)

    with refused("reason_missing"):
        services.call_off(interview_id=planned.pk, reason=" ", by=SYSTEM, at=AT)
    services.call_off(interview_id=planned.pk, reason="合并进行", by=SYSTEM, at=AT)
    services.reopen(interview_id=followed.pk, reason="还要回访", by=SYSTEM, at=AT)

    planned.refresh_from_db()
    followed.refresh_from_db()
    assert (planned.status, waiting(planned)) == (InterviewStatus.CANCELLED, set())
    assert (followed.status, waiting(followed)) == (InterviewStatus.HELD, {"risk.follow_up"})


def test_an_interview_is_held_once_and_gone_on_with_only_after_its_follow_up() -> None:
    """Both lead to one state: the minutes would be overwritten, or held be what never was."""
    planned = make.interview()
    followed = make.interview(until=InterviewStatus.FOLLOWED_UP)

    with pytest.raises(IllegalTransition):
        services.reopen(interview_id=planned.pk, reason="x", by=SYSTEM, at=AT)
    with pytest.raises(IllegalTransition):
        services.hold(
            interview_id=followed.pk, held_at=AT, attendants="", minutes="改", by=SYSTEM, at=AT
        )


# Notices


def test_a_notice_is_due_by_its_document_and_judged_only_when_its_time_is_over() -> None:
    row = make.notice(until=NoticeStatus.SERVED)
    assert due(row) == row.due_at

    with refused("not_over"):
        judge(row, is_complied=False)
    services.judge_notice(
        notice_id=row.pk, is_complied=False, finding="未恢复", by=SYSTEM, at=row.due_at
    )
    assert waiting(row) == {"risk.notice_unmet"}
    judge(row, is_complied=True)

    row.refresh_from_db()
    assert (row.status, waiting(row)) == (NoticeStatus.COMPLIED, set())


def judge(row: RectificationNotice, *, is_complied: bool) -> None:
    services.judge_notice(
        notice_id=row.pk, is_complied=is_complied, finding="复查", by=SYSTEM, at=AT
    )


def test_a_notice_without_a_due_time_has_the_term_of_the_rules() -> None:
    row = services.draft_notice(
        target_kind=TargetKind.UNIT, target_name="演示单位", problem="x", demands="y",
        legal_basis="z", organisation=organisation(), by=SYSTEM, at=AT,
    )  # fmt: skip

    assert timedelta(days=14) < row.due_at - AT <= timedelta(days=16)


def test_a_notice_is_not_due_before_it_is_written_nor_served_in_the_future() -> None:
    row = make.notice()

    with refused("due_in_the_past"):
        services.draft_notice(
            target_kind=TargetKind.UNIT, target_name="演示单位", problem="x", demands="y",
            legal_basis="z", organisation=row.organisation, due_at=AT, by=SYSTEM, at=AT,
        )  # fmt: skip
    with pytest.raises(Refused, match="还没有到"):
        services.serve_notice(
            notice_id=row.pk, served_at=AT + DAY, served_how=ServiceMethod.POST,
            served_to="", by=SYSTEM, at=AT,
        )  # fmt: skip
    services.cancel_notice(notice_id=row.pk, reason="有误", by=SYSTEM, at=AT)
    with pytest.raises(IllegalTransition):
        judge(row, is_complied=True)


# Transfers


def test_a_transfer_is_signed_for_and_answered() -> None:
    row = make.transfer(until=TransferStatus.SENT)
    assert waiting(row) == {"risk.receipt"}
    assert Deadline.objects.of("risk.transfer", row.pk).running().exists()

    with refused("received_before_sent"):
        receive(row.pk, date(2026, 3, 1))
    with refused("received_in_the_future"):
        receive(row.pk, date(2026, 3, 3))
    receive(row.pk, date(2026, 3, 2))
    services.close_transfer(transfer_id=row.pk, result="已立案", by=SYSTEM, at=AT)

    row.refresh_from_db()
    assert (row.status, row.receipt_number, waiting(row)) == (
        TransferStatus.CLOSED,
        "回执1号",
        set(),
    )


def receive(key: int, day: date) -> None:
    services.note_receipt(
        transfer_id=key, received_on=day, received_by="甲", receipt_number="回执1号",
        by=SYSTEM, at=AT,
    )  # fmt: skip


def test_a_cancelled_transfer_waits_for_nobody() -> None:
    row = make.transfer(until=TransferStatus.SENT)

    services.cancel_transfer(transfer_id=row.pk, reason="撤回", by=SYSTEM, at=AT)

    assert waiting(row) == set()
    assert not Deadline.objects.of("risk.transfer", row.pk).running().exists()


# Reach, and the pages


def test_a_foreign_brigade_does_nothing() -> None:
    foreign = actor_with(SEE_RISK, INTERVIEW, SERVE_NOTICES, at=organisation())
    interview, notice, transfer = make.interview(), make.notice(), make.transfer()

    with pytest.raises(Unreached):
        services.close(interview_id=interview.pk, by=foreign, at=AT)
    with pytest.raises(Unreached):
        services.cancel_notice(notice_id=notice.pk, reason="x", by=foreign, at=AT)
    with pytest.raises(Unreached):
        services.send_transfer(transfer_id=transfer.pk, by=foreign, at=AT)
    with pytest.raises(Forbidden):
        make_plan_by(foreign, interview)


def make_plan_by(foreign: object, row: Interview) -> None:
    services.plan(
        title="约谈", reason="x", planned_at=AT, place="", chaired_by="甲",
        targets=[Target(TargetKind.UNIT, "演示单位")], organisation=row.organisation,
        by=foreign, at=AT,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_collective_interview_is_planned_on_one_page_a_line_each() -> None:
    place = organisation()
    browser = browser_of(user_with(SEE_RISK, INTERVIEW, at=place))
    form = {
        "title": "集中约谈", "kind": "ENTERPRISE", "called": "演示甲公司：王某\n\n演示乙公司",
        "planned_at": "2100-03-02T10:00", "place": "会议室", "chaired_by": "甲",
        "reason": "逾期", "organisation": place.pk,
    }  # fmt: skip

    begun = browser.post("/risk/interviews/plan", form)
    row = Interview.objects.get()
    page = browser.get(f"/risk/interviews/{row.pk}").content.decode()

    assert begun["Location"] == f"/risk/interviews/{row.pk}"
    assert list(row.interviewees.values_list("name", "represented_by")) == [
        ("演示甲公司", "王某"),
        ("演示乙公司", ""),
    ]
    assert "演示乙公司" in page
    assert "制作约谈通知书" in page
