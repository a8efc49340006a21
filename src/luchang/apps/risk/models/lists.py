from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.states.fields import ExtraField, fields_of
from luchang.apps.risk.states.hazards import SubjectKind
from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation


@tracked()
class RiskList(models.Model):
    """One of the lists 风险隐患清单 by which a city looks for what endangers its roads."""

    code = models.CharField(
        _("代码"), max_length=12, unique=True, validators=[RegexValidator(r"\A[a-z][a-z0-9_]*\Z")]
    )
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60)
    subject = models.CharField(_("对象"), max_length=12, choices=SubjectKind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    fields = models.JSONField(_("附加字段"), default=list, blank=True)
    is_confirmed = models.BooleanField(_("名称已确认"), default=False)
    order = models.PositiveSmallIntegerField(_("序号"), default=100)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("风险隐患清单")

    def __str__(self) -> str:
        name = self.name_en if get_language() == "en" else self.name
        return name if self.is_confirmed else f"{name} *"

    @property
    def extra(self) -> list[ExtraField]:
        return fields_of(self.fields)

    def store(self) -> None:
        self.full_clean()
        self.save()

    def keep_fields(self, fields: list[ExtraField]) -> None:
        self.fields = [each.stored() for each in fields]
        self.save(update_fields=["fields"])


class ListVersion(models.Model):
    """One campaign's survey by a list; the next takes over what is still open."""

    risk_list = models.ForeignKey(
        RiskList, on_delete=models.PROTECT, related_name="versions", verbose_name=_("清单")
    )
    campaign = models.CharField(_("行动名称"), max_length=60)
    year = models.PositiveSmallIntegerField(_("年度"))
    opened_at = models.DateTimeField(_("启用时间"))
    closed_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    carried_over = models.PositiveIntegerField(_("转入未销号数"), default=0)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("清单版本")
        constraints = [
            UniqueConstraint(
                name="version_open_once", fields=["risk_list"], condition=Q(closed_at=None)
            ),
            CheckConstraint(
                name="version_closes_after_it_opens",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk_list} {self.year} {self.campaign}"

    def open(self, *, carried_over: int) -> None:
        self.carried_over = carried_over
        self.full_clean()
        self.save()

    def close(self, *, at: datetime) -> None:
        self.closed_at = at
        self.save(update_fields=["closed_at"])
