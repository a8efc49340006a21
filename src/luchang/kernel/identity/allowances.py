"""How often something may be done, counted in the database so that all processes agree."""

from datetime import datetime, timedelta

from django.db import connection

from luchang.kernel.identity.models import Allowance

KEPT = timedelta(days=1)


def use(key: str, *, window: int, at: datetime) -> int:
    """Count one use of `key` in that window; returns how many there are now, this one included."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO identity_allowance (key, "window", used, at) VALUES (%s, %s, 1, %s) '
            'ON CONFLICT (key, "window") DO UPDATE SET used = identity_allowance.used + 1 '
            "RETURNING used",
            [key, window, at],
        )
        row = cursor.fetchone()
    used: int = row[0]
    return used


def minute_of(at: datetime) -> int:
    """The window a moment falls into when uses are counted by the minute."""
    return int(at.timestamp()) // 60


def forget(*, at: datetime) -> int:
    """Drop windows that are over; run daily."""
    return Allowance.objects.filter(at__lt=at - KEPT).delete()[0]
