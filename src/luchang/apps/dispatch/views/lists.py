"""The ledgers as lists."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Action, Call, Dispatch, Feedback, Incident
from luchang.apps.dispatch.selectors import records
from luchang.apps.dispatch.selectors.labels import category_labels
from luchang.apps.dispatch.states import (
    ActionKind,
    CallChannel,
    CallLink,
    CallStatus,
    DispatchReason,
    DispatchStatus,
    FeedbackResult,
    Grade,
    IncidentStatus,
)
from luchang.core.common.personal import Kind
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number, Personal, Status
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, Own, TextSearch
from luchang.kernel.lists.specs import ListSpec


def _address(incident_id: int | None) -> str:
    return reverse("dispatch.incident", args=[incident_id]) if incident_id else ""


INCIDENTS = ListSpec[Incident](
    code="dispatch.incidents",
    title=_("警情台账"),
    permission=policies.SEE,
    rows=records.incidents,
    order=("-received_at",),
    link=lambda row: _address(row.pk),
    columns=(
        Column("number", _("警情编号"), sort="number", width=24),
        Column("status", _("状态"), format=Status("incident"), sort="status"),
        Column("grade", _("级别"), format=Status("grade"), sort="grade", width=8),
        Column("category", _("类别"), format=Coded(category_labels), sort="category"),
        Column("address", _("地点"), width=30),
        Column("organisation", _("管辖单位"), "organisation.short_name"),
        Column("received_at", _("接警时间"), format=Moment(), sort="received_at", width=20),
        Column("dispatched_at", _("派警时间"), format=Moment(), sort="dispatched_at", width=20),
        Column("arrived_at", _("到场时间"), format=Moment(), sort="arrived_at", width=20),
        Column("closed_at", _("结案时间"), format=Moment(), sort="closed_at", width=20),
        Column(
            "initial_category",
            _("初报类别"),
            format=Coded(category_labels),
            is_shown=False,
        ),
        Column("description", _("警情描述"), width=40, is_shown=False),
        Column("injured", _("受伤人数"), format=Number(), is_shown=False),
        Column("dead", _("死亡人数"), format=Number(), is_shown=False),
        Column("is_demo", _("演示数据"), format=Flag(), is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、地点、号牌、描述")),
        InOrganisation(),
        Choice("status", _("状态"), IncidentStatus),
        Choice("grade", _("级别"), Grade),
        Choice("category", _("类别"), category_labels),
        DateRange("received_at", _("接警时间")),
        Own("taken_by"),
    ),
)

CALLS = ListSpec[Call](
    code="dispatch.calls",
    title=_("接警单"),
    permission=policies.SEE,
    rows=records.calls,
    order=("-queued_at",),
    link=lambda row: _address(row.incident_id),
    columns=(
        Column("number", _("接警编号"), sort="number", width=24),
        Column("status", _("状态"), format=Coded(CallStatus), sort="status"),
        Column("channel", _("来话渠道"), format=Coded(CallChannel), sort="channel"),
        Column("link", _("关联类型"), format=Coded(CallLink)),
        Column("incident", _("警情编号"), "incident.number", width=24),
        Column(
            "caller_number",
            _("主叫号码"),
            format=Personal(Kind.PHONE, reveal=policies.REVEAL_CALLER),
        ),
        Column("address", _("报警地点"), width=30),
        Column("operator", _("接警员"), "operator.name"),
        Column("queued_at", _("来话时间"), format=Moment(), sort="queued_at", width=20),
        Column("answered_at", _("接听时间"), format=Moment(), sort="answered_at", width=20),
        Column("queue_s", _("等待"), format=Number(unit=_("秒"), digits=0)),
        Column("finished_at", _("完成时间"), format=Moment(), is_shown=False, width=20),
        Column("source", _("来源"), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("number", "address")),
        InOrganisation(),
        Choice("status", _("状态"), CallStatus),
        Choice("channel", _("来话渠道"), CallChannel),
        DateRange("queued_at", _("来话时间")),
        Own("operator"),
    ),
)

DISPATCHES = ListSpec[Dispatch](
    code="dispatch.dispatches",
    title=_("派警单"),
    permission=policies.SEE,
    rows=records.dispatches,
    link=lambda row: _address(row.incident_id),
    columns=(
        Column("number", _("派警编号"), sort="number", width=24),
        Column("status", _("状态"), format=Status("dispatch"), sort="status"),
        Column("incident", _("警情编号"), "incident.number", width=24),
        Column("target_name", _("派警对象"), sort="target_name"),
        Column("organisation", _("出警单位"), "organisation.short_name"),
        Column("crew", _("出警人员"), width=20),
        Column("reason", _("派警原因"), format=Coded(DispatchReason)),
        Column("sent_at", _("派出时间"), format=Moment(), sort="sent_at", width=20),
        Column("signed_at", _("签收时间"), format=Moment(), sort="signed_at", width=20),
        Column("arrived_at", _("到场时间"), format=Moment(), sort="arrived_at", width=20),
        Column("ended_at", _("结束时间"), format=Moment(), sort="ended_at", width=20),
        Column("end_reason", _("撤销或退回原因"), is_shown=False, width=30),
        Column(
            "expected_s",
            _("预计到场用时"),
            format=Number(unit=_("秒"), digits=0),
            is_shown=False,
        ),
    ),
    filters=(
        TextSearch(contains=("number", "target_name")),
        InOrganisation("incident__organisation"),
        Choice("status", _("状态"), DispatchStatus),
        DateRange("sent_at", _("派出时间")),
    ),
)

FEEDBACKS = ListSpec[Feedback](
    code="dispatch.feedbacks",
    title=_("反馈单"),
    permission=policies.SEE,
    rows=records.feedbacks,
    order=("-at",),
    link=lambda row: _address(row.incident_id),
    columns=(
        Column("number", _("反馈编号"), sort="number", width=24),
        Column("incident", _("警情编号"), "incident.number", width=24),
        Column("result", _("处理结果"), format=Coded(FeedbackResult), sort="result"),
        Column("category", _("核定类别"), format=Coded(category_labels), sort="category"),
        Column("text", _("处警情况"), width=40),
        Column("injured", _("受伤人数"), format=Number()),
        Column("dead", _("死亡人数"), format=Number()),
        Column("organisation", _("反馈单位"), "organisation.short_name"),
        Column("by", _("反馈人"), "by.name"),
        Column("at", _("反馈时间"), format=Moment(), sort="at", width=20),
        Column("is_final", _("最终反馈"), format=Flag(), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("number", "text")),
        InOrganisation("incident__organisation"),
        Choice("result", _("处理结果"), FeedbackResult),
        DateRange("at", _("反馈时间")),
    ),
)

ACTIONS = ListSpec[Action](
    code="dispatch.actions",
    title=_("接处警动作"),
    permission=policies.SEE,
    rows=records.actions,
    order=("-at",),
    link=lambda row: _address(row.incident_id),
    columns=(
        Column("at", _("时间"), format=Moment(), sort="at", width=20),
        Column("kind", _("动作"), format=Coded(ActionKind)),
        Column("number", _("单号"), width=24),
        Column("incident", _("警情编号"), "incident.number", width=24),
        Column("organisation", _("经办单位"), "organisation.short_name"),
    ),
    filters=(
        TextSearch(contains=("number",)),
        InOrganisation(),
        Choice("kind", _("动作"), ActionKind),
        DateRange("at", _("时间")),
    ),
)
