"""What was found, handed over, rectified in time and struck off; each a set of hazards."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk import selectors
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.states.hazards import OPEN, HazardStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Better, Indicator, Part, Period, Ratio, Source, Unit, declare

if TYPE_CHECKING:
    from luchang.apps.risk.models import Hazard, ListVersion, MayorsEntry, SupervisedListing

DONE = (HazardStatus.SUBMITTED, HazardStatus.ACCEPTED, HazardStatus.STRUCK_OFF)


def _hazards(by: Actor) -> "QuerySet[Hazard]":
    by.check(SEE_RISK)
    return selectors.hazards(by).select_related(None)


def _found(by: Actor, period: Period) -> "QuerySet[Hazard]":
    rows = _hazards(by).exclude(status=HazardStatus.CANCELLED)
    return rows.filter(found_at__gte=period.start, found_at__lt=period.end)


def _answered_for(by: Actor, period: Period) -> "QuerySet[Hazard]":
    """Found in the period and somebody's to rectify: rows of their own, told by receiver."""
    return _found(by, period).filter(receiver__isnull=False)


def _handed_over(by: Actor, period: Period) -> "QuerySet[Hazard]":
    return _hazards(by).filter(
        receiver__isnull=False, handed_over_at__gte=period.start, handed_over_at__lt=period.end
    )


def _due(by: Actor, period: Period) -> "QuerySet[Hazard]":
    return _hazards(by).filter(
        receiver__isnull=False, due_at__gte=period.start, due_at__lt=period.end
    )


def _struck_off(by: Actor, period: Period) -> "QuerySet[Hazard]":
    return _hazards(by).filter(struck_off_at__gte=period.start, struck_off_at__lt=period.end)


def _open_now(by: Actor, period: Period) -> "QuerySet[Hazard]":
    del period
    return _hazards(by).filter(status__in=OPEN)


def _mayors(by: Actor, period: Period) -> "QuerySet[MayorsEntry]":
    by.check(SEE_RISK)
    first, last = local(period.start).date(), local(period.end).date()
    return selectors.mayors_list(by).filter(month__gte=first, month__lt=last)


def _boards(by: Actor, period: Period) -> "QuerySet[SupervisedListing]":
    by.check(SEE_RISK)
    rows = selectors.supervised(by).select_related(None)
    return rows.filter(listed_at__gte=period.start, listed_at__lt=period.end)


def _surveys(by: Actor, period: Period) -> "QuerySet[ListVersion]":
    """Versions that ran at some time of the period."""
    by.check(SEE_RISK)
    ran = Q(closed_at=None) | Q(closed_at__gte=period.start)
    return selectors.versions(by).filter(ran, opened_at__lt=period.end)


HAZARD = Source(
    model="risk.Hazard",
    begins=("found_at",),
    ends=("found_at", "handed_over_at", "due_at", "struck_off_at"),
)
ABOUT: dict[str, Any] = {
    "permission": SEE_RISK,
    "owner": _("秩序科"),
    "organisation": "organisation",
    "leaves_out": _("已撤销的隐患"),
    "sources": (HAZARD,),
}
BY_RECEIVER: dict[str, Any] = {
    **ABOUT,
    "organisation": "receiver",
    "leaves_out": _("未交办的和退回后未重新交办的隐患"),
}

