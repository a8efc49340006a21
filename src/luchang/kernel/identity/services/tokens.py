"""Keys by which programs act. A key is shown once and stored as a hash."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from luchang.kernel.identity import permissions
from luchang.kernel.identity.actors import Actor, Forbidden, Unreached, fetch
from luchang.kernel.identity.models import ApiToken, User
from luchang.kernel.identity.policies import MANAGE_TOKENS, USE_TOKENS
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.services.announcing import tell
from luchang.kernel.identity.states import Deed

PREFIX = "lc_"
"""Lets scanners recognise a key that was published by mistake."""

LONGEST = timedelta(days=366)


class TokenRefused(ValueError):
    """The key cannot be issued as asked; the text says why."""


@transaction.atomic
def issue_token(
    *,
    user_id: int,
    name: str,
    codes: Sequence[str],
    expires_at: datetime,
    by: Actor,
    at: datetime,
    per_minute: int = 600,
) -> tuple[ApiToken, str]:
    """A new key and its text, which nobody can read again.

    A person makes keys for himself; the security administrator makes them for service accounts,
    not for persons, whom he could then act for. A key never carries an administrator's permission
    and never more than its account may do, at this moment or later.

    Raises:
        Forbidden, Unreached: the account is neither his own nor a service account in his reach.
        TokenRefused: permissions the account does not hold, an administrator's, or a bad expiry.
    """
    user = _account(by, user_id)
    _check_codes(codes, actor_for(user, at=at))
    if not at < expires_at <= at + LONGEST:
        raise TokenRefused("expiry")
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(text),
        permissions=permissions.with_implied(codes),
        created_at=at,
        expires_at=expires_at,
        per_minute=per_minute,
    )
    detail = {"user": user.pk, "permissions": token.permissions, "expires_at": str(expires_at)}
    tell(token, Deed.GRANT, by=by, at=at, detail=detail)
    return token, text


@transaction.atomic
def revoke_token(*, token_id: int, by: Actor, at: datetime) -> ApiToken:
    """Make a key worthless at once; a person's own, or any in the security administrator's reach.

    Raises:
        Unreached: no such key, or neither.
    """
    tokens = ApiToken.objects.select_for_update(of=("self",)).filter(revoked_at__isnull=True)
    own = tokens.filter(user_id=by.user_id) if by.user_id is not None else tokens.none()
    token = own.filter(pk=token_id).first()
    if token is None:
        if not by.may(MANAGE_TOKENS):
            raise Unreached(f"token {token_id}")
        token = fetch(tokens, by, MANAGE_TOKENS, pk=token_id, organisation="user__organisation")
    token.revoke(at=at)
    tell(token, Deed.WITHDRAW, by=by, at=at, detail={"user": token.user_id})
    return token


def digest_of(text: str) -> str:
    """How a key is stored; it is random enough to need no salt."""
    return hashlib.sha256(text.encode()).hexdigest()


def _account(by: Actor, user_id: int) -> User:
    users = User.objects.filter(is_active=True)
    if by.user_id == user_id:
        by.check(USE_TOKENS)
        return users.get(pk=user_id)
    user = fetch(users, by, MANAGE_TOKENS, pk=user_id)
    if not user.is_service:
        raise Forbidden(f"{by.name} may not make a key for a person")
    return user


def _check_codes(codes: Sequence[str], holder: Actor) -> None:
    if not codes:
        raise TokenRefused("permissions")
    missing = sorted(code for code in codes if not holder.may(code))
    if missing:
        raise TokenRefused(", ".join(missing))
    if permissions.administrators_of(codes):
        raise TokenRefused("administrator")
