from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.reports.models.templates import ReportTemplate, Schedule
from luchang.apps.reports.querysets import ReportQuerySet
from luchang.apps.reports.states import PRINTED, REPORT, WRITABLE, FileKind, ReportStatus, Rhythm
from luchang.core.documents.placed import Placed
from luchang.core.documents.spans import Span, title
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.moves import Stateful, begin, move

FROZEN = (
    "number", "edition", "title", "source", "period_start", "period_end",
    "organisation_id", "template_id", "template_edition", "author_id", "author_name",
    "writers", "values_at", "content",
    "findings", "explanations", "changes", "edition_reason", "previous_id", "approved_by_id",
    "approved_by_name", "issued_at", "sm3", "sha256",
)  # fmt: skip
"""Columns nothing may change once it is issued; the database holds it."""


def _frozen_changed() -> pgtrigger.Condition:
    """A change of what was printed, in a row that has been sealed."""
    changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in FROZEN)
    return pgtrigger.Condition(f"OLD.sm3 <> '' AND ({changed})")


class Report(Stateful):
    """One edition of one report about one period: written, checked, approved, issued, frozen."""

    number = models.CharField(_("报告编号"), max_length=24)
    edition = models.PositiveSmallIntegerField(_("版次"), default=1)
    template = models.ForeignKey(
        ReportTemplate, on_delete=models.PROTECT, related_name="reports", verbose_name=_("模板")
    )
    template_edition = models.PositiveIntegerField(_("模板版次"))
    schedule = models.ForeignKey(
        Schedule, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("编制单位")
    )
    rhythm = models.CharField(_("周期"), max_length=12, choices=Rhythm.choices)
    period_start = models.DateField(_("期间起"))
    period_end = models.DateField(_("期间止（不含）"))
    title = models.CharField(_("标题"), max_length=120)
    source = models.TextField(_("正文"))
    status = models.CharField(
        _("状态"), max_length=12, choices=ReportStatus.choices, default=REPORT.start
    )
    author_id = models.BigIntegerField(null=True, blank=True)
    author_name = models.CharField(_("编写人"), max_length=80)
    writers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    """Accounts that wrote or changed any of it; none of them approves it."""
    drafted_at = models.DateTimeField(_("起草时间"))
    values_at = models.DateTimeField(_("取数时间"), null=True, blank=True)
    content = models.JSONField(default=dict, blank=True)
    """The document with its figures in their places, as the last check made it."""
    statistics = models.PositiveIntegerField(_("核对数字"), default=0)
    findings = models.JSONField(default=list, blank=True)
    explanations = models.JSONField(default=dict, blank=True)
    """Why a finding is none, by its key: reason, who, when."""
    edition_reason = models.CharField(_("更正原因"), max_length=300, blank=True)
    changes = models.JSONField(default=list, blank=True)
    """Which figures differ from the edition before, old and new."""
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="later"
    )
    """The issued edition this one corrects; of several corrections begun one is issued."""
    recipients = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("分发单位")
    )
    approved_by_id = models.BigIntegerField(null=True, blank=True)
    approved_by_name = models.CharField(_("签发人"), max_length=80, blank=True)
    issued_at = models.DateTimeField(_("签发时间"), null=True, blank=True)
    sm3 = models.CharField(_("SM3摘要"), max_length=64, blank=True)
    sha256 = models.CharField(_("SHA-256摘要"), max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    """Grows with every change, so that nobody overwrites what he has not seen."""

    objects = models.Manager.from_queryset(ReportQuerySet)()

    class Meta:
        ordering = ["-period_start", "-pk"]
        verbose_name = _("报告")
        indexes = [
            models.Index(name="report_period", fields=["-period_start", "-id"]),
            models.Index(name="report_status", fields=["status"]),
        ]
        constraints = [
            UniqueConstraint(name="report_edition_once", fields=["number", "edition"]),
            UniqueConstraint(
                name="report_one_open_edition",
                fields=["number"],
                condition=Q(status__in=["DRAFT", "CHECKED", "APPROVAL"]),
            ),
            UniqueConstraint(
                name="report_one_issued_edition",
                fields=["number"],
                condition=Q(status="ISSUED"),
            ),
            UniqueConstraint(
                name="report_once_per_schedule_and_period",
                fields=["schedule", "period_start"],
                condition=Q(edition=1, schedule__isnull=False),
            ),
            CheckConstraint(
                name="report_period_ends_after_start",
                condition=Q(period_end__gt=F("period_start")),
            ),
            CheckConstraint(
                name="report_printed_is_sealed",
                condition=~Q(status__in=["ISSUED", "SUPERSEDED"])
                | (Q(issued_at__isnull=False) & ~Q(sm3="") & ~Q(sha256="")),
            ),
            CheckConstraint(
                name="report_approved_by_another",
                condition=Q(approved_by_id=None)
                | Q(author_id=None)
                | ~Q(approved_by_id=F("author_id")),
            ),
            CheckConstraint(
                name="report_later_edition_says_why",
                condition=Q(previous=None, edition=1) | (Q(edition__gt=1) & ~Q(edition_reason="")),
            ),
        ]
        triggers = [
            REPORT.guard(),
            pgtrigger.Protect(
                name="issued_is_frozen",
                operation=pgtrigger.Update,
                condition=_frozen_changed(),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def begin(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        """Store a new draft."""
        self.full_clean(exclude=["template", "organisation", "previous", "schedule"])
        self.save()
        begin(self, by=by, at=at, reason=reason)

    def rewrite(self, *, title: str, source: str, by: Actor, at: datetime) -> None:
        """A new text; what was checked before no longer is."""
        self.title, self.source = title, source
        if by.user_id is not None and by.user_id not in self.writers:
            self.writers = [*self.writers, by.user_id]
        if self.status == ReportStatus.CHECKED:
            move(self, REPORT, ReportStatus.DRAFT, by=by, at=at)
        self._forget_check()

    def set_period(self, span: Span) -> None:
        """Before the text is written anew under it."""
        self.period_start, self.period_end = span.start, span.end

    def note_check(
        self,
        *,
        content: Placed,
        findings: Sequence[Mapping[str, Any]],
        statistics: int,
        changes: Sequence[Mapping[str, Any]],
        at: datetime,
    ) -> None:
        """What the figures were, and what the check found in the text."""
        self.content, self.values_at = content.as_json(), at
        self.findings, self.statistics = list(findings), statistics
        self.changes = list(changes)
        self._save()

    def explain(self, key: str, *, reason: str, by: Actor, at: datetime) -> None:
        said = {"reason": reason, "by": by.name, "at": at.isoformat()}
        self.explanations = {**self.explanations, key: said}
        self._save()

    def go(self, after: ReportStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        """Change the state and nothing else.

        Raises:
            IllegalTransition: it cannot go there from where it is.
        """
        move(self, REPORT, after, by=by, at=at, reason=reason)
        self._save()

    def send_back(self, *, by: Actor, at: datetime, reason: str) -> None:
        move(self, REPORT, ReportStatus.DRAFT, by=by, at=at, reason=reason)
        self._forget_check()

    def issue(self, *, sm3: str, sha256: str, by: Actor, at: datetime) -> None:
        """Freeze it: from here on the database refuses every change of what was printed."""
        move(self, REPORT, ReportStatus.ISSUED, by=by, at=at)
        self.sm3, self.sha256 = sm3, sha256
        self._save()

    def name_approver(self, *, by: Actor, at: datetime) -> None:
        """In memory, so that the digest covers who signed and when; `issue` stores it."""
        self.approved_by_id, self.approved_by_name, self.issued_at = by.user_id, by.name, at

    def _forget_check(self) -> None:
        self.content, self.values_at = {}, None
        self.findings, self.statistics, self.changes = [], 0, []
        self._save()

    def _save(self) -> None:
        self.version += 1
        self.save()

    @property
    def span(self) -> Span:
        return Span(self.period_start, self.period_end)

    @property
    def period_title(self) -> str:
        return title(self.span)

    @property
    def placed(self) -> Placed:
        """The document as it was last placed; empty before the first check."""
        return Placed.from_json(self.content)

    @property
    def open_findings(self) -> list[Mapping[str, Any]]:
        """Contradictions that stop the report and that nobody has explained."""
        return [
            each
            for each in self.findings
            if each["stops"] and each["key"] not in self.explanations
        ]

    @property
    def is_writable(self) -> bool:
        return self.status in WRITABLE

    @property
    def is_printed(self) -> bool:
        return self.status in PRINTED

    @property
    def was_issued(self) -> bool:
        return self.issued_at is not None

    @property
    def four_eyes(self) -> frozenset[int]:
        return frozenset(self.writers)


class ReportFile(models.Model):
    """A printed form of an edition: the issued one for good, or the latest look of a draft."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("类型"), max_length=8, choices=FileKind.choices)
    is_final = models.BooleanField(_("签发件"))
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("SHA-256摘要"), max_length=64)
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        ordering = ["report", "kind"]
        verbose_name = _("报告文件")
        constraints = [
            UniqueConstraint(name="report_file_once", fields=["report", "kind", "is_final"])
        ]
        triggers = [
            pgtrigger.Protect(
                name="final_file_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__is_final=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report.number} {self.get_kind_display()}"


class Delivery(models.Model):
    """An issued edition before one person, and when he opened it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(_("人员"), max_length=80)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    at = models.DateTimeField(_("送达时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    class Meta:
        ordering = ["report", "organisation__path", "pk"]
        verbose_name = _("分发")
        constraints = [UniqueConstraint(name="delivery_once", fields=["report", "user"])]
        indexes = [models.Index(name="delivery_user", fields=["user", "report"])]

    def __str__(self) -> str:
        return f"{self.report.number} {self.user_name}"
