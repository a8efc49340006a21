"""The sums that seal the log, as pure functions of bytes.

    entry digest    SM3 of the entry's canonical bytes
    content         SM3 of the entry digests of one batch, in order
    seal digest     SM3 of the previous seal's digest and this seal's canonical header

The header holds number, range, count, content and time, so whoever changes, drops, adds or swaps
anything changes this seal's digest and the digest of every later one.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from luchang.kernel.crypto.sm import sm3

GENESIS = "0" * 64
"""What stands before the first seal."""

ID_BYTES = 8
MARK_BYTES = 8
STEP = ID_BYTES + MARK_BYTES

COLUMNS = (
    "id",
    "transaction",
    "at",
    "actor_id",
    "actor_name",
    "organisation_path",
    "action",
    "subject",
    "subject_id",
    "purpose",
    "detail_text",
    "address",
    "request_id",
)
"""What is sealed of an entry, in this order: all of it."""

Row = tuple[object, ...]


def id_of(row: Row) -> int:
    """The entry's key, which COLUMNS puts first."""
    return int(str(row[0]))


def transaction_of(row: Row) -> int:
    """The number of the transaction that wrote the entry, which COLUMNS puts second."""
    return int(str(row[1]))


def canonical(row: Row) -> bytes:
    """One entry as bytes that are the same on every machine; `row` follows COLUMNS."""
    return _json([_in_utc(value) if isinstance(value, datetime) else value for value in row])


def entry_digest(row: Row) -> bytes:
    return sm3(canonical(row))


def content_digest(digests: Iterable[bytes]) -> str:
    return sm3(b"".join(digests)).hex()


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a seal says of its batch."""

    number: int
    era: int
    floor_id: int
    since: int
    until: int
    count: int
    content: str
    at: datetime

    def digest(self, previous: str) -> str:
        """The seal's own digest, which the next one carries on."""
        fields = asdict(self) | {"at": _in_utc(self.at), "previous": previous}
        return sm3(_json(fields)).hex()


def mark(entry_id: int, digest: bytes) -> bytes:
    """Sixteen bytes that later tell *which* entry of a batch was changed."""
    return entry_id.to_bytes(ID_BYTES, "big", signed=True) + digest[:MARK_BYTES]


def marks(packed: bytes) -> dict[int, bytes]:
    """Entry id to the beginning of its digest, in the order of the batch."""
    return {
        int.from_bytes(packed[at : at + ID_BYTES], "big", signed=True): packed[
            at + ID_BYTES : at + STEP
        ]
        for at in range(0, len(packed), STEP)
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
