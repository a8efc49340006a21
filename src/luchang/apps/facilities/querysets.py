from typing import TYPE_CHECKING, Self

from django.db import models

from luchang.apps.facilities.states import ORDER

if TYPE_CHECKING:
    from luchang.apps.facilities.models import WorkOrder  # noqa: F401


class WorkOrderQuerySet(models.QuerySet["WorkOrder"]):
    def open(self) -> Self:
        return self.filter(status__in=ORDER.open)
