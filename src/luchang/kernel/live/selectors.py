"""Reading the sequence of changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from luchang.kernel.identity.actors import Actor
from luchang.kernel.live.models import StreamEvent

LOOK_BACK = 200
"""Keys read again on resuming: a transaction that drew its key earlier may commit later."""


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


def message(seq: int) -> Message | None:
    row = StreamEvent.objects.filter(pk=seq).first()
    return _message(row) if row else None


def messages_after(seq: int) -> list[Message]:
    """Changes since `seq` and some before it, oldest first."""
    rows = StreamEvent.objects.filter(pk__gt=seq - LOOK_BACK).order_by("pk")
    return [_message(row) for row in rows]


def _message(row: StreamEvent) -> Message:
    return Message(
        seq=row.pk,
        topic=row.topic,
        kind=row.kind,
        data=row.data,
        permission=row.permission,
        organisation_id=row.organisation_id,
        organisation_path=row.organisation_path,
        user_id=row.user_id,
    )
