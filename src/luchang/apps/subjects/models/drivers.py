from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects.models.basics import Subject, merged_iff_pointing, not_its_own_double
from luchang.apps.subjects.models.duties import driver_days_follow_duties
from luchang.apps.subjects.models.enterprises import Enterprise
from luchang.apps.subjects.models.vehicles import KeyVehicle
from luchang.apps.subjects.querysets import DriverQuerySet, RelationQuerySet
from luchang.apps.subjects.states import (
    DRIVER,
    DriverStatus,
    LicenceActKind,
    LicenceClass,
)
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation
from luchang.kernel.search import SearchField, search_index

archive_digits = RegexValidator(r"^[0-9]{12}$", _("档案编号为12位数字"))


def _look_up(field: str) -> Func:
    """The part of an encrypted column that equal values share."""
    return Func(
        F(field),
        Value("."),
        Value(1),
        function="split_part",
        output_field=models.TextField(),
    )


def _or_none(field: str) -> Coalesce:
    """A key, or 0 where there is none: nothing equals an empty column."""
    return Coalesce(F(field), Value(0), output_field=models.BigIntegerField())


def _days() -> Func:
    """From the first day on, without the day it ends."""
    return Func(
        F("starts_on"),
        F("ends_on"),
        RangeBoundary(inclusive_lower=True, inclusive_upper=False),
        function="daterange",
        output_field=DateRangeField(),
    )


