from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.kernel.identity import permissions
from luchang.kernel.identity.actors import Actor, Unreached
from luchang.kernel.identity.models import Appointment, Post, Role, User
from luchang.kernel.identity.policies import (
    MANAGE_ROLES,
    check_everywhere,
    check_may_give,
    check_not_self,
    check_separation,
)
from luchang.kernel.identity.roles import RoleDefinition
from luchang.kernel.identity.services.announcing import tell, tell_reach_changed
from luchang.kernel.identity.states import Deed


@dataclass(frozen=True)
class Synced:
    """What a sync of the shipped roles did."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    unknown: tuple[str, ...]
    """Permission codes no installed app declares; they were left out."""


@transaction.atomic
def create_role(*, code: str, name: str, name_en: str, by: Actor, at: datetime) -> Role:
    """A new role without permissions.

    Raises:
        ValidationError: the code is taken.
    """
    check_everywhere(by, MANAGE_ROLES)
    role = Role.create(code=code, name=name, name_en=name_en)
    tell(role, Deed.CREATE, by=by, at=at, detail={"code": code})
    return role


@transaction.atomic
def set_permissions(
    *,
    role_id: int,
    codes: Sequence[str],
    requires_totp: bool,
    keeps_watch: bool,
    by: Actor,
    at: datetime,
) -> Role:
    """Replace what a role allows; every holder is affected at once.

    Raises:
        Forbidden: the actor holds the role himself, or it becomes or was another kind of
            administrator's.
        SeparationBroken: a holder would become two separate administrators.
        UnknownPermission: nobody declared one of the codes.
    """
    check_everywhere(by, MANAGE_ROLES)
    role = _locked(role_id)
    holders = _holders(role, at=at)
    for holder in holders:
        check_not_self(by, holder.pk)
    check_may_give(by, [role])
    before = _content(role)
    role.allow(list(codes))
    role.set_rules(requires_totp=requires_totp, keeps_watch=keeps_watch)
    check_may_give(by, [role])
    for holder in holders:
        check_separation(holder, _posts_of(holder, at=at))
    tell(role, Deed.GRANT, by=by, at=at, detail={"before": before, "after": _content(role)})
    tell_reach_changed((holder.pk for holder in holders), at=at)
    return role


@transaction.atomic
def sync_roles(*, definitions: Iterable[RoleDefinition], by: Actor, at: datetime) -> Synced:
    """Make the shipped roles say what the product says; running it again changes nothing.

    Permissions of apps that are not installed are left out and named. Roles a site made itself
    are left alone.
    """
    check_everywhere(by, MANAGE_ROLES)
    known = {permission.code for permission in permissions.declared()}
    created: list[str] = []
    changed: list[str] = []
    unknown: set[str] = set()
    for definition in definitions:
        unknown |= set(definition.permissions) - known
        role = Role.objects.filter(code=definition.code).first()
        (changed if role else created).append(definition.code)
        if not _apply(role, definition, known, by=by, at=at):
            changed.pop()
    return Synced(tuple(created), tuple(changed), tuple(sorted(unknown)))


def _apply(
    role: Role | None, definition: RoleDefinition, known: set[str], *, by: Actor, at: datetime
) -> bool:
    """Bring one role in line; whether anything had to be done."""
    deed = Deed.CHANGE if role else Deed.CREATE
    role = role or Role.create(
        code=definition.code, name=definition.name, name_en=definition.name_en
    )
    before = _content(role)
    role.rename(name=definition.name, name_en=definition.name_en)
    role.allow([code for code in definition.permissions if code in known])
    role.set_rules(requires_totp=definition.requires_totp, keeps_watch=definition.keeps_watch)
    after = _content(role)
    if deed == Deed.CHANGE and before == after:
        return False
    tell(role, deed, by=by, at=at, detail={"before": before, "after": after})
    tell_reach_changed((holder.pk for holder in _holders(role, at=at)), at=at)
    return True


def _locked(role_id: int) -> Role:
    try:
        return Role.objects.select_for_update().get(pk=role_id)
    except Role.DoesNotExist as missing:
        raise Unreached(f"role {role_id}") from missing


def _content(role: Role) -> dict[str, object]:
    return {
        "name": role.name,
        "name_en": role.name_en,
        "permissions": list(role.permissions),
        "requires_totp": role.requires_totp,
        "keeps_watch": role.keeps_watch,
    }


def _holders(role: Role, *, at: datetime) -> list[User]:
    held = Appointment.objects.unended(at=at).filter(post__roles=role)
    return list(User.objects.filter(appointments__in=held).distinct())


def _posts_of(user: User, *, at: datetime) -> list[Post]:
    return [each.post for each in Appointment.objects.unended(at=at).filter(user=user)]
