"""Subscriptions to passages: who is told what until when, and how it goes."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages import services
from luchang.apps.passages.forms import ReceiverForm
from luchang.apps.passages.models import Delivery, Subscription
from luchang.apps.passages.policies import SHARE
from luchang.apps.passages.selectors.subscriptions import subscriptions
from luchang.apps.passages.states import SubscriptionStatus
from luchang.apps.passages.views.devices import HOME, OWNER
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Part, calling
from luchang.kernel.lists.columns import Column, Moment, Number, Status
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch
from luchang.kernel.lists.specs import ListSpec

MOST_CAMERAS = 200
"""Cameras shown on a page."""


def _delivery(row: Subscription) -> Delivery | None:
    """None before it is approved."""
    return getattr(row, "delivery", None)


def _told(row: Subscription) -> int | None:
    told = _delivery(row)
    return told.passages if told else None


def _sent_at(row: Subscription) -> datetime | None:
    told = _delivery(row)
    return told.sent_at if told else None


def _error(row: Subscription) -> str:
    told = _delivery(row)
    return told.last_error if told else ""


SUBSCRIPTIONS = ListSpec[Subscription](
    code="passages.subscriptions",
    title=_("过车订阅"),
    permission=SHARE,
    rows=subscriptions,
    order=("-asked_at",),
    link=lambda row: reverse("passages.subscription", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("编号"), sort="number", width=14),
        Column("status", _("状态"), format=Status("passage_subscription"), sort="status"),
        Column("subscriber", _("订阅方"), "subscriber.name", sort="subscriber__name", width=24),
        Column("title", _("订阅标题"), width=24),
        Column("address", _("接收地址"), width=40),
        Column("ends_at", _("结束时间"), format=Moment(), sort="ends_at"),
        Column("told", _("已通知过车"), _told, format=Number(), sort="delivery__passages"),
        Column("sent_at", _("最近通知"), _sent_at, format=Moment(), sort="delivery__sent_at"),
        Column("error", _("最近一次错误"), _error, width=30),
        OWNER,
        Column("begins_at", _("开始时间"), format=Moment(), sort="begins_at", is_shown=False),
        Column("asked_at", _("订阅时间"), format=Moment(), sort="asked_at", is_shown=False),
        Column("code", _("订阅标识"), is_shown=False, width=30),
        Column("applicant", _("申请人"), is_shown=False),
        Column("reason", _("订阅理由"), is_shown=False, width=30),
    ),
    filters=(
        TextSearch(
            contains=("number", "code", "title", "address", "subscriber__name"),
            hint=_("编号、标识、标题、接收地址、订阅方"),
        ),
        InOrganisation(label=_("管理单位")),
        Choice("status", _("状态"), SubscriptionStatus),
        DateRange("asked_at", _("订阅时间")),
    ),
)


def _cameras(row: Subscription, _by: Actor, _at: datetime) -> dict[str, object]:
    cameras = row.cameras.order_by("number").values("pk", "name", "device_id")
    return {"rows": cameras[:MOST_CAMERAS], "count": cameras.count()}


def _progress(row: Subscription, _by: Actor, _at: datetime) -> dict[str, object] | None:
    told = _delivery(row)
    return {"told": told} if told else None


SUBSCRIPTION_LEDGER = Ledger[Subscription](
    model=Subscription,
    listed=SUBSCRIPTIONS,
    name="passages.subscription",
    rows=subscriptions,
    states="passage_subscription",
    facts=(
        Column("number", _("编号")),
        Column("subscriber", _("订阅方"), "subscriber.name"),
        Column("device_id", _("设备编码"), "subscriber.device_id"),
        OWNER,
        Column("address", _("接收地址"), width=40),
        Column("title", _("订阅标题")),
        Column("applicant", _("申请人")),
        Column("reason", _("订阅理由"), width=40),
        Column("begins_at", _("开始时间"), format=Moment()),
        Column("ends_at", _("结束时间"), format=Moment()),
        Column("interval_s", _("通知间隔（秒）"), format=Number()),
        Column("code", _("订阅标识")),
        Column("receiver_name", _("接收方用户名")),
        Column("decided_by", _("审批人"), "decided_by.name"),
        Column("decided_at", _("审批时间"), format=Moment()),
    ),
    parts=(
        Part(template="passages/_delivery.html", values=_progress),
        Part(template="passages/_subscribed.html", values=_cameras),
    ),
    deeds=(
        Deed(
            key="approve",
            title=_("批准"),
            permission=SHARE,
            act=calling(services.approve_subscription, "subscription_id"),
            done=_("已批准，此后上传的过车将发往接收地址"),
            states=(SubscriptionStatus.ASKED,),
            icon="circle-check",
            kind="primary",
            question=_(
                "过车记录是个人信息，批准后将发往所列接收地址。确认已核实订阅方、依据和地址？"
            ),
        ),
        Deed(
            key="deny",
            title=_("不批准"),
            permission=SHARE,
            form=ReasonForm,
            act=calling(services.deny_subscription, "subscription_id"),
            done=_("已驳回"),
            states=(SubscriptionStatus.ASKED,),
            icon="circle-x",
        ),
        Deed(
            key="receiver",
            title=_("设置接收方口令"),
            permission=SHARE,
            form=ReceiverForm,
            initial=lambda row, _at: {"name": row.receiver_name},
            act=calling(services.set_receiver, "subscription_id"),
            done=_("已设置，下次通知时使用"),
            states=(SubscriptionStatus.ASKED, SubscriptionStatus.ACTIVE),
            icon="key",
            note=_("接收方要求 Digest 认证时填写；口令加密保存，不再显示"),
        ),
        Deed(
            key="end",
            title=_("终止订阅"),
            permission=SHARE,
            form=ReasonForm,
            act=calling(services.end_subscription, "subscription_id"),
            done=_("已终止，不再发送"),
            states=(SubscriptionStatus.ACTIVE,),
            icon="ban",
            kind="danger",
        ),
    ),
    refusals=(services.Refused,),
    remark=SHARE,
)
