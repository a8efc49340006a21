from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from luchang.apps.force.states import ShiftStatus

if TYPE_CHECKING:
    from luchang.apps.force.models import Officer, Qualification, Shift, Unit, Vehicle  # noqa: F401


class OfficerQuerySet(models.QuerySet["Officer"]):
    def serving(self, *, at: datetime) -> Self:
        return self.filter(Q(left_at__isnull=True) | Q(left_at__gt=at))


class VehicleQuerySet(models.QuerySet["Vehicle"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)


class UnitQuerySet(models.QuerySet["Unit"]):
    def standing(self) -> Self:
        return self.filter(disbanded_at__isnull=True)


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def valid(self, *, at: datetime) -> Self:
        return self.filter(granted_at__lte=at).filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=at)
        )


class ShiftQuerySet(models.QuerySet["Shift"]):
    def on_duty(self) -> Self:
        """Crews that signed on and have not signed off, whatever the plan said."""
        return self.filter(status=ShiftStatus.ON_DUTY)

    def overdue(self, *, at: datetime) -> Self:
        """Planned to have begun and nobody signed on."""
        return self.filter(status=ShiftStatus.PLANNED, starts_at__lte=at)
