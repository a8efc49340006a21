from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from luchang.kernel.identity.models import Appointment, Organisation  # noqa: F401


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def branch(self, path: str) -> Self:
        """The organisation at `path` and all below it."""
        return self.filter(path__startswith=path)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, *, at: datetime) -> Self:
        return self.filter(starts_at__lte=at).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
