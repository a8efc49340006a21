from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models.hazards import Hazard
from luchang.apps.risk.states.hazards import SUPERVISION, HazardStatus, SupervisionStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import Stateful, begin, move


class SupervisedListing(Stateful):
    """A hazard put up on the board of a higher authority 挂牌督办, until it is lifted."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="listings")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("排查单位")
    )
    grade = models.CharField(_("督办级别"), max_length=8)
    basis = models.CharField(_("督办依据"), max_length=200)
    status = models.CharField(
        _("状态"), max_length=8, choices=SupervisionStatus.choices, default=SUPERVISION.start
    )
    listed_at = models.DateTimeField(_("挂牌时间"))
    lifted_at = models.DateTimeField(_("摘牌时间"), null=True, blank=True)
    lifted_reason = models.CharField(_("摘牌依据"), max_length=300, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["-listed_at", "-pk"]
        verbose_name = _("挂牌督办")
        constraints = [
            UniqueConstraint(
                name="supervision_once_at_a_time", fields=["hazard"], condition=Q(status="LISTED")
            ),
            CheckConstraint(
                name="supervision_lifted_with_a_reason",
                condition=Q(status="LISTED", lifted_at__isnull=True, lifted_reason="")
                | Q(status="LIFTED", lifted_at__isnull=False) & ~Q(lifted_reason=""),
            ),
        ]
        triggers = [SUPERVISION.guard()]

    def __str__(self) -> str:
        return str(self.hazard)

    def put_up(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save(force_insert=True)
        begin(self, by=by, at=at, reason=self.basis)

    def lift(self, *, reason: str, by: Actor, at: datetime) -> None:
        move(self, SUPERVISION, SupervisionStatus.LIFTED, by=by, at=at, reason=reason)
        self.lifted_at, self.lifted_reason = at, reason
        self.save()


class MayorsEntry(models.Model):
    """A hazard on the mayor's list of one month, as it stood when the month ended."""

    month = models.DateField(_("月份"))
    """Its first day."""
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="mayors_entries")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("排查单位")
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("整改责任单位")
    )
    status = models.CharField(_("当时状态"), max_length=12, choices=HazardStatus.choices)
    due_at = models.DateTimeField(_("整改期限"))
    days_overdue = models.PositiveIntegerField(_("逾期天数"))
    rule_applied = models.CharField(_("依据"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("生成时间"))
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["-month", "-days_overdue", "pk"]
        verbose_name = _("市长月度清单")
        constraints = [
            UniqueConstraint(name="mayors_entry_once_a_month", fields=["month", "hazard"])
        ]
        triggers = [
            pgtrigger.Protect(
                name="what_the_mayor_saw_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__source=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.hazard_id}"
