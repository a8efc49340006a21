from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.states.instruments import (
    NOTICE,
    TRANSFER,
    NoticeStatus,
    ServiceMethod,
    TargetKind,
    TransferStatus,
)
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index

UNSERVED = (NoticeStatus.DRAFT, NoticeStatus.CANCELLED)
UNRECEIVED = (TransferStatus.DRAFT, TransferStatus.SENT, TransferStatus.CANCELLED)


@tracked(exclude=["search"])
class RectificationNotice(Stateful):
    """An order to mend something by a time, served on whoever is to mend it."""

    number = models.CharField(_("通知书编号"), max_length=20, unique=True)
    target_kind = models.CharField(_("对象类别"), max_length=12, choices=TargetKind.choices)
    target_name = models.CharField(_("被通知单位"), max_length=120)
    enterprise = models.ForeignKey(
        "subjects.Enterprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点企业"),
    )
    """The register's entry, where there is one of that name."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("下达单位")
    )
    problem = models.TextField(_("存在问题"), max_length=2_000)
    demands = models.TextField(_("整改要求"), max_length=2_000)
    legal_basis = models.TextField(_("法律依据"), max_length=500)
    due_at = models.DateTimeField(_("整改期限"))
    status = models.CharField(
        _("状态"), max_length=12, choices=NoticeStatus.choices, default=NOTICE.start
    )
    drafted_at = models.DateTimeField(_("拟稿时间"))
    served_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    served_how = models.CharField(
        _("送达方式"), max_length=12, choices=ServiceMethod.choices, blank=True
    )
    served_to = models.CharField(_("签收人"), max_length=80, blank=True)
    checked_at = models.DateTimeField(_("复查时间"), null=True, blank=True)
    checked_by_name = models.CharField(_("复查人"), max_length=80, blank=True)
    finding = models.TextField(_("复查情况"), max_length=2_000, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("target_name", plain=("number",))

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        verbose_name = _("限期整改通知书")
        indexes = [search_index("notice_search")]
        constraints = [
            CheckConstraint(
                name="notice_served_is_told_how",
                condition=Q(status__in=UNSERVED)
                | (Q(served_at__isnull=False) & ~Q(served_how="")),
            ),
            CheckConstraint(
                name="notice_checked_iff_judged",
                condition=~Q(status__in=["COMPLIED", "NOT_COMPLIED"])
                | (Q(checked_at__isnull=False) & ~Q(finding="")),
            ),
        ]
        triggers = [NOTICE.guard()]

    def __str__(self) -> str:
        return f"{self.number} {self.target_name}"

    def draft(self, *, by: Actor, at: datetime) -> None:
        self.drafted_at = at
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def go(self, status: NoticeStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, NOTICE, status, by=by, at=at, reason=reason[:300])
        self.save()

    def judge(self, status: NoticeStatus, *, finding: str, by: Actor, at: datetime) -> None:
        self.finding, self.checked_at, self.checked_by_name = finding, at, by.name
        self.go(status, by=by, at=at, reason=finding)


@tracked(exclude=["search"])
class Transfer(Stateful):
    """A matter handed over to the authority that is competent for it."""

    number = models.CharField(_("移送编号"), max_length=20, unique=True)
    authority = models.CharField(_("受移送机关"), max_length=120)
    title = models.CharField(_("移送事项"), max_length=120)
    facts = models.TextField(_("基本情况"), max_length=2_000)
    legal_basis = models.TextField(_("移送依据"), max_length=500)
    materials = models.TextField(_("移送材料"), max_length=1_000, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("移送单位")
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=TransferStatus.choices, default=TRANSFER.start
    )
    drafted_at = models.DateTimeField(_("拟稿时间"))
    sent_at = models.DateTimeField(_("移送时间"), null=True, blank=True)
    received_on = models.DateField(_("签收日期"), null=True, blank=True)
    receipt_number = models.CharField(_("回执文号"), max_length=60, blank=True)
    received_by = models.CharField(_("签收人"), max_length=80, blank=True)
    result = models.TextField(_("反馈结果"), max_length=2_000, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("title", "authority", plain=("number", "receipt_number"))

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        verbose_name = _("移送")
        indexes = [search_index("transfer_search")]
        constraints = [
            CheckConstraint(
                name="transfer_received_has_receipt",
                condition=Q(status__in=UNRECEIVED)
                | (Q(received_on__isnull=False) & ~Q(received_by="")),
            ),
            CheckConstraint(
                name="transfer_closed_with_result",
                condition=~Q(status=TransferStatus.CLOSED) | ~Q(result=""),
            ),
        ]
        triggers = [TRANSFER.guard()]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def draft(self, *, by: Actor, at: datetime) -> None:
        self.drafted_at = at
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def go(self, status: TransferStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, TRANSFER, status, by=by, at=at, reason=reason[:300])
        self.save()
