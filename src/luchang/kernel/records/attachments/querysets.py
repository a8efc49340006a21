from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from luchang.kernel.records.attachments.models import Attachment  # noqa: F401


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, subject: str, subject_id: int) -> Self:
        return self.filter(subject=subject, subject_id=subject_id)

    def present(self) -> Self:
        return self.filter(removed_at__isnull=True)
