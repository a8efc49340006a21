"""How much there is to look after: junctions, signals, cameras, kilometres of road."""

from functools import partial

from django.db.models import QuerySet, Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from luchang.apps.places import policies
from luchang.apps.places.models import Camera, Junction, RoadClosure, Street
from luchang.apps.places.states import RoadClass
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Indicator, Period, declare

OWNER = _("秩序科")


def _junctions(by: Actor, period: Period) -> "QuerySet[Junction]":
    policies.check_can_see(by)
    del period  # a stock, as it is now
    return Junction.objects.current()


def _signalled(by: Actor, period: Period) -> "QuerySet[Junction]":
    return _junctions(by, period).filter(has_signals=True)


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


JUNCTIONS = Indicator(
    code="places.junctions",
    title=_("路口数"),
    owner=OWNER,
    unit=_("个"),
    counts="junctions of the road network in use where two named streets meet in three arms",
    leaves_out="crossings of alleys only, and crossings without names",
    rows=_junctions,
)
SIGNALLED_JUNCTIONS = Indicator(
    code="places.signalled_junctions",
    title=_("信号控制路口数"),
    owner=OWNER,
    unit=_("个"),
    counts="of the junctions, those with a signal in the source of the road network",
    leaves_out="signals for pedestrians away from junctions",
    rows=_signalled,
)
CAMERAS = Indicator(
    code="places.cameras",
    title=_("摄像机与卡口数"),
    owner=OWNER,
    unit=_("台"),
    counts="cameras and checkpoints in use",
    leaves_out="those struck off",
    rows=_cameras,
)
CLOSURES = Indicator(
    code="places.closures",
    title=_("道路封闭次数"),
    owner=OWNER,
    unit=_("次"),
    counts="closures that began in the period",
    leaves_out="closures carried over from before",
    rows=_closures,
)
ROAD_KM = tuple(
    Indicator(
        code=f"places.road_km.{road_class.name.lower()}",
        title=format_lazy(_("{road_class}里程"), road_class=road_class.label),
        owner=OWNER,
        unit=_("公里"),
        counts=f"length of the named streets of class {road_class.name.lower()}",
        leaves_out="roads without a name; carriageways drawn apart count each",
        rows=partial(_streets, road_class=road_class),
        aggregate=Sum("length_m"),
        per=1_000.0,
    )
    for road_class in RoadClass
)

declare(JUNCTIONS, SIGNALLED_JUNCTIONS, CAMERAS, CLOSURES, *ROAD_KM)
