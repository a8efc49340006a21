"""What identity tells the rest of the kernel. Audit and live join; identity knows neither."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from luchang.kernel.bus import Event
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.states import Deed


@dataclass(frozen=True, kw_only=True)
class Administered(Event):
    """Somebody changed who is who or who may do what; written to the audit with the change."""

    by: Actor
    deed: Deed
    subject: str
    """Kind of record as `<app>.<model>`."""
    subject_id: int | None
    detail: Mapping[str, object] = field(default_factory=dict)
    """JSON values, `{"before": ..., "after": ...}` where something was changed; no secrets."""


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """A session is over; its open streams must end with it."""

    session_key: str
    user_id: int


@dataclass(frozen=True, kw_only=True)
class ReachChanged(Event):
    """What these people may do or how far it reaches is no longer what it was."""

    user_ids: frozenset[int]
