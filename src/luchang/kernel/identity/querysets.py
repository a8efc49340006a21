from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from luchang.kernel.identity.models import (  # noqa: F401
        ApiToken,
        Appointment,
        Organisation,
        SignIn,
    )


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def branch(self, path: str) -> Self:
        """The organisation at `path` and all below it."""
        return self.filter(path__startswith=path)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, *, at: datetime) -> Self:
        return self.filter(starts_at__lte=at).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))

    def unended(self, *, at: datetime) -> Self:
        """Current ones and those still to begin."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))

    def beginning_or_ending(self, *, after: datetime, until: datetime) -> Self:
        """Those whose first or last moment lies in `(after, until]`."""
        return self.filter(
            Q(starts_at__gt=after, starts_at__lte=until) | Q(ends_at__gt=after, ends_at__lte=until)
        )


class SignInQuerySet(models.QuerySet["SignIn"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def seen_since(self, moment: datetime) -> Self:
        return self.filter(seen_at__gte=moment)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self, *, at: datetime) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)
