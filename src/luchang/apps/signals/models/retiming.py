"""What is the same whether one junction is timed better, a road, or a day in parts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.querysets import RetimingQuerySet
from luchang.apps.signals.states import (
    BOUND,
    STUDY,
    Channel,
    Days,
    Measure,
    Side,
    StudyStatus,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move


class Retiming(Stateful):
    """Signals timed better: from what was asked for to what was accepted, signed by two."""

    key: ClassVar[str]
    """The column by which plans, advice, proofs and measurements belong to it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    days = models.CharField(_("日期"), max_length=12, choices=Days.choices, default=Days.DAILY)
    begins_min = models.PositiveSmallIntegerField(_("时段开始"), default=0)
    ends_min = models.PositiveSmallIntegerField(_("时段结束"), default=1440)
    status = models.CharField(
        _("状态"), max_length=12, choices=StudyStatus.choices, default=STUDY.start
    )
    job_id = models.BigIntegerField(null=True, editable=False)
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
    accepted_at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    comparison = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    objects = models.Manager.from_queryset(RetimingQuerySet)()

    if TYPE_CHECKING:
        number: models.CharField[str, str]
        description: models.CharField[str, str]
        chosen: Any
        chosen_id: int | None
        plans: Any
        candidates: Any
        proofs: Any
        measurements: Any
        releases: Any

    class Meta:
        abstract = True
        constraints = [
            CheckConstraint(
                name="%(class)s_accepted_at_iff_accepted",
                condition=Q(status=StudyStatus.ACCEPTED, accepted_at__isnull=False)
                | (~Q(status=StudyStatus.ACCEPTED) & Q(accepted_at__isnull=True)),
            ),
            CheckConstraint(
                name="%(class)s_bound_is_approved",
                condition=~Q(status__in=BOUND)
                | Q(approved_at__isnull=False, chosen__isnull=False) & ~Q(approved_digest=""),
            ),
            CheckConstraint(
                name="%(class)s_approved_by_another",
                condition=Q(approved_by=None)
                | (
                    (Q(chosen_by=None) | ~Q(approved_by=F("chosen_by")))
                    & (Q(proven_by=None) | ~Q(approved_by=F("proven_by")))
                ),
            ),
            CheckConstraint(
                name="%(class)s_hours_in_order",
                condition=Q(begins_min__lt=F("ends_min"), ends_min__lte=1440),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def called(self) -> str:
        """What officers call it, beside its number."""
        raise NotImplementedError

    @property
    def hours(self) -> str:
        return f"{clock_of(self.begins_min)}–{clock_of(self.ends_min)}"

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


class Advised(models.Model):
    """What the optimiser advises, what it expects of it and what it was computed from."""

    ordinal = models.PositiveSmallIntegerField(_("序号"))
    method = models.CharField(_("方法"), max_length=20)
    content = models.JSONField(_("配时"))
    digest = models.CharField(max_length=64)
    is_present = models.BooleanField(_("现行方案"), default=False)
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
        abstract = True

    def __str__(self) -> str:
        return f"{self.ordinal}"


class Proven(models.Model):
    """What the simulator showed of advice beside the present plans; never changed."""

    digest = models.CharField(max_length=64)
    simulator = models.CharField(_("仿真器"), max_length=40)
    is_better = models.BooleanField()
    result = models.JSONField()
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(_("时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.simulator} {self.digest[:8]}"


class Measured(models.Model):
    """Values of the street before or after plans came into force: from cameras, or typed in."""

    PASSAGES: ClassVar[str] = "passages"

    side = models.CharField(_("时期"), max_length=6, choices=Side.choices)
    measure = models.CharField(_("指标"), max_length=10, choices=Measure.choices)
    values = models.JSONField()
    day = models.DateField(_("日期"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by_name = models.CharField(_("录入人"), max_length=80)
    at = models.DateTimeField(_("时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.side} {self.day:%Y-%m-%d}"

    @property
    def count(self) -> int:
        return len(self.values)

    @property
    def is_from_passages(self) -> bool:
        return self.source == self.PASSAGES


class Released(models.Model):
    """Plans that left this system: as files, or to controllers."""

    channel = models.CharField(_("方式"), max_length=12, choices=Channel.choices)
    digest = models.CharField(max_length=64)
    approved_by_name = models.CharField(_("审批人"), max_length=80)
    by_name = models.CharField(_("经办人"), max_length=80)
    outcome = models.CharField(_("结果"), max_length=500)
    at = models.DateTimeField(_("时间"))

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.channel} {self.digest[:8]}"
