from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce, Greatest

from luchang.kernel.identity.actors import SYSTEM, Actor, Forbidden, Unreached, fetch
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.passwords import random_password
from luchang.kernel.identity.policies import MANAGE_USERS
from luchang.kernel.identity.services.announcing import tell, tell_reach_changed
from luchang.kernel.identity.services.sessions import end_sessions_of
from luchang.kernel.identity.states import Deed, SignOutReason

DORMANT_AFTER = timedelta(days=90)


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    organisation_id: int,
    by: Actor,
    at: datetime,
    is_service: bool = False,
) -> tuple[User, str]:
    """A new account and its first password, which is shown once and must be changed at sign-in.

    A service account, which a program uses with tokens, gets no password: the text is empty.

    Raises:
        Forbidden, Unreached: `by` does not administer users of that organisation.
        ValidationError: the name is taken or malformed.
    """
    organisation = _organisation(by, organisation_id)
    user = User(username=username, name=name, organisation=organisation, is_service=is_service)
    user.full_clean(exclude=["password"])
    password = "" if is_service else random_password()
    user = User.objects.create_user(
        username=username,
        password=password or None,
        name=name,
        organisation=organisation,
        is_service=is_service,
        must_change_password=not is_service,
        password_changed_at=at,
    )
    tell(user, Deed.CREATE, by=by, at=at, detail={"username": username, "name": name})
    return user, password


@transaction.atomic
def rename_user(*, user_id: int, name: str, by: Actor, at: datetime) -> User:
    user = _reached(by, user_id)
    before = user.name
    user.rename(name)
    tell(user, Deed.CHANGE, by=by, at=at, detail=_change(name=(before, name)))
    return user


@transaction.atomic
def transfer_user(*, user_id: int, organisation_id: int, by: Actor, at: datetime) -> User:
    """Take a person to another organisation; his posts are the security administrator's matter."""
    user, organisation = _reached(by, user_id), _organisation(by, organisation_id)
    before = user.organisation_id
    user.transfer(organisation)
    tell(user, Deed.CHANGE, by=by, at=at, detail=_change(organisation=(before, organisation.pk)))
    tell_reach_changed([user.pk], at=at)
    return user


@transaction.atomic
def disable_user(*, user_id: int, by: Actor, at: datetime) -> User:
    """Lock an account: its sessions and streams end now, its tokens no longer work.

    Raises:
        Forbidden: it is the actor's own.
    """
    user = _reached(by, user_id)
    if by.user_id == user.pk:
        raise Forbidden(f"{by.name} may not disable himself")
    _disable(user, by=by, at=at, reason="by administrator")
    return user


@transaction.atomic
def enable_user(*, user_id: int, by: Actor, at: datetime) -> User:
    user = _reached(by, user_id)
    user.switch(active=True)
    user.note_active(at=at)
    tell(user, Deed.CHANGE, by=by, at=at, detail=_change(is_active=(False, True)))
    return user


@transaction.atomic
def reset_password(*, user_id: int, by: Actor, at: datetime) -> str:
    """Give the person a new random password, to be shown once and changed at the next sign-in.

    Every session of his ends: whoever knew the old password is out.

    Raises:
        Forbidden: it is the actor's own, or a service account, which has none.
    """
    user = _reached(by, user_id)
    if by.user_id == user.pk or user.is_service:
        raise Forbidden(f"{by.name} may not reset the password of {user.username}")
    password = random_password()
    user.take_password(password, must_change=True, at=at)
    end_sessions_of(user, reason=SignOutReason.PASSWORD_CHANGED, by=by, at=at)
    tell(user, Deed.CHANGE, by=by, at=at, detail={"password": "reset"})
    return password


@transaction.atomic
def change_password(
    *, user: User, password: str, by: Actor, at: datetime, session_key: str = ""
) -> None:
    """A person's own change: every other session of his ends, the one he sits at goes on.

    Raises:
        ValidationError: too short, too common, or among the last five.
    """
    validate_password(password, user)
    user.take_password(password, must_change=False, at=at)
    end_sessions_of(
        user, reason=SignOutReason.PASSWORD_CHANGED, by=by, at=at, except_key=session_key
    )
    tell(user, Deed.CHANGE, by=by, at=at, detail={"password": "changed"})


@transaction.atomic
def disable_dormant(*, at: datetime) -> list[User]:
    """Lock the accounts nobody has used for ninety days; run daily. Returns who was locked."""
    dormant = User.objects.select_for_update().filter(pk__in=_dormant(at=at), is_active=True)
    locked = list(dormant)
    for user in locked:
        _disable(user, by=SYSTEM, at=at, reason="dormant")
    return locked


def _dormant(*, at: datetime) -> list[int]:
    used = Greatest(
        Coalesce("last_login", "created_at"),
        Coalesce("active_at", "created_at"),
        Coalesce(Max("tokens__used_at"), "created_at"),
        Coalesce(Max("sign_ins__seen_at"), "created_at"),
    )
    rows = User.objects.filter(is_active=True).annotate(used_at=used)
    return list(rows.filter(Q(used_at__lt=at - DORMANT_AFTER)).values_list("pk", flat=True))


def _disable(user: User, *, by: Actor, at: datetime, reason: str) -> None:
    user.switch(active=False)
    end_sessions_of(user, reason=SignOutReason.DISABLED, by=by, at=at)
    tell(user, Deed.WITHDRAW, by=by, at=at, detail={"reason": reason})
    tell_reach_changed([user.pk], at=at)


def _reached(by: Actor, user_id: int) -> User:
    return fetch(User.objects.select_for_update(of=("self",)), by, MANAGE_USERS, pk=user_id)


def _organisation(by: Actor, organisation_id: int) -> Organisation:
    organisation = fetch(
        Organisation.objects.all(), by, MANAGE_USERS, pk=organisation_id, organisation=""
    )
    if organisation.closed_at is not None:
        raise Unreached(f"organisation {organisation_id} is closed")
    return organisation


def _change(**fields: tuple[Any, Any]) -> dict[str, object]:
    return {
        "before": {name: before for name, (before, _after) in fields.items()},
        "after": {name: after for name, (_before, after) in fields.items()},
    }
