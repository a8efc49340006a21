from datetime import date, datetime, time

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from luchang.apps.reports.querysets import ReportTemplateQuerySet, ScheduleQuerySet
from luchang.apps.reports.states import Rhythm
from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation

valid_code = RegexValidator(r"^[a-z][a-z0-9_]{2,39}$", _("代码为3至40位小写字母、数字或下划线"))
MOST_DAYS_LATER = 60


@tracked()
class ReportTemplate(models.Model):
    """One kind of report: its chapters, and where each number in them comes from."""

    code = models.CharField(_("代码"), max_length=40, unique=True, validators=[valid_code])
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    rhythm = models.CharField(_("周期"), max_length=12, choices=Rhythm.choices)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("所属机构"),
    )
    """Whose template it is; None: everybody's, such as those that come with the product."""
    source = models.TextField(_("模板正文"))
    edition = models.PositiveIntegerField(_("版次"), default=1)
    shipped_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the text as it was shipped; a text of another digest was changed here."""
    changed_at = models.DateTimeField(_("修改时间"))
    changed_by_name = models.CharField(_("修改人"), max_length=80)
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    objects = models.Manager.from_queryset(ReportTemplateQuerySet)()

    class Meta:
        ordering = ["code"]
        verbose_name = _("报告模板")

    def __str__(self) -> str:
        return self.name

    def keep(self) -> None:
        """Store a template whose fields have been looked at."""
        self.full_clean()
        self.save()

    def rewrite(self, *, source: str, by_name: str, at: datetime) -> None:
        self.source, self.changed_by_name, self.changed_at = source, by_name, at
        self.edition += 1
        self.save(update_fields=["source", "changed_by_name", "changed_at", "edition"])

    def retire(self, *, at: datetime) -> None:
        self.retired_at = at
        self.save(update_fields=["retired_at"])

    @property
    def title(self) -> str:
        """Its name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name


@tracked(exclude=["last_start", "last_problem"])
class Schedule(models.Model):
    """A report that is drafted by itself when its period is over."""

    template = models.ForeignKey(
        ReportTemplate, on_delete=models.PROTECT, related_name="schedules", verbose_name=_("模板")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("编制单位")
    )
    days_later = models.PositiveSmallIntegerField(
        _("期满后第几天"), default=0, validators=[MaxValueValidator(MOST_DAYS_LATER)]
    )
    at_time = models.TimeField(_("编制时刻"), default=time(7, 30))
    recipients = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("分发单位")
    )
    approves_itself = models.BooleanField(_("核对无误即自动签发"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    last_start = models.DateField(_("最近一期"), null=True, blank=True)
    last_problem = models.CharField(_("最近一次问题"), max_length=300, blank=True)

    objects = models.Manager.from_queryset(ScheduleQuerySet)()

    class Meta:
        ordering = ["template__code", "organisation__path"]
        verbose_name = _("定期编制")
        constraints = [
            UniqueConstraint(
                name="schedule_once_per_organisation", fields=["template", "organisation"]
            ),
            CheckConstraint(
                name="schedule_days_later_bounded", condition=Q(days_later__lte=MOST_DAYS_LATER)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} · {self.organisation.short_name}"

    def set(self) -> None:
        """Store a schedule whose fields have been looked at."""
        self.full_clean()
        self.save()

    def note_run(self, start: date, problem: str = "") -> None:
        """What became of the latest period."""
        self.last_start, self.last_problem = start, problem[:300]
        self.save(update_fields=["last_start", "last_problem"])
