"""What was asked of the store of passages, by whom and what for."""

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _
from pgtrigger import Delete, Protect, Update

from luchang.apps.passages.states import EnquiryKind
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.search import SearchField, search_index


class Enquiry(models.Model):
    """One question about where vehicles were, and how many passages answered it.

    The passages themselves are not kept: whoever asked sees them as the store has them now, so
    that what is erased is gone from every answer as well. A row is never changed.
    """

    number = models.CharField(_("查询编号"), max_length=20, unique=True)
    kind = models.CharField(_("查询类别"), max_length=16, choices=EnquiryKind.choices)
    purpose = models.CharField(_("查询事由"), max_length=24)
    """A code of the table `passages.purpose`."""
    reason = models.CharField(_("具体原因"), max_length=200)
    case_number = models.CharField(_("案件编号"), max_length=64, blank=True)
    plate = EncryptedTextField(Kind.PLATE, verbose_name=_("号牌号码"), blank=True, searchable=True)
    """As it was asked for, with its open places; empty where every plate was meant."""
    plate_type = models.PositiveSmallIntegerField(_("号牌种类"), null=True, blank=True)
    first = models.DateTimeField(_("开始时间"))
    last = models.DateTimeField(_("结束时间"))
    asked = models.JSONField(_("其他条件"), default=dict)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("查询人")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属机构")
    )
    at = models.DateTimeField(_("查询时间"))
    rows = models.PositiveBigIntegerField(_("结果条数"))
    store_version = models.PositiveBigIntegerField(_("存储版本"))
    took_ms = models.PositiveIntegerField(_("用时（毫秒）"))
    search = SearchField("reason", plain=("number", "case_number"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("过车查询")
        indexes = [
            search_index("passage_enquiry_search"),
            models.Index(name="passage_enquiry_by_at", fields=["asked_by", "at"]),
            models.Index(name="passage_enquiry_org_at", fields=["organisation", "at"]),
            models.Index(
                name="passage_enquiry_plate", fields=["plate"], opclasses=["text_pattern_ops"]
            ),
        ]
        constraints = [
            CheckConstraint(name="passage_enquiry_takes_time", condition=Q(last__gt=F("first"))),
            CheckConstraint(
                name="passage_enquiry_has_a_purpose", condition=~Q(purpose="") & ~Q(reason="")
            ),
            CheckConstraint(
                name="passage_enquiry_stays_under_a_case",
                condition=~Q(kind=EnquiryKind.STAYS) | ~Q(case_number=""),
            ),
        ]
        triggers = [Protect(name="append_only", operation=Update | Delete)]

    def __str__(self) -> str:
        return self.number

    def enter(self) -> None:
        """Write it down; it is never changed afterwards."""
        self.save(force_insert=True)
