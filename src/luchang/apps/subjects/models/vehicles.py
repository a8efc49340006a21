from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects.models.basics import Subject, merged_iff_pointing, not_its_own_double
from luchang.apps.subjects.models.duties import vehicle_days_follow_duties
from luchang.apps.subjects.models.enterprises import Enterprise
from luchang.apps.subjects.models.rules import Build, GroupRule
from luchang.apps.subjects.querysets import SubjectQuerySet
from luchang.apps.subjects.states import (
    VEHICLE,
    DeviceKind,
    DeviceState,
    EliminationReason,
    PlateType,
    Usage,
    VehicleStatus,
)
from luchang.core.common.identifiers import vin_adds_up
from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation
from luchang.kernel.search import SearchField, search_index

vehicle_type_code = RegexValidator(
    r"^[BDGHJKMNQTXZ][0-9][0-9A-Z]$", _("车辆类型为一个字母和两位代码，如 K11")
)
LARGE_COACH_SEATS = 57
"""57座以上 includes 57."""


@tracked(exclude=["search"])
class KeyVehicle(Subject):
    """A vehicle the force watches; type and number of its plate together name it."""

    plate_type = models.CharField(_("号牌种类"), max_length=2, choices=PlateType.choices)
    plate = models.CharField(_("号牌号码"), max_length=12)
    vin = models.CharField(_("车辆识别代号"), max_length=17, blank=True)
    vin_fits = models.BooleanField(_("校验位相符"), null=True, editable=False)
    """The check digit is a warning: old and special vehicles break it."""
    usage = models.CharField(_("使用性质"), max_length=1, choices=Usage.choices)
    vehicle_type = models.CharField(_("车辆类型"), max_length=3, validators=[vehicle_type_code])
    seats = models.PositiveSmallIntegerField(_("核定载客"), null=True, blank=True)
    total_mass_kg = models.PositiveIntegerField(_("总质量（千克）"), null=True, blank=True)
    group_rule = models.ForeignKey(
        GroupRule,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点类别"),
    )
    """The version of the rule by which it belongs to its group; none for what fits no rule."""
    enterprise = models.ForeignKey(
        Enterprise,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vehicles",
        verbose_name=_("所属企业"),
    )
    inspection_due_on = models.DateField(_("检验有效期止"), null=True, blank=True)
    scrapping_due_on = models.DateField(_("强制报废期止"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=16, choices=VehicleStatus.choices, default=VEHICLE.start
    )
    search = SearchField("plate", plain=("vin",))

    objects = models.Manager.from_queryset(SubjectQuerySet["KeyVehicle"])()

    class Meta:
        ordering = ["plate", "plate_type", "pk"]
        verbose_name = _("重点车辆")
        indexes = [
            search_index("key_vehicle_search"),
            models.Index(name="key_vehicle_organisation", fields=["organisation", "status"]),
            models.Index(name="key_vehicle_vin", fields=["vin"]),
        ]
        constraints = [
            UniqueConstraint(
                name="key_vehicle_plate_once",
                fields=["plate_type", "plate"],
                condition=Q(status=VehicleStatus.ACTIVE),
            ),
            CheckConstraint(
                name="key_vehicle_vin_grammar",
                condition=Q(vin="") | Q(vin__regex=r"^[0-9A-HJ-NPR-Z]{17}$"),
            ),
            CheckConstraint(
                name="key_vehicle_vin_judged",
                condition=Q(vin="", vin_fits__isnull=True)
                | (~Q(vin="") & Q(vin_fits__isnull=False)),
            ),
            merged_iff_pointing("key_vehicle"),
            not_its_own_double("key_vehicle"),
        ]
        triggers = [VEHICLE.guard(), vehicle_days_follow_duties()]

    def __str__(self) -> str:
        return self.plate

    def clean(self) -> None:
        """Judge the check digit anew whenever the number is looked at."""
        self.vin_fits = vin_adds_up(self.vin) if self.vin else None

    # Changes

    def group_by(self, rule: GroupRule | None) -> None:
        self.group_rule = rule
        self.save(update_fields=["group_rule"])

    def set_day(self, name: str, day: date | None) -> None:
        """One of the due days; the duty that holds it is changed by the same service."""
        setattr(self, name, day)
        self.save(update_fields=[name])

    def move_to(self, enterprise: Enterprise) -> None:
        self.enterprise = enterprise
        self.save(update_fields=["enterprise"])

    # Questions

    @property
    def build(self) -> Build:
        return Build(self.usage, self.vehicle_type, self.seats, self.total_mass_kg)


@tracked()
class Device(models.Model):
    """A device on board that has to work."""

    vehicle = models.ForeignKey(KeyVehicle, on_delete=models.PROTECT, related_name="devices")
    kind = models.CharField(_("设备类别"), max_length=16, choices=DeviceKind.choices)
    serial = models.CharField(_("设备编号"), max_length=40)
    state = models.CharField(
        _("设备状态"), max_length=16, choices=DeviceState.choices, default=DeviceState.WORKING
    )
    checked_on = models.DateField(_("最近检查"), null=True, blank=True)

    class Meta:
        ordering = ["kind", "serial"]
        verbose_name = _("车载设备")
        constraints = [UniqueConstraint(name="device_once", fields=["vehicle", "kind", "serial"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.serial}"

    @classmethod
    def fit(cls, **fields: Any) -> "Device":
        made = cls(**fields)
        made.full_clean(validate_unique=False, validate_constraints=False)
        made.save()
        return made

    def be_checked(self, *, state: DeviceState, on: date) -> None:
        self.state, self.checked_on = state, on
        self.save(update_fields=["state", "checked_on"])

    def move_to(self, vehicle: KeyVehicle) -> None:
        self.vehicle = vehicle
        self.save(update_fields=["vehicle"])


@tracked()
class Elimination(models.Model):
    """The act by which a vehicle left the road for good; once a vehicle."""

    vehicle = models.OneToOneField(
        KeyVehicle, on_delete=models.PROTECT, related_name="elimination"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("监管单位")
    )
    reason = models.CharField(_("原因"), max_length=24, choices=EliminationReason.choices)
    done_on = models.DateField(_("办理日期"))
    document_number = models.CharField(_("文书编号"), max_length=60, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    done_by = models.CharField(_("经办人"), max_length=80)
    source = models.CharField(_("数据来源"), max_length=40, blank=True)

    class Meta:
        ordering = ["-done_on", "-pk"]
        verbose_name = _("车辆淘汰报废")
        indexes = [
            models.Index(name="elimination_done_on", fields=["done_on", "reason"]),
            models.Index(name="elimination_organisation", fields=["organisation"]),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.get_reason_display()}"

    def move_to(self, vehicle: KeyVehicle) -> None:
        self.vehicle = vehicle
        self.save(update_fields=["vehicle"])
