"""The lists of links, junctions, and everything that was counted of them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import (
    CameraVolume,
    CongestionScale,
    CountedJunction,
    Link,
    LinkTime,
    TurnCount,
)
from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_COUNTS
from luchang.apps.passages.selectors import congestion, volumes
from luchang.apps.passages.states import (
    CountQuality,
    LinkStatus,
    way_text,
)
from luchang.kernel.lists.columns import Column, Day, Flag, Moment, Number, Status
from luchang.kernel.lists.filters import (
    Choice,
    DateRange,
    InOrganisation,
    NumberRange,
    TextSearch,
    Truth,
)
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("缉查布控"), "")
OWNER = Column(
    "organisation", _("管理单位"), "organisation.short_name", sort="organisation__path", width=18
)
BEGINS = Column("begins_at", _("时段"), format=Moment(form="%Y-%m-%d %H:%M"), sort="begins_at")
QUALITY = Column("quality", _("质量"), format=Status("passage_count"), sort="quality")

LINKS = ListSpec[Link](
    code="passages.links",
    title=_("路段"),
    permission=SEE_COUNTS,
    rows=volumes.links,
    order=("name",),
    link=lambda row: reverse("passages.link", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("路段名称"), sort="name", width=30),
        Column("status", _("状态"), format=Status("passage_link"), sort="status"),
        Column("road", _("道路"), sort="road", width=18),
        Column("length_m", _("长度"), format=Number(unit=_("米")), sort="length_m"),
        Column(
            "free_s", _("自由流行程时间"), format=Number(unit=_("秒"), digits=1), sort="free_s"
        ),
        Column("free_kmh", _("自由流速度"), format=Number(unit=_("公里/小时"), digits=1)),
        Column("limit_kmh", _("限速"), format=Number(unit=_("公里/小时")), sort="limit_kmh"),
        OWNER,
        Column("junction_code", _("下游路口编号"), sort="junction_code", is_shown=False),
        Column("seen_vehicles", _("建议时的样本"), format=Number(), sort="seen_vehicles"),
        Column("start", _("起点设备"), "start.name", is_shown=False, width=24),
        Column("end", _("终点设备"), "end.name", is_shown=False, width=24),
    ),
    filters=(
        TextSearch(field="search", hint=_("路段、道路、路口编号")),
        InOrganisation(label=_("管理单位")),
        Choice("status", _("状态"), LinkStatus),
    ),
    actions=(
        PageAction(_("按过车建议路段"), "passages.suggest_links", MANAGE_CAMERA, "route"),
        PageAction(_("登记路段"), "passages.link.enter", MANAGE_CAMERA, is_primary=False),
    ),
)

JUNCTIONS = ListSpec[CountedJunction](
    code="passages.junctions",
    title=_("流量路口"),
    permission=SEE_COUNTS,
    rows=volumes.junctions,
    order=("code",),
    link=lambda row: reverse("passages.junction", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("code", _("路口编号"), sort="code"),
        Column("name", _("路口名称"), sort="name", width=28),
        OWNER,
        Column("longitude", _("经度"), format=Number(digits=6), is_shown=False),
        Column("latitude", _("纬度"), format=Number(digits=6), is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、名称")),
        InOrganisation(label=_("管理单位")),
    ),
    actions=(PageAction(_("登记路口"), "passages.junction.enter", MANAGE_CAMERA),),
)

VOLUMES = ListSpec[CameraVolume](
    code="passages.volumes",
    title=_("断面流量"),
    permission=SEE_COUNTS,
    rows=volumes.volumes,
    order=("-begins_at", "camera__name"),
    parents=(HOME,),
    columns=(
        BEGINS,
        Column("camera", _("过车设备"), "camera.name", sort="camera__name", width=28),
        Column("vehicles", _("车辆数"), format=Number(unit=_("辆")), sort="vehicles"),
        QUALITY,
        Column("lanes", _("分车道"), lambda row: _parts(row.by_lane), width=24),
        Column(
            "types", _("分号牌种类"), lambda row: _parts(row.by_type), width=24, is_shown=False
        ),
        Column("usual", _("估计所据常态车辆数"), format=Number(digits=1), is_shown=False),
        Column("ratio", _("邻近设备与常态之比"), format=Number(digits=2), is_shown=False),
        Column("organisation", _("管理单位"), "camera.organisation.short_name", width=18),
        Column("device_id", _("设备编码"), "camera.device_id", width=22, is_shown=False),
    ),
    filters=(
        TextSearch(contains=("camera__name", "camera__device_id"), hint=_("设备名称、编码")),
        InOrganisation(field="camera__organisation", label=_("管理单位")),
        Choice("quality", _("质量"), CountQuality),
        DateRange("begins_at", _("时段")),
    ),
)

LINK_TIMES = ListSpec[LinkTime](
    code="passages.link_times",
    title=_("路段行程时间"),
    permission=SEE_COUNTS,
    rows=congestion.judged_times,
    order=("-begins_at", "link__name"),
    link=lambda row: reverse("passages.link", args=[row.link_id]),
    parents=(HOME,),
    columns=(
        BEGINS,
        Column("link", _("路段"), "link.name", sort="link__name", width=30),
        Column("level", _("等级"), congestion.level_of, format=Status("congestion")),
        Column("index", _("拥堵指数"), congestion.index_in, format=Number(digits=2)),
        Column("speed", _("车速"), congestion.speed_in, Number(_("公里/小时"), 1)),
        Column("median_s", _("行程时间中位数"), format=Number(_("秒"), 1), sort="median_s"),
        Column("usual", _("常态行程时间"), congestion.usual_in, Number(_("秒"), 1)),
        Column("days", _("常态天数"), congestion.usual_days_in, Number(), is_shown=False),
        Column("change", _("比常态"), congestion.change_in, Number("%", 0)),
        Column("vehicles", _("样本数"), format=Number(), sort="vehicles"),
        Column("mean_s", _("平均行程时间"), format=Number(_("秒"), 1), is_shown=False),
        Column("organisation", _("管理单位"), "link.organisation.short_name", width=18),
    ),
    filters=(
        TextSearch(contains=("link__name", "link__road"), hint=_("路段、道路")),
        InOrganisation(field="link__organisation", label=_("管理单位")),
        NumberRange("vehicles", _("样本数")),
        DateRange("begins_at", _("时段")),
    ),
)

TURN_COUNTS = ListSpec[TurnCount](
    code="passages.turn_counts",
    title=_("转向流量"),
    permission=SEE_COUNTS,
    rows=volumes.turn_counts,
    order=("-begins_at", "movement__junction__code", "movement__way"),
    link=lambda row: reverse("passages.junction", args=[row.movement.junction_id]),
    parents=(HOME, (_("流量路口"), "passages.junctions")),
    columns=(
        BEGINS,
        Column("junction", _("路口"), "movement.junction.name", width=24),
        Column("way", _("流向"), lambda row: way_text(row.movement.way), sort="movement__way"),
        Column("vehicles", _("车辆数"), format=Number(unit=_("辆")), sort="vehicles"),
        QUALITY,
        Column("share", _("跟踪率"), format=Number(digits=2), sort="share"),
        Column("fives", _("分5分钟"), lambda row: " / ".join(map(str, row.fives))),
        Column("code", _("路口编号"), "movement.junction.code", is_shown=False),
        Column(
            "organisation", _("管理单位"), "movement.junction.organisation.short_name", width=18
        ),
    ),
    filters=(
        TextSearch(
            contains=("movement__junction__name", "movement__junction__code"), hint=_("路口")
        ),
        InOrganisation(field="movement__junction__organisation", label=_("管理单位")),
        Choice("quality", _("质量"), CountQuality),
        DateRange("begins_at", _("时段")),
    ),
)

SCALES = ListSpec[CongestionScale](
    code="passages.scales",
    title=_("拥堵等级标准"),
    permission=SEE_COUNTS,
    rows=congestion.scales,
    order=("-valid_from",),
    parents=(HOME, (_("路况"), "passages.congestion")),
    columns=(
        Column("valid_from", _("启用日期"), format=Day(), sort="valid_from"),
        Column("free", _("畅通高于"), "free_percent", Number("%")),
        Column("smooth", _("基本畅通高于"), "smooth_percent", Number("%")),
        Column("slight", _("轻度拥堵高于"), "slight_percent", Number("%")),
        Column("moderate", _("中度拥堵高于"), "moderate_percent", Number("%")),
        Column(
            "is_confirmed",
            _("核实"),
            format=Flag(yes=_("已核实"), no=_("未核实"), tones=("success", "warning")),
        ),
        Column("article", _("依据"), width=30),
        Column("by_name", _("设定人")),
        Column("at", _("设定时间"), format=Moment(), sort="at"),
    ),
    filters=(
        TextSearch(contains=("article", "by_name"), hint=_("依据、设定人")),
        Truth("is_confirmed", _("已核实")),
    ),
    actions=(PageAction(_("设定标准"), "passages.set_scale", MANAGE_CAMERA),),
)


def _parts(counts: dict[str, int]) -> str:
    """Counts by lane or type in one line."""
    return "，".join(f"{key}：{number}" for key, number in counts.items())


STATE_COLUMNS = (
    Column("link", _("路段"), "link.name", width=30),
    Column("level", _("等级"), format=Status("congestion")),
    Column("index", _("拥堵指数"), format=Number(digits=2)),
    Column("speed_kmh", _("车速"), format=Number(_("公里/小时"), 1)),
    Column("median_s", _("行程时间"), format=Number(_("秒"), 0)),
    Column("usual", _("常态"), "usual.value", format=Number(_("秒"), 0)),
    Column("change_percent", _("比常态"), format=Number("%", 0)),
    Column("days", _("常态天数"), "usual.days", format=Number()),
    Column("vehicles", _("样本数"), format=Number()),
    Column(
        "is_silent", _("设备"), format=Flag(yes=_("无过车"), no=_("正常"), tones=("warning", ""))
    ),
)
"""One quarter hour of every link, on the page of congestion and in its file."""
