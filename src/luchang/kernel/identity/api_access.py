"""Who may use an operation of the API, operation by operation.

    @router.post("/calls", auth=needs("dispatch.take_call"))
    @router.get("/me", auth=needs(SIGNED_IN))

A browser comes with its session and must pass the CSRF check; a program comes with
`Authorization: Bearer lc_...`. `request.actor` is set either way. An operation that names no rule
is closed: the API is made with `auth=CLOSED`.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase

from luchang.kernel import clock
from luchang.kernel.identity import allowances, attendance
from luchang.kernel.identity.access import Access, rule_of
from luchang.kernel.identity.actors import NOBODY, Actor, Forbidden
from luchang.kernel.identity.middleware import duty_of
from luchang.kernel.identity.models import ApiToken
from luchang.kernel.identity.requests import address_of
from luchang.kernel.identity.selectors import actor_for_token
from luchang.kernel.identity.services.tokens import digest_of


class TooManyRequests(Exception):
    """The key was used more often this minute than it may be."""


class DutyFirst(Exception):
    """The person has to change his password or set up the second factor on the pages first."""


class Closed(AuthBase):
    """Admits nobody: what an operation gets that names no rule."""

    openapi_type = "http"

    def __call__(self, request: HttpRequest) -> None:
        raise Forbidden(f"{request.path} declares no access")


class OpenToAll(AuthBase):
    """Admits everybody, signed in or not."""

    openapi_type = "http"

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.access = access

    def __call__(self, request: HttpRequest) -> Actor:
        del request
        return NOBODY


class TokenAccess(HttpBearer):
    """A program with a key. A wrong key is refused even where a session came along."""

    openapi_name = "token"

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.access = access

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        at = clock.now()
        key = _valid_key(token, at=at)
        if allowances.use(f"token:{key.pk}", window=allowances.minute_of(at), at=at) > (
            key.per_minute
        ):
            raise TooManyRequests(key.name)
        _note_use(key, at=at)
        actor = actor_for_token(
            key, at=at, address=address_of(request), request_id=uuid.uuid4().hex
        )
        request.actor = actor  # type: ignore[attr-defined]
        return _admit(request, actor, self.access)


class SessionAccess(APIKeyCookie):
    """A page of ours, with its session and its CSRF token."""

    param_name = "sessionid"

    def __init__(self, access: Access) -> None:
        super().__init__(csrf=True)
        self.access = access

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        del key
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.user_id is None:
            return None
        duty = duty_of(request)
        if duty is not None:
            raise DutyFirst(duty)
        attendance.touch(
            request.sign_in,  # type: ignore[attr-defined]
            by_person=True,
            at=clock.now(),
        )
        return _admit(request, actor, self.access)


CLOSED = Closed()


def needs(*rules: Access | str) -> Sequence[AuthBase]:
    """The rule of one operation, as ninja's `auth`: a ready rule or permission codes."""
    access = rule_of(*rules)
    if access.public:
        return [OpenToAll(access)]
    return [TokenAccess(access), SessionAccess(access)]


def _admit(request: HttpRequest, actor: Actor, access: Access) -> Actor:
    if not access.admits(actor):
        raise Forbidden(f"{actor.name} may not use {request.path}")
    return actor


def _valid_key(text: str, *, at: datetime) -> ApiToken:
    keys = ApiToken.objects.valid(at=at).select_related("user__organisation")
    key = keys.filter(digest=digest_of(text), user__is_active=True).first()
    if key is None:
        raise AuthenticationError
    return key


def _note_use(key: ApiToken, *, at: datetime) -> None:
    if key.used_at is None or at - key.used_at >= attendance.TOUCH_EVERY:
        key.touch(at=at)
