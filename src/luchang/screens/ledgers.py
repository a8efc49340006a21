"""The platform's own ledgers: code tables, calendar, rules, dead letters, short messages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs import outbox
from luchang.kernel.jobs.models import Delivery
from luchang.kernel.jobs.policies import MANAGE_JOBS
from luchang.kernel.jobs.states import DeliveryStatus
from luchang.kernel.lists.columns import Coded, Column, Day, Flag, Moment, Number
from luchang.kernel.lists.filters import Choice, DateRange, TextSearch, Truth
from luchang.kernel.lists.specs import BulkAction, ListSpec, PageAction
from luchang.kernel.records import policies
from luchang.kernel.records.kinds import MessageStatus, TermUnit
from luchang.kernel.records.models import Code, CodeList, DeadlineRule, Holiday, ShortMessage
from luchang.kernel.states import IllegalTransition

CONFIRMED = Flag(yes=_("已核实"), no=_("未核实"), tones=("success", "warning"))
MESSAGE_TONES = {
    MessageStatus.WAITING: "info",
    MessageStatus.SENT: "success",
    MessageStatus.FAILED: "danger",
}
DELIVERY_TONES = {DeliveryStatus.DEAD: "danger", DeliveryStatus.DROPPED: "neutral"}


def _within(rows: "QuerySet[Any]", actor: Actor, permission: str) -> "QuerySet[Any]":
    """These tables belong to the whole platform: all of it, or nothing."""
    return rows if actor.may(permission) else rows.none()


def _tables() -> Mapping[str, str]:
    return dict(CodeList.objects.values_list("code", "title"))


CODES: ListSpec[Code] = ListSpec(
    code="records.codes",
    title=_("字典"),
    permission=policies.MANAGE_CODES,
    rows=lambda actor: _within(Code.objects.select_related("table"), actor, policies.MANAGE_CODES),
    columns=(
        Column("table", _("字典"), value="table.title", sort="table__code"),
        Column("code", _("代码"), sort="code", width=10),
        Column("name", _("名称"), sort="sort_key", width=20),
        Column("name_en", _("英文名称"), width=20),
        Column("parent", _("上级代码"), is_shown=False),
        Column("valid_from", _("生效日期"), format=Day(), sort="valid_from"),
        Column("valid_to", _("失效日期"), format=Day(), sort="valid_to"),
        Column("source", _("来源"), width=24),
        Column("is_confirmed", _("核实"), format=CONFIRMED, sort="is_confirmed"),
    ),
    filters=(
        TextSearch(contains=("code", "name", "name_en", "initials")),
        Choice("table", _("字典"), _tables, field="table_id"),
        Truth("confirmed", _("已核实"), field="is_confirmed"),
    ),
    order=("table__code", "order", "code"),
    actions=(PageAction(_("新增"), "enter_code", policies.MANAGE_CODES),),
)

HOLIDAYS: ListSpec[Holiday] = ListSpec(
    code="records.holidays",
    title=_("节假日调整"),
    permission=policies.MANAGE_CALENDAR,
    rows=lambda actor: _within(
        Holiday.objects.select_related("changed_by"), actor, policies.MANAGE_CALENDAR
    ),
    columns=(
        Column("day", _("日期"), format=Day(), sort="day"),
        Column(
            "is_working", _("上班"), format=Flag(yes=_("上班"), no=_("放假")), sort="is_working"
        ),
        Column("name", _("名称"), width=20),
        Column("source", _("依据"), width=32),
        Column("changed_by", _("修改人"), value="changed_by.name"),
        Column("changed_at", _("修改时间"), format=Moment()),
    ),
    filters=(
        TextSearch(contains=("name", "source")),
        DateRange("day", _("日期"), is_moment=False),
        Truth("is_working", _("上班"), yes=_("上班"), no=_("放假")),
    ),
    order=("-day",),
    actions=(PageAction(_("新增"), "correct_holiday", policies.MANAGE_CALENDAR),),
)

RULES: ListSpec[DeadlineRule] = ListSpec(
    code="records.rules",
    title=_("时限规则"),
    permission=policies.MANAGE_RULES,
    rows=lambda actor: _within(DeadlineRule.objects.all(), actor, policies.MANAGE_RULES),
    columns=(
        Column("title", _("名称"), sort="title", width=20),
        Column("code", _("代码"), sort="code", width=20),
        Column("variant", _("适用情形"), sort="variant"),
        Column("amount", _("时限"), format=Number(), sort="amount"),
        Column("unit", _("单位"), format=Coded(TermUnit), sort="unit"),
        Column("article", _("依据"), width=28),
        Column("valid_from", _("生效日期"), format=Day(), sort="valid_from"),
        Column("valid_to", _("失效日期"), format=Day(), sort="valid_to"),
        Column("is_confirmed", _("核实"), format=CONFIRMED),
    ),
    filters=(
        TextSearch(contains=("title", "code", "article")),
        DateRange("valid_from", _("生效日期"), is_moment=False),
        Truth("confirmed", _("已核实"), field="is_confirmed"),
    ),
    order=("code", "variant", "-valid_from"),
)


def _retry(pk: int, by: Actor, at: datetime) -> None:
    outbox.retry(delivery_id=pk, by=by, at=at)


def _drop(pk: int, by: Actor, at: datetime) -> None:
    outbox.drop(delivery_id=pk, by=by, at=at)


DEAD_LETTERS: ListSpec[Delivery] = ListSpec(
    code="jobs.dead_letters",
    title=_("投递失败"),
    permission=MANAGE_JOBS,
    rows=lambda actor: _within(
        Delivery.objects.exclude(status=DeliveryStatus.DONE)
        .filter(attempts__gt=0)
        .select_related("event"),
        actor,
        MANAGE_JOBS,
    ),
    columns=(
        Column("event", _("事件"), value="event.kind", width=28),
        Column("handler", _("处理程序"), sort="handler", width=28),
        Column("status", _("状态"), format=Coded(DeliveryStatus, DELIVERY_TONES), sort="status"),
        Column("attempts", _("次数"), format=Number(), sort="attempts"),
        Column("error", _("错误"), width=40),
        Column("at", _("时间"), value="event.at", format=Moment(), sort="event__at"),
    ),
    filters=(
        TextSearch(contains=("handler", "event__kind", "error")),
        Choice("status", _("状态"), DeliveryStatus),
    ),
    bulk=(
        BulkAction("retry", _("重新投递"), MANAGE_JOBS, _retry, refusals=(IllegalTransition,)),
        BulkAction(
            "drop",
            _("放弃"),
            MANAGE_JOBS,
            _drop,
            refusals=(IllegalTransition,),
            is_dangerous=True,
        ),
    ),
    empty=_("没有投递失败的事件"),
)

MESSAGES: ListSpec[ShortMessage] = ListSpec(
    code="records.messages",
    title=_("短信发送记录"),
    permission=policies.SEE_MESSAGES,
    rows=lambda actor: _within(ShortMessage.objects.all(), actor, policies.SEE_MESSAGES),
    columns=(
        Column("asked_at", _("时间"), format=Moment(), sort="asked_at"),
        Column("status", _("状态"), format=Coded(MessageStatus, MESSAGE_TONES), sort="status"),
        Column("gateway", _("通道"), value=lambda row: gateway_words(row.gateway), width=28),
        Column("attempts", _("次数"), format=Number()),
        Column("sent_at", _("发送时间"), format=Moment(), sort="sent_at"),
        Column("error", _("错误"), width=28),
    ),
    filters=(
        TextSearch(contains=("gateway", "error")),
        Choice("status", _("状态"), MessageStatus),
        DateRange("asked_at", _("时间")),
    ),
)


def gateway_words(name: str) -> str:
    """The gateway's name; a fake one says that nothing was really sent."""
    return str(_("模拟通道，未真正发送")) if name.startswith("Fake") else name


ALL = (
    ("platform/codes/", CODES),
    ("platform/holidays/", HOLIDAYS),
    ("platform/rules/", RULES),
    ("platform/dead-letters/", DEAD_LETTERS),
    ("platform/messages/", MESSAGES),
)
