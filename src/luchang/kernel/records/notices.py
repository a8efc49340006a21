"""Notices 通知: a line in a person's list, and on every screen he has open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.functional import Promise

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.live.services import tell_user
from luchang.kernel.records.models import Mute, Notification
from luchang.kernel.together import remembered, write

TOPIC = "notice"


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice; a person may mute it unless it must reach him."""

    code: str
    title: str | Promise
    must_reach: bool = False


_kinds: dict[str, NoticeKind] = {}


class MayNotBeMuted(Exception):
    """Notices of this kind reach everybody they are sent to."""


def declare(*kinds: NoticeKind) -> None:
    """Make kinds of notices known; belongs in an app's `policies`."""
    for each in kinds:
        if _kinds.setdefault(each.code, each) != each:
            raise ValueError(f"{each.code} is declared twice")


def declared() -> tuple[NoticeKind, ...]:
    return tuple(_kinds[code] for code in sorted(_kinds))


@transaction.atomic
def notify(  # noqa: PLR0913 - each is named at the call
    *,
    user_ids: Iterable[int],
    kind: str,
    key: str,
    title: str,
    at: datetime,
    body: str = "",
    url: str = "",
    is_new: bool = False,
) -> list[int]:
    """Put a notice before these people, once for each `key`; who was reached.

    Muted kinds are left out. A second notice under the same key reaches nobody; `is_new` says
    that the key was made in this transaction, so that nobody can have a notice under it.
    """
    people = set(user_ids)
    wanted = sorted(people - _muting(kind)) if people else []
    fresh = wanted if is_new else _without(wanted, key)
    for user_id in fresh:
        notice = Notification(
            user_id=user_id, kind=kind, key=key, title=title[:160], body=body[:500], url=url, at=at
        )
        write(notice, partial(_show, notice, at=at))
    return fresh


@transaction.atomic
def mark_read(*, by: Actor, at: datetime, notification_id: int | None = None) -> int:
    """Mark one notice of his, or all of them, as read; how many were not."""
    mine = Notification.objects.of(by).unread()
    if notification_id is not None:
        mine = mine.filter(pk=notification_id)
    changed = mine.update(read_at=at)
    if changed and by.user_id is not None:
        tell_user(user_id=by.user_id, topic=TOPIC, kind="read", data={"unread": unread(by)}, at=at)
    return changed


@transaction.atomic
def mute(*, kind: str, by: Actor) -> None:
    """Stop showing a kind of notice to this person.

    Raises:
        MayNotBeMuted: this kind must reach him.
    """
    known = _kinds.get(kind)
    if known is not None and known.must_reach:
        raise MayNotBeMuted(kind)
    Mute.objects.get_or_create(user_id=_person(by), kind=kind)


@transaction.atomic
def unmute(*, kind: str, by: Actor) -> None:
    Mute.objects.filter(user_id=_person(by), kind=kind).delete()


def unread(actor: Actor) -> int:
    return Notification.objects.of(actor).unread().count()


def _person(by: Actor) -> int:
    if by.user_id is None:
        raise Forbidden("only a person has notices to mute")
    return by.user_id


def _without(user_ids: list[int], key: str) -> list[int]:
    """Those who have no notice under this key yet."""
    rows = Notification.objects.filter(user__in=user_ids, key=key) if user_ids else ()
    known = {each.user_id for each in rows}
    return [user_id for user_id in user_ids if user_id not in known]


def _muting(kind: str) -> set[int]:
    rows = Mute.objects.filter(kind=kind).values_list("user_id", flat=True)
    return remembered(("muting", kind), lambda: set(rows))


def _show(notice: Notification, *, at: datetime) -> None:
    tell_user(
        user_id=notice.user_id,
        topic=TOPIC,
        kind="new",
        data={
            "id": notice.pk,
            "kind": notice.kind,
            "title": notice.title,
            "body": notice.body,
            "url": notice.url,
            "version": 1,
        },
        at=at,
    )
