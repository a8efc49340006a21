"""What units are busy with."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count

from luchang.apps.dispatch.models import Dispatch
from luchang.apps.dispatch.states import DispatchStatus

TASK_S = 1_800.0
"""From sending to finishing. A working value until the force's own median is known."""
ON_SPOT_S = 1_200.0
"""From arriving to finishing, likewise."""
LEAST_S = 120.0
"""Nobody who is still at work is free sooner."""
SHIFT = timedelta(hours=12)


def free_in_s(*, at: datetime) -> dict[int, float]:
    """Seconds until each busy unit is expected to be free."""
    remaining: dict[int, float] = {}
    rows = Dispatch.objects.active().filter(unit__isnull=False)
    for unit_id, status, sent_at, arrived_at in rows.values_list(
        "unit_id", "status", "sent_at", "arrived_at"
    ):
        if status == DispatchStatus.ARRIVED:
            left = ON_SPOT_S - (at - (arrived_at or at)).total_seconds()
        else:
            left = TASK_S - (at - (sent_at or at)).total_seconds()
        remaining[unit_id] = max(left, LEAST_S)
    return remaining


def loads(*, at: datetime) -> dict[int, int]:
    """How often each unit was sent in the last twelve hours."""
    rows = Dispatch.objects.filter(unit__isnull=False, sent_at__gt=at - SHIFT, sent_at__lte=at)
    return dict(rows.values("unit_id").annotate(times=Count("pk")).values_list("unit_id", "times"))


def busy_with(unit_ids: Collection[int]) -> dict[int, int]:
    """The active dispatch of each of these units that has one."""
    rows = Dispatch.objects.active().filter(unit__in=unit_ids)
    return dict(rows.values_list("unit_id", "pk"))
