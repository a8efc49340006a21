"""Reading the sequence of changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luchang.kernel.identity.actors import Actor
from luchang.kernel.live.models import StreamEvent

COLUMNS = (
    "id, topic, kind, data, permission, organisation_id, organisation_path, user_id, oldest_open"
)

MISSED = f"""
WITH point AS (
    SELECT
        coalesce((SELECT oldest_open FROM live_streamevent WHERE id = %(since)s), 0) AS oldest,
        %(since)s > 0 AND NOT EXISTS (
            SELECT FROM live_streamevent WHERE id = %(since)s
        ) AS is_forgotten
)
SELECT missed.*, point.is_forgotten FROM point LEFT JOIN LATERAL (
    SELECT {COLUMNS} FROM live_streamevent
    WHERE transaction >= point.oldest AND topic = ANY(%(topics)s) AND NOT point.is_forgotten
    ORDER BY id LIMIT %(limit)s
) AS missed ON true ORDER BY missed.id
"""  # noqa: S608 - our own column names
"""Everything not certain to have been told before the change `since`, that change included.

A change told before it had been committed when `since` was written, so its transaction is older
than the oldest one open then. Nothing else is left out, whatever the order of commits.
"""


@dataclass(frozen=True)
class Message:
    """One change on its way to a screen; `seq` 0 marks one that is not kept."""

    seq: int
    topic: str
    kind: str
    data: Mapping[str, object]
    permission: str = ""
    organisation_id: int | None = None
    organisation_path: str = ""
    user_id: int | None = None

    def is_for(self, actor: Actor) -> bool:
        if self.user_id is not None:
            return self.user_id == actor.user_id
        return self.organisation_id is not None and actor.covers(
            self.permission, organisation_id=self.organisation_id, path=self.organisation_path
        )


def latest() -> int:
    """The newest key; a page reads it *before* its rows and streams from there."""
    newest = StreamEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def message_of(row: Mapping[str, Any]) -> Message:
    """A row of `COLUMNS` as a message."""
    return Message(
        seq=row["id"],
        topic=row["topic"],
        kind=row["kind"],
        data=row["data"],
        permission=row["permission"],
        organisation_id=row["organisation_id"],
        organisation_path=row["organisation_path"],
        user_id=row["user_id"],
    )
