from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.facilities.querysets import WorkOrderQuerySet
from luchang.apps.facilities.states import (
    FACILITY,
    ORDER,
    FacilityKind,
    FacilityStatus,
    OrderStatus,
    WorkKind,
)
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index


@tracked(exclude=["search"])
class Facility(Stateful):
    """Something that stands on the road, in one place."""

    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=16, choices=FacilityKind.choices)
    name = models.CharField(_("名称"), max_length=80)
    place = models.CharField(_("地点"), max_length=120)
    longitude = models.FloatField(
        _("经度"), validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)]
    )
    latitude = models.FloatField(
        _("纬度"), validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)]
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    status = models.CharField(
        _("状态"), max_length=12, choices=FacilityStatus.choices, default=FACILITY.start
    )
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("name", "place", plain=("number",))

    class Meta:
        ordering = ["number"]
        verbose_name = _("交通设施")
        indexes = [search_index("facility_search")]
        constraints = [
            CheckConstraint(
                name="facility_in_use_is_something",
                condition=Q(status=FacilityStatus.REMOVED) | Q(quantity__gt=0),
            )
        ]
        triggers = [FACILITY.guard()]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def register(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def become(self, status: FacilityStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        """Nothing happens where it is that already: a second fault of what is faulty."""
        if self.status != status:
            move(self, FACILITY, status, by=by, at=at, reason=reason)
            self.save(update_fields=["status"])

    def take_away(self, quantity: int, *, by: Actor, at: datetime, reason: str) -> None:
        self.quantity -= quantity
        if self.quantity == 0:
            move(self, FACILITY, FacilityStatus.REMOVED, by=by, at=at, reason=reason)
        self.save(update_fields=["quantity", "status"])


class WorkOrder(Stateful):
    """One piece of work on a facility, from the report to the acceptance."""

    number = models.CharField(_("工单编号"), max_length=20, unique=True)
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="orders", verbose_name=_("交通设施")
    )
    kind = models.CharField(_("工作类别"), max_length=12, choices=WorkKind.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    description = models.CharField(_("情况"), max_length=500)
    is_urgent = models.BooleanField(_("影响通行安全"), default=False)
    status = models.CharField(
        _("状态"), max_length=12, choices=OrderStatus.choices, default=ORDER.start
    )
    contractor = models.CharField(_("施工单位"), max_length=80, blank=True)
    result = models.CharField(_("完成情况"), max_length=500, blank=True)
    reported_at = models.DateTimeField(_("上报时间"))
    finished_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    objects = models.Manager.from_queryset(WorkOrderQuerySet)()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        verbose_name = _("设施工单")
        indexes = [models.Index(name="order_accepted", fields=["accepted_at", "kind"])]
        constraints = [
            CheckConstraint(
                name="order_accepted_at_iff_accepted",
                condition=Q(status=OrderStatus.ACCEPTED, accepted_at__isnull=False)
                | (~Q(status=OrderStatus.ACCEPTED) & Q(accepted_at__isnull=True)),
            ),
            CheckConstraint(name="order_is_about_something", condition=Q(quantity__gt=0)),
            UniqueConstraint(
                name="order_repair_once",
                fields=["facility"],
                condition=Q(kind=WorkKind.REPAIR, status__in=ORDER.open),
            ),
        ]
        triggers = [ORDER.guard()]

    def __str__(self) -> str:
        return self.number

    @property
    def urgency(self) -> str:
        """The variant of its time limits."""
        return "urgent" if self.is_urgent else ""

    def report(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at, reason=self.description[:300])

    def go(self, status: OrderStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, ORDER, status, by=by, at=at, reason=reason)
        if status == OrderStatus.ACCEPTED:
            self.accepted_at = at
        self.save()


class Material(models.Model):
    """Something the work uses, and how much of it an organisation has."""

    name = models.CharField(_("材料"), max_length=60)
    measure = models.CharField(_("单位"), max_length=10)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属单位")
    )
    on_hand = models.PositiveIntegerField(_("库存"), default=0)

    class Meta:
        ordering = ["organisation__path", "name"]
        verbose_name = _("设施材料")
        constraints = [
            UniqueConstraint(name="material_once", fields=["organisation", "name", "measure"])
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.measure}）"


class StockEntry(models.Model):
    """What came into stock, or left it for an order; never changed afterwards."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="entries")
    quantity = models.IntegerField(_("数量"))
    order = models.ForeignKey(WorkOrder, null=True, on_delete=models.PROTECT, related_name="used")
    reason = models.CharField(_("事由"), max_length=200)
    by_name = models.CharField(_("经办人"), max_length=80)
    at = models.DateTimeField(_("时间"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("出入库记录")
        constraints = [CheckConstraint(name="entry_moves_something", condition=~Q(quantity=0))]

    def __str__(self) -> str:
        return f"{self.material} {self.quantity:+d}"
