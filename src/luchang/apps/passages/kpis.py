"""What was counted: volumes, how much of them is estimated, how often links are congested."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.policies import SEE_CLONES, SEE_COUNTS
from luchang.apps.passages.selectors import clones, congestion, volumes
from luchang.apps.passages.states import CountQuality
from luchang.apps.passages.states.clones import CloneStatus
from luchang.core.passages.congestion import FEWEST_VEHICLES
from luchang.kernel import clock
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Better, Indicator, Period, Ratio, Source, Unit, declare

if TYPE_CHECKING:
    from luchang.apps.passages.models import CameraVolume, CloneSuspect, LinkTime


def _is_kept(period: Period) -> bool:
    """Whether counts of the whole period may still be there: a part of them is no figure."""
    oldest = local(clock.now()).date() - timedelta(days=settings.COUNT_DAYS)
    return local(period.start).date() >= oldest


def _volumes(by: Actor, period: Period) -> "QuerySet[CameraVolume]":
    by.check(SEE_COUNTS)
    if not _is_kept(period):
        return volumes.volumes(by).none()
    return volumes.volumes(by).filter(begins_at__gte=period.start, begins_at__lt=period.end)


def _times(by: Actor, period: Period) -> "QuerySet[LinkTime]":
    by.check(SEE_COUNTS)
    if not _is_kept(period):
        return volumes.link_times(by).none()
    return volumes.link_times(by).filter(
        begins_at__gte=period.start, begins_at__lt=period.end, vehicles__gte=FEWEST_VEHICLES
    )


def _congested(by: Actor, period: Period) -> "QuerySet[LinkTime]":
    by.check(SEE_COUNTS)
    if not _is_kept(period):
        return volumes.link_times(by).none()
    rows = congestion.congested_times(by, local(period.start).date())
    return rows.filter(begins_at__gte=period.start, begins_at__lt=period.end)


def _found_clones(by: Actor, period: Period) -> "QuerySet[CloneSuspect]":
    by.check(SEE_CLONES)
    return clones.suspects(by).filter(found_at__gte=period.start, found_at__lt=period.end)


def _judged_clones(by: Actor, period: Period) -> "QuerySet[CloneSuspect]":
    by.check(SEE_CLONES)
    return clones.suspects(by).filter(decided_at__gte=period.start, decided_at__lt=period.end)


COUNTED = (
    Source(model="passages.CameraVolume", begins=("begins_at",), ends=("begins_at",)),
    Source(model="passages.Camera"),
)
TIMED = (
    Source(model="passages.LinkTime", begins=("begins_at",), ends=("begins_at",)),
    Source(model="passages.Link"),
)
SUSPECTED = (Source(model="passages.CloneSuspect", begins=("found_at",), ends=("decided_at",)),)
ABOUT: dict[str, Any] = {"permission": SEE_COUNTS, "owner": _("科技科")}

VOLUME = Indicator(
    code="passages.volume",
    title=_("断面过车量"),
    unit=Unit.VEHICLE_TURN,
    counts=_("期内各设备实测的过车，同一车辆经过几台设备计几次"),
    leaves_out=_("估计的流量"),
    rows=_volumes,
    where=Q(quality=CountQuality.MEASURED),
    aggregate=Sum("vehicles"),
    is_sum=True,
    sources=COUNTED,
    organisation="camera__organisation",
    **ABOUT,
)
ESTIMATED = Ratio(
    code="passages.estimated_share",
    title=_("流量估计占比"),
    counts=_("期内有流量的设备时段（15分钟）中，因设备无过车而估计的"),
    leaves_out=_("既无实测又无法估计的时段"),
    denominator=_volumes,
    where=Q(quality=CountQuality.ESTIMATED),
    better=Better.LOWER,
    sources=COUNTED,
    organisation="camera__organisation",
    **ABOUT,
)
CONGESTED = Ratio(
    code="passages.congested_share",
    title=_("路段拥堵时段占比"),
    counts=_("期内过车足够的路段时段（15分钟）中，达到轻度拥堵以上的，按期初的等级标准"),
    leaves_out=_("不足5辆的时段"),
    denominator=_times,
    numerator=_congested,
    better=Better.LOWER,
    sources=TIMED,
    organisation="link__organisation",
    **ABOUT,
)
ABOUT_CLONES: dict[str, Any] = {"permission": SEE_CLONES, "owner": _("指挥中心")}
CLONES_FOUND = Indicator(
    code="passages.clones_found",
    title=_("发现套牌嫌疑"),
    unit=Unit.VEHICLE,
    counts=_("期内首次被比对出不可能行程、分值达到标准的号牌"),
    leaves_out=_("时钟偏差的设备参与的行程"),
    rows=_found_clones,
    sources=SUSPECTED,
    **ABOUT_CLONES,
)
CLONES_CONFIRMED = Indicator(
    code="passages.clones_confirmed",
    title=_("确认套牌"),
    unit=Unit.VEHICLE,
    counts=_("期内经核查确认的套牌嫌疑"),
    leaves_out=_("确认后又转为待核查的"),
    rows=_judged_clones,
    where=Q(status=CloneStatus.CONFIRMED),
    sources=(Source(model="passages.CloneSuspect", begins=("found_at",), ends=("decided_at",)),),
    **ABOUT_CLONES,
)
declare(VOLUME, ESTIMATED, CONGESTED, CLONES_FOUND, CLONES_CONFIRMED)
