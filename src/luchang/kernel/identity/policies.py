"""Permissions of the platform's own administration, split among three administrators.

The system administrator keeps organisations and accounts, the security administrator says who may
do what, the auditor reads what both have done. No person is two of them, none of them changes what
he himself may do, and none of them appoints another kind of administrator: that is done with
`luchang appoint_administrator` on the server.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity import permissions
from luchang.kernel.identity.actors import Actor, Forbidden, Reach
from luchang.kernel.identity.models import Organisation, Post, Role, User
from luchang.kernel.identity.permissions import AUDITOR, SECURITY, SYSTEM, Permission, declare

MANAGE_ORGANISATIONS = "identity.manage_organisations"
MANAGE_USERS = "identity.manage_users"
MANAGE_ROLES = "identity.manage_roles"
MANAGE_APPOINTMENTS = "identity.manage_appointments"
SEE_SESSIONS = "identity.see_sessions"
END_SESSIONS = "identity.end_sessions"
MANAGE_TOKENS = "identity.manage_tokens"
USE_TOKENS = "identity.use_tokens"
SEE_AUDIT = "audit.see_audit"

declare(
    Permission(MANAGE_ORGANISATIONS, _("管理机构"), administrator=SYSTEM),
    Permission(MANAGE_USERS, _("管理用户"), administrator=SYSTEM),
    Permission(MANAGE_ROLES, _("管理角色权限"), administrator=SECURITY),
    Permission(MANAGE_APPOINTMENTS, _("任免岗位"), administrator=SECURITY),
    Permission(SEE_SESSIONS, _("查看在线用户"), administrator=SECURITY),
    Permission(END_SESSIONS, _("强制下线"), administrator=SECURITY, implies=(SEE_SESSIONS,)),
    Permission(MANAGE_TOKENS, _("管理接口密钥"), administrator=SECURITY),
    Permission(USE_TOKENS, _("使用接口密钥")),
    Permission(SEE_AUDIT, _("查看审计日志"), administrator=AUDITOR),
)


class SeparationBroken(Exception):
    """One person would hold the duties of two separate administrators."""


def check_not_self(by: Actor, user_id: int) -> None:
    """Nobody changes what he himself may do."""
    if by.user_id is not None and by.user_id == user_id:
        raise Forbidden(f"{by.name} may not grant himself anything")


def check_may_give(by: Actor, roles: Iterable[Role]) -> None:
    """An administrator gives ordinary roles and those of his own kind, never another kind's."""
    if by.is_system:
        return
    own = permissions.administrators_of(by.reaches)
    for role in roles:
        if role.administrators - own:
            raise Forbidden(f"{by.name} may not give {role.code}, another administrator's role")


def check_reach_given(by: Actor, permission: str, given: Reach) -> None:
    """Nobody gives a wider reach than the one he administers."""
    paths = dict(Organisation.objects.filter(pk__in=given.at).values_list("pk", "path"))
    if not by.reach(permission).includes(given, paths):
        raise Forbidden(f"{by.name} may not give a reach wider than his own")


def check_everywhere(by: Actor, permission: str) -> None:
    """For what is shared by all organisations, such as roles."""
    by.check(permission)
    if not by.reach(permission).everything:
        raise Forbidden(f"{permission} is needed for all organisations")


def check_separation(user: User, posts: Iterable[Post]) -> None:
    """Refuse posts that would make one person two of the three administrators.

    Raises:
        SeparationBroken: naming the person.
    """
    held = {kind for post in posts for role in post.roles.all() for kind in role.administrators}
    if len(held) > 1:
        raise SeparationBroken(f"{user} would be {' and '.join(sorted(held))} administrator")
