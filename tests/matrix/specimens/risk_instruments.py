"""Interviews, exposures, notices and transfers, as their routes take them."""

from datetime import date
from itertools import count

from luchang.apps.risk.policies import INTERVIEW
from luchang.apps.risk.states.instruments import (
    ExposureStatus,
    InterviewStatus,
    NoticeStatus,
    TransferStatus,
)
from luchang.apps.risk.views.instruments.exposing import EXPOSURE_LEDGER
from luchang.apps.risk.views.instruments.ledgers import (
    COMMITMENT_LEDGER,
    INTERVIEW_LEDGER,
    NOTICE_LEDGER,
    TRANSFER_LEDGER,
)
from luchang.kernel.identity.models import Organisation
from tests.factories import risk_instruments as risk
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Place, Specimen, once, own_of

_number = count(1)


@once
def _planned(at: Organisation) -> Made:
    made = risk.interview(at=at)
    form = {"held_at": "2026-03-02T10:00", "minutes": "已通报", "reason": "改期"}
    return Made(ids={"pk": made.pk}, form=form, mark=made.number)


@once
def _held(at: Organisation) -> Made:
    made = risk.interview(at=at, until=InterviewStatus.HELD)
    form = {"interviewee": made.interviewees.get().pk, "text": "检验", "due_on": "2100-01-01"}
    return Made(ids={"pk": made.pk}, form={**form, "result": "已落实"}, mark=made.number)


@once
def _followed_up(at: Organisation) -> Made:
    made = risk.interview(at=at, until=InterviewStatus.FOLLOWED_UP)
    return Made(ids={"pk": made.pk}, form={"reason": "继续"}, mark=made.number)


@once
def _interviewee(at: Organisation) -> Made:
    name = f"样企{next(_number)}样"
    made = risk.interview(name, at=at)
    return Made(mark=name, sought=made.number)


@once
def _commitment(at: Organisation) -> Made:
    made = risk.commitment(at=at)
    return Made(ids={"pk": made.pk}, form={"is_kept": "1", "result": "已检验"}, mark=made.text)


@once
def _exposure(at: Organisation) -> Made:
    made = risk.exposure(at=at)
    return Made(ids={"pk": made.pk}, form={"reason": "有误"}, mark=made.number)


@once
def _waiting(at: Organisation) -> Made:
    made = risk.exposure(at=at, until=ExposureStatus.APPROVAL)
    return Made(ids={"pk": made.pk}, form={"reason": "有误"}, mark=made.number)


@once
def _public(at: Organisation) -> Made:
    made = risk.exposure(at=at, until=ExposureStatus.PUBLISHED)
    return Made(ids={"pk": made.pk}, form={"reason": "有误"}, mark=made.number)


@once
def _notice(at: Organisation) -> Made:
    made = risk.notice(at=at)
    form = {"served_at": "2026-03-02T10:00", "served_how": "POST", "reason": "有误"}
    return Made(ids={"pk": made.pk}, form=form, mark=made.number)


@once
def _served(at: Organisation) -> Made:
    made = risk.notice(at=at, until=NoticeStatus.SERVED)
    return Made(ids={"pk": made.pk}, form={"is_complied": "1", "finding": "已整改"})


@once
def _transfer(at: Organisation) -> Made:
    made = risk.transfer(at=at)
    return Made(ids={"pk": made.pk}, form={"reason": "有误"}, mark=made.number)


@once
def _sent(at: Organisation) -> Made:
    made = risk.transfer(at=at, until=TransferStatus.SENT)
    return Made(ids={"pk": made.pk}, form={"received_on": "2026-03-02", "received_by": "甲"})


@once
def _received(at: Organisation) -> Made:
    made = risk.transfer(at=at, until=TransferStatus.RECEIVED)
    return Made(ids={"pk": made.pk}, form={"result": "已立案"})


def _plan(at: Organisation) -> Made:
    form = {"title": "约谈", "kind": "ENTERPRISE", "called": f"样企{next(_number)}"}
    when = {"planned_at": "2100-03-02T10:00", "place": "会议室", "chaired_by": "甲"}
    return Made(form={**form, **when, "reason": "逾期", "organisation": at.pk})


def _drafted(at: Organisation) -> Made:
    form = {
        "kind": "VEHICLE",
        "target_name": "湘B·D0001",
        "detail": "MASKED",
        "channel": "WEBSITE",
        "starts_on": date(2100, 1, 1),
        "ends_on": date(2100, 2, 1),
        "facts": "超载",
        "legal_basis": "道路交通安全法",
    }
    return Made(form={**form, "organisation": at.pk})


def _ordered(at: Organisation) -> Made:
    form = {
        "target_kind": "ENTERPRISE",
        "target_name": f"样企{next(_number)}",
        "problem": "不在线",
    }
    return Made(form={**form, "demands": "恢复", "legal_basis": "法", "organisation": at.pk})


def _handed_over(at: Organisation) -> Made:
    form = {"authority": "演示局", "title": f"线索{next(_number)}", "facts": "非法营运"}
    return Made(form={**form, "legal_basis": "条例", "organisation": at.pk})


def _promised_by(at: Organisation) -> Made:
    """An interview of the visitors' own is given the promise of somebody called by `at`."""
    return Made(ids=_held(own_of(at)).ids, form=_held(at).form)


SPECIMENS = [
    *of_ledger(
        INTERVIEW_LEDGER,
        _planned,
        deeds={
            "promise": _held,
            "follow-up": _held,
            "paper-interview-minutes": _held,
            "close": _followed_up,
            "reopen": _followed_up,
        },
    ),
    *of_list("risk.interviewees", _interviewee),
    *of_ledger(COMMITMENT_LEDGER, _commitment),
    *of_ledger(
        EXPOSURE_LEDGER,
        _exposure,
        deeds={"approve": _waiting, "return": _waiting, "withdraw": _public},
    ),
    *of_ledger(NOTICE_LEDGER, _notice, deeds={"judge": _served}),
    *of_ledger(TRANSFER_LEDGER, _transfer, deeds={"receipt": _sent, "close": _received}),
    opened(INTERVIEW_LEDGER, "plan", _plan),
    opened(EXPOSURE_LEDGER, "draft", _drafted),
    opened(NOTICE_LEDGER, "draft", _ordered),
    opened(TRANSFER_LEDGER, "draft", _handed_over),
    Specimen(
        "risk.interview.promise",
        _promised_by,
        Place.BODY,
        "POST",
        beside="own",
        permission=INTERVIEW,
        reached=lambda actor, at: (
            at == own_of(at) and actor.covers(INTERVIEW, organisation_id=at.pk, path=at.path)
        ),
    ),
]
