from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.force.querysets import (
    OfficerQuerySet,
    QualificationQuerySet,
    ShiftQuerySet,
    UnitQuerySet,
    VehicleQuerySet,
)
from luchang.apps.force.states import (
    SHIFT,
    OfficerKind,
    PositionSource,
    Readiness,
    ShiftStatus,
    UnitKind,
    VehicleKind,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, move
from luchang.kernel.search import SearchField, search_index

ACTIVE = (ShiftStatus.PLANNED, ShiftStatus.ON_DUTY)
LONGITUDE = [MinValueValidator(-180.0), MaxValueValidator(180.0)]
LATITUDE = [MinValueValidator(-90.0), MaxValueValidator(90.0)]

badge_number = RegexValidator(r"^[0-9A-Z]{4,12}$", _("警号为4至12位数字或大写字母"))


class Skill(models.Model):
    """Something a task may ask for: accident examination, heavy towing, dangerous goods."""

    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60)

    class Meta:
        ordering = ["code"]
        verbose_name = _("技能")

    def __str__(self) -> str:
        return self.name


class Officer(models.Model):
    """A person of the force, with or without an account."""

    badge = models.CharField(_("警号"), max_length=12, unique=True, validators=[badge_number])
    name = models.CharField(_("姓名"), max_length=40)
    kind = models.CharField(_("类别"), max_length=16, choices=OfficerKind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属机构")
    )
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.PROTECT)
    joined_at = models.DateTimeField(_("入职时间"))
    left_at = models.DateTimeField(_("离职时间"), null=True, blank=True)
    search = SearchField("name", "badge")

    objects = models.Manager.from_queryset(OfficerQuerySet)()

    class Meta:
        ordering = ["badge"]
        verbose_name = _("警员")
        indexes = [search_index("officer_search")]
        constraints = [
            CheckConstraint(
                name="officer_leaves_after_joining",
                condition=Q(left_at__isnull=True) | Q(left_at__gt=F("joined_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.badge}"

    def enrol(self) -> None:
        """Store a new officer; what may be there once only is left to the database."""
        self.clean_fields(exclude=["organisation", "user"])
        self.save()

    def correct(self, *, name: str, kind: OfficerKind) -> None:
        self.name, self.kind = name, kind
        self.clean_fields()
        self.save(update_fields=["name", "kind"])

    def transfer(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.save(update_fields=["organisation"])

    def leave(self, *, at: datetime) -> None:
        self.left_at = at
        self.save(update_fields=["left_at"])


class Qualification(models.Model):
    """A skill an officer holds, until it expires."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="qualifications")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(_("取得时间"))
    expires_at = models.DateTimeField(_("有效期至"), null=True, blank=True)

    objects = models.Manager.from_queryset(QualificationQuerySet)()

    class Meta:
        verbose_name = _("资质")
        constraints = [
            UniqueConstraint(name="qualification_once", fields=["officer", "skill"]),
            CheckConstraint(
                name="qualification_expires_after_granted",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("granted_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer} {self.skill}"

    def end(self, *, at: datetime) -> None:
        self.expires_at = at
        self.save(update_fields=["expires_at"])


class Vehicle(models.Model):
    """A vehicle of the force."""

    plate = models.CharField(_("号牌"), max_length=12, unique=True)
    kind = models.CharField(_("类别"), max_length=24, choices=VehicleKind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属机构")
    )
    seats = models.PositiveSmallIntegerField(_("座位"), default=5)
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    search = SearchField("plate")

    objects = models.Manager.from_queryset(VehicleQuerySet)()

    class Meta:
        ordering = ["plate"]
        verbose_name = _("车辆")
        indexes = [search_index("vehicle_search")]

    def __str__(self) -> str:
        return self.plate

    def register(self) -> None:
        """Store a new vehicle; what may be there once only is left to the database."""
        self.clean_fields(exclude=["organisation"])
        self.save()

    def correct(self, *, kind: VehicleKind, seats: int) -> None:
        self.kind, self.seats = kind, seats
        self.clean_fields()
        self.save(update_fields=["kind", "seats"])

    def transfer(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.save(update_fields=["organisation"])

    def retire(self, *, at: datetime) -> None:
        self.retired_at = at
        self.save(update_fields=["retired_at"])


class Unit(models.Model):
    """A patrol crew that is sent somewhere as one; its people and car change with each shift."""

    call_sign = models.CharField(_("呼号"), max_length=24, unique=True)
    kind = models.CharField(_("类别"), max_length=24, choices=UnitKind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属机构")
    )
    home_longitude = models.FloatField(_("驻点经度"), validators=LONGITUDE)
    home_latitude = models.FloatField(_("驻点纬度"), validators=LATITUDE)
    disbanded_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    search = SearchField("call_sign")

    objects = models.Manager.from_queryset(UnitQuerySet)()

    class Meta:
        ordering = ["call_sign"]
        verbose_name = _("巡逻单元")
        indexes = [search_index("unit_search")]

    def __str__(self) -> str:
        return self.call_sign

    def form(self) -> None:
        """Store a new unit whose fields have been looked at."""
        self.full_clean()
        self.save()

    def disband(self, *, at: datetime) -> None:
        self.disbanded_at = at
        self.save(update_fields=["disbanded_at"])


class _Span(Func):
    """The half-open time a shift is planned for, as PostgreSQL's range."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def _not_at_once(name: str, field: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[
            (_Span("starts_at", "ends_at"), RangeOperators.OVERLAPS),
            (field, RangeOperators.EQUAL),
        ],
        condition=Q(status__in=ACTIVE),
    )


class Shift(Stateful):
    """One crew's duty from one hour to another: unit, car, people."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shifts")
    vehicle = models.ForeignKey(
        Vehicle, null=True, blank=True, on_delete=models.PROTECT, related_name="shifts"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        _("状态"), max_length=16, choices=ShiftStatus.choices, default=SHIFT.start
    )
    readiness = models.CharField(
        _("出警状态"), max_length=16, choices=Readiness.choices, default=Readiness.READY
    )
    starts_at = models.DateTimeField(_("计划上岗"))
    ends_at = models.DateTimeField(_("计划下岗"))
    signed_on_at = models.DateTimeField(_("实际上岗"), null=True, blank=True)
    signed_off_at = models.DateTimeField(_("实际下岗"), null=True, blank=True)

    objects = models.Manager.from_queryset(ShiftQuerySet)()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("班次")
        constraints = [
            CheckConstraint(
                name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            CheckConstraint(
                name="shift_signed_on_iff_it_was",
                condition=Q(
                    status__in=[ShiftStatus.ON_DUTY, ShiftStatus.ENDED], signed_on_at__isnull=False
                )
                | Q(
                    status__in=[ShiftStatus.PLANNED, ShiftStatus.CANCELLED],
                    signed_on_at__isnull=True,
                ),
            ),
            CheckConstraint(
                name="shift_signed_off_iff_ended",
                condition=Q(status=ShiftStatus.ENDED, signed_off_at__isnull=False)
                | (~Q(status=ShiftStatus.ENDED) & Q(signed_off_at__isnull=True)),
            ),
            UniqueConstraint(
                name="unit_on_duty_once", fields=["unit"], condition=Q(status=ShiftStatus.ON_DUTY)
            ),
            _not_at_once("unit_in_one_shift_at_once", "unit"),
            _not_at_once("vehicle_in_one_shift_at_once", "vehicle"),
        ]
        triggers = [SHIFT.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.starts_at:%F %R}"

    def sign_on(self, *, by: Actor, at: datetime) -> None:
        move(self, SHIFT, ShiftStatus.ON_DUTY, by=by, at=at)
        self.signed_on_at = at
        self.save(update_fields=["status", "signed_on_at"])

    def sign_off(self, *, by: Actor, at: datetime) -> None:
        move(self, SHIFT, ShiftStatus.ENDED, by=by, at=at)
        self.signed_off_at = at
        self.save(update_fields=["status", "signed_off_at"])

    def cancel(self, *, by: Actor, at: datetime, reason: str) -> None:
        move(self, SHIFT, ShiftStatus.CANCELLED, by=by, at=at, reason=reason)
        self.save(update_fields=["status"])

    def become(self, readiness: Readiness) -> None:
        self.readiness = readiness
        self.save(update_fields=["readiness"])


class ShiftMember(models.Model):
    """An officer's place in a crew.

    The times are copied from the shift so that the database itself refuses two crews at once.
    """

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="members")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="shifts")
    leads = models.BooleanField(_("组长"), default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled = models.BooleanField(default=False)

    class Meta:
        ordering = ["-leads", "pk"]
        verbose_name = _("组员")
        constraints = [
            UniqueConstraint(name="shift_member_once", fields=["shift", "officer"]),
            UniqueConstraint(name="shift_one_leader", fields=["shift"], condition=Q(leads=True)),
            ExclusionConstraint(
                name="officer_in_one_crew_at_once",
                expressions=[
                    (_Span("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                    ("officer", RangeOperators.EQUAL),
                ],
                condition=Q(cancelled=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.officer)


class Position(models.Model):
    """Where a unit was last known to be. One row a unit; only a newer fix replaces it."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, primary_key=True)
    longitude = models.FloatField(validators=LONGITUDE)
    latitude = models.FloatField(validators=LATITUDE)
    heading = models.FloatField(null=True)
    speed_kmh = models.FloatField(null=True)
    source = models.CharField(max_length=16, choices=PositionSource.choices)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("当前位置")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.longitude:.5f},{self.latitude:.5f}"


class Fix(models.Model):
    """One reported position, kept as evidence of where a unit was."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    longitude = models.FloatField()
    latitude = models.FloatField()
    heading = models.FloatField(null=True)
    speed_kmh = models.FloatField(null=True)
    source = models.CharField(max_length=16, choices=PositionSource.choices)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("位置轨迹")
        indexes = [models.Index(name="fix_unit_at", fields=["unit", "at"])]
        constraints = [UniqueConstraint(name="fix_once", fields=["unit", "at"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.at:%F %T}"
