from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models

from luchang.apps.reports.states import PRINTED, ReportStatus

if TYPE_CHECKING:
    from luchang.apps.reports.models import Report, ReportTemplate, Schedule  # noqa: F401


class ReportTemplateQuerySet(models.QuerySet["ReportTemplate"]):
    def in_use(self) -> Self:
        return self.filter(retired_at=None)


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def active(self) -> Self:
        return self.filter(is_active=True, template__retired_at=None)


class ReportQuerySet(models.QuerySet["Report"]):
    def was_issued(self) -> Self:
        """Editions that went out at some time, taken back since or not."""
        return self.exclude(issued_at=None)

    def printed(self) -> Self:
        return self.filter(status__in=PRINTED)

    def open(self) -> Self:
        """Still being written or waiting for approval."""
        return self.filter(
            status__in=[ReportStatus.DRAFT, ReportStatus.CHECKED, ReportStatus.APPROVAL]
        )

    def delivered_to(self, user_id: int | None) -> Self:
        """Nobody in particular was brought nothing."""
        return self.filter(deliveries__user_id=user_id or 0)

    def about(self, start: date, end: date) -> Self:
        return self.filter(period_start=start, period_end=end)
