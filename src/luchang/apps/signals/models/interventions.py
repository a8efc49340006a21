from datetime import datetime, timedelta

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.junctions import Junction
from luchang.apps.signals.states import INTERVENTION, InterventionKind, InterventionStatus
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move

S = InterventionStatus


@tracked(exclude=["job_id"])
class Intervention(Stateful):
    """A stage held, or a plan run now, for a while and for a reason, signed by two persons."""

    number = models.CharField(_("编号"), max_length=20, unique=True)
    junction = models.ForeignKey(
        Junction, on_delete=models.PROTECT, related_name="interventions", verbose_name=_("路口")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    kind = models.CharField(_("干预方式"), max_length=10, choices=InterventionKind.choices)
    stage = models.PositiveSmallIntegerField(_("相位"), null=True, blank=True)
    """Counted from 1, as officers and controllers count."""
    plan_no = models.PositiveSmallIntegerField(_("方案序号"), null=True, blank=True)
    for_s = models.PositiveIntegerField(_("时长（秒）"))
    reason = models.CharField(_("原因"), max_length=300)
    status = models.CharField(_("状态"), max_length=10, choices=S.choices, default=S.ASKED)
    asked_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("申请人")
    )
    asked_at = models.DateTimeField(_("申请时间"))
    signed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("签发人"),
    )  # fmt: skip
    signed_at = models.DateTimeField(_("签发时间"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    job_id = models.BigIntegerField(null=True, editable=False)
    begun_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("应结束时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    read_back = models.JSONField(null=True, blank=True)
    """What the controller said it did after it was set, and after it was let go."""
    trouble = models.CharField(_("异常"), max_length=300, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("人工干预")
        constraints = [
            UniqueConstraint(
                name="intervention_open_once",
                fields=["junction"],
                condition=Q(status__in=[S.ASKED, S.SIGNED, S.RUNNING]),
            ),
            CheckConstraint(
                name="intervention_signed_by_another",
                condition=Q(signed_by=None) | Q(asked_by=None) | ~Q(signed_by=F("asked_by")),
            ),
            CheckConstraint(
                name="intervention_is_one_thing",
                condition=Q(kind=InterventionKind.STAGE, stage__isnull=False, plan_no=None)
                | Q(kind=InterventionKind.PLAN, plan_no__isnull=False, stage=None),
            ),
            CheckConstraint(
                name="intervention_running_has_end",
                condition=~Q(status=S.RUNNING)
                | Q(begun_at__isnull=False, ends_at__isnull=False, signed_at__isnull=False),
            ),
            CheckConstraint(
                name="intervention_has_length", condition=Q(for_s__gte=1, for_s__lte=14_400)
            ),
        ]
        triggers = [INTERVENTION.guard()]

    def __str__(self) -> str:
        return self.number

    @property
    def minutes(self) -> float:
        return round(self.for_s / 60, 1)

    def ask(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at, reason=self.reason)

    def go(self, status: S, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, INTERVENTION, status, by=by, at=at, reason=reason)
        if status == S.RUNNING:
            self.begun_at, self.ends_at = at, at + timedelta(seconds=self.for_s)
        if status == S.ENDED:
            self.ended_at = at
        self.save()

    def keep(self) -> None:
        """Save what is no move."""
        self.save()
