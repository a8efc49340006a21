from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import TextField
from django.db.models.functions import Cast

from luchang.kernel.audit.chain import COLUMNS, Row

if TYPE_CHECKING:
    from luchang.kernel.audit.models import AuditEntry


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def of(self, subject: str, subject_id: object) -> Self:
        """The whole trail of one record."""
        return self.filter(subject=subject, subject_id=str(subject_id))

    def of_person(self, user_id: int) -> Self:
        return self.filter(actor_id=user_id)

    def between(self, start: datetime | None, end: datetime | None) -> Self:
        """From `start` to before `end`; None leaves that side open."""
        found = self
        if start is not None:
            found = found.filter(at__gte=start)
        if end is not None:
            found = found.filter(at__lt=end)
        return found

    def of_transactions(self, since: int, until: int) -> Self:
        """Entries of the transactions `since` <= n < `until`, in the order they are sealed."""
        return self.filter(transaction__gte=since, transaction__lt=until).order_by(
            "transaction", "pk"
        )

    def of_era(self, floor_id: int, ceiling_id: int | None = None) -> Self:
        found = self.filter(pk__gt=floor_id)
        return found if ceiling_id is None else found.filter(pk__lte=ceiling_id)

    def sealable(self) -> "models.QuerySet[AuditEntry, Row]":
        """The rows as `chain.canonical` takes them.

        JSON comes as the database's own text of it, which is the same on every version.
        """
        return self.annotate(detail_text=Cast("detail", TextField())).values_list(*COLUMNS)
