"""The lists of schemes and interventions."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals import selectors
from luchang.apps.signals.models import Intervention, Scheme
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.states import (
    Days,
    InterventionKind,
    InterventionStatus,
    SchemeKind,
    StudyStatus,
)
from luchang.apps.signals.views.lists import HOME, JUNCTION, OWNER
from luchang.kernel.lists.columns import Coded, Column, Moment, Number, Status
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch
from luchang.kernel.lists.specs import ListSpec, PageAction

SCHEMES = ListSpec[Scheme](
    code="signals.schemes",
    title=_("干线与时段方案"),
    permission=SEE,
    rows=selectors.schemes,
    order=("-opened_at",),
    link=lambda row: reverse("signals.scheme", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("编号"), sort="number", width=16),
        Column("name", _("名称"), sort="name", width=28),
        Column("kind", _("类别"), format=Coded(SchemeKind), sort="kind"),
        Column("status", _("状态"), format=Status("signal_study"), sort="status"),
        Column("days", _("日期"), format=Coded(Days), sort="days"),
        Column("hours", _("时段"), sort="begins_min"),
        OWNER,
        Column("opened_at", _("提出时间"), format=Moment(), sort="opened_at"),
        Column("accepted_at", _("验收时间"), format=Moment(), sort="accepted_at"),
        Column("description", _("说明"), width=40, is_shown=False),
    ),
    filters=(
        TextSearch(contains=("number", "name"), hint=_("编号、名称")),
        InOrganisation(label=_("管理单位")),
        Choice("kind", _("类别"), SchemeKind),
        Choice("status", _("状态"), StudyStatus),
        DateRange("opened_at", _("提出时间")),
    ),
    actions=(
        PageAction(_("在地图上选路口"), "signals.scheme_choose", MANAGE, icon="map"),
        PageAction(_("新建干线协调"), "signals.scheme.corridor", MANAGE),
        PageAction(_("新建多时段方案"), "signals.scheme.day", MANAGE),
    ),
)

INTERVENTIONS = ListSpec[Intervention](
    code="signals.interventions",
    title=_("人工干预"),
    permission=SEE,
    rows=selectors.interventions,
    order=("-asked_at",),
    link=lambda row: reverse("signals.intervention", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("编号"), sort="number", width=16),
        JUNCTION,
        Column("kind", _("干预方式"), format=Coded(InterventionKind), sort="kind"),
        Column("stage", _("相位"), format=Number()),
        Column("plan_no", _("方案序号"), format=Number()),
        Column("minutes", _("时长（分钟）"), format=Number(digits=0)),
        Column("status", _("状态"), format=Status("signal_intervention"), sort="status"),
        OWNER,
        Column("asked_at", _("申请时间"), format=Moment(), sort="asked_at"),
        Column("begun_at", _("开始时间"), format=Moment(), sort="begun_at"),
        Column("ended_at", _("结束时间"), format=Moment(), sort="ended_at"),
        Column("reason", _("原因"), width=40, is_shown=False),
    ),
    filters=(
        TextSearch(contains=("number", "junction__name"), hint=_("编号、路口")),
        InOrganisation(label=_("管理单位")),
        Choice("status", _("状态"), InterventionStatus),
        Choice("kind", _("干预方式"), InterventionKind),
        DateRange("asked_at", _("申请时间")),
    ),
)
