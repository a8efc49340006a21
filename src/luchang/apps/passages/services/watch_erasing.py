"""Watches and alarms of a vehicle that is erased: nobody looks for it, no alarm names it."""

from datetime import datetime, time, timedelta

from luchang.apps.passages.models import Erasure, VehicleWatch, WatchAlarm
from luchang.apps.passages.policies import SEE_WATCHES
from luchang.apps.passages.services.watching import ended_watch, locked_watch
from luchang.apps.passages.states import WATCH, WatchStatus
from luchang.kernel.clock import SHANGHAI
from luchang.kernel.identity.actors import SYSTEM


def forget_watched(erasure: Erasure, *, at: datetime) -> tuple[int, int]:
    """End its watches of these days and mask their plate and that of its alarms; how many each.

    Alarms stay as events: how many were raised, received and answered does not change. Watches of
    a pattern go on; their alarms for this vehicle are masked too.
    """
    begin = datetime.combine(erasure.first_day, time(), SHANGHAI)
    end = datetime.combine(erasure.last_day + timedelta(days=1), time(), SHANGHAI)
    vehicle = {"plate": erasure.plate, "plate_type": erasure.plate_type}
    meant = VehicleWatch.objects.filter(**vehicle, starts_at__lt=end, ends_at__gte=begin)
    keys = sorted(meant.values_list("pk", flat=True))
    for key in keys:
        row = locked_watch(key, SYSTEM, SEE_WATCHES)
        if row.status in WATCH.open:
            reason = f"依法删除车辆过车记录（{erasure.number}）"
            ended_watch(row, WatchStatus.WITHDRAWN, by=SYSTEM, at=at, reason=reason)
        row.forget_plate(at=at)
    alarms = list(
        WatchAlarm.objects.select_for_update()
        .filter(**vehicle, passed_at__gte=begin, passed_at__lt=end)
        .order_by("pk")
    )
    for alarm in alarms:
        alarm.forget_plate()
    return len(keys), len(alarms)
