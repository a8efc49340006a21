"""How much force was on the road, and whether it came on time."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.apps.force.models import Officer, Shift, ShiftMember
from luchang.apps.force.policies import SEE_FORCE
from luchang.apps.force.states import Readiness, ShiftStatus
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.metrics import Better, Indicator, Period, Ratio, Source, Unit, declare

OWNER = _("秩序科")

GRACE = timedelta(minutes=5)
"""Signing on this long after the planned hour is still on time."""


def _on_duty(by: Actor, period: Period) -> "QuerySet[Shift]":
    by.check(SEE_FORCE)
    began = within(Shift.objects.all(), by, SEE_FORCE).filter(signed_on_at__lt=period.end)
    return began.exclude(signed_off_at__lte=period.start)


def _officers(by: Actor, period: Period) -> "QuerySet[Officer]":
    return _crew_of(_on_duty(by, period), by)


def _planned(by: Actor, period: Period) -> "QuerySet[Shift]":
    by.check(SEE_FORCE)
    starting = within(Shift.objects.all(), by, SEE_FORCE).filter(
        starts_at__gte=period.start, starts_at__lt=period.end
    )
    return starting.exclude(status=ShiftStatus.CANCELLED)


def _now(by: Actor, period: Period) -> "QuerySet[Shift]":
    del period  # a stock, as it is now
    by.check(SEE_FORCE)
    return within(Shift.objects.all(), by, SEE_FORCE).filter(status=ShiftStatus.ON_DUTY)


def _officers_now(by: Actor, period: Period) -> "QuerySet[Officer]":
    return _crew_of(_now(by, period), by)


def _crew_of(shifts: "QuerySet[Shift]", by: Actor) -> "QuerySet[Officer]":
    """The people of these crews, each once, as far as the reach goes."""
    crews = ShiftMember.objects.filter(shift__in=shifts.order_by().values("pk"))
    own = within(Officer.objects.all(), by, SEE_FORCE)
    return own.filter(pk__in=crews.values("officer"))


SHIFT = Source(
    model="force.Shift",
    begins=("starts_at", "signed_on_at"),
    ends=("signed_off_at",),
)
OF_SHIFTS: dict[str, Any] = {
    "permission": SEE_FORCE,
    "owner": OWNER,
    "organisation": "organisation",
    "sources": (SHIFT,),
}
NOW: dict[str, Any] = {**OF_SHIFTS, "sources": (), "is_stock": True}
DESKS = _("不在班组中的机关人员；从辖区以外单位借用的人员")
NOBODY_SIGNED_ON = _("已安排但无人签到的班次")

CREWS_ON_DUTY = Indicator(
    code="force.crews_on_duty",
    title=_("上岗班组数"),
    unit=Unit.PIECE,
    counts=_("期内任一时刻有人在岗的班次"),
    leaves_out=NOBODY_SIGNED_ON,
    rows=_on_duty,
    better=Better.HIGHER,
    **OF_SHIFTS,
)
OFFICERS_ON_DUTY = Indicator(
    code="force.officers_on_duty",
    title=_("上岗警员数"),
    unit=Unit.PERSON,
    counts=_("期内任一时刻在岗班组中的人员，每人只计一次"),
    leaves_out=DESKS,
    rows=_officers,
    better=Better.HIGHER,
    **{**OF_SHIFTS, "sources": ()},
)
VEHICLE_TURNS = Indicator(
    code="force.vehicle_turns",
    title=_("出动警车"),
    unit=Unit.VEHICLE_TURN,
    counts=_("期内在岗且配有警车的班次，每班计一台次"),
    leaves_out=NOBODY_SIGNED_ON,
    rows=_on_duty,
    where=Q(vehicle__isnull=False),
    **OF_SHIFTS,
)
VEHICLES_OUT = Indicator(
    code="force.vehicles_out",
    title=_("上路警车数"),
    unit=Unit.VEHICLE,
    counts=_("期内在岗班次使用的警车，每台只计一次"),
    leaves_out=NOBODY_SIGNED_ON,
    rows=_on_duty,
    where=Q(vehicle__isnull=False),
    distinct="vehicle",
    **OF_SHIFTS,
)
PUNCTUAL_SHARE = Ratio(
    code="force.punctual_share",
    title=_("按时上岗率"),
    counts=_("计划在期内上岗的班次中，迟到不超过5分钟的"),
    leaves_out=_("取消的班次"),
    denominator=_planned,
    where=Q(signed_on_at__lte=F("starts_at") + GRACE),
    better=Better.HIGHER,
    **OF_SHIFTS,
)
CREWS_NOW = Indicator(
    code="force.crews_now",
    title=_("在岗班组"),
    unit=Unit.PIECE,
    counts=_("此刻在岗的班次"),
    leaves_out=NOBODY_SIGNED_ON,
    rows=_now,
    **NOW,
)
CREWS_READY_NOW = Indicator(
    code="force.crews_ready_now",
    title=_("可出警班组"),
    unit=Unit.PIECE,
    counts=_("此刻在岗、出警状态为可出警的班次"),
    leaves_out=NOBODY_SIGNED_ON,
    rows=_now,
    where=Q(readiness=Readiness.READY),
    **NOW,
)
OFFICERS_NOW = Indicator(
    code="force.officers_now",
    title=_("在岗警力"),
    unit=Unit.PERSON,
    counts=_("此刻在岗班组中的人员，每人只计一次"),
    leaves_out=DESKS,
    rows=_officers_now,
    **NOW,
)

declare(
    CREWS_ON_DUTY,
    OFFICERS_ON_DUTY,
    VEHICLE_TURNS,
    VEHICLES_OUT,
    PUNCTUAL_SHARE,
    CREWS_NOW,
    CREWS_READY_NOW,
    OFFICERS_NOW,
)
