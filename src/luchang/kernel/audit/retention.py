"""Putting old batches away: exported first, deleted whole, the chain still verifiable.

The law asks for six months of logs at least; nothing younger than that can be put away.
"""

import gzip
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pgtrigger
from django.db import transaction

from luchang.kernel.audit import chain, sinks
from luchang.kernel.audit.models import AuditEntry, Seal
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.crypto.sm import sm3
from luchang.kernel.identity.actors import Actor

SHORTEST = timedelta(days=184)
"""Six months; Cybersecurity Law, article 21 (3)."""


class TooYoung(Exception):
    """Entries this recent must be kept in the database."""


class NotSealedAsStored(Exception):
    """A batch no longer is what was sealed; it is not put away, so that the traces stay."""


def archive(*, before: datetime, into: Path, by: Actor, at: datetime) -> list[Seal]:
    """Export and delete the batches sealed before `before`, oldest first, each by itself.

    A batch's file is on the disk, synced, and named with its digest inside and outside the
    database before its entries go.

    Raises:
        TooYoung: `before` lies less than six months back.
        NotSealedAsStored: a batch fails its own seal; the ones before it are put away.
    """
    if at - before < SHORTEST:
        raise TooYoung(f"entries since {at - SHORTEST:%F} stay in the database")
    into.mkdir(parents=True, exist_ok=True)
    due = Seal.objects.filter(at__lt=before, archived_at__isnull=True).order_by("number")
    return [_put_away(seal, into, by=by, at=at) for seal in due]


@transaction.atomic
def _put_away(seal: Seal, into: Path, *, by: Actor, at: datetime) -> Seal:
    entries = AuditEntry.objects.of_era(seal.floor_id, _ceiling(seal)).of_transactions(
        seal.since, seal.until
    )
    rows = list(entries.sealable())
    if chain.content_digest(map(chain.entry_digest, rows)) != seal.content:
        raise NotSealedAsStored(str(seal.number))
    place = into / f"audit-{seal.number:09d}.jsonl.gz"
    seal.put_away(place.name, _write(place, rows), at=at)
    record(
        by=by,
        action=Action.ADMINISTER,
        subject="audit.seal",
        subject_id=seal.number,
        at=at,
        detail={"archived": place.name, "count": seal.count, "digest": seal.archive_digest},
    )
    with pgtrigger.ignore("audit.AuditEntry:append_only"):
        entries.order_by().delete()
    sinks.append_everywhere([sinks.archived_line(seal)])
    return seal


def read_back(place: Path, seal: Seal) -> bool:
    """Whether an archive file still is what was put away under this seal."""
    content = place.read_bytes()
    if sm3(content).hex() != seal.archive_digest:
        return False
    lines = gzip.decompress(content).splitlines()
    return chain.content_digest(map(sm3, lines)) == seal.content


def _ceiling(seal: Seal) -> int | None:
    following = Seal.objects.filter(era=seal.era + 1).values_list("floor_id", flat=True)
    return following.first()


def _write(place: Path, rows: Iterable[chain.Row]) -> str:
    """The canonical bytes, one entry a line, as they were sealed; returns the file's digest."""
    content = gzip.compress(b"".join(chain.canonical(row) + b"\n" for row in rows), mtime=0)
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return sm3(content).hex()
