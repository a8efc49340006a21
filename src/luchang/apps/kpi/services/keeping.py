"""Clearing away kept values nobody needs, and the notes no kept value could still ask about."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from luchang.apps.kpi.models import KeptValue
from luchang.apps.kpi.models.keeping import UNSEEN

KEPT = timedelta(days=40)
YOUNG = timedelta(days=1)
"""A value counted under an older snapshot may be stored only now; not a day later."""

FALLEN = f"""
    DELETE FROM kpi_keptvalue k
    WHERE k.cluster <> (SELECT system_identifier::text FROM pg_control_system())
       OR EXISTS ({UNSEEN})
"""  # noqa: S608 - made of our own text
SEEN_BY_ALL = """
    DELETE FROM kpi_touch WHERE at < %s AND xid::text::numeric < coalesce(
        (SELECT min(pg_snapshot_xmin(snapshot::pg_snapshot)::text::numeric) FROM kpi_keptvalue),
        'infinity')
"""


@transaction.atomic
def sweep(*, at: datetime) -> None:
    """Values that no longer count go, then those of long ago, then notes all others have seen."""
    KeptValue.objects.filter(kept_at__lt=at - KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(FALLEN)
        cursor.execute(SEEN_BY_ALL, [at - YOUNG])
