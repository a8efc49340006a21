"""Enterprises that were interviewed, and what was exposed."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import Exposure, Interviewee
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.states.instruments import ExposedKind, TargetKind
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.metrics import Indicator, Period, Source, Unit, declare


def _interviewed(by: Actor, period: Period) -> "QuerySet[Interviewee]":
    by.check(SEE_RISK)
    rows = within(Interviewee.objects.all(), by, SEE_RISK, organisation="interview__organisation")
    return rows.filter(interview__held_at__gte=period.start, interview__held_at__lt=period.end)


def _exposed(by: Actor, period: Period) -> "QuerySet[Exposure]":
    by.check(SEE_RISK)
    rows = within(Exposure.objects.all(), by, SEE_RISK)
    return rows.filter(published_at__gte=period.start, published_at__lt=period.end)


EXPOSED: dict[str, Any] = {
    "permission": SEE_RISK,
    "owner": _("宣传科"),
    "rows": _exposed,
    "leaves_out": _("未经审批公开的"),
    "organisation": "organisation",
    "sources": (Source(model="risk.Exposure", begins=("published_at",), ends=("published_at",)),),
}

ENTERPRISES_INTERVIEWED = Indicator(
    code="risk.enterprises_interviewed",
    title=_("约谈企业"),
    unit=Unit.HOUSEHOLD,
    permission=SEE_RISK,
    owner=_("秩序科"),
    counts=_("期内举行的约谈中被约谈的不同企业，集中约谈按企业计，同一企业多次约谈计一家"),
    leaves_out=_("单位和政府，计划中和取消的约谈"),
    rows=_interviewed,
    where=Q(kind=TargetKind.ENTERPRISE),
    distinct="name",
    organisation="interview__organisation",
    sources=(
        Source(model="risk.Interviewee"),
        Source(model="risk.Interview", begins=("held_at",), ends=("held_at",)),
    ),
)
VEHICLES_EXPOSED = Indicator(
    code="risk.vehicles_exposed",
    title=_("曝光违法车辆"),
    unit=Unit.VEHICLE,
    counts=_("期内审批公开的曝光中，对象为车辆的；后来撤回的也计入"),
    where=Q(kind=ExposedKind.VEHICLE),
    **EXPOSED,
)
CASES_EXPOSED = Indicator(
    code="risk.cases_exposed",
    title=_("曝光典型案例"),
    unit=Unit.CASE,
    counts=_("期内审批公开的曝光中，对象为案例的；后来撤回的也计入"),
    where=Q(kind=ExposedKind.CASE),
    **EXPOSED,
)
ENTERPRISES_EXPOSED = Indicator(
    code="risk.enterprises_exposed",
    title=_("曝光隐患企业"),
    unit=Unit.HOUSEHOLD,
    counts=_("期内审批公开的曝光中，对象为企业的；后来撤回的也计入"),
    where=Q(kind=ExposedKind.ENTERPRISE),
    **EXPOSED,
)
declare(ENTERPRISES_INTERVIEWED, VEHICLES_EXPOSED, CASES_EXPOSED, ENTERPRISES_EXPOSED)
