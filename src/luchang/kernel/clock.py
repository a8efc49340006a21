"""The one place that reads the wall clock.

Services take `at`; views, tasks and commands ask here.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()  # noqa: TID251 - this is the clock


def local(at: datetime) -> datetime:
    """The same moment as officers read it on the wall."""
    return at.astimezone(SHANGHAI)
