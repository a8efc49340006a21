"""Telling screens. Written in the caller's transaction, heard by them after it has committed."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection

from luchang.kernel.live.models import CHANNEL, StreamEvent
from luchang.kernel.live.selectors import latest
from luchang.kernel.together import write

KEPT = timedelta(hours=24)
PAYLOAD_LIMIT = 7_900
"""PostgreSQL refuses a notification of 8,000 bytes."""

PEOPLE_AT_ONCE = 350
"""Keys of up to twenty digits that fit into one notification."""


def tell(
    *,
    topic: str,
    kind: str,
    data: Mapping[str, object],
    at: datetime,
    permission: str,
    organisation_id: int,
    organisation_path: str,
) -> None:
    """Tell everyone whose `permission` reaches that organisation.

    `data` must be enough to draw the record as it now is, with a `version` that grows: screens
    may hear of a change twice or out of order and keep the highest version.
    """
    write(
        StreamEvent(
            topic=topic,
            kind=kind,
            permission=permission,
            organisation_id=organisation_id,
            organisation_path=organisation_path,
            data=dict(data),
            at=at,
        )
    )


def tell_user(
    *, user_id: int, topic: str, kind: str, data: Mapping[str, object], at: datetime
) -> None:
    """Tell one person, on every screen he has open."""
    write(StreamEvent(topic=topic, kind=kind, user_id=user_id, data=dict(data), at=at))


def tell_in_passing(
    *,
    topic: str,
    kind: str,
    data: Mapping[str, object],
    permission: str,
    organisation_id: int,
    organisation_path: str,
) -> None:
    """Tell without keeping: for positions and the like, where only the newest counts.

    Raises:
        ValueError: the message is too long for a notification.
    """
    _notify(
        topic=topic,
        kind=kind,
        data=dict(data),
        permission=permission,
        organisation_id=organisation_id,
        organisation_path=organisation_path,
    )


def close_session(*, session_key: str) -> None:
    """End the streams of a session that was signed out."""
    _notify(topic="session", kind="closed", data={"session_key": session_key})


def trim(*, at: datetime) -> int:
    """Forget changes older than anybody resumes from; how many went.

    The newest stays: it is the point from which a quiet page resumes.
    """
    gone, _ = StreamEvent.objects.filter(at__lt=at - KEPT, pk__lt=latest()).delete()
    return gone


def close_streams_of(*, user_ids: Iterable[int]) -> None:
    """End the streams of these people, who come back at once with the reach they have now."""
    people = sorted(user_ids)
    for first in range(0, len(people), PEOPLE_AT_ONCE):
        _notify(
            topic="session",
            kind="reach",
            data={"user_ids": people[first : first + PEOPLE_AT_ONCE]},
        )


def _notify(**message: object) -> None:
    payload = json.dumps(message, ensure_ascii=False)
    if len(payload.encode()) > PAYLOAD_LIMIT:
        raise ValueError(f"a passing message of {len(payload.encode())} bytes is too long")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
