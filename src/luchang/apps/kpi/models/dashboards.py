from datetime import datetime

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.kpi.querysets import DashboardQuerySet
from luchang.apps.kpi.states import Drawing, Span
from luchang.kernel.identity.models import Organisation, User


class Dashboard(models.Model):
    """A page of chosen indicators; its maker's own, or shared with a unit and those below it."""

    title = models.CharField(_("名称"), max_length=40)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("共享给"),
    )
    is_cockpit = models.BooleanField(_("作为驾驶舱"), default=False)
    changed_at = models.DateTimeField(_("修改时间"))

    objects = models.Manager.from_queryset(DashboardQuerySet)()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("指标看板")
        constraints = [
            UniqueConstraint(
                name="one_cockpit_a_person", fields=["owner"], condition=Q(is_cockpit=True)
            )
        ]

    def __str__(self) -> str:
        return self.title

    # Changes

    def store(self, *, at: datetime) -> None:
        self.changed_at = at
        self.full_clean()
        self.save()

    def make_cockpit(self) -> None:
        """Whatever was the owner's cockpit before is none any more."""
        Dashboard.objects.filter(owner=self.owner_id, is_cockpit=True).update(is_cockpit=False)
        self.is_cockpit = True
        self.save(update_fields=["is_cockpit"])

    def put(self, tiles: "list[Tile]") -> None:
        """These tiles in this order, and no others."""
        self.tiles.all().delete()
        for order, tile in enumerate(tiles):
            tile.dashboard, tile.order = self, order
        Tile.objects.bulk_create(tiles)


class Tile(models.Model):
    """One indicator on a dashboard: for which period, drawn how."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="tiles")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(_("指标"), max_length=80)
    span = models.CharField(_("时段"), max_length=12, choices=Span.choices, default=Span.MONTH)
    drawing = models.CharField(
        _("图形"), max_length=8, choices=Drawing.choices, default=Drawing.NUMBER
    )

    class Meta:
        ordering = ["order"]
        constraints = [UniqueConstraint(name="tile_place_once", fields=["dashboard", "order"])]

    def __str__(self) -> str:
        return f"{self.code} {self.span}"
