"""The lists of interviews, promises, exposures, notices and transfers."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import (
    Commitment,
    Exposure,
    Interview,
    Interviewee,
    RectificationNotice,
    Transfer,
)
from luchang.apps.risk.policies import EXPOSE, INTERVIEW, SEE_RISK, SERVE_NOTICES
from luchang.apps.risk.selectors import instruments as selectors
from luchang.apps.risk.states.instruments import (
    Channel,
    CommitmentStatus,
    Detail,
    ExposedKind,
    ExposureStatus,
    InterviewStatus,
    NoticeStatus,
    ServiceMethod,
    TargetKind,
    TransferStatus,
)
from luchang.kernel.lists.columns import (
    Coded,
    Column,
    Day,
    Flag,
    Label,
    Moment,
    Number,
    Status,
)
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("隐患治理"), "")
IS_DEMO = Column("is_demo", _("演示数据"), lambda row: bool(row.source), Flag(), is_shown=False)


def owner(label: Label, way: str = "organisation") -> Column:
    sort = f"{way.replace('.', '__')}__path"
    return Column("organisation", label, f"{way}.short_name", sort=sort, width=18)


INTERVIEWS = ListSpec[Interview](
    code="risk.interviews",
    title=_("约谈"),
    permission=SEE_RISK,
    rows=selectors.interviews,
    order=("-planned_at",),
    link=lambda row: reverse("risk.interview", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("约谈编号"), sort="number", width=16),
        Column("title", _("约谈事由"), sort="title", width=30),
        Column("status", _("状态"), format=Status("interview"), sort="status"),
        Column("called", _("对象数"), format=Number(), sort="called", width=8),
        Column("waiting", _("待回访承诺"), format=Number(), sort="waiting", width=10),
        owner(_("约谈单位")),
        Column("planned_at", _("计划约谈时间"), format=Moment(), sort="planned_at"),
        Column("held_at", _("约谈时间"), format=Moment(), sort="held_at"),
        Column("chaired_by", _("主谈人"), sort="chaired_by"),
        IS_DEMO,
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、事由、主谈人")),
        InOrganisation(label=_("约谈单位")),
        Choice("status", _("状态"), InterviewStatus),
        DateRange("planned_at", _("计划约谈时间")),
        DateRange("held_at", _("约谈时间")),
    ),
    actions=(PageAction(_("安排约谈"), "risk.interview.plan", INTERVIEW),),
)

INTERVIEWEES = ListSpec[Interviewee](
    code="risk.interviewees",
    title=_("被约谈对象"),
    permission=SEE_RISK,
    rows=selectors.interviewees,
    order=("-interview__planned_at",),
    link=lambda row: reverse("risk.interview", args=[row.interview_id]),
    parents=(HOME,),
    columns=(
        Column("name", _("被约谈对象"), sort="name", width=30),
        Column("kind", _("对象类别"), format=Coded(TargetKind), sort="kind"),
        Column("represented_by", _("到场人员"), width=18),
        Column("interview", _("约谈编号"), "interview.number", sort="interview__number", width=16),
        Column("title", _("约谈事由"), "interview.title", width=30),
        owner(_("约谈单位"), "interview.organisation"),
        Column("held_at", _("约谈时间"), "interview.held_at", Moment(), sort="interview__held_at"),
        IS_DEMO,
    ),
    filters=(
        TextSearch(contains=("name", "interview__number"), hint=_("名称、约谈编号")),
        InOrganisation(field="interview__organisation", label=_("约谈单位")),
        Choice("kind", _("对象类别"), TargetKind),
        DateRange("held_at", _("约谈时间"), field="interview__held_at"),
    ),
)

COMMITMENTS = ListSpec[Commitment](
    code="risk.commitments",
    title=_("约谈承诺"),
    permission=SEE_RISK,
    rows=selectors.commitments,
    order=("due_on",),
    link=lambda row: reverse("risk.commitment", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("text", _("承诺事项"), width=36),
        Column("interviewee", _("承诺单位"), "interviewee.name", sort="interviewee__name"),
        Column("status", _("状态"), format=Status("commitment"), sort="status"),
        Column("due_on", _("完成期限"), format=Day(), sort="due_on"),
        Column("interview", _("约谈编号"), "interview.number", sort="interview__number", width=16),
        owner(_("约谈单位")),
        Column("followed_up_at", _("回访时间"), format=Moment(), sort="followed_up_at"),
        Column("followed_up_by_name", _("回访人")),
        Column("result", _("回访情况"), width=30, is_shown=False),
        IS_DEMO,
    ),
    filters=(
        TextSearch(
            contains=("text", "interviewee__name", "interview__number"), hint=_("事项、单位、编号")
        ),
        InOrganisation(label=_("约谈单位")),
        Choice("status", _("状态"), CommitmentStatus),
        DateRange("due_on", _("完成期限"), is_moment=False),
    ),
)

EXPOSURES = ListSpec[Exposure](
    code="risk.exposures",
    title=_("曝光"),
    permission=SEE_RISK,
    rows=selectors.exposures,
    order=("-drafted_at",),
    link=lambda row: reverse("risk.exposure", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("曝光编号"), sort="number", width=16),
        Column("kind", _("曝光类别"), format=Coded(ExposedKind), sort="kind"),
        Column("target_name", _("曝光对象"), sort="target_name", width=24),
        Column("status", _("状态"), format=Status("exposure"), sort="status"),
        Column("detail", _("公开程度"), format=Coded(Detail), sort="detail", is_shown=False),
        Column("channel", _("曝光渠道"), format=Coded(Channel), sort="channel"),
        Column("starts_on", _("曝光起日"), format=Day(), sort="starts_on"),
        Column("ends_on", _("曝光止日"), format=Day(), sort="ends_on"),
        owner(_("曝光单位")),
        Column("published_at", _("审批公开时间"), format=Moment(), sort="published_at"),
        Column("approved_by_name", _("审批人"), is_shown=False),
        Column("author_name", _("拟稿人"), is_shown=False),
        IS_DEMO,
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、号牌、企业、案例")),
        InOrganisation(label=_("曝光单位")),
        Choice("kind", _("曝光类别"), ExposedKind),
        Choice("status", _("状态"), ExposureStatus),
        Choice("channel", _("曝光渠道"), Channel),
        DateRange("published_at", _("审批公开时间")),
        DateRange("ends_on", _("曝光止日"), is_moment=False),
    ),
    actions=(PageAction(_("拟定曝光"), "risk.exposure.draft", EXPOSE),),
)

NOTICES = ListSpec[RectificationNotice](
    code="risk.notices",
    title=_("限期整改通知书"),
    permission=SEE_RISK,
    rows=selectors.notices,
    order=("-drafted_at",),
    link=lambda row: reverse("risk.notice", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("通知书编号"), sort="number", width=16),
        Column("target_name", _("被通知单位"), sort="target_name", width=28),
        Column("target_kind", _("对象类别"), format=Coded(TargetKind), sort="target_kind"),
        Column("status", _("状态"), format=Status("rectification_notice"), sort="status"),
        Column("due_at", _("整改期限"), format=Moment(), sort="due_at"),
        owner(_("下达单位")),
        Column("served_at", _("送达时间"), format=Moment(), sort="served_at"),
        Column("served_how", _("送达方式"), format=Coded(ServiceMethod), is_shown=False),
        Column("checked_at", _("复查时间"), format=Moment(), sort="checked_at"),
        IS_DEMO,
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、单位")),
        InOrganisation(label=_("下达单位")),
        Choice("status", _("状态"), NoticeStatus),
        Choice("target_kind", _("对象类别"), TargetKind),
        DateRange("due_at", _("整改期限")),
    ),
    actions=(PageAction(_("拟定通知书"), "risk.notice.draft", SERVE_NOTICES),),
)

TRANSFERS = ListSpec[Transfer](
    code="risk.transfers",
    title=_("移送"),
    permission=SEE_RISK,
    rows=selectors.transfers,
    order=("-drafted_at",),
    link=lambda row: reverse("risk.transfer", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("移送编号"), sort="number", width=16),
        Column("title", _("移送事项"), sort="title", width=30),
        Column("authority", _("受移送机关"), sort="authority", width=24),
        Column("status", _("状态"), format=Status("transfer"), sort="status"),
        owner(_("移送单位")),
        Column("sent_at", _("移送时间"), format=Moment(), sort="sent_at"),
        Column("received_on", _("签收日期"), format=Day(), sort="received_on"),
        Column("receipt_number", _("回执文号")),
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、事项、机关、回执文号")),
        InOrganisation(label=_("移送单位")),
        Choice("status", _("状态"), TransferStatus),
        DateRange("sent_at", _("移送时间")),
    ),
    actions=(PageAction(_("拟定移送"), "risk.transfer.draft", SERVE_NOTICES),),
)
