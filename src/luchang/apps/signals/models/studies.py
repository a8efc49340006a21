from typing import Any, ClassVar

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.counts import CountSet
from luchang.apps.signals.models.junctions import Junction, LayoutVersion, TimingPlan
from luchang.apps.signals.models.retiming import Advised, Measured, Proven, Released, Retiming
from luchang.apps.signals.states import STUDY, StudySource
from luchang.kernel.history import tracked


@tracked(exclude=["job_id", "comparison"])
class Study(Retiming):
    """A work order to time one junction better, from what was reported to what was accepted."""

    key = "study"

    number = models.CharField(_("工单编号"), max_length=20, unique=True)
    junction = models.ForeignKey(
        Junction, on_delete=models.PROTECT, related_name="studies", verbose_name=_("路口")
    )
    origin = models.CharField(_("问题来源"), max_length=12, choices=StudySource.choices)
    description = models.CharField(_("问题描述"), max_length=500)
    reference = models.CharField(_("来源编号"), max_length=60, blank=True)
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
    reported_at = models.DateTimeField(_("提出时间"))
    plan_no = models.PositiveSmallIntegerField(_("方案序号"), null=True, blank=True)

    class Meta:
        ordering = ["-reported_at", "-pk"]
        verbose_name = _("配时工单")
        indexes = [models.Index(name="study_accepted", fields=["accepted_at"])]
        constraints: ClassVar[list[Any]] = [
            *Retiming.Meta.constraints,
            UniqueConstraint(name="study_plan_no_once", fields=["junction", "plan_no"]),
        ]
        triggers = [STUDY.guard()]

    @property
    def called(self) -> str:
        return self.junction.name


class Candidate(Advised):
    """A plan the optimiser advises for one junction; never changed."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="candidates")
    layout = models.ForeignKey(LayoutVersion, on_delete=models.PROTECT, related_name="+")
    co2_g = models.FloatField(_("单车二氧化碳"), null=True)
    saturation = models.FloatField(_("最大饱和度"), null=True)

    class Meta:
        ordering = ["study", "ordinal"]
        verbose_name = _("候选方案")
        constraints = [UniqueConstraint(name="candidate_once", fields=["study", "ordinal"])]

    @property
    def cycle_s(self) -> float:
        return float(sum(step["green_s"] + step["change_s"] for step in self.content["steps"]))


class Proof(Proven):
    """What the simulator showed of a candidate beside the present plan."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="proofs")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="proofs")

    class Meta:
        ordering = ["study", "-at", "-pk"]
        verbose_name = _("仿真验证")


class Measurement(Measured):
    """Values of one junction before or after a plan came into force."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="measurements")

    class Meta:
        ordering = ["study", "day", "pk"]
        verbose_name = _("评估数据")


class PlanRelease(Released):
    """The plan of a study that left this system."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="releases")
    plan = models.ForeignKey(
        TimingPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Released.Meta):
        verbose_name = _("方案下发记录")
