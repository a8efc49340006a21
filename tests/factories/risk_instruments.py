"""Interviews, exposures, notices and transfers for every test."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from luchang.apps.risk.models import (
    Commitment,
    Exposure,
    Interview,
    RectificationNotice,
    Transfer,
)
from luchang.apps.risk.services import instruments as services
from luchang.apps.risk.services.instruments.exposures import Wanted
from luchang.apps.risk.states.instruments import (
    Channel,
    Detail,
    ExposedKind,
    ExposureStatus,
    InterviewStatus,
    NoticeStatus,
    ServiceMethod,
    TargetKind,
    TransferStatus,
)
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from tests.factories.identity import organisation

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
DAY = timedelta(days=1)
_number = count(1)

VEHICLE = Wanted(
    kind=ExposedKind.VEHICLE,
    target_name="湘B·D0001",
    enterprise_name="演示运输公司",
    person_name="欧阳某某",
    facts="欧阳某某（430202198805050010）驾驶湘BD0001超限超载。",
    legal_basis="《中华人民共和国道路交通安全法》第一百零三条",
    detail=Detail.MASKED,
    channel=Channel.WEBSITE,
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 3, 31),
)


def interview(
    *names: str,
    at: Organisation | None = None,
    until: InterviewStatus = InterviewStatus.PLANNED,
    kind: TargetKind = TargetKind.ENTERPRISE,
    when: datetime = AT,
) -> Interview:
    """An interview that has come as far as `until`, without promises."""
    called = names or (f"演示企业{next(_number):05d}",)
    made = services.plan(
        title=f"逾期未检验约谈{next(_number):05d}",
        reason="逾期未检验车辆较多",
        planned_at=when,
        place="会议室",
        chaired_by="演示主谈人",
        targets=[services.Target(kind, name) for name in called],
        organisation=at or organisation(),
        by=SYSTEM,
        at=when - DAY,
    )
    if until != InterviewStatus.PLANNED:
        services.hold(
            interview_id=made.pk, held_at=when, attendants="", minutes="已通报问题",
            by=SYSTEM, at=when,
        )  # fmt: skip
    if until in {InterviewStatus.FOLLOWED_UP, InterviewStatus.CLOSED}:
        services.follow_up(interview_id=made.pk, result="已落实", by=SYSTEM, at=when + DAY)
    if until == InterviewStatus.CLOSED:
        services.close(interview_id=made.pk, by=SYSTEM, at=when + DAY)
    made.refresh_from_db()
    return made


def commitment(of: Interview | None = None, *, at: Organisation | None = None) -> Commitment:
    made = of or interview(at=at, until=InterviewStatus.HELD)
    return services.promise(
        interview_id=made.pk,
        interviewee_id=made.interviewees.get().pk,
        text=f"全部检验{next(_number):05d}",
        due_on=date(2026, 4, 1),
        by=SYSTEM,
        at=AT,
    )


def exposure(
    *,
    at: Organisation | None = None,
    until: ExposureStatus = ExposureStatus.DRAFT,
    wanted: Wanted = VEHICLE,
    by: Actor = SYSTEM,
    when: datetime = AT,
) -> Exposure:
    made = services.draft(wanted=wanted, organisation=at or organisation(), by=by, at=when)
    if until != ExposureStatus.DRAFT:
        services.submit(exposure_id=made.pk, by=by, at=when)
    if until in {ExposureStatus.PUBLISHED, ExposureStatus.ENDED}:
        services.approve(exposure_id=made.pk, by=SYSTEM, at=when)
    made.refresh_from_db()
    return made


def notice(
    *, at: Organisation | None = None, until: NoticeStatus = NoticeStatus.DRAFT
) -> RectificationNotice:
    made = services.draft_notice(
        target_kind=TargetKind.ENTERPRISE,
        target_name=f"演示企业{next(_number):05d}",
        problem="动态监控不在线",
        demands="恢复在线\n每日抽查",
        legal_basis="《中华人民共和国安全生产法》",
        organisation=at or organisation(),
        due_at=AT + 15 * DAY,
        by=SYSTEM,
        at=AT,
    )
    if until != NoticeStatus.DRAFT:
        services.serve_notice(
            notice_id=made.pk, served_at=AT, served_how=ServiceMethod.IN_PERSON,
            served_to="演示签收人", by=SYSTEM, at=AT,
        )  # fmt: skip
    made.refresh_from_db()
    return made


def transfer(
    *, at: Organisation | None = None, until: TransferStatus = TransferStatus.DRAFT
) -> Transfer:
    made = services.draft_transfer(
        authority="演示交通运输局",
        title=f"涉嫌非法营运{next(_number):05d}",
        facts="一辆小型客车涉嫌非法营运",
        legal_basis="《中华人民共和国道路运输条例》",
        materials="检查记录\n照片",
        organisation=at or organisation(),
        by=SYSTEM,
        at=AT,
    )
    if until != TransferStatus.DRAFT:
        services.send_transfer(transfer_id=made.pk, by=SYSTEM, at=AT)
    if until == TransferStatus.RECEIVED:
        services.note_receipt(
            transfer_id=made.pk, received_on=AT.date(), received_by="演示签收人",
            receipt_number="回执1号", by=SYSTEM, at=AT,
        )  # fmt: skip
    made.refresh_from_db()
    return made
