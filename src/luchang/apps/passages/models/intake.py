"""What the intake refused, and what is wrong with a camera for a while."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models.devices import Camera
from luchang.apps.passages.states import Ailment, RefusalReason


class IntakeRefusal(models.Model):
    """How often the intake refused something of one device for one reason on one day."""

    camera = models.ForeignKey(
        Camera, null=True, blank=True, on_delete=models.CASCADE, related_name="refusals"
    )
    """None where the device is not registered: then all such devices share one row."""
    day = models.DateField(_("日期"))
    reason = models.CharField(_("原因"), max_length=16, choices=RefusalReason.choices)
    count = models.PositiveIntegerField(_("次数"), default=0)
    first_at = models.DateTimeField(_("首次"))
    last_at = models.DateTimeField(_("最近一次"))
    last_detail = models.CharField(_("最近一次的说明"), max_length=200, blank=True)
    """Which field, and why; never a plate."""

    class Meta:
        ordering = ["-day", "-last_at"]
        verbose_name = _("拒收记录")
        constraints = [
            UniqueConstraint(
                name="intake_refusal_once",
                fields=["camera", "day", "reason"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_reason_display()}"


class Episode(models.Model):
    """A time in which something was wrong with a camera: one fault, told once."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="episodes")
    ailment = models.CharField(_("异常"), max_length=12, choices=Ailment.choices)
    detail = models.CharField(_("情况"), max_length=200)
    began_at = models.DateTimeField(_("发现时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    order = models.ForeignKey(
        "facilities.WorkOrder", null=True, on_delete=models.PROTECT, related_name="+"
    )
    """The fault that was reported for it; none where one of this camera was open already."""

    class Meta:
        ordering = ["-began_at", "-pk"]
        verbose_name = _("设备异常")
        constraints = [
            UniqueConstraint(
                name="episode_open_once",
                fields=["camera", "ailment"],
                condition=Q(ended_at__isnull=True),
            ),
            CheckConstraint(
                name="episode_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.camera} {self.get_ailment_display()}"

    def end(self, *, at: datetime) -> None:
        self.ended_at = at
        self.save(update_fields=["ended_at"])
