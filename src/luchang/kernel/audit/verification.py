"""Reading the whole log again and comparing it with its seals, inside and outside."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection
from django.db.models import Q

from luchang.kernel.audit import chain, sinks
from luchang.kernel.audit.models import AuditEntry, Seal, Verification
from luchang.kernel.audit.sealing import END_OF_ERA, unsealed


class Flaw(StrEnum):
    """What kind of tampering a finding speaks of."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    SEAL_ALTERED = "seal_altered"
    SEAL_MISSING = "seal_missing"
    TAIL_CUT = "tail_cut"
    OUTSIDE_LOST = "outside_lost"
    FROM_NOWHERE = "from_nowhere"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed; `entry` is the first bad row, if one is known."""

    flaw: Flaw
    seal: int
    entry: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Report:
    """The outcome of one check."""

    seals: int
    entries: int
    unsealed: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings


def verify() -> Report:
    """Check every seal and every sealed entry; reads only.

    An edit, deletion, insertion or reordering breaks the batch it happens in; whoever mends the
    batch's seal breaks the chain; whoever mends the chain, or cuts its tail, differs from the
    heads outside.
    """
    findings: list[Finding] = []
    entries = 0
    previous: Seal | None = None
    seals = list(Seal.objects.defer("marks").order_by("number"))
    for seal, ceiling in _with_ceiling(seals):
        findings += _check_link(seal, previous)
        findings += _check_content(seal, ceiling)
        entries += seal.count
        previous = seal
    findings += _check_outside(seals)
    findings += _check_future()
    return Report(seals=len(seals), entries=entries, unsealed=unsealed(), findings=tuple(findings))


def verify_and_keep(*, at: datetime, took_s: float, report: Report) -> Verification:
    """Store what a check found, for the status page."""
    return Verification.objects.create(
        at=at,
        took_s=took_s,
        seals=report.seals,
        entries=report.entries,
        unsealed=report.unsealed,
        findings=[asdict(finding) for finding in report.findings[:100]],
    )


def _with_ceiling(seals: list[Seal]) -> Iterator[tuple[Seal, int | None]]:
    """Each seal with the highest id of its era, None for the era that still runs."""
    floors = {seal.era: seal.floor_id for seal in seals}
    for seal in seals:
        yield seal, floors.get(seal.era + 1)


def _check_link(seal: Seal, previous: Seal | None) -> Iterator[Finding]:
    number = previous.number + 1 if previous else 1
    if seal.number != number:
        yield Finding(Flaw.SEAL_MISSING, number, None, f"seals {number} to {seal.number - 1}")
        return
    if seal.previous != (previous.digest if previous else chain.GENESIS):
        yield Finding(Flaw.SEAL_ALTERED, seal.number, None, "does not follow from the seal before")
    if seal.digest != seal.header.digest(seal.previous):
        yield Finding(Flaw.SEAL_ALTERED, seal.number, None, "digest does not fit its header")
    if seal.since != _due_since(seal, previous):
        yield Finding(Flaw.SEAL_ALTERED, seal.number, None, "leaves transactions out")


def _due_since(seal: Seal, previous: Seal | None) -> int:
    if previous is None or previous.until == END_OF_ERA:
        return 0
    return previous.until


def _check_content(seal: Seal, ceiling: int | None) -> Iterator[Finding]:
    rows = AuditEntry.objects.of_era(seal.floor_id, ceiling).of_transactions(
        seal.since, seal.until
    )
    digests = {chain.id_of(row): chain.entry_digest(row) for row in rows.sealable().iterator()}
    if seal.archived_at is not None and not digests:
        return
    if chain.content_digest(digests.values()) == seal.content:
        if bytes(seal.marks) != b"".join(chain.mark(i, d) for i, d in digests.items()):
            yield Finding(Flaw.SEAL_ALTERED, seal.number, None, "its marks were altered")
        return
    yield _locate(seal, {i: d[: chain.MARK_BYTES] for i, d in digests.items()})


def _locate(seal: Seal, found: dict[int, bytes]) -> Finding:
    """Name the first entry that differs from the marks taken when the batch was sealed."""
    sealed = chain.marks(bytes(seal.marks))
    for entry, mark in found.items():
        if entry not in sealed:
            return Finding(Flaw.INSERTED, seal.number, entry, "was not there when sealed")
        if sealed[entry] != mark:
            return Finding(Flaw.EDITED, seal.number, entry, "differs from what was sealed")
    for entry in sealed:
        if entry not in found:
            return Finding(Flaw.DELETED, seal.number, entry, "was sealed and is gone")
    if list(sealed) != list(found):
        entry = next(a for a, b in zip(found, sealed, strict=True) if a != b)
        return Finding(Flaw.REORDERED, seal.number, entry, "stands in another place")
    return Finding(Flaw.SEAL_ALTERED, seal.number, None, "content digest was altered")


def _check_outside(seals: list[Seal]) -> Iterator[Finding]:
    outside = sinks.read(sinks.main_file())
    last = seals[-1].number if seals else 0
    inside = {seal.number: seal for seal in seals}
    for number, digest in outside.digests.items():
        if number > last:
            yield Finding(
                Flaw.TAIL_CUT, number, None, f"seals {last + 1} to {outside.last} are gone"
            )
            break
        if number in inside and inside[number].digest != digest:
            yield Finding(Flaw.SEAL_ALTERED, number, None, "differs from the head kept outside")
            break
    missing = [number for number in inside if number not in outside.digests]
    if missing:
        yield Finding(
            Flaw.OUTSIDE_LOST, missing[0], None, f"{len(missing)} heads are not kept outside"
        )
    for seal in seals:
        if seal.archived_at and outside.archived.get(seal.number) != seal.archive_digest:
            yield Finding(Flaw.DELETED, seal.number, None, "archived without a line outside")


def _check_future() -> Iterator[Finding]:
    """No entry can come from a transaction that has not begun."""
    newest = Seal.objects.defer("marks").order_by("-number").first()
    floor = newest.floor_id if newest else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        row = cursor.fetchone()
    begun = max(int(row[0]), _own_transaction())
    if newest is not None and begun < newest.until < END_OF_ERA:
        begun = END_OF_ERA  # restored into another cluster and not sealed since: cannot be told
    never = Q(pk__gt=floor, transaction__gt=begun) | Q(transaction__lt=0)
    strange = AuditEntry.objects.filter(never | Q(transaction=END_OF_ERA)).order_by("pk").first()
    if strange is not None:
        yield Finding(Flaw.FROM_NOWHERE, 0, strange.pk, "claims a transaction that never was")


def _own_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(pg_current_xact_id_if_assigned()::text, '0')")
        row = cursor.fetchone()
    return int(row[0])
