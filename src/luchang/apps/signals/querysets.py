from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from luchang.apps.signals.states import STUDY

if TYPE_CHECKING:
    from luchang.apps.signals.models import TimingPlan  # noqa: F401


class RetimingQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(status__in=STUDY.open)


class TimingPlanQuerySet(models.QuerySet["TimingPlan"]):
    def in_force(self, *, at: datetime) -> Self:
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=at), in_force_from__lte=at)
