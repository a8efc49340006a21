"""Links and junctions that are counted, and what was counted of them by the quarter hour."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models.devices import Camera
from luchang.apps.passages.states import LINK, CountQuality, LinkStatus
from luchang.core.passages.congestion import Scale
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index

LONGEST_M, FASTEST_KMH = 50_000, 120


@tracked(exclude=["search", "path"])
class Link(Stateful):
    """A stretch of road from one camera to the next, whose travel times are counted."""

    name = models.CharField(_("路段名称"), max_length=120)
    start = models.ForeignKey(
        Camera, on_delete=models.PROTECT, related_name="links_out", verbose_name=_("起点设备")
    )
    end = models.ForeignKey(
        Camera, on_delete=models.PROTECT, related_name="links_in", verbose_name=_("终点设备")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    road = models.CharField(_("道路"), max_length=80, blank=True)
    junction_code = models.CharField(_("下游路口编号"), max_length=20, blank=True)
    """Code of the junction the link leads to, as the signal plans know it."""
    length_m = models.PositiveIntegerField(
        _("长度"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_M)]
    )
    free_s = models.FloatField(_("自由流行程时间"), validators=[MinValueValidator(1.0)])
    limit_kmh = models.PositiveSmallIntegerField(
        _("限速"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(FASTEST_KMH)],
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=LinkStatus.choices, default=LINK.start
    )
    path = models.JSONField(_("线形"), default=list, blank=True, editable=False)
    """Longitudes and latitudes from the start to the end."""
    seen_vehicles = models.PositiveIntegerField(_("建议时的样本"), default=0, editable=False)
    """Drives the suggestion was made from; 0 where a person entered the link."""
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("name", "road", plain=("junction_code",))

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("路段")
        indexes = [search_index("passage_link_search")]
        constraints = [
            CheckConstraint(name="passage_link_goes_on", condition=~Q(start=F("end"))),
            CheckConstraint(
                name="passage_link_has_extent", condition=Q(length_m__gt=0, free_s__gt=0)
            ),
            UniqueConstraint(name="passage_link_once", fields=["start", "end"]),
        ]
        triggers = [LINK.guard()]

    def __str__(self) -> str:
        return self.name

    @property
    def free_kmh(self) -> float:
        return self.length_m / self.free_s * 3.6

    def enter(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def correct(self, **fields: object) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        self.full_clean(validate_constraints=False)
        self.save()

    def become(self, status: LinkStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, LINK, status, by=by, at=at, reason=reason)
        self.save(update_fields=["status"])


@tracked(exclude=["search"])
class CountedJunction(models.Model):
    """A junction whose turning movements are counted from the cameras around it."""

    code = models.CharField(_("路口编号"), max_length=20, unique=True)
    """The same as the signal junction's, where it has signals: by it counts find their way."""
    name = models.CharField(_("路口名称"), max_length=80)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    longitude = models.FloatField(
        _("经度"), validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)]
    )
    latitude = models.FloatField(
        _("纬度"), validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)]
    )
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("name", plain=("code",))

    class Meta:
        ordering = ["code"]
        verbose_name = _("流量路口")
        indexes = [search_index("passage_junction_search")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def enter(self) -> None:
        self.full_clean(validate_constraints=False)
        self.save()


@tracked()
class Movement(models.Model):
    """One way through a junction: past a camera, in some lanes, on the way to another."""

    junction = models.ForeignKey(
        CountedJunction, on_delete=models.PROTECT, related_name="movements", verbose_name=_("路口")
    )
    way = models.CharField(_("流向"), max_length=12)
    """Arm and turn, as signal plans write them: E-left."""
    camera = models.ForeignKey(
        Camera, on_delete=models.PROTECT, related_name="movements", verbose_name=_("进口设备")
    )
    lanes = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("车道")
    )
    onto = models.ForeignKey(
        Camera,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="movements_onto",
        verbose_name=_("下游设备"),
    )
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        ordering = ["junction", "way", "pk"]
        verbose_name = _("流向定义")
        constraints = [
            UniqueConstraint(
                name="passage_movement_once",
                fields=["junction", "way"],
                condition=Q(ended_at=None),
            ),
            CheckConstraint(
                name="passage_movement_is_told_apart",
                condition=Q(onto__isnull=False) | ~Q(lanes=[]),
            ),
            CheckConstraint(
                name="passage_movement_goes_on", condition=Q(onto=None) | ~Q(onto=F("camera"))
            ),
        ]

    def __str__(self) -> str:
        return self.way

    def enter(self) -> None:
        self.full_clean(validate_constraints=False)
        self.save()

    def end(self, *, at: datetime) -> None:
        self.ended_at = at
        self.save(update_fields=["ended_at"])


