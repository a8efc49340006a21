from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects.models.basics import Subject, merged_iff_pointing, not_its_own_double
from luchang.apps.subjects.querysets import SubjectQuerySet
from luchang.apps.subjects.states import ENTERPRISE, EnterpriseKind, EnterpriseStatus
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.records.models import Code
from luchang.kernel.search import SearchField, search_index

LONGITUDE = [MinValueValidator(-180.0), MaxValueValidator(180.0)]
LATITUDE = [MinValueValidator(-90.0), MaxValueValidator(90.0)]
RISK_GRADES = "subjects.risk_grade"
"""The code table of risk grades: each city names its own."""


@tracked(exclude=["search"])
class Enterprise(Subject):
    """A firm whose vehicles or drivers the force watches."""

    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, null=True, blank=True)
    """Empty where an old entry came without one: two empty ones are not the same firm."""
    name = models.CharField(_("企业名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("企业类别"), max_length=24, choices=EnterpriseKind.choices)
    risk_grade = models.ForeignKey(
        Code,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("风险等级"),
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True, validators=LONGITUDE)
    latitude = models.FloatField(_("纬度"), null=True, blank=True, validators=LATITUDE)
    responsible_person = EncryptedTextField(Kind.NAME, verbose_name=_("负责人"), blank=True)
    responsible_phone = EncryptedTextField(
        Kind.PHONE, verbose_name=_("负责人电话"), blank=True, searchable=True
    )
    status = models.CharField(
        _("状态"), max_length=16, choices=EnterpriseStatus.choices, default=ENTERPRISE.start
    )
    search = SearchField("name", "short_name", plain=("credit_code",))

    objects = models.Manager.from_queryset(SubjectQuerySet["Enterprise"])()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("重点企业")
        indexes = [
            search_index("enterprise_search"),
            models.Index(name="enterprise_organisation", fields=["organisation", "status"]),
        ]
        constraints = [
            UniqueConstraint(name="enterprise_credit_code_once", fields=["credit_code"]),
            CheckConstraint(
                name="enterprise_credit_code_grammar",
                condition=Q(credit_code__isnull=True)
                | Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
            ),
            CheckConstraint(
                name="enterprise_place_whole_or_none",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
            ),
            merged_iff_pointing("enterprise"),
            not_its_own_double("enterprise"),
        ]
        triggers = [ENTERPRISE.guard()]

    def __str__(self) -> str:
        return self.short_name or self.name
