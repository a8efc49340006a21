from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Subquery

if TYPE_CHECKING:
    from luchang.kernel.papers.models import Paper, PaperText  # noqa: F401


class PaperTextQuerySet(models.QuerySet["PaperText"]):
    def of(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def current(self) -> Self:
        """The latest edition of each kind."""
        latest = self.model.objects.filter(kind=OuterRef("kind")).order_by("-edition")
        return self.filter(pk=Subquery(latest.values("pk")[:1]))


class PaperQuerySet(models.QuerySet["Paper"]):
    def about(self, subject: str, subject_id: int) -> Self:
        return self.filter(subject=subject, subject_id=subject_id)