@tracked(exclude=["search"])
class KeyDriver(Subject):
    """A driver the force watches. The licence has no number but the person's own."""

    identity_number = EncryptedTextField(
        Kind.RESIDENT_ID, verbose_name=_("身份证明号码"), searchable=True
    )
    name = EncryptedTextField(Kind.NAME, verbose_name=_("姓名"), searchable=True)
    phone = EncryptedTextField(Kind.PHONE, verbose_name=_("联系电话"), blank=True, searchable=True)
    archive_number = models.CharField(_("档案编号"), max_length=12, validators=[archive_digits])
    licence_classes = ArrayField(
        models.CharField(max_length=2, choices=LicenceClass.choices),
        verbose_name=_("准驾车型"),
    )
    points = models.PositiveSmallIntegerField(_("本周期记分"), default=0)
    licence_due_on = models.DateField(_("驾驶证有效期止"), null=True, blank=True)
    review_due_on = models.DateField(_("审验有效期止"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=16, choices=DriverStatus.choices, default=DRIVER.start
    )
    search = SearchField("archive_number")

    objects = models.Manager.from_queryset(DriverQuerySet)()

    class Meta:
        ordering = ["archive_number", "pk"]
        verbose_name = _("重点驾驶人")
        indexes = [
            search_index("key_driver_search"),
            models.Index(
                name="key_driver_identity",
                fields=["identity_number"],
                opclasses=["text_pattern_ops"],
            ),
            models.Index(name="key_driver_name", fields=["name"], opclasses=["text_pattern_ops"]),
            models.Index(
                name="key_driver_phone", fields=["phone"], opclasses=["text_pattern_ops"]
            ),
            models.Index(name="key_driver_organisation", fields=["organisation", "status"]),
        ]
        constraints = [
            UniqueConstraint(
                _look_up("identity_number"),
                name="key_driver_identity_once",
                condition=~Q(status=DriverStatus.MERGED),
            ),
            UniqueConstraint(
                name="key_driver_archive_once",
                fields=["archive_number"],
                condition=~Q(status=DriverStatus.MERGED),
            ),
            CheckConstraint(
                name="key_driver_archive_grammar",
                condition=Q(archive_number__regex=r"^[0-9]{12}$"),
            ),
            CheckConstraint(name="key_driver_holds_a_class", condition=~Q(licence_classes=[])),
            merged_iff_pointing("key_driver"),
            not_its_own_double("key_driver"),
        ]
        triggers = [DRIVER.guard(), driver_days_follow_duties()]

    def __str__(self) -> str:
        return self.archive_number

    def set_day(self, name: str, day: date | None) -> None:
        """One of the due days; the duty that holds it is changed by the same service."""
        setattr(self, name, day)
        self.save(update_fields=[name])

    @property
    def classes(self) -> str:
        return "、".join(self.licence_classes)


@tracked()
class LicenceAct(models.Model):
    """One decision about a driver's licence; a mistake is taken back by another decision."""

    driver = models.ForeignKey(KeyDriver, on_delete=models.PROTECT, related_name="licence_acts")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("监管单位")
    )
    kind = models.CharField(_("决定"), max_length=12, choices=LicenceActKind.choices)
    reverses = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversal",
        verbose_name=_("所撤销的决定"),
    )
    licence_class = models.CharField(_("准驾车型"), max_length=40)
    reason = models.CharField(_("事由"), max_length=300)
    article = models.CharField(_("法律依据"), max_length=200)
    document_number = models.CharField(_("文书编号"), max_length=60, unique=True)
    decided_on = models.DateField(_("决定日期"))
    reversed_on = models.DateField(_("被撤销日期"), null=True, blank=True)
    decided_by = models.CharField(_("决定人"), max_length=80)
    source = models.CharField(_("数据来源"), max_length=40, blank=True)

    class Meta:
        ordering = ["-decided_on", "-pk"]
        verbose_name = _("驾驶证处理决定")
        indexes = [
            models.Index(name="licence_act_decided_on", fields=["decided_on", "kind"]),
            models.Index(name="licence_act_organisation", fields=["organisation"]),
        ]
        constraints = [
            CheckConstraint(
                name="licence_act_reverses_iff_reversal",
                condition=Q(kind=LicenceActKind.REVERSED, reverses__isnull=False)
                | (~Q(kind=LicenceActKind.REVERSED) & Q(reverses__isnull=True)),
            ),
            CheckConstraint(
                name="licence_act_reversed_after_decided",
                condition=Q(reversed_on__isnull=True) | Q(reversed_on__gte=F("decided_on")),
            ),
            CheckConstraint(
                name="licence_act_reversal_stands",
                condition=Q(reversed_on__isnull=True) | ~Q(kind=LicenceActKind.REVERSED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document_number}"

    def decide(self) -> None:
        """Store a decision whose fields have been looked at."""
        self.full_clean(validate_unique=False, validate_constraints=False)
        self.save(force_insert=True)

    def be_reversed(self, *, on: date) -> None:
        self.reversed_on = on
        self.save(update_fields=["reversed_on"])

    def move_to(self, driver: KeyDriver) -> None:
        self.driver = driver
        self.save(update_fields=["driver"])


@tracked()
class Relation(models.Model):
    """A driver drives a vehicle for an enterprise, from one day to another.

    One of the two may be missing: a driver employed without a fixed vehicle, or one who drives a
    vehicle of nobody's. `ends_on` is the first day on which it no longer holds.
    """

    driver = models.ForeignKey(KeyDriver, on_delete=models.PROTECT, related_name="relations")
    vehicle = models.ForeignKey(
        KeyVehicle, null=True, blank=True, on_delete=models.PROTECT, related_name="relations"
    )
    enterprise = models.ForeignKey(
        Enterprise, null=True, blank=True, on_delete=models.PROTECT, related_name="relations"
    )
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    is_double = models.BooleanField(_("重复"), default=False)
    """Says the same as another since two entries were merged; kept, not counted."""

    objects = models.Manager.from_queryset(RelationQuerySet)()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("驾驶关系")
        constraints = [
            CheckConstraint(
                name="relation_to_something",
                condition=Q(vehicle__isnull=False) | Q(enterprise__isnull=False),
            ),
            CheckConstraint(
                name="relation_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
            ),
            ExclusionConstraint(
                name="relation_once_at_a_time",
                expressions=[
                    ("driver", RangeOperators.EQUAL),
                    (_or_none("vehicle"), RangeOperators.EQUAL),
                    (_or_none("enterprise"), RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_double=False),
            ),
        ]

    def __str__(self) -> str:
        whom = " ".join(str(each) for each in (self.vehicle, self.enterprise) if each)
        return f"{self.driver} → {whom}"

    @classmethod
    def begin(cls, **fields: Any) -> "Relation":
        made = cls(**fields)
        made.full_clean(validate_constraints=False)
        made.save()
        return made

    def end(self, *, on: date) -> None:
        self.ends_on = on
        self.save(update_fields=["ends_on"])

    def span(self, *, starts_on: date, ends_on: date | None) -> None:
        """As long as both of two that were one."""
        self.starts_on, self.ends_on = starts_on, ends_on
        self.save(update_fields=["starts_on", "ends_on"])

    def be_double(self) -> None:
        self.is_double = True
        self.save(update_fields=["is_double"])

    def move_to(self, **subject: Any) -> None:
        for name, value in subject.items():
            setattr(self, name, value)
        self.save(update_fields=list(subject))
