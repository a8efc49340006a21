"""Passages of one vehicle, erased because somebody has a right to it."""

from datetime import datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.states import ERASURE, ErasureStatus
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move

MOST_TYPE = 99
"""号牌种类 has two digits."""

GRANTED = (ErasureStatus.APPROVED, ErasureStatus.DONE)


@tracked(exclude=["plate"])
class Erasure(Stateful):
    """One request to erase what the cameras saw of a vehicle on some days."""

    number = models.CharField(_("编号"), max_length=20, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("办理单位")
    )
    plate = EncryptedTextField(Kind.PLATE, verbose_name=_("号牌号码"), searchable=True)
    plate_type = models.PositiveSmallIntegerField(
        _("号牌种类"), validators=[MaxValueValidator(MOST_TYPE)]
    )
    first_day = models.DateField(_("起始日期"))
    last_day = models.DateField(_("截止日期"))
    basis = models.CharField(_("法律依据"), max_length=300)
    proposed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("申请人")
    )
    proposed_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("审批人"),
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    done_at = models.DateTimeField(_("删除时间"), null=True, blank=True)
    rows = models.PositiveIntegerField(_("删除条数"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=ErasureStatus.choices, default=ERASURE.start
    )

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("过车记录删除")
        constraints = [
            CheckConstraint(
                name="erasure_days_in_order", condition=Q(last_day__gte=F("first_day"))
            ),
            CheckConstraint(
                name="erasure_decided_by_another",
                condition=~Q(status__in=GRANTED)
                | Q(proposed_by__isnull=False, decided_by__isnull=False)
                & ~Q(proposed_by=F("decided_by")),
            ),
            CheckConstraint(
                name="erasure_done_iff_it_is",
                condition=Q(status=ErasureStatus.DONE, done_at__isnull=False, rows__isnull=False)
                | (~Q(status=ErasureStatus.DONE) & Q(done_at__isnull=True, rows__isnull=True)),
            ),
        ]
        triggers = [ERASURE.guard()]

    def __str__(self) -> str:
        return self.number

    def propose(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at, reason=self.basis)

    def decide(self, status: ErasureStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        self.decided_by_id, self.decided_at = by.user_id, at
        move(self, ERASURE, status, by=by, at=at, reason=reason)
        self.save(update_fields=["status", "decided_by", "decided_at"])

    def finish(self, *, rows: int, by: Actor, at: datetime) -> None:
        self.rows, self.done_at = rows, at
        move(self, ERASURE, ErasureStatus.DONE, by=by, at=at)
        self.save(update_fields=["status", "rows", "done_at"])
