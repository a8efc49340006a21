"""Sessions: each sign-in is a row, and ending the row ends the session and its streams."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from luchang.kernel import bus
from luchang.kernel.identity.actors import SYSTEM, Actor, fetch
from luchang.kernel.identity.events import SessionEnded
from luchang.kernel.identity.models import SignIn, SignInRefusal, User
from luchang.kernel.identity.policies import END_SESSIONS
from luchang.kernel.identity.selectors import keeps_watch
from luchang.kernel.identity.services.announcing import tell
from luchang.kernel.identity.states import Deed, RefusalReason, SignOutReason

SHOWN_OF_UNKNOWN = 2
"""Characters kept of a name nobody bears: what was typed there may be a password."""


@transaction.atomic
def sign_in(*, user: User, session_key: str, agent: str, by: Actor, at: datetime) -> SignIn:
    """Note that a session began; the row of a session that had it before is replaced."""
    SignIn.objects.filter(session_key=session_key).delete()
    made = SignIn.objects.create(
        user=user,
        session_key=session_key,
        address=by.address or None,
        agent=agent[:200],
        at=at,
        seen_at=at,
        keeps_watch=keeps_watch(user, at=at),
    )
    tell(made, Deed.SIGN_IN, by=by, at=at, detail={"user": user.pk})
    return made


@transaction.atomic
def sign_in_refused(
    *, username: str, reason: RefusalReason, address: str, agent: str, at: datetime
) -> SignInRefusal:
    """Note that somebody was not let in."""
    user = User.objects.filter(username__iexact=username).first()
    made = SignInRefusal.objects.create(
        username=user.username if user else f"{username[:SHOWN_OF_UNKNOWN]}***",
        user=user,
        address=address or None,
        agent=agent[:200],
        at=at,
        reason=reason,
    )
    detail = {"username": made.username, "reason": reason.value, "address": address}
    tell(made, Deed.REFUSED, by=SYSTEM, at=at, detail=detail)
    return made


@transaction.atomic
def rotate_session(*, sign_in: SignIn, session_key: str, at: datetime) -> None:
    """The session goes on under a new key; streams opened under the old one open anew."""
    bus.publish(SessionEnded(at=at, session_key=sign_in.session_key, user_id=sign_in.user_id))
    sign_in.go_on_as(session_key)


@transaction.atomic
def sign_out(*, session_key: str, by: Actor, at: datetime) -> None:
    """The person leaves; nothing happens for a session that was never noted."""
    for each in SignIn.objects.open().filter(session_key=session_key):
        _end(each, reason=SignOutReason.SIGNED_OUT, by=by, at=at)


@transaction.atomic
def end_session(*, sign_in_id: int, by: Actor, at: datetime) -> SignIn:
    """Force a person out of one session: its row and its open streams are gone at once.

    Raises:
        Forbidden, Unreached: `by` may not end sessions of that person's organisation.
    """
    rows = SignIn.objects.select_for_update(of=("self",)).open()
    found = fetch(rows, by, END_SESSIONS, pk=sign_in_id, organisation="user__organisation")
    _end(found, reason=SignOutReason.FORCED, by=by, at=at)
    return found


def end_sessions_of(
    user: User, *, reason: SignOutReason, by: Actor, at: datetime, except_key: str = ""
) -> None:
    """End every session of a person, but for the one he may keep; in the caller's transaction."""
    for each in SignIn.objects.open().filter(user=user).exclude(session_key=except_key):
        _end(each, reason=reason, by=by, at=at)


@transaction.atomic
def expire_sessions(*, idle: timedelta, longest: timedelta, at: datetime) -> int:
    """End the sessions nobody used for `idle`, or that are older than `longest`; run often."""
    over = Q(at__lte=at - longest) | Q(seen_at__lte=at - idle)
    expired = list(SignIn.objects.open().filter(over).select_for_update(skip_locked=True))
    for each in expired:
        _end(each, reason=SignOutReason.EXPIRED, by=SYSTEM, at=at)
    return len(expired)


def _end(each: SignIn, *, reason: SignOutReason, by: Actor, at: datetime) -> None:
    each.end(reason=reason, by=by, at=at)
    Session.objects.filter(session_key=each.session_key).delete()
    bus.publish(SessionEnded(at=at, session_key=each.session_key, user_id=each.user_id))
    tell(each, Deed.SIGN_OUT, by=by, at=at, detail={"user": each.user_id, "reason": reason.value})
