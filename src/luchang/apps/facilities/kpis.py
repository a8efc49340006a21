"""What was put up, repaired and taken away; each figure is a set of accepted orders."""

from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from luchang.apps.facilities.models import WorkOrder
from luchang.apps.facilities.policies import SEE
from luchang.apps.facilities.states import FacilityKind, OrderStatus, WorkKind
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.metrics import Better, Indicator, Period, Ratio, Source, Unit, declare


def _accepted(by: Actor, period: Period) -> "QuerySet[WorkOrder]":
    by.check(SEE)
    rows = within(WorkOrder.objects.all(), by, SEE)
    return rows.filter(accepted_at__gte=period.start, accepted_at__lt=period.end)


def _repairs(by: Actor, period: Period) -> "QuerySet[WorkOrder]":
    by.check(SEE)
    rows = within(WorkOrder.objects.all(), by, SEE).exclude(status=OrderStatus.CANCELLED)
    return rows.filter(
        kind=WorkKind.REPAIR, reported_at__gte=period.start, reported_at__lt=period.end
    )


ABOUT: dict[str, Any] = {
    "permission": SEE,
    "owner": _("秩序科"),
    "organisation": "organisation",
    "leaves_out": _("未验收的和取消的工单"),
    "sources": (
        Source(model="facilities.WorkOrder", begins=("reported_at",), ends=("accepted_at",)),
        Source(model="facilities.Facility"),
    ),
}

SIGNS = Indicator(
    code="facilities.signs",
    title=_("新增和维护交通标志"),
    unit=Unit.PLACE,
    counts=_("期内验收的交通标志新增、维护工单；两者混计，可按工作类别筛选"),
    rows=_accepted,
    where=Q(facility__kind=FacilityKind.SIGN, kind__in=[WorkKind.INSTALL, WorkKind.MAINTAIN]),
    better=Better.HIGHER,
    **ABOUT,
)
SIGNALS = Indicator(
    code="facilities.signals_repaired",
    title=_("修复交通信号灯"),
    unit=Unit.PLACE,
    counts=_("期内验收的信号灯修复工单"),
    rows=_accepted,
    where=Q(facility__kind=FacilityKind.SIGNAL, kind=WorkKind.REPAIR),
    better=Better.HIGHER,
    **ABOUT,
)
BAYS = Indicator(
    code="facilities.bays_removed",
    title=_("取消路内停车位"),
    unit=Unit.PIECE,
    counts=_("期内验收的停车位取消工单所取消的个数之和"),
    rows=_accepted,
    where=Q(facility__kind=FacilityKind.PARKING_BAYS, kind=WorkKind.REMOVE),
    aggregate=Sum("quantity"),
    is_sum=True,
    **ABOUT,
)
REPAIRED = Ratio(
    code="facilities.repaired_share",
    title=_("设施故障修复率"),
    counts=_("期内上报、未取消的故障中，已经验收的"),
    denominator=_repairs,
    where=Q(status=OrderStatus.ACCEPTED),
    better=Better.HIGHER,
    **{**ABOUT, "leaves_out": _("取消的工单")},
)
declare(SIGNS, SIGNALS, BAYS, REPAIRED)