FOUND = Indicator(
    code="risk.found",
    title=_("排查隐患"),
    unit=Unit.PLACE,
    counts=_("期内排查列入清单的隐患"),
    rows=_found,
    **ABOUT,
)
FOUND_MAJOR = Indicator(
    code="risk.found_major",
    title=_("排查重大隐患"),
    unit=Unit.PLACE,
    counts=_("期内排查列入清单、等级为重大的隐患"),
    rows=_found,
    where=Q(severity="2"),
    **ABOUT,
)
HANDED_OVER = Indicator(
    code="risk.handed_over",
    title=_("交办隐患"),
    unit=Unit.PLACE,
    counts=_("期内交办、未退回的隐患，按整改责任单位"),
    rows=_handed_over,
    **BY_RECEIVER,
)
DUE = Indicator(
    code="risk.due",
    title=_("到期应整改隐患"),
    unit=Unit.PLACE,
    counts=_("整改期限在期内的隐患，按整改责任单位"),
    rows=_due,
    **BY_RECEIVER,
)
IN_TIME = Ratio(
    code="risk.in_time",
    title=_("按期整改率"),
    counts=_("整改期限在期内的隐患中，期限前报请验收且未被退回的"),
    denominator=_due,
    where=Q(status__in=DONE, submitted_at__lte=F("due_at")),
    better=Better.HIGHER,
    target=90.0,
    **BY_RECEIVER,
)
STRUCK_OFF_SHARE = Ratio(
    code="risk.struck_off_share",
    title=_("到期隐患销号率"),
    counts=_("整改期限在期内的隐患中，已经销号的"),
    denominator=_due,
    where=Q(status=HazardStatus.STRUCK_OFF),
    better=Better.HIGHER,
    target=95.0,
    **BY_RECEIVER,
)
STRUCK_OFF = Indicator(
    code="risk.struck_off",
    title=_("销号隐患"),
    unit=Unit.PLACE,
    counts=_("期内销号、此后未因事故重新列入的隐患"),
    rows=_struck_off,
    better=Better.HIGHER,
    **BY_RECEIVER,
)
REOPENED = Indicator(
    code="risk.reopened",
    title=_("重新列入隐患"),
    unit=Unit.PLACE,
    counts=_("期内排查的隐患中，销号后又因事故重新列入过的"),
    rows=_answered_for,
    where=Q(times_reopened__gt=0),
    better=Better.LOWER,
    target=0.0,
    **BY_RECEIVER,
)
OPEN_NOW = Indicator(
    code="risk.open_now",
    title=_("未销号隐患"),
    unit=Unit.PLACE,
    counts=_("现在未销号、未撤销的隐患"),
    rows=_open_now,
    is_stock=True,
    better=Better.LOWER,
    **{**ABOUT, "sources": ()},
)
MAYORS = Indicator(
    code="risk.on_mayors_list",
    title=_("列入市长月度清单"),
    unit=Unit.PLACE,
    counts=_("月份在期内的市长月度清单所列隐患；同一隐患连续几个月列入，按月分别计"),
    rows=_mayors,
    better=Better.LOWER,
    target=0.0,
    **{**BY_RECEIVER, "leaves_out": _("逾期未满规定天数的隐患"), "sources": ()},
)
SUPERVISED = Indicator(
    code="risk.supervised",
    title=_("挂牌督办隐患"),
    unit=Unit.PLACE,
    counts=_("期内挂牌督办的次数，含已摘牌的"),
    rows=_boards,
    **{**ABOUT, "leaves_out": _("期前挂牌的"), "sources": ()},
)
LISTS = Indicator(
    code="risk.lists_surveyed",
    title=_("排查风险隐患清单"),
    unit=Unit.LIST,
    counts=_("期内有版本启用着的风险隐患清单，每张计一次"),
    rows=_surveys,
    distinct="risk_list",
    listed_in="risk.versions",
    **{**ABOUT, "organisation": "", "leaves_out": _("没有启用版本的清单"), "sources": ()},
)
declare(
    FOUND,
    FOUND_MAJOR,
    HANDED_OVER,
    DUE,
    IN_TIME,
    STRUCK_OFF_SHARE,
    STRUCK_OFF,
    REOPENED,
    OPEN_NOW,
    MAYORS,
    SUPERVISED,
    LISTS,
)

OVERVIEW: tuple[Indicator | Ratio, ...] = (
    FOUND,
    HANDED_OVER,
    DUE,
    IN_TIME,
    STRUCK_OFF_SHARE,
    STRUCK_OFF,
)
"""The columns of the overview, each over hazards."""


def shared_out(
    indicator: Indicator | Ratio, period: Period, *, by: Actor, field: str
) -> Mapping[Any, float | None]:
    """The indicator for each value of a field of its rows: a part of the whole, never another."""
    counted = _counts(indicator, period, by=by, field=field, part=Part.COUNTED)
    if isinstance(indicator, Indicator):
        return {key: float(number) for key, number in counted.items()}
    base = _counts(indicator, period, by=by, field=field, part=Part.BASE)
    return {
        key: indicator.made_of(counted.get(key, 0), number).number for key, number in base.items()
    }


def _counts(
    indicator: Indicator | Ratio, period: Period, *, by: Actor, field: str, part: Part
) -> Mapping[Any, int]:
    rows = indicator.records(period, by=by, part=part).order_by()
    return dict(rows.values_list(field).annotate(number=Count("pk")))
