from datetime import date

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects.models.basics import Subject, merged_iff_pointing, not_its_own_double
from luchang.apps.subjects.models.enterprises import LATITUDE, LONGITUDE, Enterprise
from luchang.apps.subjects.querysets import SubjectQuerySet
from luchang.apps.subjects.states import SOURCE, SourceKind, SourceStatus
from luchang.kernel.history import tracked
from luchang.kernel.search import SearchField, search_index


@tracked(exclude=["search"])
class FreightSource(Subject):
    """A place where goods come onto the road, of an enterprise or standing alone."""

    name = models.CharField(_("源头名称"), max_length=120)
    kind = models.CharField(_("源头类别"), max_length=24, choices=SourceKind.choices)
    enterprise = models.ForeignKey(
        Enterprise,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sources",
        verbose_name=_("所属企业"),
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True, validators=LONGITUDE)
    latitude = models.FloatField(_("纬度"), null=True, blank=True, validators=LATITUDE)
    throughput_t = models.PositiveIntegerField(_("年吞吐量（吨）"), null=True, blank=True)
    has_weighing = models.BooleanField(_("已装称重设备"), default=False)
    status = models.CharField(
        _("状态"), max_length=16, choices=SourceStatus.choices, default=SOURCE.start
    )
    search = SearchField("name", "address")

    objects = models.Manager.from_queryset(SubjectQuerySet["FreightSource"])()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("货运源头")
        indexes = [
            search_index("source_search"),
            models.Index(name="source_organisation", fields=["organisation", "status"]),
        ]
        constraints = [
            UniqueConstraint(
                name="source_named_once",
                fields=["organisation", "name"],
                condition=~Q(status=SourceStatus.MERGED),
            ),
            CheckConstraint(
                name="source_place_whole_or_none",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
            ),
            merged_iff_pointing("source"),
            not_its_own_double("source"),
        ]
        triggers = [SOURCE.guard()]

    def __str__(self) -> str:
        return self.name


@tracked()
class KeyListing(models.Model):
    """One time that a freight source was a key one, from its listing to its rectification."""

    freight_source = models.ForeignKey(
        FreightSource, on_delete=models.PROTECT, related_name="listings"
    )
    reason = models.CharField(_("列入原因"), max_length=200)
    listed_on = models.DateField(_("列入日期"))
    due_on = models.DateField(_("整治期限"), null=True, blank=True)
    rectified_on = models.DateField(_("整治完成日期"), null=True, blank=True)
    measures = models.CharField(_("整治措施"), max_length=500, blank=True)
    source = models.CharField(_("数据来源"), max_length=40, blank=True)

    class Meta:
        ordering = ["-listed_on", "-pk"]
        verbose_name = _("重点源头列管")
        indexes = [models.Index(name="listing_rectified_on", fields=["rectified_on"])]
        constraints = [
            UniqueConstraint(
                name="listing_open_once",
                fields=["freight_source"],
                condition=Q(rectified_on__isnull=True),
            ),
            CheckConstraint(
                name="listing_rectified_after_listed",
                condition=Q(rectified_on__isnull=True) | Q(rectified_on__gte=F("listed_on")),
            ),
            CheckConstraint(
                name="listing_rectified_by_measures",
                condition=Q(rectified_on__isnull=True) | ~Q(measures=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.freight_source} {self.listed_on}"

    def rectify(self, *, on: date, measures: str) -> None:
        self.rectified_on, self.measures = on, measures
        self.save(update_fields=["rectified_on", "measures"])

    def move_to(self, source: FreightSource) -> None:
        self.freight_source = source
        self.save(update_fields=["freight_source"])
