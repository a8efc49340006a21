from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from luchang.kernel.identity.actors import Actor

if TYPE_CHECKING:
    from luchang.apps.kpi.models import Dashboard, Kiosk, Round  # noqa: F401


class DashboardQuerySet(models.QuerySet["Dashboard"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and what one's unit or one above it shares."""
        steps = actor.organisation_path.rstrip("/").split("/")
        above = ["/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))]
        return self.filter(Q(owner=actor.user_id) | Q(organisation__path__in=above))


class KioskQuerySet(models.QuerySet["Kiosk"]):
    def valid(self, at: datetime) -> Self:
        return self.filter(revoked_at=None, issued_at__lte=at, expires_at__gt=at)


class RoundQuerySet(models.QuerySet["Round"]):
    def frozen(self) -> Self:
        return self.filter(status="FROZEN")
