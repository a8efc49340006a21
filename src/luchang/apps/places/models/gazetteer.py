"""Everything with a name and a point; streets, junctions and cameras add what is special."""

import re
from math import floor

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.places.models.divisions import Division
from luchang.apps.places.models.networks import RoadNetwork
from luchang.apps.places.querysets import (
    CameraQuerySet,
    JunctionQuerySet,
    PlaceQuerySet,
    StreetQuerySet,
)
from luchang.apps.places.states import CameraKind, PlaceKind, RoadClass
from luchang.core.common.chainage import Chainage
from luchang.kernel.search import SearchField, search_index, sort_key

_MADE_OF_PARTS = {PlaceKind.JUNCTION, PlaceKind.CAMERA, PlaceKind.ADDRESS}
_PART_ENDS = re.compile(r"与|(?<=口)")

WEST_END, EAST_END, SOUTH_POLE, NORTH_POLE = -180.0, 180.0, -90.0, 90.0


CELL_DEG = 0.04
"""Edge of the squares, about 4 km."""


def cell_at(lon: float, lat: float, *, east: int = 0, north: int = 0) -> str:
    """The square a point lies in, or one so many squares east and north of it."""
    return f"{floor(lon / CELL_DEG) + east}.{floor(lat / CELL_DEG) + north}"


class Place(models.Model):
    """A named point that a caller, a duty officer or a report may mean."""

    kind = models.CharField(_("类别"), max_length=16, choices=PlaceKind.choices)
    name = models.CharField(_("名称"), max_length=100)
    alias = models.CharField(_("别名"), max_length=100, blank=True)
    pinyin = models.CharField(max_length=400, editable=False)
    street_name = models.CharField(_("所在道路"), max_length=60, blank=True)
    number = models.CharField(_("门牌号"), max_length=20, blank=True)
    route = models.CharField(_("路线编号"), max_length=10, blank=True)
    chainage_m = models.PositiveIntegerField(_("桩号"), null=True, blank=True)
    """Metres from the zero point of the route: K1123+400 is 1 123 400."""
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    township = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="places"
    )
    network = models.ForeignKey(
        RoadNetwork, models.PROTECT, null=True, blank=True, related_name="places"
    )
    """The road network a street or junction was read from; None for what people entered."""
    is_current = models.BooleanField(_("在用"), default=True)
    search = SearchField("names", plain=("parts",), marks=("cell",))

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["pinyin", "pk"]
        verbose_name = _("地点")
        indexes = [
            search_index("place_search"),
            models.Index(fields=["kind", "pinyin"], name="place_kind_pinyin"),
            models.Index(fields=["pinyin", "id"], name="place_pinyin"),
            models.Index(fields=["lon", "lat"], name="place_lon_lat"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(lon__gte=WEST_END, lon__lte=EAST_END)
                & Q(lat__gte=SOUTH_POLE, lat__lte=NORTH_POLE),
                name="place_lies_on_earth",
            ),
            CheckConstraint(
                condition=Q(chainage_m=None, route="")
                | Q(chainage_m__isnull=False) & ~Q(route=""),
                name="place_chainage_needs_route",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def names(self) -> str:
        """What the place itself is called, one a line; empty where parts say it all."""
        return "" if self.kind in _MADE_OF_PARTS else f"{self.name}\n{self.alias}"

    @property
    def parts(self) -> str:
        """Its address, and the streets a junction or camera is named after, one a line."""
        if self.kind not in _MADE_OF_PARTS:
            return self.address
        return "\n".join(_PART_ENDS.split(self.name.removesuffix("交叉口")))

    @property
    def cell(self) -> str:
        """The square of the map it lies in; searches look into those around first."""
        return cell_at(self.lon, self.lat)

    @property
    def address(self) -> str:
        """Street with number, and the chainage: what stands beside the name."""
        return f"{self.street_name}{self.number} {self.chainage or ''}".strip()

    @property
    def chainage(self) -> Chainage | None:
        if self.chainage_m is None:
            return None
        return Chainage(self.route, self.chainage_m)

    def keep(self) -> None:
        """Store the place as it is now; pinyin and search terms follow the name."""
        self.pinyin = sort_key(self.name)
        self.save()

    def strike_off(self) -> None:
        self.is_current = False
        self.save(update_fields=["is_current"])


class Street(models.Model):
    """A road with a name, from all the arcs of a network that bear it."""

    place = models.OneToOneField(Place, models.CASCADE, primary_key=True, related_name="as_street")
    road_class = models.PositiveSmallIntegerField(_("道路等级"), choices=RoadClass.choices)
    length_m = models.FloatField(_("长度"))

    objects = StreetQuerySet.as_manager()

    class Meta:
        verbose_name = _("道路")

    def __str__(self) -> str:
        return self.place.name


class Junction(models.Model):
    """Where streets cross or join. Its name is made from theirs: 长江路与珠江路交叉口."""

    place = models.OneToOneField(
        Place, models.CASCADE, primary_key=True, related_name="as_junction"
    )
    node = models.PositiveIntegerField(_("路网节点"))
    has_signals = models.BooleanField(_("有信号灯"), default=False)
    arm_count = models.PositiveSmallIntegerField(_("进口数"))

    objects = JunctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("路口")

    def __str__(self) -> str:
        return self.place.name


class Camera(models.Model):
    """A camera or checkpoint at the roadside."""

    place = models.OneToOneField(Place, models.CASCADE, primary_key=True, related_name="as_camera")
    device_code = models.CharField(_("设备编号"), max_length=20)
    """20 digits of GA/T 1400 and GB/T 28181: centre 8, industry 2, type 3, sequence 7."""
    camera_kind = models.CharField(_("设备类型"), max_length=16, choices=CameraKind.choices)
    heading_deg = models.FloatField(_("监控方向"))
    """Degrees clockwise from north that the vehicles seen drive towards."""
    junction = models.ForeignKey(
        Junction, models.SET_NULL, null=True, blank=True, related_name="cameras"
    )
    lane_count = models.PositiveSmallIntegerField(_("车道数"), default=1)

    objects = CameraQuerySet.as_manager()

    class Meta:
        verbose_name = _("摄像机")
        constraints = [
            UniqueConstraint(fields=["device_code"], name="camera_device_code_once"),
            CheckConstraint(
                condition=Q(heading_deg__gte=0, heading_deg__lt=360),
                name="camera_heading_on_compass",
            ),
        ]

    def __str__(self) -> str:
        return self.place.name
