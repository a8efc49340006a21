from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from luchang.kernel.jobs.states import DELIVERIES, JOBS, DeliveryStatus

if TYPE_CHECKING:
    from luchang.kernel.jobs.models import Delivery, Job, QueuedTask  # noqa: F401


class QueuedTaskQuerySet(models.QuerySet["QueuedTask"]):
    def waiting(self, *, once: str) -> Self:
        """Not started yet, queued under this key."""
        return self.filter(status="todo", queueing_lock=once)

    def orphaned(self, *, since: datetime) -> Self:
        """Marked as running by a worker that has given no sign since then."""
        return self.filter(status="doing").filter(
            Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=since)
        )


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def deliverable(self, *, at: datetime) -> Self:
        """Due now and not behind an earlier event of the same line."""
        unsettled = self.model.objects.filter(
            handler=OuterRef("handler"),
            line=OuterRef("line"),
            event__lt=OuterRef("event"),
            status__in=DELIVERIES.open,
        )
        return self.filter(status=DeliveryStatus.PENDING, next_at__lte=at).filter(
            Q(line="") | ~Exists(unsettled)
        )

    def dead(self) -> Self:
        return self.filter(status=DeliveryStatus.DEAD)


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> Self:
        return self.filter(status__in=[JOBS.start, "RUNNING"])

    def of(self, user_id: int | None) -> Self:
        """The jobs this person asked for, newest first."""
        return self.filter(asked_by_id=user_id).order_by("-pk")

    def cancel_requested(self) -> Self:
        return self.filter(cancel_requested_at__isnull=False)

    def overrun(self) -> Self:
        """Counted further than their total: a mistake of the job's own code."""
        return self.filter(total__isnull=False, done__gt=F("total"))
