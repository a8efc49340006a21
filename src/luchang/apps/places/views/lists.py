"""The lists of places, junctions, streets, cameras, road networks and closures."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.places import services
from luchang.apps.places.models import Camera, Junction, Place, RoadClosure, RoadNetwork, Street
from luchang.apps.places.policies import (
    CLOSE_ROADS,
    IMPORT_MAPS,
    MANAGE_PLACES,
    SEE_PLACES,
)
from luchang.apps.places.selectors import rows
from luchang.apps.places.services import ClosureOver
from luchang.apps.places.states import CameraKind, ClosureReason, PlaceKind, RoadClass
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number
from luchang.kernel.lists.filters import Choice, DateRange, TextSearch, Truth
from luchang.kernel.lists.specs import BulkAction, ListSpec, PageAction

HOME = (_("道路管理"), "")


PLACES = ListSpec[Place](
    code="places.places",
    title=_("地点"),
    permission=SEE_PLACES,
    rows=rows.places_for,
    order=("pinyin",),
    link=lambda place: reverse("places.place", args=[place.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("名称"), sort="pinyin", width=28),
        Column("kind", _("类别"), format=Coded(PlaceKind), sort="kind"),
        Column("address", _("地址"), width=28),
        Column("area", _("所属乡镇街道"), width=20),
        Column("lon", _("经度"), format=Number(digits=6), is_shown=False),
        Column("lat", _("纬度"), format=Number(digits=6), is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("名称、拼音首字母、道路")),
        Choice("kind", _("类别"), PlaceKind),
    ),
    actions=(PageAction(_("新增地点"), "places.new_place", MANAGE_PLACES),),
    bulk=(
        BulkAction(
            "strike_off",
            _("停用"),
            MANAGE_PLACES,
            lambda pk, by, at: services.strike_off_place(place_id=pk, by=by, at=at),
            question=_("停用后不再出现在搜索中，已有记录不受影响。确定停用？"),
            refusals=(Place.DoesNotExist,),
            is_dangerous=True,
        ),
    ),
)

JUNCTIONS = ListSpec[Junction](
    code="places.junctions",
    title=_("路口"),
    permission=SEE_PLACES,
    rows=rows.junctions_for,
    order=("place__pinyin",),
    link=lambda junction: reverse("places.place", args=[junction.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("名称"), "place.name", sort="place__pinyin", width=32),
        Column("has_signals", _("信号灯"), format=Flag(), sort="has_signals"),
        Column("arm_count", _("进口数"), format=Number(), sort="arm_count"),
        Column("area", _("所属乡镇街道"), width=20),
    ),
    filters=(
        TextSearch(field="place__search", hint=_("道路名称、拼音首字母")),
        Truth("has_signals", _("信号灯"), "has_signals"),
    ),
)

STREETS = ListSpec[Street](
    code="places.streets",
    title=_("道路"),
    permission=SEE_PLACES,
    rows=rows.streets_for,
    order=("place__pinyin",),
    link=lambda street: reverse("places.place", args=[street.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("名称"), "place.name", sort="place__pinyin", width=32),
        Column("road_class", _("道路等级"), format=Coded(RoadClass), sort="road_class"),
        Column(
            "length_km",
            _("总长度"),
            lambda street: street.length_m / 1_000,
            format=Number(unit=_("公里"), digits=2),
            sort="length_m",
        ),
        Column("area", _("所属乡镇街道"), width=20),
    ),
    filters=(
        TextSearch(field="place__search", hint=_("道路名称、拼音首字母")),
        Choice("road_class", _("道路等级"), RoadClass),
    ),
)

CAMERAS = ListSpec[Camera](
    code="places.cameras",
    title=_("摄像机与卡口"),
    permission=SEE_PLACES,
    rows=rows.cameras_for,
    order=("place__pinyin",),
    link=lambda camera: reverse("places.place", args=[camera.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("名称"), "place.name", sort="place__pinyin", width=36),
        Column("camera_kind", _("设备类型"), format=Coded(CameraKind), sort="camera_kind"),
        Column("device_code", _("设备编号"), sort="device_code", width=24),
        Column("heading_deg", _("监控方向"), format=Number(unit="°", digits=0)),
        Column("lane_count", _("车道数"), format=Number(), sort="lane_count"),
        Column("area", _("所属乡镇街道"), width=20),
    ),
    filters=(
        TextSearch(field="place__search", hint=_("道路名称、拼音首字母")),
        Choice("camera_kind", _("设备类型"), CameraKind),
    ),
)

NETWORKS = ListSpec[RoadNetwork](
    code="places.networks",
    title=_("路网版本"),
    permission=IMPORT_MAPS,
    rows=rows.networks_for,
    link=lambda network: reverse("places.network", args=[network.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("名称"), sort="name", width=24),
        Column("is_active", _("启用"), format=Flag(tones=("success", "")), sort="is_active"),
        Column("source", _("来源"), width=28),
        Column("node_count", _("节点数"), format=Number(), sort="node_count"),
        Column("arc_count", _("路段数"), format=Number(), sort="arc_count"),
        Column(
            "length_km",
            _("总长度"),
            lambda network: network.length_m / 1_000,
            format=Number(unit=_("公里"), digits=1),
            sort="length_m",
        ),
        Column("imported_at", _("导入时间"), format=Moment(), sort="imported_at"),
    ),
    filters=(
        TextSearch(contains=("name", "source")),
        Truth("is_active", _("启用"), field="is_active"),
        DateRange("imported_at", _("导入时间")),
    ),
)

CLOSURES = ListSpec[RoadClosure](
    code="places.closures",
    title=_("道路封闭"),
    permission=SEE_PLACES,
    rows=rows.closures_for,
    order=("-starts_at",),
    link=lambda closure: reverse("places.closure", args=[closure.pk]),
    parents=(HOME,),
    columns=(
        Column("description", _("封闭路段"), width=36),
        Column("street_name", _("道路"), sort="street_name"),
        Column("reason", _("原因"), format=Coded(ClosureReason), sort="reason"),
        Column("starts_at", _("开始时间"), format=Moment(), sort="starts_at"),
        Column("ends_at", _("结束时间"), format=Moment(), sort="ends_at"),
        Column("lifted_at", _("解除时间"), format=Moment(), sort="lifted_at"),
    ),
    filters=(
        TextSearch(contains=("description", "street_name")),
        Choice("reason", _("原因"), ClosureReason),
        DateRange("starts_at", _("开始时间")),
    ),
    actions=(PageAction(_("登记封闭"), "places.new_closure", CLOSE_ROADS),),
    bulk=(
        BulkAction(
            "lift",
            _("解除封闭"),
            CLOSE_ROADS,
            lambda pk, by, at: services.lift_closure(closure_id=pk, by=by, at=at),
            question=_("解除后车辆可以通行，导航立即恢复。确定解除？"),
            refusals=(ClosureOver,),
        ),
    ),
)