class CountedHour(models.Model):
    """An hour of the store that was counted, and of which segments and for what."""

    day = models.DateField(_("日期"))
    hour = models.PositiveSmallIntegerField(_("小时"))
    stamp = models.CharField(max_length=64, editable=False)
    """Digest of the segments counted and of what was counted: another one, and it is counted
    again."""
    until = models.DateTimeField(_("计至"))
    passages = models.PositiveIntegerField(_("过车数"))
    at = models.DateTimeField(_("统计时间"))

    class Meta:
        ordering = ["-day", "-hour"]
        verbose_name = _("已统计小时")
        constraints = [
            UniqueConstraint(name="passage_hour_once", fields=["day", "hour"]),
            CheckConstraint(name="passage_hour_of_day", condition=Q(hour__lt=24)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hour:02d}"


class CameraVolume(models.Model):
    """Vehicles one camera saw in a quarter hour; estimated ones say so."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="volumes")
    begins_at = models.DateTimeField(_("时段"))
    vehicles = models.PositiveIntegerField(_("车辆数"))
    quality = models.CharField(_("质量"), max_length=10, choices=CountQuality.choices)
    by_lane = models.JSONField(_("分车道"), default=dict)
    by_type = models.JSONField(_("分号牌种类"), default=dict)
    usual = models.FloatField(_("常态车辆数"), null=True)
    """What the estimate was made from; none for what was measured."""
    ratio = models.FloatField(_("邻近设备与常态之比"), null=True)

    class Meta:
        ordering = ["-begins_at", "camera"]
        verbose_name = _("断面流量")
        constraints = [
            UniqueConstraint(name="passage_volume_once", fields=["camera", "begins_at"]),
            CheckConstraint(
                name="passage_volume_estimate_says_from_what",
                condition=Q(quality=CountQuality.MEASURED, usual=None, ratio=None)
                | Q(quality=CountQuality.ESTIMATED, usual__isnull=False, ratio__isnull=False),
            ),
        ]
        indexes = [models.Index(name="passage_volume_at", fields=["begins_at"])]

    def __str__(self) -> str:
        return f"{self.camera} {self.begins_at:%m-%d %H:%M}"


class LinkTime(models.Model):
    """How long a link took those who arrived in a quarter hour."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="times")
    begins_at = models.DateTimeField(_("时段"))
    vehicles = models.PositiveIntegerField(_("样本数"))
    mean_s = models.FloatField(_("平均行程时间"))
    median_s = models.FloatField(_("行程时间中位数"))

    class Meta:
        ordering = ["-begins_at", "link"]
        verbose_name = _("路段行程时间")
        constraints = [
            UniqueConstraint(name="passage_time_once", fields=["link", "begins_at"]),
            CheckConstraint(
                name="passage_time_of_somebody", condition=Q(vehicles__gt=0, median_s__gt=0)
            ),
        ]
        indexes = [models.Index(name="passage_time_at", fields=["begins_at"])]

    def __str__(self) -> str:
        return f"{self.link} {self.begins_at:%m-%d %H:%M}"


class TurnCount(models.Model):
    """How many made a movement in a quarter hour, and how far that is to be believed."""

    movement = models.ForeignKey(Movement, on_delete=models.CASCADE, related_name="counts")
    begins_at = models.DateTimeField(_("时段"))
    vehicles = models.PositiveIntegerField(_("车辆数"), null=True)
    fives = ArrayField(models.PositiveIntegerField(), size=3, verbose_name=_("分5分钟"))
    quality = models.CharField(_("质量"), max_length=10, choices=CountQuality.choices)
    share = models.FloatField(_("跟踪率"), null=True)
    """Part of all who passed that were seen again downstream; none where lanes tell."""

    class Meta:
        ordering = ["-begins_at", "movement"]
        verbose_name = _("转向流量")
        constraints = [
            UniqueConstraint(name="passage_turn_once", fields=["movement", "begins_at"]),
            CheckConstraint(
                name="passage_turn_missing_iff_none",
                condition=Q(quality=CountQuality.MISSING, vehicles=None)
                | (~Q(quality=CountQuality.MISSING) & Q(vehicles__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="passage_turn_at", fields=["begins_at"])]

    def __str__(self) -> str:
        return f"{self.movement} {self.begins_at:%m-%d %H:%M}"


@tracked()
class CongestionScale(models.Model):
    """Where one level of congestion ends and the next begins, from a day on."""

    valid_from = models.DateField(_("启用日期"), unique=True)
    free_percent = models.FloatField(_("畅通下限"))
    smooth_percent = models.FloatField(_("基本畅通下限"))
    slight_percent = models.FloatField(_("轻度拥堵下限"))
    moderate_percent = models.FloatField(_("中度拥堵下限"))
    article = models.CharField(_("依据"), max_length=200, blank=True)
    is_confirmed = models.BooleanField(_("已核实"), default=False)
    by_name = models.CharField(_("设定人"), max_length=80)
    at = models.DateTimeField(_("设定时间"))

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("拥堵等级标准")
        constraints = [
            CheckConstraint(
                name="passage_scale_falls",
                condition=Q(
                    free_percent__lt=100,
                    smooth_percent__lt=F("free_percent"),
                    slight_percent__lt=F("smooth_percent"),
                    moderate_percent__lt=F("slight_percent"),
                    moderate_percent__gt=0,
                ),
            ),
            CheckConstraint(
                name="passage_scale_confirmed_by_something",
                condition=Q(is_confirmed=False) | ~Q(article=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"

    def set(self) -> None:
        """Save what is a scale; raises ValueError for what is none."""
        Scale(self.scale.shares)
        self.save()

    @property
    def scale(self) -> Scale:
        return Scale(
            (
                self.free_percent / 100.0,
                self.smooth_percent / 100.0,
                self.slight_percent / 100.0,
                self.moderate_percent / 100.0,
            )
        )
