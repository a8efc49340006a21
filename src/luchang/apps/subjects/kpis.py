"""What was rectified, taken off the road, withdrawn and done in time; rates with their base."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects.models import (
    Duty,
    Elimination,
    Enterprise,
    FreightSource,
    KeyListing,
    KeyVehicle,
    LicenceAct,
)
from luchang.apps.subjects.policies import SEE
from luchang.apps.subjects.states import (
    DutyKind,
    DutyStatus,
    EliminationReason,
    EnterpriseStatus,
    LicenceActKind,
    SourceStatus,
    VehicleStatus,
)
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.metrics import Better, Indicator, Period, Ratio, Source, Unit, declare
from luchang.kernel.metrics.periods import midnight

OWNER = _("秩序科")
VEHICLE_OFFICE = _("车辆管理所")


def _days(period: Period) -> tuple[date, date]:
    """The first day that begins in the period, and the first that does not begin before its end.

    A day counts where it begins, so that neighbouring periods share none.
    """
    ends = []
    for moment in (period.start, period.end):
        day = local(moment).date()
        ends.append(day if midnight(day) == moment else day + timedelta(days=1))
    return ends[0], ends[1]


def _within(field: str, period: Period) -> Q:
    first, end = _days(period)
    return Q(**{f"{field}__gte": first, f"{field}__lt": end})


def _rectified(by: Actor, period: Period) -> "QuerySet[FreightSource]":
    by.check(SEE)
    rectified = KeyListing.objects.filter(_within("rectified_on", period))
    sources = within(FreightSource.objects.all(), by, SEE)
    return sources.filter(pk__in=rectified.order_by().values("freight_source"))


def _eliminated(by: Actor, period: Period) -> "QuerySet[Elimination]":
    by.check(SEE)
    return within(Elimination.objects.all(), by, SEE).filter(_within("done_on", period))


def _decided(by: Actor, period: Period) -> "QuerySet[LicenceAct]":
    by.check(SEE)
    return within(LicenceAct.objects.all(), by, SEE).filter(_within("decided_on", period))


def _due(by: Actor, period: Period, kind: DutyKind) -> "QuerySet[Duty]":
    by.check(SEE)
    owed = within(Duty.objects.that_count(), by, SEE)
    return owed.filter(_within("due_on", period), kind=kind)


def _two_and_one(by: Actor, period: Period, kind: DutyKind) -> "QuerySet[Duty]":
    return _due(by, period, kind).filter(group_rule__is_two_and_one=True)


def _to_inspect(by: Actor, period: Period) -> "QuerySet[Duty]":
    return _two_and_one(by, period, DutyKind.INSPECTION)


def _inspected(by: Actor, period: Period) -> "QuerySet[Duty]":
    return _to_inspect(by, period).filter(_met_by_the_end(period))


def _to_scrap(by: Actor, period: Period) -> "QuerySet[Duty]":
    return _two_and_one(by, period, DutyKind.SCRAPPING)


def _scrapped(by: Actor, period: Period) -> "QuerySet[Duty]":
    return _to_scrap(by, period).filter(_met_by_the_end(period))


def _to_renew(by: Actor, period: Period) -> "QuerySet[Duty]":
    by.check(SEE)
    owed = within(Duty.objects.that_count(), by, SEE)
    return owed.filter(_within("due_on", period), driver__isnull=False)


def _met_by_the_end(period: Period) -> Q:
    """What was done after the period does not make its rate better afterwards."""
    return Q(status=DutyStatus.MET, met_on__lt=_days(period)[1])


def _overdue(by: Actor, period: Period) -> "QuerySet[Duty]":
    """Not done on the last day of the period although due before it."""
    by.check(SEE)
    end = _days(period)[1]
    owed = within(Duty.objects.that_count(), by, SEE).filter(due_on__lt=end)
    undone = Q(status__in=[DutyStatus.OPEN, DutyStatus.MISSED]) | Q(met_on__gte=end)
    return owed.filter(undone, due_on__gte=_days(period)[0])


def _vehicles(by: Actor, period: Period) -> "QuerySet[KeyVehicle]":
    del period  # a stock, as it is now
    by.check(SEE)
    return within(KeyVehicle.objects.filter(status=VehicleStatus.ACTIVE), by, SEE)


def _enterprises(by: Actor, period: Period) -> "QuerySet[Enterprise]":
    del period  # a stock, as it is now
    by.check(SEE)
    return within(Enterprise.objects.filter(status=EnterpriseStatus.ACTIVE), by, SEE)


def _key_sources(by: Actor, period: Period) -> "QuerySet[FreightSource]":
    del period  # a stock, as it is now
    by.check(SEE)
    return within(FreightSource.objects.filter(status=SourceStatus.LISTED), by, SEE)


RISK_REASONS = (EliminationReason.MODIFIED_TRACTOR, EliminationReason.LARGE_COACH)
STANDING = Q(reversed_on__isnull=True)
WITHDRAWN = _("到期日更正、转出或合并重复记录而撤销的事项")
NOT_REVERSALS = _("已被另一决定撤销的决定；撤销决定本身")
LISTING = Source(model="subjects.KeyListing", begins=("listed_on",), ends=("rectified_on",))
"""Written while it is open, it may be rectified on any day to come."""
FREIGHT_SOURCE = Source(model="subjects.FreightSource")
"""Handed over, it takes what was rectified long ago to another unit."""
ELIMINATION = Source(model="subjects.Elimination", begins=("done_on",), ends=("done_on",))
ACT = Source(model="subjects.LicenceAct", begins=("decided_on",), ends=("decided_on",))
DUTY = Source(model="subjects.Duty", begins=("due_on",), ends=("due_on",))
RULE = Source(model="subjects.GroupRule")
ANSWERED: dict[str, Any] = {"permission": SEE, "owner": OWNER, "organisation": "organisation"}
RECTIFIED: dict[str, Any] = {**ANSWERED, "sources": (LISTING, FREIGHT_SOURCE)}
GONE: dict[str, Any] = {**ANSWERED, "sources": (ELIMINATION,)}
LICENCES: dict[str, Any] = {
    **ANSWERED,
    "owner": VEHICLE_OFFICE,
    "unit": Unit.LICENCE,
    "sources": (ACT,),
}
OWED: dict[str, Any] = {**ANSWERED, "sources": (DUTY,)}
OWED_BY_GROUP: dict[str, Any] = {**ANSWERED, "sources": (DUTY, RULE)}
NOW: dict[str, Any] = {**ANSWERED, "is_stock": True}

RECTIFIED_SOURCES = Indicator(
    code="subjects.rectified_sources",
    title=_("整治重点货运源头"),
    unit=Unit.HOUSEHOLD,
    counts=_("列为重点后在期内整治完成的货运源头，每家只计一次"),
    leaves_out=_("未列为重点的源头；期内列入而尚未整治的"),
    rows=_rectified,
    better=Better.HIGHER,
    **RECTIFIED,
)
ELIMINATED_RISK_VEHICLES = Indicator(
    code="subjects.eliminated_risk_vehicles",
    title=_("淘汰风险车辆"),
    unit=Unit.VEHICLE,
    counts=_("期内办理淘汰、原因为变型拖拉机或57座以上客车的车辆"),
    leaves_out=_("达到报废标准和其他原因的车辆"),
    rows=_eliminated,
    where=Q(reason__in=RISK_REASONS),
    better=Better.HIGHER,
    **GONE,
)
ELIMINATED_TRACTORS = Indicator(
    code="subjects.eliminated_tractors",
    title=_("淘汰变型拖拉机"),
    unit=Unit.VEHICLE,
    counts=_("期内办理淘汰、原因为变型拖拉机的车辆"),
    leaves_out=_("其他原因的车辆"),
    rows=_eliminated,
    where=Q(reason=EliminationReason.MODIFIED_TRACTOR),
    better=Better.HIGHER,
    **GONE,
)
ELIMINATED_COACHES = Indicator(
    code="subjects.eliminated_coaches",
    title=_("淘汰57座以上客车"),
    unit=Unit.VEHICLE,
    counts=_("期内办理淘汰、原因为57座以上客车的车辆，57座计入"),
    leaves_out=_("其他原因的车辆"),
    rows=_eliminated,
    where=Q(reason=EliminationReason.LARGE_COACH),
    better=Better.HIGHER,
    **GONE,
)
LICENCES_WITHDRAWN = Indicator(
    code="subjects.licences_withdrawn",
    title=_("注销收回驾驶证"),
    counts=_("期内作出的注销决定和收回决定，一个决定计一本"),
    leaves_out=NOT_REVERSALS,
    rows=_decided,
    where=STANDING & Q(kind__in=[LicenceActKind.CANCELLED, LicenceActKind.RECALLED]),
    **LICENCES,
)
LICENCES_CANCELLED = Indicator(
    code="subjects.licences_cancelled",
    title=_("注销驾驶证"),
    counts=_("期内作出的注销决定"),
    leaves_out=NOT_REVERSALS,
    rows=_decided,
    where=STANDING & Q(kind=LicenceActKind.CANCELLED),
    **LICENCES,
)
LICENCES_RECALLED = Indicator(
    code="subjects.licences_recalled",
    title=_("收回驾驶证"),
    counts=_("期内作出的收回决定"),
    leaves_out=NOT_REVERSALS,
    rows=_decided,
    where=STANDING & Q(kind=LicenceActKind.RECALLED),
    **LICENCES,
)
INSPECTION_RATE = Ratio(
    code="subjects.inspection_rate",
    title=_("两客一危检测率"),
    counts=_("期内检验到期的两客一危车辆中，到期末已检验合格的"),
    leaves_out=WITHDRAWN,
    denominator=_to_inspect,
    numerator=_inspected,
    better=Better.HIGHER,
    target=100.0,
    **OWED_BY_GROUP,
)
INSPECTED_ON_TIME = Ratio(
    code="subjects.inspected_on_time",
    title=_("两客一危按期检测率"),
    counts=_("期内检验到期的两客一危车辆中，在到期日或之前检验合格的"),
    leaves_out=WITHDRAWN,
    denominator=_to_inspect,
    where=Q(status=DutyStatus.MET, met_on__lte=F("due_on")),
    better=Better.HIGHER,
    **OWED_BY_GROUP,
)
SCRAPPING_RATE = Ratio(
    code="subjects.scrapping_rate",
    title=_("两客一危报废率"),
    counts=_("期内达到报废期限的两客一危车辆中，到期末已报废的"),
    leaves_out=WITHDRAWN,
    denominator=_to_scrap,
    numerator=_scrapped,
    better=Better.HIGHER,
    target=100.0,
    **OWED_BY_GROUP,
)
RENEWED_ON_TIME = Ratio(
    code="subjects.renewed_on_time",
    title=_("重点驾驶人按期换证审验率"),
    counts=_("期内到期的换证和审验中，在到期日或之前办理的"),
    leaves_out=WITHDRAWN,
    denominator=_to_renew,
    where=Q(status=DutyStatus.MET, met_on__lte=F("due_on")),
    better=Better.HIGHER,
    **OWED,
)
OVERDUE = Indicator(
    code="subjects.overdue",
    title=_("逾期未办事项"),
    unit=Unit.PIECE,
    counts=_("期内到期、到期末仍未办理的检验、报废、换证和审验"),
    leaves_out=WITHDRAWN,
    rows=_overdue,
    better=Better.LOWER,
    **OWED,
)
ENTERPRISES_NOW = Indicator(
    code="subjects.enterprises_now",
    title=_("在册重点企业"),
    unit=Unit.HOUSEHOLD,
    counts=_("此刻在营的重点企业"),
    leaves_out=_("停业和已合并的"),
    rows=_enterprises,
    **NOW,
)
VEHICLES_NOW = Indicator(
    code="subjects.vehicles_now",
    title=_("在册重点车辆"),
    unit=Unit.VEHICLE,
    counts=_("此刻在册的重点车辆"),
    leaves_out=_("报废、淘汰、转出和已合并的"),
    rows=_vehicles,
    **NOW,
)
TWO_AND_ONE_NOW = Indicator(
    code="subjects.two_and_one_now",
    title=_("在册两客一危车辆"),
    unit=Unit.VEHICLE,
    counts=_("此刻在册、按归类规则属两客一危的车辆"),
    leaves_out=_("其他类别的重点车辆"),
    rows=_vehicles,
    where=Q(group_rule__is_two_and_one=True),
    **NOW,
)
KEY_SOURCES_NOW = Indicator(
    code="subjects.key_sources_now",
    title=_("列管重点货运源头"),
    unit=Unit.HOUSEHOLD,
    counts=_("此刻列为重点而尚未整治的货运源头"),
    leaves_out=_("一般源头和已整治的"),
    rows=_key_sources,
    better=Better.LOWER,
    **NOW,
)

declare(
    RECTIFIED_SOURCES,
    ELIMINATED_RISK_VEHICLES,
    ELIMINATED_TRACTORS,
    ELIMINATED_COACHES,
    LICENCES_WITHDRAWN,
    LICENCES_CANCELLED,
    LICENCES_RECALLED,
    INSPECTION_RATE,
    INSPECTED_ON_TIME,
    SCRAPPING_RATE,
    RENEWED_ON_TIME,
    OVERDUE,
    ENTERPRISES_NOW,
    VEHICLES_NOW,
    TWO_AND_ONE_NOW,
    KEY_SOURCES_NOW,
)
