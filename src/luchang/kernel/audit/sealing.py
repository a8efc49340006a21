"""Closing the newest entries into the chain, a batch at a time."""

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from django.db import connection, transaction
from django.db.models import Max

from luchang.kernel.audit import chain
from luchang.kernel.audit.models import AuditEntry, Seal

BATCH = 5_000
"""Entries a seal; one transaction is never split, so a seal may hold more."""

END_OF_ERA = 2**63 - 1
_LOCK = 0x4C43_5345_414C
"""Key of the advisory lock that keeps two sealers apart ("LCSEAL")."""


@dataclass(frozen=True)
class Cursor:
    """Where the chain stands."""

    number: int = 0
    era: int = 1
    floor_id: int = 0
    until: int = 0
    digest: str = chain.GENESIS


def seal_all(*, at: datetime) -> list[Seal]:
    """Seal everything that no running transaction can still add to.

    Each batch is a transaction of its own, so a long backlog is worked off piece by piece.
    """
    made: list[Seal] = []
    while (seal := seal_batch(at=at)) is not None:
        made.append(seal)
    return made


@transaction.atomic
def seal_batch(*, at: datetime) -> Seal | None:
    """The next seal, or None when nothing is ready. One sealer at a time."""
    _wait_for_turn()
    here = _cursor()
    horizon, future = _horizon()
    if horizon < here.until < END_OF_ERA:
        return _close_era(here, future, at=at)
    if here.until == END_OF_ERA:
        here = _next_era(here)
    return _seal(here, horizon, at=at)


def unsealed() -> int:
    """Entries written and not yet under a seal."""
    here = _cursor()
    if here.until == END_OF_ERA:
        here = _next_era(here)
    return AuditEntry.objects.filter(pk__gt=here.floor_id, transaction__gte=here.until).count()


def _seal(here: Cursor, horizon: int, *, at: datetime) -> Seal | None:
    """Seal what lies between the last seal and `horizon`, at most a batch of it."""
    waiting = AuditEntry.objects.of_era(here.floor_id)
    ready = waiting.of_transactions(here.until, horizon).sealable()
    rows = list(ready[: BATCH + 1])
    if not rows:
        return None
    until = horizon
    if len(rows) > BATCH:
        until = chain.transaction_of(rows[BATCH])
        rows = list(takewhile(lambda row: chain.transaction_of(row) < until, rows))
    if not rows:  # one transaction larger than a batch
        until += 1
        rows = list(waiting.of_transactions(here.until, until).sealable())
    return _write(here, until, rows, at=at)


def _close_era(here: Cursor, future: int, *, at: datetime) -> Seal:
    """The database was restored into another cluster, whose transactions count from the start.

    What came along unsealed carries numbers this cluster has not reached: it closes the old era.
    Entries written since have higher ids, which is how the new era tells them apart.
    """
    behind = AuditEntry.objects.of_era(here.floor_id)
    rows = list(behind.of_transactions(max(here.until, future), END_OF_ERA).sealable())
    return _write(here, END_OF_ERA, rows, at=at)


def _next_era(here: Cursor) -> Cursor:
    sealed = Seal.objects.filter(era=here.era).aggregate(highest=Max("last_id"))["highest"]
    return Cursor(
        number=here.number,
        era=here.era + 1,
        floor_id=max(sealed or 0, here.floor_id),
        until=0,
        digest=here.digest,
    )


def _write(here: Cursor, until: int, rows: list[chain.Row], *, at: datetime) -> Seal:
    digests = [chain.entry_digest(row) for row in rows]
    ids = [chain.id_of(row) for row in rows]
    header = chain.Header(
        number=here.number + 1,
        era=here.era,
        floor_id=here.floor_id,
        since=here.until,
        until=until,
        count=len(rows),
        content=chain.content_digest(digests),
        at=at,
    )
    return Seal.objects.create(
        number=header.number,
        era=header.era,
        floor_id=header.floor_id,
        since=header.since,
        until=header.until,
        count=header.count,
        first_id=min(ids, default=0),
        last_id=max(ids, default=0),
        content=header.content,
        marks=b"".join(map(chain.mark, ids, digests)),
        previous=here.digest,
        digest=header.digest(here.digest),
        at=header.at,
    )


def _cursor() -> Cursor:
    last = Seal.objects.defer("marks").order_by("-number").first()
    if last is None:
        return Cursor()
    return Cursor(last.number, last.era, last.floor_id, last.until, last.digest)


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _horizon() -> tuple[int, int]:
    """The oldest transaction still running, and the first not yet begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now.it)::text, pg_snapshot_xmax(now.it)::text "
            "FROM (SELECT pg_current_snapshot() AS it) AS now"
        )
        oldest, next_one = cursor.fetchone()
    return int(oldest), int(next_one)
