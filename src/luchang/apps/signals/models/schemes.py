from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.counts import CountSet
from luchang.apps.signals.models.junctions import Junction, LayoutVersion
from luchang.apps.signals.models.retiming import Advised, Measured, Proven, Released, Retiming
from luchang.apps.signals.states import STUDY, LengthOrigin, SchemeKind
from luchang.kernel.history import tracked


@tracked(exclude=["job_id", "comparison"])
class Scheme(Retiming):
    """Plans that are computed, approved and begun as one: along a road, or over a day."""

    key = "scheme"

    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=10, choices=SchemeKind.choices)
    name = models.CharField(_("名称"), max_length=80)
    description = models.CharField(_("说明"), max_length=500, blank=True)
    speed_kmh = models.FloatField(
        _("协调车速（公里/小时）"),
        null=True,
        blank=True,
        validators=[MinValueValidator(15.0), MaxValueValidator(90.0)],
    )
    parts = models.JSONField(default=list, blank=True)
    """Begins of the parts of the day as somebody set them, in minutes; empty: to be proposed."""
    day_no = models.PositiveIntegerField(
        _("日计划号"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(99_999)],
    )
    """Number of the day plan in the controller; without one only the plans are sent."""
    schedule_no = models.PositiveIntegerField(
        _("调度计划起始号"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(993)],
    )
    """First of the numbers in the controller's calendar, one a day of the week, Monday first."""
    chosen = models.ForeignKey(
        "SchemeCandidate",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("选定方案"),
    )
    opened_at = models.DateTimeField(_("提出时间"))

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("方案集")
        constraints: ClassVar[list[Any]] = [
            *Retiming.Meta.constraints,
            CheckConstraint(
                name="scheme_corridor_has_speed",
                condition=~Q(kind=SchemeKind.CORRIDOR) | Q(speed_kmh__isnull=False),
            ),
            CheckConstraint(
                name="scheme_schedule_runs_a_day",
                condition=Q(schedule_no=None) | Q(day_no__isnull=False),
            ),
        ]
        triggers = [STUDY.guard()]

    @property
    def called(self) -> str:
        return self.name

    @property
    def speed_mps(self) -> float:
        return (self.speed_kmh or 0.0) / 3.6


class SchemeMember(models.Model):
    """One junction of a scheme: its place along the road, its counts, the layout it had then."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="members")
    ordinal = models.PositiveSmallIntegerField(_("序号"))
    junction = models.ForeignKey(
        Junction, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("路口")
    )
    at_m = models.FloatField(_("距起点（米）"), default=0.0)
    length_origin = models.CharField(
        _("长度来源"), max_length=10, choices=LengthOrigin.choices, default=LengthOrigin.STRAIGHT
    )
    """How the length of the road from the junction before was come by."""
    count_set = models.ForeignKey(
        CountSet, null=True, blank=True, on_delete=models.PROTECT, related_name="schemes"
    )
    layout = models.ForeignKey(
        LayoutVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["scheme", "ordinal"]
        verbose_name = _("方案集路口")
        constraints = [
            UniqueConstraint(name="scheme_member_place_once", fields=["scheme", "ordinal"]),
            UniqueConstraint(name="scheme_member_once", fields=["scheme", "junction"]),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id}/{self.ordinal}"


class SchemeCandidate(Advised):
    """Plans the optimiser advises together; never changed.

    `content` holds `entries`, each with junction, hours and plan, and what the method told beside.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="candidates")
    cycle_s = models.FloatField(_("公共周期"), null=True)
    out_s = models.FloatField(_("去向带宽"), null=True)
    back_s = models.FloatField(_("回向带宽"), null=True)

    class Meta:
        ordering = ["scheme", "ordinal"]
        verbose_name = _("方案集候选")
        constraints = [
            UniqueConstraint(name="scheme_candidate_once", fields=["scheme", "ordinal"])
        ]


class SchemeProof(Proven):
    """What the simulator showed of a candidate beside the present plans."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="proofs")
    candidate = models.ForeignKey(SchemeCandidate, on_delete=models.CASCADE, related_name="proofs")

    class Meta:
        ordering = ["scheme", "-at", "-pk"]
        verbose_name = _("方案集仿真验证")


class SchemePlan(models.Model):
    """One plan of an approved scheme under its number in the controller, with its hours."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="approved_plans")
    junction = models.ForeignKey(Junction, on_delete=models.PROTECT, related_name="scheme_plans")
    layout = models.ForeignKey(LayoutVersion, on_delete=models.PROTECT, related_name="+")
    plan_no = models.PositiveSmallIntegerField(_("方案序号"))
    content = models.JSONField(_("配时"))
    hours = models.JSONField()
    """Pairs of minutes of the day between which it runs."""
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["scheme", "junction", "plan_no"]
        verbose_name = _("方案集配时")
        constraints = [
            UniqueConstraint(name="scheme_plan_no_once", fields=["junction", "plan_no"])
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id}/{self.plan_no}"


class SchemeMeasurement(Measured):
    """Values along the road, or at the junction, before or after a scheme began."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="measurements")

    class Meta:
        ordering = ["scheme", "day", "pk"]
        verbose_name = _("方案集评估数据")


class SchemeRelease(Released):
    """Plans of a scheme that left this system, all or told which."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="releases")

    class Meta(Released.Meta):
        verbose_name = _("方案集下发记录")
