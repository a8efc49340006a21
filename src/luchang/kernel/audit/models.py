from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import BigIntegerField, CheckConstraint, Func, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from luchang.kernel.audit.chain import Header
from luchang.kernel.audit.querysets import AuditEntryQuerySet
from luchang.kernel.audit.states import Action


class CurrentTransaction(Func):
    """The database's own number of the writing transaction, 64 bits wide, never reused."""

    function = "pg_current_xact_id"
    output_field = TextField()


def _never_truncated() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="not_truncated",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;",
    )


class AuditEntry(models.Model):
    """One thing somebody did; written in the same transaction as the deed, never changed."""

    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("人员"), max_length=80)
    organisation_path = models.CharField(max_length=255, blank=True)
    action = models.CharField(_("操作"), max_length=16, choices=Action.choices)
    subject = models.CharField(_("对象"), max_length=60)
    subject_id = models.CharField(_("对象编号"), max_length=64, blank=True)
    purpose = models.CharField(_("事由"), max_length=200, blank=True)
    detail = models.JSONField(_("详情"), default=dict)
    address = models.CharField(_("地址"), max_length=45, blank=True)
    request_id = models.CharField(_("请求编号"), max_length=32, blank=True)
    transaction = models.BigIntegerField(
        editable=False, db_default=Cast(Cast(CurrentTransaction(), TextField()), BigIntegerField())
    )

    objects = models.Manager.from_queryset(AuditEntryQuerySet)()

    class Meta:
        verbose_name = _("审计记录")
        indexes = [
            models.Index(name="audit_subject", fields=["subject", "subject_id"]),
            models.Index(name="audit_actor_at", fields=["actor_id", "at"]),
            models.Index(name="audit_at", fields=["at"]),
            models.Index(name="audit_transaction", fields=["transaction", "id"]),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            _never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.actor_name} {self.action} {self.subject} {self.subject_id}"


class Seal(models.Model):
    """A batch of entries closed for ever: the entries of the transactions `since` to `until`.

    Ids are drawn before commit, so a batch of "ids up to N" could still gain a member. Of the
    transactions below the oldest one still running none can: all have committed or rolled back.
    """

    number = models.BigIntegerField(_("封存编号"), primary_key=True)
    era = models.PositiveIntegerField(default=1)
    floor_id = models.BigIntegerField(default=0)
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    count = models.PositiveIntegerField(_("条数"))
    first_id = models.BigIntegerField(_("首条"))
    last_id = models.BigIntegerField(_("末条"))
    content = models.CharField(max_length=64)
    marks = models.BinaryField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)
    at = models.DateTimeField(_("封存时间"))
    archive = models.CharField(_("归档文件"), max_length=120, blank=True)
    archive_digest = models.CharField(max_length=64, blank=True)
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("审计封存")
        constraints = [
            CheckConstraint(
                name="seal_covers_transactions", condition=Q(until__gt=models.F("since"))
            ),
            CheckConstraint(
                name="seal_archived_with_file",
                condition=Q(archived_at__isnull=True, archive="", archive_digest="")
                | (Q(archived_at__isnull=False) & ~Q(archive="") & ~Q(archive_digest="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    exclude=["archive", "archive_digest", "archived_at", "marks"]
                ),
            ),
            _never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"

    def put_away(self, archive: str, digest: str, *, at: datetime) -> None:
        """Name the file that holds the entries from now on."""
        self.archive, self.archive_digest, self.archived_at = archive, digest, at
        self.save(update_fields=["archive", "archive_digest", "archived_at"])

    @property
    def header(self) -> Header:
        return Header(
            number=self.number,
            era=self.era,
            floor_id=self.floor_id,
            since=self.since,
            until=self.until,
            count=self.count,
            content=self.content,
            at=self.at,
        )


class Verification(models.Model):
    """One check of the whole log and what it found."""

    at = models.DateTimeField(_("校验时间"))
    took_s = models.FloatField(_("用时"))
    seals = models.PositiveIntegerField(_("封存批数"))
    entries = models.PositiveBigIntegerField(_("条数"))
    unsealed = models.PositiveBigIntegerField(_("待封存"))
    findings = models.JSONField(_("发现的问题"), default=list)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("审计校验")

    def __str__(self) -> str:
        return f"{self.at:%F %T} {len(self.findings)}"

    @property
    def is_sound(self) -> bool:
        return not self.findings
