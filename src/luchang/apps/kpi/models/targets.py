from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics import AnyIndicator, UnknownIndicator, find

FIRST_YEAR, LAST_YEAR = 2000, 2199
LARGEST = 1e12


@tracked()
class Target(models.Model):
    """What an indicator of one unit should come to in one year, in the unit of the indicator."""

    code = models.CharField(_("指标代码"), max_length=80)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    year = models.PositiveSmallIntegerField(
        _("年度"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    number = models.FloatField(_("目标值"))
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    set_by_name = models.CharField(_("设定人"), max_length=80)
    set_at = models.DateTimeField(_("设定时间"))
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        ordering = ["-year", "code", "pk"]
        verbose_name = _("指标目标")
        constraints = [
            UniqueConstraint(
                name="target_once",
                fields=["code", "organisation", "year"],
                condition=Q(withdrawn_at=None),
            ),
            CheckConstraint(
                name="target_of_a_year", condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR)
            ),
            CheckConstraint(
                name="target_is_a_number",
                condition=Q(number__gte=-LARGEST, number__lte=LARGEST),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.organisation} {self.title}"

    def set(self, number: float, basis: str, *, name: str, at: datetime) -> None:
        self.number, self.basis, self.set_by_name, self.set_at = number, basis, name, at
        self.full_clean(validate_unique=False, validate_constraints=False)
        self.save()

    def withdraw(self, *, at: datetime) -> None:
        self.withdrawn_at = at
        self.save(update_fields=["withdrawn_at"])

    @property
    def indicator(self) -> AnyIndicator | None:
        """None where no app declares it any more."""
        try:
            return find(self.code)
        except UnknownIndicator:
            return None

    @property
    def title(self) -> str:
        return str(self.indicator.title) if self.indicator else self.code

    @property
    def unit_label(self) -> str:
        return str(self.indicator.unit.label) if self.indicator else ""

    @property
    def declared(self) -> float | None:
        """The target that comes with the indicator, where nobody set one."""
        return self.indicator.target if self.indicator else None
