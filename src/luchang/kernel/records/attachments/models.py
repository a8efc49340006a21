import uuid
from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.records.attachments.querysets import AttachmentQuerySet
from luchang.kernel.records.attachments.states import NAME_LIMIT, FileKind


@tracked()
class Attachment(models.Model):
    """A file of a record: a scene photograph, a letter, a video."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    name = models.CharField(_("文件名"), max_length=NAME_LIMIT)
    title = models.CharField(_("说明"), max_length=200, blank=True)
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveBigIntegerField(_("大小"))
    digest = models.CharField(_("摘要"), max_length=64, db_index=True)
    original_digest = models.CharField(_("原件摘要"), max_length=64)
    thumbnail = models.CharField(max_length=64, blank=True, db_index=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    metadata = EncryptedTextField(Kind.TEXT, verbose_name=_("拍摄信息"), blank=True)
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_by_name = models.CharField(_("上传人"), max_length=80)
    uploaded_at = models.DateTimeField(_("上传时间"))
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)
    removed_by_name = models.CharField(_("移除人"), max_length=80, blank=True)
    removal_reason = models.CharField(_("移除原因"), max_length=200, blank=True)

    objects = models.Manager.from_queryset(AttachmentQuerySet)()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("附件")
        indexes = [models.Index(name="attachment_subject", fields=["subject", "subject_id"])]
        constraints = [
            CheckConstraint(
                name="attachment_removed_with_reason",
                condition=Q(removed_at__isnull=True, removal_reason="")
                | (Q(removed_at__isnull=False) & ~Q(removal_reason="")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def remove(self, *, by_name: str, reason: str, at: datetime) -> None:
        self.removed_at, self.removed_by_name, self.removal_reason = at, by_name, reason
        self.save(update_fields=["removed_at", "removed_by_name", "removal_reason"])

    @property
    def kind(self) -> FileKind:
        return FileKind(self.media_type)
