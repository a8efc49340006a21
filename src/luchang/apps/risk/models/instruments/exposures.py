from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models.instruments.interviews import end_of
from luchang.apps.risk.states.instruments import (
    EXPOSURE,
    Channel,
    Detail,
    ExposedKind,
    ExposureStatus,
)
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index

FROZEN = ("published_text", "published_at", "kind", "target_name", "facts", "legal_basis",
          "detail", "channel", "starts_on", "ends_on", "author_id", "approved_by_id")  # fmt: skip
"""What nothing changes once it is public; the database holds it."""


def _frozen_changed() -> pgtrigger.Condition:
    changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in FROZEN)
    return pgtrigger.Condition(f"OLD.published_at IS NOT NULL AND ({changed})")


@tracked(exclude=["search"])
class Exposure(Stateful):
    """A vehicle, a case or an enterprise named to the public for a time, masked and by law."""

    number = models.CharField(_("曝光编号"), max_length=20, unique=True)
    kind = models.CharField(_("曝光类别"), max_length=12, choices=ExposedKind.choices)
    target_name = models.CharField(_("曝光对象"), max_length=120)
    """A plate, the title of a case, the name of an enterprise."""
    enterprise_name = models.CharField(_("所属企业"), max_length=120, blank=True)
    enterprise = models.ForeignKey(
        "subjects.Enterprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点企业"),
    )
    """The register's entry, where there is one of that name."""
    vehicle = models.ForeignKey(
        "subjects.KeyVehicle",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点车辆"),
    )
    person_name = EncryptedTextField(Kind.NAME, verbose_name=_("涉及人员"), blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("曝光单位")
    )
    facts = models.TextField(_("违法事实"), max_length=2_000)
    legal_basis = models.TextField(_("法律依据"), max_length=500)
    detail = models.CharField(
        _("公开程度"), max_length=12, choices=Detail.choices, default=Detail.MASKED
    )
    channel = models.CharField(_("曝光渠道"), max_length=20, choices=Channel.choices)
    starts_on = models.DateField(_("曝光起日"))
    ends_on = models.DateField(_("曝光止日"))
    status = models.CharField(
        _("状态"), max_length=12, choices=ExposureStatus.choices, default=EXPOSURE.start
    )
    author_id = models.BigIntegerField(null=True, blank=True)
    author_name = models.CharField(_("拟稿人"), max_length=80)
    drafted_at = models.DateTimeField(_("拟稿时间"))
    approved_by_id = models.BigIntegerField(null=True, blank=True)
    approved_by_name = models.CharField(_("审批人"), max_length=80, blank=True)
    published_at = models.DateTimeField(_("审批公开时间"), null=True, blank=True)
    published_text = models.TextField(_("公开文本"), blank=True)
    """Made of the subject with its masks, and frozen when it is approved."""
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("撤回原因"), max_length=300, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("target_name", "enterprise_name", plain=("number",))

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        verbose_name = _("曝光")
        indexes = [
            search_index("exposure_search"),
            models.Index(name="exposure_published", fields=["published_at", "kind"]),
        ]
        constraints = [
            CheckConstraint(
                name="exposure_public_is_frozen_and_approved",
                condition=~Q(status__in=["PUBLISHED", "ENDED"])
                | (
                    Q(published_at__isnull=False) & ~Q(published_text="") & ~Q(approved_by_name="")
                ),
            ),
            CheckConstraint(
                name="exposure_approved_by_another",
                condition=Q(approved_by_id=None)
                | Q(author_id=None)
                | ~Q(approved_by_id=F("author_id")),
            ),
            CheckConstraint(
                name="exposure_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            CheckConstraint(name="exposure_has_its_law", condition=~Q(legal_basis="")),
            CheckConstraint(
                name="exposure_withdrawn_with_reason",
                condition=~Q(status="WITHDRAWN") | ~Q(withdrawal_reason=""),
            ),
        ]
        triggers = [
            EXPOSURE.guard(),
            pgtrigger.Protect(
                name="public_is_frozen", operation=pgtrigger.Update, condition=_frozen_changed()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    @property
    def expires_at(self) -> datetime:
        return end_of(self.ends_on)

    def draft(self, *, by: Actor, at: datetime) -> None:
        self.author_id, self.author_name, self.drafted_at = by.user_id, by.name, at
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def go(self, status: ExposureStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, EXPOSURE, status, by=by, at=at, reason=reason[:300])
        self.save()

    def publish(self, text: str, *, by: Actor, at: datetime) -> None:
        self.published_text, self.published_at = text, at
        self.approved_by_id, self.approved_by_name = by.user_id, by.name
        self.go(ExposureStatus.PUBLISHED, by=by, at=at)

    def end(self, status: ExposureStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        self.ended_at = at
        if status == ExposureStatus.WITHDRAWN:
            self.withdrawal_reason = reason
        self.go(status, by=by, at=at, reason=reason)
