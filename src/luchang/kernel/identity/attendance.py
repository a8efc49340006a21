"""Whether a session still holds: known, not ended, not idle, not older than a shift."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from luchang.kernel.identity.models import SignIn

TOUCH_EVERY = timedelta(minutes=1)
"""How exact "last seen" is; a row is not written on every click."""


def idle_limit() -> timedelta:
    return timedelta(minutes=settings.IDLE_MINUTES)


def longest() -> timedelta:
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def valid_sign_in(request: HttpRequest, *, at: datetime) -> SignIn | None:
    """The row behind this request's session, if the session still holds."""
    key = request.session.session_key
    found = SignIn.objects.open().filter(session_key=key).first() if key else None
    if found is None or found.seen_at <= at - idle_limit() or found.at <= at - longest():
        return None
    return found


def touch(sign_in: SignIn, *, by_person: bool, at: datetime) -> None:
    """Note that somebody is there. What a page asks by itself counts only for those on watch."""
    if not by_person and not sign_in.keeps_watch:
        return
    if at - sign_in.seen_at >= TOUCH_EVERY:
        sign_in.touch(at=at)
