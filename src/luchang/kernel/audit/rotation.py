"""Rewriting personal data under the newest key, history included."""

from collections.abc import Iterator
from datetime import datetime

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction

from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.crypto.fields import EncryptedTextField, decrypt, encrypt
from luchang.kernel.crypto.keys import ring
from luchang.kernel.identity.actors import Actor


def rotate(*, by: Actor, at: datetime) -> int:
    """Encrypt anew whatever an older key of the ring encrypted; returns how many values.

    The clear values stay what they are, so no history is made and no trigger runs. Afterwards the
    older keys may leave the ring. Run again after an interruption: what is done is left alone.
    """
    return sum(_rotate_column(field, by=by, at=at) for field in encrypted_fields())


def encrypted_fields() -> Iterator[EncryptedTextField]:
    """Every encrypted column of every table, the tables of history among them."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:  # noqa: SLF001 - Django's public name
            if isinstance(field, EncryptedTextField):
                yield field


@transaction.atomic
def _rotate_column(field: EncryptedTextField, *, by: Actor, at: datetime) -> int:
    table, key, column = _names(field.model, field)
    current = f"%.{ring().current.name}.%"
    with connection.cursor() as cursor, pgtrigger.ignore():
        cursor.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {column} <> '' "  # noqa: S608 - model names
            f"AND {column} NOT LIKE %s FOR UPDATE",
            [current],
        )
        rows = cursor.fetchall()
        for row_key, stored in rows:
            anew = encrypt(field.kind, decrypt(field.kind, stored), searchable=field.searchable)
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s",  # noqa: S608 - model names
                [anew, row_key],
            )
    if rows:
        record(
            by=by,
            action=Action.ADMINISTER,
            subject="audit.key_rotation",
            subject_id=str(field)[:64],
            at=at,
            detail={"values": len(rows), "key": ring().current.name},
        )
    return len(rows)


def _names(model: type[models.Model], field: EncryptedTextField) -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    options = model._meta  # noqa: SLF001 - Django's public name
    key = options.pk.column
    assert key is not None  # noqa: S101 - every model of ours has one column for its key
    assert field.column is not None  # noqa: S101 - a concrete field has one
    return quote(options.db_table), quote(key), quote(field.column)
