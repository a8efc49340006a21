"""Taking each thing once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models, transaction

from luchang.kernel.records.models import Intake


class KeyReused(Exception):
    """The key was used before for something else; nothing was stored."""


@dataclass(frozen=True)
class Accepted:
    """What a key stands for, and whether this call made it."""

    subject_id: int
    is_new: bool


def accept_once(
    *,
    source: str,
    key: str,
    content: Mapping[str, object],
    make: Callable[[], models.Model],
    at: datetime,
) -> Accepted:
    """Run `make` unless `source` has sent `key` before; key and record share one transaction.

    Two senders of the same key at the same moment are put in line by the database: the second
    waits for the first and then gets its record.

    Raises:
        KeyReused: the same key came with other content.
    """
    digest = hashlib.sha256(
        json.dumps(content, sort_keys=True, default=str, ensure_ascii=False).encode()
    ).hexdigest()
    with transaction.atomic():
        _one_at_a_time(source, key)
        known = Intake.objects.filter(source=source, key=key).first()
        if known is not None:
            if known.digest != digest:
                raise KeyReused(f"key {key} of {source} was used before with other content")
            return Accepted(known.subject_id, is_new=False)
        made = make()
        Intake.objects.create(
            source=source,
            key=key,
            digest=digest,
            subject=made._meta.label_lower,  # noqa: SLF001 - Django's public name for it
            subject_id=made.pk,
            at=at,
        )
        return Accepted(made.pk, is_new=True)


def _one_at_a_time(source: str, key: str) -> None:
    """Hold a lock on this key until the transaction ends; the unique key stays the last word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{source}\n{key}"]
        )
