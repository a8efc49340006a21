from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.querysets import TimingPlanQuerySet
from luchang.apps.signals.states import ControllerKind, Days, Grade, LayoutOrigin, PlanOrigin
from luchang.core.signals import layout_junction
from luchang.core.signals.layout import Layout
from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation
from luchang.kernel.search import SearchField, search_index


@tracked(exclude=["search"])
class Junction(models.Model):
    """A place where roads meet under one signal controller."""

    code = models.CharField(_("路口编号"), max_length=20, unique=True)
    name = models.CharField(_("路口名称"), max_length=80)
    grade = models.CharField(_("路口等级"), max_length=2, choices=Grade.choices)
    longitude = models.FloatField(
        _("经度"), validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)]
    )
    latitude = models.FloatField(
        _("纬度"), validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)]
    )
    township = models.CharField(_("乡镇街道"), max_length=12, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    controller_kind = models.CharField(
        _("信号机接入"),
        max_length=12,
        choices=ControllerKind.choices,
        default=ControllerKind.NONE,
    )
    controller_address = models.CharField(_("信号机地址"), max_length=80, blank=True)
    controller_number = models.CharField(_("信号机编号"), max_length=20, blank=True)
    controller_index = models.PositiveSmallIntegerField(
        _("在信号机中的路口序号"), default=1, validators=[MinValueValidator(1)]
    )
    """Of a controller that serves several junctions, as GB/T 20999 counts them."""
    layout = models.ForeignKey(
        "LayoutVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("现行渠化"),
    )
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("name", plain=("code",))

    class Meta:
        ordering = ["code"]
        verbose_name = _("信号路口")
        indexes = [search_index("junction_search")]
        constraints = [
            UniqueConstraint(
                name="junction_in_controller_once",
                fields=["controller_kind", "controller_number", "controller_index"],
                condition=~Q(controller_kind=ControllerKind.NONE) & ~Q(controller_number=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def enter(self) -> None:
        self.full_clean(validate_constraints=False)
        self.save()

    def take_layout(self, version: "LayoutVersion") -> None:
        self.layout = version
        self.save(update_fields=["layout"])


class LayoutVersion(models.Model):
    """How a junction is built and wired, from one day on; never changed, only followed."""

    junction = models.ForeignKey(Junction, on_delete=models.PROTECT, related_name="layouts")
    version = models.PositiveIntegerField(_("版本"))
    content = models.JSONField(_("渠化与相位"))
    digest = models.CharField(max_length=64)
    origin = models.CharField(_("来源"), max_length=8, choices=LayoutOrigin.choices)
    reason = models.CharField(_("改动原因"), max_length=300)
    by_name = models.CharField(_("经办人"), max_length=80)
    at = models.DateTimeField(_("时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["junction", "-version"]
        verbose_name = _("渠化版本")
        constraints = [
            UniqueConstraint(name="layout_version_once", fields=["junction", "version"])
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def layout(self) -> Layout:
        return layout_junction.read(self.content)


@tracked()
class TimingPlan(models.Model):
    """A plan a junction runs at some hours of some days, for the layout it was made for."""

    junction = models.ForeignKey(Junction, on_delete=models.PROTECT, related_name="plans")
    layout = models.ForeignKey(LayoutVersion, on_delete=models.PROTECT, related_name="+")
    study = models.ForeignKey(
        "Study", null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )
    scheme = models.ForeignKey(
        "Scheme", null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )
    name = models.CharField(_("方案名称"), max_length=60)
    content = models.JSONField(_("配时"))
    digest = models.CharField(max_length=64)
    origin = models.CharField(_("来源"), max_length=8, choices=PlanOrigin.choices)
    days = models.CharField(_("日期"), max_length=12, choices=Days.choices, default=Days.DAILY)
    begins_min = models.PositiveSmallIntegerField(_("开始"), default=0)
    ends_min = models.PositiveSmallIntegerField(_("结束"), default=1440)
    in_force_from = models.DateTimeField(_("执行起"))
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    objects = models.Manager.from_queryset(TimingPlanQuerySet)()

    class Meta:
        ordering = ["junction", "begins_min", "-in_force_from"]
        verbose_name = _("配时方案")
        indexes = [models.Index(name="plan_in_force", fields=["junction", "ended_at"])]
        constraints = [
            CheckConstraint(
                name="plan_hours_in_order",
                condition=Q(begins_min__lt=F("ends_min"), ends_min__lte=1440),
            ),
            CheckConstraint(
                name="plan_ends_after_it_begins",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("in_force_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> str:
        return f"{clock_of(self.begins_min)}–{clock_of(self.ends_min)}"

    def end(self, *, at: datetime) -> None:
        self.ended_at = at
        self.save(update_fields=["ended_at"])


def clock_of(minutes: int) -> str:
    """Minutes of a day as a clock shows them; the end of the day is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
