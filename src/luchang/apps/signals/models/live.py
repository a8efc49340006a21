from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.junctions import Junction


class ControllerStatus(models.Model):
    """The last a controller has told of itself."""

    junction = models.OneToOneField(
        Junction, on_delete=models.CASCADE, related_name="controller", verbose_name=_("路口")
    )
    is_online = models.BooleanField(_("在线"), default=True)
    mode = models.CharField(_("控制方式"), max_length=2, blank=True)
    """As GA/T 1049 numbers it: 21 fixed, 13 flashing yellow, 11 lamps off."""
    stage = models.PositiveSmallIntegerField(_("当前阶段"), null=True, blank=True)
    cycle_s = models.FloatField(_("周期"), null=True, blank=True)
    is_simulated = models.BooleanField(_("模拟"), default=False)
    reported_at = models.DateTimeField(_("上报时间"))
    received_at = models.DateTimeField(_("收到时间"))

    class Meta:
        ordering = ["junction"]
        verbose_name = _("信号机状态")

    def __str__(self) -> str:
        return f"{self.junction_id}: {self.mode}"


class ControllerFault(models.Model):
    """Something a controller reported as broken, until it no longer did."""

    junction = models.ForeignKey(Junction, on_delete=models.CASCADE, related_name="faults")
    code = models.CharField(_("故障"), max_length=8)
    detail = models.CharField(_("说明"), max_length=200, blank=True)
    began_at = models.DateTimeField(_("发生时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)

    class Meta:
        ordering = ["-began_at"]
        verbose_name = _("信号机故障")
        constraints = [
            UniqueConstraint(
                name="controller_fault_open_once",
                fields=["junction", "code"],
                condition=models.Q(ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.junction_id}: {self.code}"


class FlowReading(models.Model):
    """Vehicles a controller's detectors counted on one approach in some minutes."""

    junction = models.ForeignKey(Junction, on_delete=models.CASCADE, related_name="flows")
    arm = models.CharField(_("进口"), max_length=2)
    begins_at = models.DateTimeField(_("时段"))
    interval_s = models.PositiveIntegerField(_("时长（秒）"))
    vehicles = models.PositiveIntegerField(_("车辆数"))

    class Meta:
        ordering = ["-begins_at"]
        verbose_name = _("检测流量")
        constraints = [UniqueConstraint(name="flow_once", fields=["junction", "arm", "begins_at"])]

    def __str__(self) -> str:
        return f"{self.junction_id} {self.arm} {self.vehicles}"
