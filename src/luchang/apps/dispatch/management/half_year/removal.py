"""Taking the invented records away again, with their moves, histories and numbers."""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from luchang.apps.dispatch.management.half_year.ledgers import MODELS, SERIES, SUBJECTS
from luchang.apps.dispatch.management.half_year.marks import SOURCE
from luchang.apps.dispatch.services.numbers import CALL, DISPATCH, FEEDBACK, INCIDENT

OWN = "source = %s"
OF_INCIDENT = "incident_id IN (SELECT id FROM dispatch_incident WHERE source = %s)"
WHICH = {FEEDBACK: OF_INCIDENT, CALL: OWN, DISPATCH: OF_INCIDENT, INCIDENT: OWN}
"""In the order in which they can go."""
LIST = "CREATE TEMP TABLE {ours} AS SELECT id FROM {table} WHERE "
MOVES = "DELETE FROM records_move WHERE subject = %s AND subject_id IN (SELECT id FROM {ours})"
RECORDS = "DELETE FROM {table} WHERE id IN (SELECT id FROM {ours})"
HISTORY = "DELETE FROM {table}event WHERE pgh_obj_id IN (SELECT id FROM {ours})"
COUNTERS = """
    DELETE FROM records_counter WHERE series ~ %s AND series LIKE %s
       AND series NOT IN (SELECT left(number, 16) FROM {table})
"""
"""Sixteen characters, as in I430211-20210101, are the series of a number."""


@transaction.atomic
def remove() -> int:
    """Remove what was invented and nothing else; how many records it were.

    Raises:
        IntegrityError: somebody has since hung records of his own on them.
    """
    with connection.cursor() as cursor:
        for kind, which in WHICH.items():
            cursor.execute(_of(kind, LIST) + which, [SOURCE])
            cursor.execute(_of(kind, "ANALYZE {ours}"))
        return sum(_remove(cursor, kind) for kind in WHICH)


def _remove(cursor: CursorWrapper, kind: str) -> int:
    if kind in SUBJECTS:
        cursor.execute(_of(kind, MOVES), [SUBJECTS[kind]])
    cursor.execute(_of(kind, RECORDS))
    removed: int = cursor.rowcount
    cursor.execute(_of(kind, HISTORY))
    cursor.execute(_of(kind, COUNTERS), [SERIES, f"{kind}%"])
    cursor.execute(_of(kind, "DROP TABLE {ours}"))
    return removed


def _of(kind: str, statement: str) -> str:
    table = MODELS[kind]._meta.db_table  # noqa: SLF001 - Django's public name
    return statement.replace("{table}", table).replace("{ours}", f"demo_{kind.lower()}")
