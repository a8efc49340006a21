"""Roads that may not be driven for a while."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.places.models.networks import RoadNetwork
from luchang.apps.places.querysets import RoadClosureQuerySet
from luchang.apps.places.states import ClosureReason


class RoadClosure(models.Model):
    """A stretch of road closed for a period; routes and arrival times avoid it."""

    network = models.ForeignKey(RoadNetwork, models.PROTECT, related_name="closures")
    sections = ArrayField(models.PositiveIntegerField())
    """Sections of the graph of `network` nobody may drive through, in either direction."""
    street_name = models.CharField(_("道路"), max_length=60, blank=True)
    description = models.CharField(_("封闭路段"), max_length=200)
    reason = models.CharField(_("原因"), max_length=16, choices=ClosureReason.choices)
    lon = models.FloatField()
    lat = models.FloatField()
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    declared_at = models.DateTimeField(_("登记时间"))
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = RoadClosureQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("道路封闭")
        constraints = [
            CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="closure_ends_after_it_begins",
            ),
            CheckConstraint(condition=~Q(sections=[]), name="closure_closes_something"),
        ]

    def __str__(self) -> str:
        return self.description

    def declare(self) -> None:
        self.save(force_insert=True)

    def lift(self, *, by_id: int | None, at: datetime) -> None:
        self.lifted_at = at
        self.lifted_by_id = by_id
        self.save(update_fields=["lifted_at", "lifted_by"])

    # Questions

    def is_over(self, at: datetime) -> bool:
        """Whether the road is open again at that moment."""
        ended = self.ends_at is not None and self.ends_at <= at
        return ended or (self.lifted_at is not None and self.lifted_at <= at)
