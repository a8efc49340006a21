"""Django's own signals of signing in and out, turned into our services."""

from typing import Any

from allauth.account.signals import password_changed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.models import User
from luchang.kernel.identity.requests import address_of, agent_of
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import RefusalReason


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="identity.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="identity.signed_out")
    user_login_failed.connect(_refused, dispatch_uid="identity.refused")
    password_changed.connect(_rotated, dispatch_uid="identity.rotated")


def _signed_in(request: HttpRequest, user: User, **_rest: Any) -> None:
    if request.session.session_key is None:
        request.session.create()
    at = clock.now()
    services.sign_in(
        user=user,
        session_key=request.session.session_key or "",
        agent=agent_of(request),
        by=actor_for(user, at=at, address=address_of(request)),
        at=at,
    )


def _signed_out(request: HttpRequest, user: User | None, **_rest: Any) -> None:
    if user is None or request.session.session_key is None:
        return
    at = clock.now()
    by = actor_for(user, at=at, address=address_of(request))
    services.sign_out(session_key=request.session.session_key, by=by, at=at)


def _refused(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_rest: Any
) -> None:
    if request is None:
        return
    services.sign_in_refused(
        username=str(credentials.get("username") or ""),
        reason=_reason(credentials, request),
        address=address_of(request),
        agent=agent_of(request),
        at=clock.now(),
    )


def _reason(credentials: dict[str, Any], request: HttpRequest) -> RefusalReason:
    if getattr(request, "axes_locked_out", False):
        return RefusalReason.LOCKED
    if "factor" in credentials:
        return RefusalReason.WRONG_CODE
    return RefusalReason.WRONG_PASSWORD


def _rotated(request: HttpRequest, **_rest: Any) -> None:
    """Django gives the session a new key when its password changes."""
    sign_in = getattr(request, "sign_in", None)
    key = request.session.session_key
    if sign_in is not None and key is not None:
        services.rotate_session(sign_in=sign_in, session_key=key, at=clock.now())
