"""Administrative and statistical divisions, as polygons on the ground."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.places.querysets import DivisionQuerySet
from luchang.apps.places.states import Datum, DivisionLevel
from luchang.kernel.search import SearchField, search_index, sort_key


class DivisionEdition(models.Model):
    """One import of divisions: what was read, by whom, and what came of it."""

    source = models.CharField(_("来源"), max_length=200)
    licence = models.CharField(_("许可"), max_length=200, blank=True)
    sha256 = models.CharField(_("文件摘要"), max_length=64, blank=True)
    datum = models.CharField(_("坐标系"), max_length=8, choices=Datum.choices)
    imported_at = models.DateTimeField(_("导入时间"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    report = models.JSONField(_("导入报告"), default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("区划版本")

    def __str__(self) -> str:
        return f"{self.source} #{self.pk}"

    def conclude(self, report: dict[str, Any]) -> None:
        """Keep what came of the import."""
        self.report = report
        self.save(update_fields=["report"])


class Division(models.Model):
    """An area with a code: city, county or district, township or street, village or community.

    Codes are GB/T 2260 and its statistical extension. A statistical area such as 云龙示范区
    (430271) is counted by the statisticians but is not in GB/T 2260: `is_statistical`.
    """

    code = models.CharField(_("代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=60)
    pinyin = models.CharField(max_length=400, editable=False)
    level = models.PositiveSmallIntegerField(_("级别"), choices=DivisionLevel.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_statistical = models.BooleanField(_("仅统计区划"), default=False)
    polygon = models.BinaryField(null=True, editable=False)
    """(Multi)polygon as WKB, WGS-84, longitude first; None where only the name is known."""
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)
    lon = models.FloatField(_("经度"), null=True, editable=False)
    lat = models.FloatField(_("纬度"), null=True, editable=False)
    area_m2 = models.FloatField(_("面积"), null=True, editable=False)
    valid_from = models.DateField(_("生效日期"))
    valid_until = models.DateField(_("失效日期"), null=True, blank=True)
    edition = models.ForeignKey(DivisionEdition, models.PROTECT, related_name="divisions")
    search = SearchField("name", "code")

    objects = DivisionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("行政区划")
        indexes = [search_index("division_search")]
        constraints = [
            UniqueConstraint(fields=["code", "valid_from"], name="division_code_once_a_day"),
            UniqueConstraint(
                fields=["code"], condition=Q(valid_until=None), name="division_code_valid_once"
            ),
            CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="division_ends_after_it_begins",
            ),
            CheckConstraint(
                condition=Q(polygon=None, west=None, lon=None)
                | Q(polygon__isnull=False, west__isnull=False, lon__isnull=False),
                name="division_has_box_iff_polygon",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def amend(self, fields: list[str]) -> None:
        """Store what an import changed; pinyin and search terms follow the name."""
        self.pinyin = sort_key(self.name)
        self.save(update_fields=[*fields, "pinyin", "search"])

    def end_before(self, day: date) -> None:
        """The division exists until the day before."""
        self.valid_until = day - timedelta(days=1)
        self.save(update_fields=["valid_until"])
