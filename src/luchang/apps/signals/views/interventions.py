"""What may be done with an intervention, and how one is asked for at a junction."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals import selectors, services
from luchang.apps.signals.bridge.wording import mode_text
from luchang.apps.signals.forms.interventions import InterventionForm
from luchang.apps.signals.models import Intervention, Junction
from luchang.apps.signals.policies import APPROVE, SEE, SEND, is_not_own_request
from luchang.apps.signals.ports import LinkRefused, controller_link, may_set_controllers
from luchang.apps.signals.states import (
    INTERVENTION_WAY,
    ControllerKind,
    InterventionKind,
    InterventionStatus,
)
from luchang.apps.signals.views.lists import OWNER
from luchang.apps.signals.views.scheme_lists import INTERVENTIONS
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Moment, Number

S = InterventionStatus
Values = dict[str, object]


def ask(row: Junction, said: Said, by: Actor, at: datetime) -> None:
    names = ("kind", "stage", "plan_no", "for_s", "reason")
    services.ask_intervention(
        junction_id=row.pk, **{name: said[name] for name in names}, by=by, at=at
    )


ASK = Deed[Junction](
    key="intervene",
    title=_("人工干预"),
    permission=SEND,
    form=InterventionForm,
    act=ask,
    done=_("已提出，等待他人签发"),
    when=lambda row: row.layout is not None and row.controller_kind != ControllerKind.NONE,
    icon="traffic-lights",
    kind="danger",
    note=_("须由另一人签发后才会下发；只在安装参数允许、协议已确认时有效，到时自动交还。"),
)


def read_back(row: Intervention, by: Actor, at: datetime) -> Values | None:
    """What the controller said after it was set, and after it was let go."""
    del by, at
    told = row.read_back
    if not told and not row.trouble:
        return None
    rows = []
    for title, said in ((_text("下发后"), told), (_text("交还后"), (told or {}).get("after"))):
        if said and "mode" in said:
            rows.append((title, mode_text(said["mode"]), said.get("stage"), said.get("plan_no")))
    return {"rows": rows, "trouble": row.trouble}


def around(row: Junction, by: Actor, at: datetime) -> Values | None:
    """What was done by hand at a junction, and whether anything may be."""
    del at
    if row.controller_kind == ControllerKind.NONE:
        return None
    found = list(selectors.interventions(by).filter(junction=row)[:5])
    if not found and not by.may(SEND):
        return None
    return {"rows": found, "may_set": may_set_controllers(), "unconfirmed": _unconfirmed()}


def _unconfirmed() -> list[str]:
    """What of the protocol stands on one source only, as the configured link says."""
    try:
        link = controller_link()
    except LinkRefused as refusal:
        return [str(refusal)]
    try:
        return [str(each) for each in link.unconfirmed]
    finally:
        link.close()


INTERVENTION_LEDGER = Ledger[Intervention](
    model=Intervention,
    listed=INTERVENTIONS,
    name="signals.intervention",
    rows=selectors.interventions,
    states="signal_intervention",
    steps=INTERVENTION_WAY,
    facts=(
        Column("number", _("编号")),
        Column(
            "junction",
            _("路口"),
            link=lambda row: reverse("signals.junction", args=[row.junction_id]),
        ),
        Column("kind", _("干预方式"), format=Coded(InterventionKind)),
        Column("stage", _("相位"), format=Number()),
        Column("plan_no", _("方案序号"), format=Number()),
        Column("minutes", _("时长（分钟）"), format=Number(digits=0)),
        OWNER,
        Column("asked_by", _("申请人")),
        Column("asked_at", _("申请时间"), format=Moment()),
        Column("signed_by", _("签发人")),
        Column("signed_at", _("签发时间"), format=Moment()),
        Column("begun_at", _("开始时间"), format=Moment()),
        Column("ends_at", _("应结束时间"), format=Moment()),
        Column("ended_at", _("结束时间"), format=Moment()),
        Column("reason", _("原因"), width=40),
    ),
    parts=(Part(template="signals/_read_back.html", values=read_back, order=10),),
    deeds=(
        Deed(
            key="sign",
            title=_("签发"),
            permission=APPROVE,
            act=calling(services.sign_intervention, "intervention_id"),
            done=_("已签发，正在下发"),
            states=(S.ASKED,),
            may=is_not_own_request,
            icon="circle-check",
            kind="primary",
            question=_("签发后立即下发到信号机，确认现场需要？"),
        ),
        Deed(
            key="refuse",
            title=_("不予签发"),
            permission=APPROVE,
            form=ReasonForm,
            act=calling(services.refuse_intervention, "intervention_id"),
            done=_("已记为不予签发"),
            states=(S.ASKED,),
            icon="circle-x",
        ),
        Deed(
            key="withdraw",
            title=_("撤回"),
            permission=SEND,
            form=ReasonForm,
            act=calling(services.withdraw_intervention, "intervention_id"),
            done=_("已撤回"),
            states=(S.ASKED,),
            icon="arrow-back-up",
        ),
        Deed(
            key="hand-back",
            title=_("立即交还"),
            permission=SEND,
            form=ReasonForm,
            act=calling(services.hand_back, "intervention_id"),
            done=_("已交还，信号机按自己的方案运行"),
            states=(S.RUNNING,),
            icon="arrow-back-up",
            kind="danger",
        ),
    ),
    refusals=(services.Refused, LinkRefused),
    remark=SEE,
)
