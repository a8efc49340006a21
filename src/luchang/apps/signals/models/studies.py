from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.counts import CountSet
from luchang.apps.signals.models.junctions import Junction, LayoutVersion, TimingPlan, clock_of
from luchang.apps.signals.querysets import StudyQuerySet
from luchang.apps.signals.states import (
    BOUND,
    STUDY,
    Channel,
    Days,
    Measure,
    Side,
    StudySource,
    StudyStatus,
)
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move


@tracked(exclude=["job_id", "comparison"])
class Study(Stateful):
    """A work order to time one junction better, from what was reported to what was accepted."""

    number = models.CharField(_("工单编号"), max_length=20, unique=True)
    junction = models.ForeignKey(
        Junction, on_delete=models.PROTECT, related_name="studies", verbose_name=_("路口")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    origin = models.CharField(_("问题来源"), max_length=12, choices=StudySource.choices)
    description = models.CharField(_("问题描述"), max_length=500)
    reference = models.CharField(_("来源编号"), max_length=60, blank=True)
    days = models.CharField(_("日期"), max_length=12, choices=Days.choices, default=Days.DAILY)
    begins_min = models.PositiveSmallIntegerField(_("时段开始"))
    ends_min = models.PositiveSmallIntegerField(_("时段结束"))
    status = models.CharField(
        _("状态"), max_length=12, choices=StudyStatus.choices, default=STUDY.start
    )
    count_set = models.ForeignKey(
        CountSet,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="studies",
        verbose_name=_("流量数据"),
    )
    layout = models.ForeignKey(
        LayoutVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("渠化版本"),
    )
    chosen = models.ForeignKey(
        "Candidate",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("选定方案"),
    )
    job_id = models.BigIntegerField(null=True, editable=False)
    reported_at = models.DateTimeField(_("提出时间"))
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
    plan_no = models.PositiveSmallIntegerField(_("方案序号"), null=True, blank=True)
    approved_digest = models.CharField(_("审批摘要"), max_length=64, blank=True)
    scheduled_for = models.DateTimeField(_("计划执行时间"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    comparison = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    objects = models.Manager.from_queryset(StudyQuerySet)()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        verbose_name = _("配时工单")
        indexes = [models.Index(name="study_accepted", fields=["accepted_at"])]
        constraints = [
            CheckConstraint(
                name="study_accepted_at_iff_accepted",
                condition=Q(status=StudyStatus.ACCEPTED, accepted_at__isnull=False)
                | (~Q(status=StudyStatus.ACCEPTED) & Q(accepted_at__isnull=True)),
            ),
            CheckConstraint(
                name="study_bound_is_approved",
                condition=~Q(status__in=BOUND)
                | Q(approved_at__isnull=False, chosen__isnull=False) & ~Q(approved_digest=""),
            ),
            CheckConstraint(
                name="study_approved_by_another",
                condition=Q(approved_by=None)
                | (
                    (Q(chosen_by=None) | ~Q(approved_by=F("chosen_by")))
                    & (Q(proven_by=None) | ~Q(approved_by=F("proven_by")))
                ),
            ),
            CheckConstraint(
                name="study_hours_in_order",
                condition=Q(begins_min__lt=F("ends_min"), ends_min__lte=1440),
            ),
            UniqueConstraint(name="study_plan_no_once", fields=["junction", "plan_no"]),
        ]
        triggers = [STUDY.guard()]

    def __str__(self) -> str:
        return self.number

    @property
    def hours(self) -> str:
        return f"{clock_of(self.begins_min)}–{clock_of(self.ends_min)}"

    @property
    def author_ids(self) -> set[int | None]:
        """Who has made the plan what it is, and so may not judge it."""
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


class Candidate(models.Model):
    """A plan the optimiser advises, with what it expects of it and what it was computed from."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="candidates")
    ordinal = models.PositiveSmallIntegerField(_("序号"))
    method = models.CharField(_("方法"), max_length=20)
    content = models.JSONField(_("配时"))
    digest = models.CharField(max_length=64)
    layout = models.ForeignKey(LayoutVersion, on_delete=models.PROTECT, related_name="+")
    is_present = models.BooleanField(_("现行方案"), default=False)
    delay_s = models.FloatField(_("车均延误"), null=True)
    delay_spread_s = models.FloatField(null=True)
    p95_s = models.FloatField(null=True)
    stops = models.FloatField(_("平均停车次数"), null=True)
    queue_m = models.FloatField(_("最大排队"), null=True)
    co2_g = models.FloatField(_("单车二氧化碳"), null=True)
    saturation = models.FloatField(_("最大饱和度"), null=True)
    version = models.CharField(_("算法版本"), max_length=20)
    seed = models.BigIntegerField(default=0)
    input_digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["study", "ordinal"]
        verbose_name = _("候选方案")
        constraints = [UniqueConstraint(name="candidate_once", fields=["study", "ordinal"])]

    def __str__(self) -> str:
        return f"{self.ordinal}"

    @property
    def cycle_s(self) -> float:
        return float(sum(step["green_s"] + step["change_s"] for step in self.content["steps"]))


class Proof(models.Model):
    """What the simulator showed of a candidate beside the present plan; never changed."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="proofs")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="proofs")
    digest = models.CharField(max_length=64)
    simulator = models.CharField(_("仿真器"), max_length=40)
    is_better = models.BooleanField()
    result = models.JSONField()
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(_("时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["study", "-at", "-pk"]
        verbose_name = _("仿真验证")

    def __str__(self) -> str:
        return f"{self.study_id}/{self.candidate_id}"


class Measurement(models.Model):
    """Values measured on the street before or after a plan came into force."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="measurements")
    side = models.CharField(_("时期"), max_length=6, choices=Side.choices)
    measure = models.CharField(_("指标"), max_length=10, choices=Measure.choices)
    values = models.JSONField()
    day = models.DateField(_("日期"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by_name = models.CharField(_("录入人"), max_length=80)
    at = models.DateTimeField(_("时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["study", "day", "pk"]
        verbose_name = _("评估数据")

    def __str__(self) -> str:
        return f"{self.side} {self.day:%Y-%m-%d}"

    @property
    def count(self) -> int:
        return len(self.values)


class PlanRelease(models.Model):
    """A plan that left this system: as a file, or to a controller."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="releases")
    plan = models.ForeignKey(
        TimingPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(_("方式"), max_length=12, choices=Channel.choices)
    digest = models.CharField(max_length=64)
    approved_by_name = models.CharField(_("审批人"), max_length=80)
    by_name = models.CharField(_("经办人"), max_length=80)
    outcome = models.CharField(_("结果"), max_length=200)
    at = models.DateTimeField(_("时间"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("方案下发记录")

    def __str__(self) -> str:
        return f"{self.channel} {self.digest[:8]}"
