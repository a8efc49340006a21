"""How much there is to look after: junctions, signals, cameras, kilometres of road."""

from functools import partial
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from luchang.apps.places import policies
from luchang.apps.places.models import Camera, Junction, RoadClosure, Street
from luchang.apps.places.states import RoadClass
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Indicator, Period, Source, Unit, declare

OWNER = _("秩序科")


def _junctions(by: Actor, period: Period) -> "QuerySet[Junction]":
    policies.check_can_see(by)
    del period  # a stock, as it is now
    return Junction.objects.current()


def _cameras(by: Actor, period: Period) -> "QuerySet[Camera]":
    policies.check_can_see(by)
    del period
    return Camera.objects.current()


def _closures(by: Actor, period: Period) -> "QuerySet[RoadClosure]":
    policies.check_can_see(by)
    return RoadClosure.objects.filter(starts_at__gte=period.start, starts_at__lt=period.end)


def _streets(by: Actor, period: Period, *, road_class: RoadClass) -> "QuerySet[Street]":
    policies.check_can_see(by)
    del period
    return Street.objects.current().filter(road_class=road_class)


ABOUT: dict[str, Any] = {"permission": policies.SEE_PLACES, "owner": OWNER}
STOCK: dict[str, Any] = {**ABOUT, "is_stock": True}

JUNCTIONS = Indicator(
    code="places.junctions",
    title=_("路口数"),
    unit=Unit.PIECE,
    counts=_("现行路网中两条有名道路相交、至少三个进口的路口"),
    leaves_out=_("只有巷道相交的路口，没有名称的路口"),
    rows=_junctions,
    **STOCK,
)
SIGNALLED_JUNCTIONS = Indicator(
    code="places.signalled_junctions",
    title=_("信号控制路口数"),
    unit=Unit.PIECE,
    counts=_("上述路口中，路网来源标有信号灯的"),
    leaves_out=_("路段上的行人信号灯"),
    rows=_junctions,
    where=Q(has_signals=True),
    **STOCK,
)
CAMERAS = Indicator(
    code="places.cameras",
    title=_("摄像机与卡口数"),
    unit=Unit.DEVICE,
    counts=_("在用的摄像机与卡口"),
    leaves_out=_("已停用的"),
    rows=_cameras,
    **STOCK,
)
CLOSURES = Indicator(
    code="places.closures",
    title=_("道路封闭次数"),
    unit=Unit.TIME,
    counts=_("期内开始的道路封闭"),
    leaves_out=_("期前开始、延续至期内的封闭"),
    rows=_closures,
    sources=(Source(model="places.RoadClosure", begins=("starts_at",), ends=("starts_at",)),),
    **ABOUT,
)
ROAD_KM = tuple(
    Indicator(
        code=f"places.road_km.{road_class.name.lower()}",
        title=format_lazy(_("{road_class}里程"), road_class=road_class.label),
        unit=Unit.KILOMETRE,
        counts=format_lazy(_("{road_class}类有名道路的长度"), road_class=road_class.label),
        leaves_out=_("没有名称的道路；分幅道路各幅分别计入"),
        rows=partial(_streets, road_class=road_class),
        aggregate=Sum("length_m"),
        is_sum=True,
        per=1_000.0,
        **STOCK,
    )
    for road_class in RoadClass
)

declare(JUNCTIONS, SIGNALLED_JUNCTIONS, CAMERAS, CLOSURES, *ROAD_KM)
