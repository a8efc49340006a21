"""Values that are kept until one of the records they were made of is written again.

How a kept value stays right: triggers on every source table note, in the writing transaction
itself, which span of time a statement's rows touch. A value is kept with the snapshot of the
database it was computed in, taken before computing; it counts only while every note that meets
its period was already visible in that snapshot. No clock is asked and nothing is guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.functions import Now

from luchang.kernel.metrics import Measured

NOTES = "kpi_touch"

UNSEEN = """
    SELECT 1 FROM kpi_touch t
    WHERE t.source = ANY(k.sources) AND t.first < k.ends_at AND t.last >= k.starts_at
      AND t.xid >= pg_snapshot_xmin(k.snapshot::pg_snapshot)
      AND NOT pg_visible_in_snapshot(t.xid, k.snapshot::pg_snapshot)
"""
"""A note the snapshot of a kept value has not seen; all below its `xmin` are seen."""
STANDING = f"""
    SELECT k.key, k.number, k.numerator, k.denominator FROM kpi_keptvalue k
    WHERE k.key = ANY(%s)
      AND k.cluster = (SELECT system_identifier::text FROM pg_control_system())
      AND NOT EXISTS ({UNSEEN})
"""  # noqa: S608 - made of our own text
SNAPSHOT = """
    SELECT pg_current_snapshot()::text, system_identifier::text FROM pg_control_system()
"""


@dataclass(frozen=True)
class Snapshot:
    """What the database had seen when a value was asked of it."""

    seen: str
    cluster: str
    """Snapshots of another cluster, after a restore, say nothing here."""


class KeptValue(models.Model):
    """A number that need not be counted again while its records stay as they are.

    The key is the digest of the very query: its conditions hold the definition, the period, the
    ground, the branch and the asker's reach, so that no other question finds it.
    """

    key = models.CharField(max_length=64, primary_key=True)
    code = models.CharField(max_length=80)
    sources = ArrayField(models.CharField(max_length=80))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    number = models.FloatField(null=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    snapshot = models.TextField()
    cluster = models.CharField(max_length=24)
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(name="kept_at", fields=["kept_at"])]

    def __str__(self) -> str:
        return f"{self.code} {self.starts_at:%F} {self.ends_at:%F}"

    @classmethod
    def standing(cls, keys: Sequence[str]) -> dict[str, Measured]:
        """Those of the keys whose records have not been written since."""
        if not keys:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(STANDING, [list(keys)])
            return {key: Measured(*made) for key, *made in cursor.fetchall()}

    @classmethod
    def keep(cls, rows: Iterable[Self]) -> None:
        """Keep these, over what was kept under their keys."""
        fields = ["number", "numerator", "denominator", "snapshot", "cluster", "kept_at"]
        cls.objects.bulk_create(
            sorted(rows, key=lambda row: row.key),  # two askers take their locks in one order
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=fields,
        )


def snapshot_now() -> Snapshot:
    """What is visible now; ask it before the value, never after."""
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        return Snapshot(*cursor.fetchone())


def watching(table: str, begins: Sequence[str], ends: Sequence[str]) -> str:
    """The SQL that makes a table note which span of time each statement touches.

    The span runs from the earliest of `begins` to the latest of `ends` of the old and new rows;
    an empty column of `ends` leaves it open, and so does having none.
    """
    first = f"min(coalesce(least({', '.join(begins)}), '-infinity'))" if begins else "'-infinity'"
    open_ended = ", ".join(f"coalesce({column}, 'infinity')" for column in ends)
    last = f"max(greatest({open_ended}))" if ends else "'infinity'"
    made = [_function(table, name, rows, first, last) for name, rows in ROWS.items()]
    made += [_trigger(table, name) for name in ROWS]
    return "\n".join([*made, _truncate(table)])


ROWS: Mapping[str, str] = {
    "insert": "SELECT * FROM new_rows",
    "update": "SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows",
    "delete": "SELECT * FROM old_rows",
}
TABLES: Mapping[str, str] = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def _function(table: str, name: str, rows: str, first: str, last: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION kpi_note_{name}_{table}() RETURNS trigger
        LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO {NOTES} (source, first, last)
            SELECT '{table}', {first}, {last} FROM ({rows}) rows HAVING count(*) > 0;
            RETURN NULL;
        END $$;
    """  # noqa: S608 - made of our own table and column names


def _trigger(table: str, name: str) -> str:
    return f"""
        CREATE OR REPLACE TRIGGER kpi_note_{name} AFTER {name.upper()} ON {table}
        REFERENCING {TABLES[name]}
        FOR EACH STATEMENT EXECUTE FUNCTION kpi_note_{name}_{table}();
    """


def _truncate(table: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION kpi_note_truncate_{table}() RETURNS trigger
        LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO {NOTES} (source, first, last) VALUES ('{table}', '-infinity', 'infinity');
            RETURN NULL;
        END $$;
        CREATE OR REPLACE TRIGGER kpi_note_truncate AFTER TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION kpi_note_truncate_{table}();
    """  # noqa: S608 - made of our own table names


def unwatching(table: str) -> str:
    """Take the notes away again."""
    return "\n".join(
        f"DROP TRIGGER IF EXISTS kpi_note_{name} ON {table};"
        f"DROP FUNCTION IF EXISTS kpi_note_{name}_{table}();"
        for name in (*ROWS, "truncate")
    )
