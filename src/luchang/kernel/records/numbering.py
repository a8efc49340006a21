"""Numbers without gaps or doubles, taken under a lock in the caller's transaction."""

from collections.abc import Mapping

from django.db import connection, transaction


def next_number(series: str) -> int:
    """The next number of `series`, from 1.

    The counter's row stays locked until the caller's transaction ends: a rolled-back caller gives
    its number back, so the series has no gaps, and two callers never get the same.

    Raises:
        RuntimeError: there is no surrounding transaction to hold the lock.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"a number of {series} is taken inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_counter (series, last) VALUES (%s, 1) "
            "ON CONFLICT (series) DO UPDATE SET last = records_counter.last + 1 RETURNING last",
            [series],
        )
        row = cursor.fetchone()
    number: int = row[0]
    return number


def last_numbers(pattern: str) -> dict[str, int]:
    """The last number of every series whose name fits a regular expression."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT series, last FROM records_counter WHERE series ~ %s", [pattern])
        return dict(cursor.fetchall())


def count_on(last: Mapping[str, int]) -> None:
    """Let series go on behind numbers that were given in bulk; none ever goes back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_counter (series, last) "
            "SELECT * FROM unnest(%s::text[], %s::bigint[]) "
            "ON CONFLICT (series) DO UPDATE "
            "SET last = GREATEST(records_counter.last, EXCLUDED.last)",
            [list(last), list(last.values())],
        )
