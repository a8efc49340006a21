"""The closed lists of this domain. The texts are what officers read; the values are stored."""

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class DivisionLevel(IntegerChoices):
    """Administrative levels below the province; a smaller number contains a larger one."""

    CITY = 2, _("地级市")
    COUNTY = 3, _("县级")
    TOWNSHIP = 4, _("乡级")
    VILLAGE = 5, _("村级")


CODE_LENGTHS: Mapping[DivisionLevel, int] = {
    DivisionLevel.CITY: 6,
    DivisionLevel.COUNTY: 6,
    DivisionLevel.TOWNSHIP: 9,
    DivisionLevel.VILLAGE: 12,
}
"""Digits of the code at each level: GB/T 2260 has six, the statistical codes nine and twelve."""


class Datum(TextChoices):
    """In which coordinates a file is written. Inside everything is WGS-84."""

    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", _("GCJ-02（国内地图）")
    BD09 = "bd09", _("BD-09（百度地图）")


class RoadClass(IntegerChoices):
    """Ranks of roads, most important first: the numbers of `core.common.roads.RoadClass`."""

    MOTORWAY = 1, _("高速公路")
    TRUNK = 2, _("快速路、国道")
    PRIMARY = 3, _("主干路、省道")
    SECONDARY = 4, _("次干路、县道")
    TERTIARY = 5, _("支路、乡道")
    RAMP = 6, _("匝道")
    UNCLASSIFIED = 7, _("未分级道路")
    RESIDENTIAL = 8, _("街巷")
    LIVING_STREET = 9, _("生活街区")
    SERVICE = 10, _("内部道路")


class PlaceKind(TextChoices):
    """What a named point is."""

    STREET = "street", _("道路")
    JUNCTION = "junction", _("路口")
    CHAINAGE = "chainage", _("桩号")
    CAMERA = "camera", _("摄像机与卡口")
    BRIDGE = "bridge", _("桥梁")
    SCHOOL = "school", _("学校")
    HOSPITAL = "hospital", _("医院")
    POLICE = "police", _("公安机关")
    GOVERNMENT = "government", _("党政机关")
    TOLL_STATION = "toll_station", _("收费站")
    SERVICE_AREA = "service_area", _("服务区")
    PETROL_STATION = "petrol_station", _("加油站")
    MARKET = "market", _("市场商场")
    RESIDENCE = "residence", _("小区")
    COMPANY = "company", _("企业")
    TRANSPORT = "transport", _("车站码头")
    SCENIC = "scenic", _("景区公园")
    DIVISION = "division", _("行政区划")
    ADDRESS = "address", _("门牌")
    OTHER = "other", _("其他")


class CameraKind(TextChoices):
    """What a camera is there for."""

    CHECKPOINT = "checkpoint", _("卡口")
    RED_LIGHT = "red_light", _("电子警察")
    SPEED = "speed", _("测速")
    SURVEILLANCE = "surveillance", _("监控球机")


class ClosureReason(TextChoices):
    """Why a road is closed."""

    ACCIDENT = "accident", _("交通事故")
    ROADWORKS = "roadworks", _("施工占道")
    EVENT = "event", _("大型活动")
    WEATHER = "weather", _("恶劣天气")
    GUARD = "guard", _("警卫任务")
    OTHER = "other", _("其他")


class RoadFault(TextChoices):
    """Why a file of roads could not be taken, and the way out."""

    MISSING = "missing", _("无法打开 %(file)s：%(why)s")
    EMPTY = "empty", _("%(file)s 是空文件")
    TOO_LARGE = "too_large", _("%(file)s 过大，请裁剪到本市范围")
    FOREIGN = (
        "foreign",
        _("%(file)s 不是OpenStreetMap文件，支持 .osm.pbf、.osm.gz、.osm.bz2、.osm"),
    )
    BROKEN = "broken", _("%(file)s 已损坏或不完整（%(why)s），请重新下载")
    BOMB = "bomb", _("%(file)s 解压后异常膨胀，疑似压缩炸弹，已拒绝")
    TOO_MANY_ROADS = "too_many_roads", _("%(file)s 中的道路过多，请裁剪到本市范围")
    NO_ROADS = "no_roads", _("%(file)s 中没有可通行的道路，请确认是包含highway的地图文件")
    UNCONNECTED = "unconnected", _("%(file)s 中没有可双向到达的道路")
