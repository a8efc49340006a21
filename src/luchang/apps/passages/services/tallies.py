"""What the intake heard and refused, added to what it had before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from luchang.apps.passages.models import Camera
from luchang.apps.passages.states import RefusalReason
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, Forbidden

LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from one camera in a few seconds; None: nothing of that kind."""

    camera_id: int
    heard_at: datetime
    registered_at: datetime | None = None
    passage_at: datetime | None = None
    received_at: datetime | None = None
    passages: int = 0
    unread: int = 0
    fast: int = 0
    uncoloured: int = 0
    refused: int = 0
    skew_s: float | None = None


@dataclass(frozen=True, slots=True)
class RefusedSome:
    """How often something of one camera was refused for one reason; None: a stranger's."""

    camera_id: int | None
    reason: RefusalReason
    count: int
    at: datetime
    detail: str


_HEARD = """
UPDATE passages_cameralife SET
    registered_at = COALESCE(%(registered_at)s, registered_at),
    heard_at = GREATEST(heard_at, %(heard_at)s),
    passage_at = GREATEST(passage_at, %(passage_at)s),
    received_at = GREATEST(received_at, %(received_at)s),
    skew_s = COALESCE(%(skew_s)s, skew_s),
    passages = %(passages)s + CASE WHEN day = %(day)s THEN passages ELSE 0 END,
    unread = %(unread)s + CASE WHEN day = %(day)s THEN unread ELSE 0 END,
    fast = %(fast)s + CASE WHEN day = %(day)s THEN fast ELSE 0 END,
    uncoloured = %(uncoloured)s + CASE WHEN day = %(day)s THEN uncoloured ELSE 0 END,
    refused = %(refused)s + CASE WHEN day = %(day)s THEN refused ELSE 0 END,
    day = %(day)s
WHERE camera_id = %(camera_id)s
"""
_REFUSED = """
INSERT INTO passages_intakerefusal
    (camera_id, day, reason, count, first_at, last_at, last_detail)
VALUES (%(camera_id)s, %(day)s, %(reason)s, %(count)s, %(at)s, %(at)s, %(detail)s)
ON CONFLICT (camera_id, day, reason) DO UPDATE SET
    count = passages_intakerefusal.count + EXCLUDED.count,
    last_at = EXCLUDED.last_at,
    last_detail = EXCLUDED.last_detail
"""


@transaction.atomic
def keep_tallies(
    *, heard: Sequence[Heard], refused: Sequence[RefusedSome], by: Actor, at: datetime
) -> None:
    """Add to the day's counts, cameras in the order of their keys.

    Raises:
        Forbidden: anybody but the intake itself.
    """
    if not by.is_system:
        raise Forbidden(f"{by.name} is not the intake")
    day = local(at).date()
    known = set(
        Camera.objects.filter(
            pk__in=[one.camera_id for one in refused if one.camera_id is not None]
        ).values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        for one in sorted(heard, key=lambda each: each.camera_id):
            cursor.execute(_HEARD, {**_fields(one), "day": day})
        for some in sorted(refused, key=lambda each: (each.camera_id or 0, each.reason)):
            if some.camera_id is None or some.camera_id in known:
                said = {**_fields(some), "day": day, "detail": some.detail[:LONGEST_DETAIL]}
                cursor.execute(_REFUSED, said)


def _fields(one: Heard | RefusedSome) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}
