from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.junctions import Junction
from luchang.apps.signals.states import WORK, WorkKind, WorkStatus
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move


@tracked()
class Reorganisation(Stateful):
    """A junction whose lanes, islands or turns are rearranged on the street."""

    number = models.CharField(_("编号"), max_length=20, unique=True)
    junction = models.ForeignKey(
        Junction, on_delete=models.PROTECT, related_name="works", verbose_name=_("路口")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    kind = models.CharField(_("改造类别"), max_length=12, choices=WorkKind.choices)
    description = models.CharField(_("改造内容"), max_length=500)
    status = models.CharField(
        _("状态"), max_length=12, choices=WorkStatus.choices, default=WORK.start
    )
    planned_at = models.DateTimeField(_("立项时间"))
    built_at = models.DateTimeField(_("完工时间"), null=True, blank=True)
    built_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("报完工人"),
    )
    result = models.CharField(_("完成情况"), max_length=500, blank=True)
    accepted_at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["-planned_at", "-pk"]
        verbose_name = _("路口改造")
        indexes = [models.Index(name="work_accepted", fields=["accepted_at"])]
        constraints = [
            CheckConstraint(
                name="work_accepted_at_iff_accepted",
                condition=Q(status=WorkStatus.ACCEPTED, accepted_at__isnull=False)
                | (~Q(status=WorkStatus.ACCEPTED) & Q(accepted_at__isnull=True)),
            ),
            CheckConstraint(
                name="work_built_at_once_built",
                condition=Q(status__in=[WorkStatus.PLANNED, WorkStatus.CANCELLED])
                | Q(built_at__isnull=False),
            ),
        ]
        triggers = [WORK.guard()]

    def __str__(self) -> str:
        return self.number

    def plan(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at, reason=self.description[:300])

    def go(self, status: WorkStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, WORK, status, by=by, at=at, reason=reason)
        if status == WorkStatus.ACCEPTED:
            self.accepted_at = at
        self.save()
