"""What may be done with an interview and its promises, a notice and a transfer."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.bridge import papers
from luchang.apps.risk.forms.instruments import (
    AnswerForm,
    HoldForm,
    JudgeForm,
    NoticeForm,
    PlanForm,
    PromiseForm,
    ReceiptForm,
    ResultForm,
    ServeForm,
    TransferForm,
)
from luchang.apps.risk.models import Commitment, Interview, RectificationNotice, Transfer
from luchang.apps.risk.policies import INTERVIEW, SEE_RISK, SERVE_NOTICES
from luchang.apps.risk.selectors import instruments as selectors
from luchang.apps.risk.services import instruments as services
from luchang.apps.risk.states.instruments import (
    CommitmentStatus,
    InterviewStatus,
    NoticeStatus,
    ServiceMethod,
    TargetKind,
    TransferStatus,
)
from luchang.apps.risk.views.instruments.lists import (
    COMMITMENTS,
    INTERVIEWS,
    NOTICES,
    TRANSFERS,
    owner,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Day, Moment
from luchang.kernel.papers.joining import paper_deed, paper_part

N, T = NoticeStatus, TransferStatus
DONE = _("已登记")


def _plan(said: Said, by: Actor, at: datetime) -> Interview:
    kind = TargetKind(said["kind"])
    targets = [services.Target(kind, name, person) for name, person in said["called"]]
    rest = {name: value for name, value in said.items() if name not in {"kind", "called"}}
    return services.plan(targets=targets, **rest, by=by, at=at)


def _promise(row: Interview, said: Said, by: Actor, at: datetime) -> None:
    services.promise(
        interview_id=row.pk,
        interviewee_id=said["interviewee"].pk,
        text=said["text"],
        due_on=said["due_on"],
        by=by,
        at=at,
    )


def _called(row: Interview, by: Actor, at: datetime) -> dict[str, object]:
    del by, at
    return {"rows": row.interviewees.all()}


def _promised(row: Interview, by: Actor, at: datetime) -> dict[str, object] | None:
    del at
    rows = selectors.commitments(by).filter(interview=row).order_by("due_on")
    return {"rows": rows} if rows else None


INTERVIEW_LEDGER = Ledger[Interview](
    model=Interview,
    listed=INTERVIEWS,
    name="risk.interview",
    rows=selectors.interviews,
    states="interview",
    steps=(
        InterviewStatus.PLANNED,
        InterviewStatus.HELD,
        InterviewStatus.FOLLOWED_UP,
        InterviewStatus.CLOSED,
    ),
    facts=(
        Column("number", _("约谈编号")),
        Column("title", _("约谈事由")),
        owner(_("约谈单位")),
        Column("chaired_by", _("主谈人")),
        Column("planned_at", _("计划约谈时间"), format=Moment()),
        Column("held_at", _("约谈时间"), format=Moment()),
        Column("place", _("地点")),
        Column("attendants", _("参加人员"), width=40),
        Column("reason", _("具体情况"), width=40),
        Column("minutes", _("约谈记录"), width=40),
        Column("result", _("回访结果"), width=40),
    ),
    parts=(
        Part(template="risk/_interviewees.html", values=_called, order=10),
        Part(template="risk/_commitments.html", values=_promised, order=20),
        paper_part(),
    ),
    openings=(
        Opening(
            key="plan",
            title=_("安排约谈"),
            permission=INTERVIEW,
            form=PlanForm,
            act=_plan,
            done=_("已安排约谈"),
        ),
    ),
    deeds=(
        Deed(
            key="hold",
            title=_("登记约谈"),
            permission=INTERVIEW,
            form=HoldForm,
            initial=lambda row, _at: {"held_at": row.planned_at},
            act=calling(services.hold, "interview_id"),
            done=DONE,
            states=(InterviewStatus.PLANNED,),
            icon="message",
            kind="primary",
        ),
        Deed(
            key="promise",
            title=_("登记承诺"),
            permission=INTERVIEW,
            form=PromiseForm,
            act=_promise,
            done=DONE,
            states=(InterviewStatus.HELD,),
            icon="list-check",
        ),
        Deed(
            key="follow-up",
            title=_("登记回访"),
            permission=INTERVIEW,
            form=ResultForm,
            act=calling(services.follow_up, "interview_id"),
            done=DONE,
            states=(InterviewStatus.HELD,),
            icon="checks",
            kind="primary",
            note=_("全部承诺逐项回访之后登记"),
        ),
        Deed(
            key="close",
            title=_("办结"),
            permission=INTERVIEW,
            act=calling(services.close, "interview_id"),
            done=_("已办结"),
            states=(InterviewStatus.FOLLOWED_UP,),
            icon="circle-check",
            kind="primary",
        ),
        Deed(
            key="reopen",
            title=_("继续回访"),
            permission=INTERVIEW,
            form=ReasonForm,
            act=calling(services.reopen, "interview_id"),
            done=DONE,
            states=(InterviewStatus.FOLLOWED_UP,),
            icon="arrow-back-up",
        ),
        Deed(
            key="call-off",
            title=_("取消约谈"),
            permission=INTERVIEW,
            form=ReasonForm,
            act=calling(services.call_off, "interview_id"),
            done=_("已取消"),
            states=(InterviewStatus.PLANNED,),
            icon="ban",
            kind="danger",
        ),
        paper_deed(papers.SUMMONS, states=(InterviewStatus.PLANNED,)),
        paper_deed(
            papers.MINUTES,
            states=(InterviewStatus.HELD, InterviewStatus.FOLLOWED_UP, InterviewStatus.CLOSED),
        ),
    ),
    refusals=(services.Refused,),
    attach=INTERVIEW,
    attach_manage=INTERVIEW,
    attach_states=(InterviewStatus.PLANNED, InterviewStatus.HELD, InterviewStatus.FOLLOWED_UP),
    remark=SEE_RISK,
)

COMMITMENT_LEDGER = Ledger[Commitment](
    model=Commitment,
    listed=COMMITMENTS,
    name="risk.commitment",
    rows=selectors.commitments,
    states="commitment",
    facts=(
        Column("text", _("承诺事项"), width=40),
        Column("interviewee", _("承诺单位"), "interviewee.name"),
        Column(
            "interview",
            _("约谈"),
            link=lambda row: reverse("risk.interview", args=[row.interview_id]),
        ),
        Column("due_on", _("完成期限"), format=Day()),
        owner(_("约谈单位")),
        Column("followed_up_at", _("回访时间"), format=Moment()),
        Column("followed_up_by_name", _("回访人")),
        Column("result", _("回访情况"), width=40),
    ),
    deeds=(
        Deed(
            key="answer",
            title=_("登记落实情况"),
            permission=INTERVIEW,
            form=AnswerForm,
            act=calling(services.answer, "commitment_id"),
            done=DONE,
            states=(CommitmentStatus.OPEN, CommitmentStatus.BROKEN),
            icon="checks",
            kind="primary",
        ),
    ),
    refusals=(services.Refused,),
    attach=INTERVIEW,
    attach_manage=INTERVIEW,
    attach_states=(CommitmentStatus.OPEN, CommitmentStatus.BROKEN),
    remark=SEE_RISK,
)


def _draft_notice(said: Said, by: Actor, at: datetime) -> RectificationNotice:
    kind = TargetKind(said["target_kind"])
    return services.draft_notice(**{**said, "target_kind": kind}, by=by, at=at)


def _serve(row: RectificationNotice, said: Said, by: Actor, at: datetime) -> None:
    how = ServiceMethod(said["served_how"])
    services.serve_notice(notice_id=row.pk, **{**said, "served_how": how}, by=by, at=at)


NOTICE_LEDGER = Ledger[RectificationNotice](
    model=RectificationNotice,
    listed=NOTICES,
    name="risk.notice",
    rows=selectors.notices,
    states="rectification_notice",
    steps=(N.DRAFT, N.SERVED, N.COMPLIED),
    facts=(
        Column("number", _("通知书编号")),
        Column("target_name", _("被通知单位")),
        Column("target_kind", _("对象类别"), format=Coded(TargetKind)),
        owner(_("下达单位")),
        Column("due_at", _("整改期限"), format=Moment()),
        Column("problem", _("存在问题"), width=40),
        Column("demands", _("整改要求"), width=40),
        Column("legal_basis", _("法律依据"), width=40),
        Column("served_at", _("送达时间"), format=Moment()),
        Column("served_how", _("送达方式"), format=Coded(ServiceMethod)),
        Column("served_to", _("签收人")),
        Column("checked_at", _("复查时间"), format=Moment()),
        Column("checked_by_name", _("复查人")),
        Column("finding", _("复查情况"), width=40),
    ),
    parts=(paper_part(),),
    openings=(
        Opening(
            key="draft",
            title=_("拟定通知书"),
            permission=SERVE_NOTICES,
            form=NoticeForm,
            act=_draft_notice,
            done=_("已拟定，可以制作文书"),
        ),
    ),
    deeds=(
        Deed(
            key="serve",
            title=_("登记送达"),
            permission=SERVE_NOTICES,
            form=ServeForm,
            act=_serve,
            done=_("已登记送达，到期前提醒复查"),
            states=(N.DRAFT,),
            icon="send",
            kind="primary",
        ),
        Deed(
            key="judge",
            title=_("登记复查"),
            permission=SERVE_NOTICES,
            form=JudgeForm,
            act=calling(services.judge_notice, "notice_id"),
            done=DONE,
            states=(N.SERVED, N.NOT_COMPLIED),
            icon="checks",
            kind="primary",
        ),
        Deed(
            key="cancel",
            title=_("撤销通知书"),
            permission=SERVE_NOTICES,
            form=ReasonForm,
            act=calling(services.cancel_notice, "notice_id"),
            done=_("已撤销"),
            states=(N.DRAFT, N.SERVED),
            icon="ban",
            kind="danger",
        ),
        paper_deed(papers.NOTICE, states=(N.DRAFT, N.SERVED, N.COMPLIED, N.NOT_COMPLIED)),
    ),
    refusals=(services.Refused,),
    attach=SERVE_NOTICES,
    attach_manage=SERVE_NOTICES,
    attach_states=(N.DRAFT, N.SERVED, N.NOT_COMPLIED),
    remark=SEE_RISK,
)

TRANSFER_LEDGER = Ledger[Transfer](
    model=Transfer,
    listed=TRANSFERS,
    name="risk.transfer",
    rows=selectors.transfers,
    states="transfer",
    steps=(T.DRAFT, T.SENT, T.RECEIVED, T.CLOSED),
    facts=(
        Column("number", _("移送编号")),
        Column("title", _("移送事项")),
        Column("authority", _("受移送机关")),
        owner(_("移送单位")),
        Column("facts", _("基本情况"), width=40),
        Column("legal_basis", _("移送依据"), width=40),
        Column("materials", _("移送材料"), width=40),
        Column("sent_at", _("移送时间"), format=Moment()),
        Column("received_on", _("签收日期"), format=Day()),
        Column("received_by", _("签收人")),
        Column("receipt_number", _("回执文号")),
        Column("result", _("反馈结果"), width=40),
    ),
    parts=(paper_part(),),
    openings=(
        Opening(
            key="draft",
            title=_("拟定移送"),
            permission=SERVE_NOTICES,
            form=TransferForm,
            act=lambda said, by, at: services.draft_transfer(**said, by=by, at=at),
            done=_("已拟定，可以制作文书"),
        ),
    ),
    deeds=(
        Deed(
            key="send",
            title=_("登记移送"),
            permission=SERVE_NOTICES,
            act=calling(services.send_transfer, "transfer_id"),
            done=_("已移送，等待签收"),
            states=(T.DRAFT,),
            icon="send",
            kind="primary",
            question=_("确认移送函和材料已经送出？"),
        ),
        Deed(
            key="receipt",
            title=_("登记回执"),
            permission=SERVE_NOTICES,
            form=ReceiptForm,
            act=calling(services.note_receipt, "transfer_id"),
            done=DONE,
            states=(T.SENT,),
            icon="file-check",
            kind="primary",
        ),
        Deed(
            key="close",
            title=_("登记反馈结果"),
            permission=SERVE_NOTICES,
            form=ResultForm,
            act=calling(services.close_transfer, "transfer_id"),
            done=DONE,
            states=(T.RECEIVED,),
            icon="circle-check",
            kind="primary",
        ),
        Deed(
            key="cancel",
            title=_("撤销移送"),
            permission=SERVE_NOTICES,
            form=ReasonForm,
            act=calling(services.cancel_transfer, "transfer_id"),
            done=_("已撤销"),
            states=(T.DRAFT, T.SENT),
            icon="ban",
            kind="danger",
        ),
        paper_deed(papers.LETTER, states=(T.DRAFT, T.SENT, T.RECEIVED, T.CLOSED)),
    ),
    refusals=(services.Refused,),
    attach=SERVE_NOTICES,
    attach_manage=SERVE_NOTICES,
    attach_states=(T.DRAFT, T.SENT, T.RECEIVED),
    remark=SEE_RISK,
)
