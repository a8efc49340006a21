from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.figures.querysets import ReportedFigureQuerySet
from luchang.apps.figures.states import (
    FIGURE,
    FigureKind,
    FigureStatus,
    FileKind,
    FindingKind,
    FindingWeight,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, move


class SourceDocument(models.Model):
    """A report handed in for checking, as its text was."""

    title = models.CharField(_("标题"), max_length=120)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属机构")
    )
    file_name = models.CharField(_("文件名"), max_length=120, blank=True)
    kind = models.CharField(_("格式"), max_length=8, choices=FileKind.choices)
    digest = models.CharField(_("摘要"), max_length=64)
    text = models.TextField(_("正文"))
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    earlier = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("此前报告"),
    )  # fmt: skip
    taken_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("提交人"),
    )
    taken_at = models.DateTimeField(_("提交时间"))

    class Meta:
        ordering = ["-taken_at", "-pk"]
        verbose_name = _("报告文件")
        indexes = [models.Index(name="document_taken_at", fields=["-taken_at"])]

    def __str__(self) -> str:
        return self.title

    def keep(self) -> None:
        self.full_clean()
        self.save()


class Check(models.Model):
    """One reading of a document: which version of the reader found what."""

    document = models.ForeignKey(
        SourceDocument, on_delete=models.PROTECT, related_name="checks", verbose_name=_("报告文件")
    )
    reader = models.CharField(_("检查程序版本"), max_length=16)
    at = models.DateTimeField(_("检查时间"))
    figures = models.PositiveIntegerField(_("数字"))
    contradictions = models.PositiveIntegerField(_("矛盾"))
    doubts = models.PositiveIntegerField(_("存疑"))
    wordings = models.PositiveIntegerField(_("文字"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("检查")

    def __str__(self) -> str:
        return f"{self.document} {self.at:%F %R}"


class CheckFinding(models.Model):
    """Something that cannot be right as printed, with its arithmetic."""

    check_made = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="findings")
    ordinal = models.PositiveIntegerField(_("序号"))
    kind = models.CharField(_("种类"), max_length=32, choices=FindingKind.choices)
    weight = models.CharField(_("分量"), max_length=16, choices=FindingWeight.choices)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField(_("原文"))
    arithmetic = models.JSONField(_("算式"), default=list)
    likely = models.DecimalField(
        _("可能的原意"), max_digits=24, decimal_places=4, null=True, blank=True
    )

    class Meta:
        ordering = ["check_made", "ordinal"]
        verbose_name = _("发现")
        constraints = [UniqueConstraint(name="finding_once", fields=["check_made", "ordinal"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quote}"


class ReportedFigure(Stateful):
    """A figure as a report prints it; corrections stand beside it, never over it."""

    document = models.ForeignKey(
        SourceDocument, on_delete=models.PROTECT, related_name="figures", verbose_name=_("出处")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属机构")
    )
    ordinal = models.PositiveIntegerField(_("序号"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.CharField(_("原文"), max_length=200)
    clause = models.TextField(_("所在句"), blank=True)
    subject = models.CharField(_("所指"), max_length=300, blank=True)
    literal_value = models.DecimalField(_("数值"), max_digits=24, decimal_places=4)
    upper_value = models.DecimalField(
        _("上限"), max_digits=24, decimal_places=4, null=True, blank=True
    )
    unit = models.CharField(_("单位"), max_length=16, blank=True)
    qualifier = models.CharField(_("修饰"), max_length=16, blank=True)
    kind = models.CharField(_("种类"), max_length=16, choices=FigureKind.choices)
    period_label = models.CharField(_("期间"), max_length=40, blank=True)
    period_start = models.DateField(_("期间起"), null=True, blank=True)
    period_end = models.DateField(_("期间止"), null=True, blank=True)
    geographic_scope = models.CharField(_("范围"), max_length=20, blank=True)
    status = models.CharField(
        _("状态"), max_length=16, choices=FigureStatus.choices, default=FigureStatus.AS_PRINTED
    )
    correction_value = models.DecimalField(
        _("更正值"), max_digits=24, decimal_places=4, null=True, blank=True
    )
    correction_reason = models.CharField(_("理由"), max_length=300, blank=True)
    reviewer = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("审核人"),
    )  # fmt: skip
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)

    objects = models.Manager.from_queryset(ReportedFigureQuerySet)()

    class Meta:
        ordering = ["document", "ordinal"]
        verbose_name = _("报告数字")
        constraints = [
            UniqueConstraint(name="reported_figure_once", fields=["document", "ordinal"]),
            CheckConstraint(
                name="reported_figure_correction_iff_corrected",
                condition=Q(status=FigureStatus.CORRECTED, correction_value__isnull=False)
                | (~Q(status=FigureStatus.CORRECTED) & Q(correction_value__isnull=True)),
            ),
            CheckConstraint(
                name="reported_figure_judged_with_reason",
                condition=Q(status=FigureStatus.AS_PRINTED)
                | (~Q(correction_reason="") & Q(reviewed_at__isnull=False)),
            ),
        ]
        triggers = [FIGURE.guard()]

    def __str__(self) -> str:
        return self.quote

    def judge(
        self,
        status: FigureStatus,
        *,
        value: Decimal | None,
        reason: str,
        by: Actor,
        at: datetime,
    ) -> None:
        """Correct, dispute or restore; the printed value stays as it is."""
        move(self, FIGURE, status, by=by, at=at, reason=reason)
        self.correction_value = value
        self.correction_reason = reason
        self.reviewer_id = by.user_id
        self.reviewed_at = at
        self.save(
            update_fields=[
                "status", "correction_value", "correction_reason", "reviewer", "reviewed_at",
            ]
        )  # fmt: skip
