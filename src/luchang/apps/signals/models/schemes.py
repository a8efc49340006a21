from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.counts import CountSet
from luchang.apps.signals.models.junctions import Junction, LayoutVersion, clock_of
from luchang.apps.signals.querysets import SchemeQuerySet
from luchang.apps.signals.states import (
    BOUND,
    STUDY,
    Channel,
    Days,
    LengthOrigin,
    Measure,
    SchemeKind,
    Side,
    StudyStatus,
)
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move


@tracked(exclude=["job_id", "comparison"])
class Scheme(Stateful):
    """Plans that are computed, approved and begun as one: along a road, or over a day."""

    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=10, choices=SchemeKind.choices)
    name = models.CharField(_("名称"), max_length=80)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    description = models.CharField(_("说明"), max_length=500, blank=True)
    days = models.CharField(_("日期"), max_length=12, choices=Days.choices, default=Days.DAILY)
    begins_min = models.PositiveSmallIntegerField(_("时段开始"), default=0)
    ends_min = models.PositiveSmallIntegerField(_("时段结束"), default=1440)
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
    status = models.CharField(
        _("状态"), max_length=12, choices=StudyStatus.choices, default=STUDY.start
    )
    chosen = models.ForeignKey(
        "SchemeCandidate",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("选定方案"),
    )
    job_id = models.BigIntegerField(null=True, editable=False)
    opened_at = models.DateTimeField(_("提出时间"))
    chosen_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("选定人"),
    )
    proven_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("验证人"),
    )
    approved_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("审批人"),
    )
    approved_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    approved_digest = models.CharField(_("审批摘要"), max_length=64, blank=True)
    scheduled_for = models.DateTimeField(_("计划执行时间"), null=True, blank=True)
    begun_at = models.DateTimeField(_("执行时间"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    comparison = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    objects = models.Manager.from_queryset(SchemeQuerySet)()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("方案集")
        constraints = [
            CheckConstraint(
                name="scheme_accepted_at_iff_accepted",
                condition=Q(status=StudyStatus.ACCEPTED, accepted_at__isnull=False)
                | (~Q(status=StudyStatus.ACCEPTED) & Q(accepted_at__isnull=True)),
            ),
            CheckConstraint(
                name="scheme_bound_is_approved",
                condition=~Q(status__in=BOUND)
                | Q(approved_at__isnull=False, chosen__isnull=False) & ~Q(approved_digest=""),
            ),
            CheckConstraint(
                name="scheme_approved_by_another",
                condition=Q(approved_by=None)
                | (
                    (Q(chosen_by=None) | ~Q(approved_by=F("chosen_by")))
                    & (Q(proven_by=None) | ~Q(approved_by=F("proven_by")))
                ),
            ),
            CheckConstraint(
                name="scheme_hours_in_order",
                condition=Q(begins_min__lt=F("ends_min"), ends_min__lte=1440),
            ),
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

    def __str__(self) -> str:
        return self.number

    @property
    def hours(self) -> str:
        return f"{clock_of(self.begins_min)}–{clock_of(self.ends_min)}"

    @property
    def speed_mps(self) -> float:
        return (self.speed_kmh or 0.0) / 3.6

    @property
    def author_ids(self) -> set[int | None]:
        """Who has made the plans what they are, and so may not judge them."""
        return {self.chosen_by_id, self.proven_by_id} - {None}

    def open(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at, reason=self.description[:300])

    def go(self, status: StudyStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, STUDY, status, by=by, at=at, reason=reason)
        if status == StudyStatus.ACCEPTED:
            self.accepted_at = at
        self.save()

    def keep(self) -> None:
        """Save what is no move."""
        self.save()


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


class SchemeCandidate(models.Model):
    """Plans the optimiser advises together, with what is expected of them; never changed.

    `content` holds `entries`, each with junction, hours and plan, and what the method told beside.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="candidates")
    ordinal = models.PositiveSmallIntegerField(_("序号"))
    method = models.CharField(_("方法"), max_length=20)
    content = models.JSONField(_("配时"))
    digest = models.CharField(max_length=64)
    is_present = models.BooleanField(_("现行方案"), default=False)
    cycle_s = models.FloatField(_("公共周期"), null=True)
    out_s = models.FloatField(_("去向带宽"), null=True)
    back_s = models.FloatField(_("回向带宽"), null=True)
    delay_s = models.FloatField(_("车均延误"), null=True)
    delay_spread_s = models.FloatField(null=True)
    p95_s = models.FloatField(null=True)
    stops = models.FloatField(_("平均停车次数"), null=True)
    queue_m = models.FloatField(_("最大排队"), null=True)
    version = models.CharField(_("算法版本"), max_length=20)
    seed = models.BigIntegerField(default=0)
    input_digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["scheme", "ordinal"]
        verbose_name = _("方案集候选")
        constraints = [
            UniqueConstraint(name="scheme_candidate_once", fields=["scheme", "ordinal"])
        ]

    def __str__(self) -> str:
        return f"{self.ordinal}"


class SchemeProof(models.Model):
    """What the simulator showed of a candidate beside the present plans; never changed."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="proofs")
    candidate = models.ForeignKey(SchemeCandidate, on_delete=models.CASCADE, related_name="proofs")
    digest = models.CharField(max_length=64)
    simulator = models.CharField(_("仿真器"), max_length=40)
    is_better = models.BooleanField()
    result = models.JSONField()
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(_("时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["scheme", "-at", "-pk"]
        verbose_name = _("方案集仿真验证")

    def __str__(self) -> str:
        return f"{self.scheme_id}/{self.candidate_id}"


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


class SchemeMeasurement(models.Model):
    """Values measured along the road, or at the junction, before or after a scheme began."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="measurements")
    side = models.CharField(_("时期"), max_length=6, choices=Side.choices)
    measure = models.CharField(_("指标"), max_length=10, choices=Measure.choices)
    values = models.JSONField()
    day = models.DateField(_("日期"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by_name = models.CharField(_("录入人"), max_length=80)
    at = models.DateTimeField(_("时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["scheme", "day", "pk"]
        verbose_name = _("方案集评估数据")

    def __str__(self) -> str:
        return f"{self.side} {self.day:%Y-%m-%d}"

    @property
    def count(self) -> int:
        return len(self.values)


class SchemeRelease(models.Model):
    """Plans of a scheme that left this system: as files, or to controllers."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="releases")
    channel = models.CharField(_("方式"), max_length=12, choices=Channel.choices)
    digest = models.CharField(max_length=64)
    approved_by_name = models.CharField(_("审批人"), max_length=80)
    by_name = models.CharField(_("经办人"), max_length=80)
    outcome = models.CharField(_("结果"), max_length=500)
    at = models.DateTimeField(_("时间"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("方案集下发记录")

    def __str__(self) -> str:
        return f"{self.channel} {self.digest[:8]}"
