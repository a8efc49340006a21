from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.junctions import Junction, LayoutVersion, clock_of
from luchang.apps.signals.states import CountSource, Quality
from luchang.kernel.identity.models import Organisation

INTERVALS = (5, 15)


class CountSet(models.Model):
    """What passed a junction on one day, by movement and interval."""

    junction = models.ForeignKey(
        Junction, on_delete=models.PROTECT, related_name="count_sets", verbose_name=_("路口")
    )
    layout = models.ForeignKey(LayoutVersion, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    day = models.DateField(_("日期"))
    interval_min = models.PositiveSmallIntegerField(_("间隔（分钟）"))
    origin = models.CharField(_("数据来源"), max_length=10, choices=CountSource.choices)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by_name = models.CharField(_("录入人"), max_length=80)
    at = models.DateTimeField(_("录入时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("流量数据")
        constraints = [
            CheckConstraint(name="count_set_interval", condition=Q(interval_min__in=INTERVALS)),
            UniqueConstraint(
                name="count_set_once", fields=["junction", "day", "interval_min", "origin"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.junction.name} {self.day:%Y-%m-%d}"


class Count(models.Model):
    """How many vehicles made one movement in one interval, and how far that is to be believed."""

    count_set = models.ForeignKey(CountSet, on_delete=models.CASCADE, related_name="counts")
    way = models.CharField(_("流向"), max_length=12)
    begins_min = models.PositiveSmallIntegerField(_("时段"))
    vehicles = models.PositiveIntegerField(_("车辆数"), null=True, blank=True)
    quality = models.CharField(_("质量"), max_length=10, choices=Quality.choices)
    reason = models.CharField(_("原因"), max_length=20, blank=True)

    class Meta:
        ordering = ["count_set", "begins_min", "way"]
        verbose_name = _("流量")
        constraints = [
            UniqueConstraint(name="count_once", fields=["count_set", "way", "begins_min"]),
            CheckConstraint(
                name="count_missing_iff_none",
                condition=Q(quality=Quality.MISSING, vehicles=None)
                | (~Q(quality=Quality.MISSING) & Q(vehicles__isnull=False)),
            ),
            CheckConstraint(name="count_within_day", condition=Q(begins_min__lt=1440)),
        ]

    def __str__(self) -> str:
        return f"{self.way} {clock_of(self.begins_min)}"

    @property
    def clock(self) -> str:
        return clock_of(self.begins_min)
