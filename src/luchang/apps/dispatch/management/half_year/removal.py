"""Taking the invented records away again, with their moves, histories and numbers."""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from luchang.apps.dispatch.management.half_year.ledgers import MODELS, SERIES, SUBJECTS
from luchang.apps.dispatch.management.half_year.marks import SOURCE
from luchang.apps.dispatch.services.numbers import CALL, DISPATCH, FEEDBACK, INCIDENT

OF_DEMO = "incident_id IN (SELECT id FROM dispatch_incident WHERE source = %s)"
WHICH = {FEEDBACK: OF_DEMO, CALL: "source = %s", DISPATCH: OF_DEMO, INCIDENT: "source = %s"}
"""In the order in which they can go."""
SERIES_LENGTH = len("I430211-20210101")


@transaction.atomic
def remove() -> int:
    """Remove what was invented and nothing else; how many records it were.

    Raises:
        IntegrityError: somebody has since hung records of his own on them.
    """
    with connection.cursor() as cursor:
        for kind, which in WHICH.items():
            cursor.execute(
                f"CREATE TEMP TABLE demo_{kind} ON COMMIT DROP AS "
                f"SELECT id FROM {_table(kind)} WHERE {which}",
                [SOURCE],
            )
            cursor.execute(f"ANALYZE demo_{kind}")
        return sum(_remove(cursor, kind) for kind in WHICH)


def _remove(cursor: CursorWrapper, kind: str) -> int:
    table, ours = _table(kind), f"(SELECT id FROM demo_{kind})"
    if kind in SUBJECTS:
        cursor.execute(
            f"DELETE FROM records_move WHERE subject = %s AND subject_id IN {ours}",
            [SUBJECTS[kind]],
        )
    cursor.execute(f"DELETE FROM {table} WHERE id IN {ours}")
    removed: int = cursor.rowcount
    cursor.execute(f"DELETE FROM {table}event WHERE pgh_obj_id IN {ours}")
    cursor.execute(
        "DELETE FROM records_counter WHERE series ~ %s AND series LIKE %s AND series NOT IN "
        f"(SELECT left(number, {SERIES_LENGTH}) FROM {table})",
        [SERIES, f"{kind}%"],
    )
    return removed


def _table(kind: str) -> str:
    return MODELS[kind]._meta.db_table  # noqa: SLF001 - Django's public name
