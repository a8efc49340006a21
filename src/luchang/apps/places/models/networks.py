"""Versions of the road network."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.places.querysets import RoadNetworkQuerySet


class RoadNetwork(models.Model):
    """One version of the road network: a graph file, its origin, and what was left out of it."""

    name = models.CharField(_("名称"), max_length=100)
    source = models.CharField(_("来源"), max_length=200)
    licence = models.CharField(_("许可"), max_length=200, blank=True)
    sha256 = models.CharField(_("源文件摘要"), max_length=64, blank=True)
    graph_file = models.CharField(max_length=200, editable=False)
    """Path of the graph below the folder of the road networks."""
    tiles_file = models.CharField(max_length=200, blank=True, editable=False)
    """Path of the base map made from this version, empty until it is made."""
    node_count = models.PositiveIntegerField(_("节点数"))
    arc_count = models.PositiveIntegerField(_("路段数"))
    length_m = models.FloatField(_("总长度"))
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    report = models.JSONField(_("导入报告"), default=dict)
    imported_at = models.DateTimeField(_("导入时间"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    is_active = models.BooleanField(_("启用"), default=False)
    activated_at = models.DateTimeField(_("启用时间"), null=True)

    objects = RoadNetworkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("路网版本")
        constraints = [
            UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="one_active_road_network"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.pk}"

    def record(self) -> None:
        self.save(force_insert=True)

    def activate(self, *, at: datetime) -> None:
        """Make this the version that everyone drives on. The caller has retired the other."""
        self.is_active = True
        self.activated_at = at
        self.save(update_fields=["is_active", "activated_at"])

    def retire(self) -> None:
        self.is_active = False
        self.save(update_fields=["is_active"])

    def publish_tiles(self, path: str) -> None:
        self.tiles_file = path
        self.save(update_fields=["tiles_file"])
