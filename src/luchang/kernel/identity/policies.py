"""Permissions of the platform's own administration, split among three administrators."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.permissions import AUDITOR, SECURITY, SYSTEM, Permission, declare

MANAGE_ORGANISATIONS = "identity.manage_organisations"
MANAGE_USERS = "identity.manage_users"
MANAGE_ROLES = "identity.manage_roles"
MANAGE_APPOINTMENTS = "identity.manage_appointments"
SEE_SESSIONS = "identity.see_sessions"
END_SESSIONS = "identity.end_sessions"
MANAGE_TOKENS = "identity.manage_tokens"
SEE_AUDIT = "audit.see_audit"

declare(
    Permission(MANAGE_ORGANISATIONS, _("管理机构"), administrator=SYSTEM),
    Permission(MANAGE_USERS, _("管理用户"), administrator=SYSTEM),
    Permission(MANAGE_ROLES, _("管理角色权限"), administrator=SECURITY),
    Permission(MANAGE_APPOINTMENTS, _("任免岗位"), administrator=SECURITY),
    Permission(SEE_SESSIONS, _("查看在线用户"), administrator=SECURITY),
    Permission(END_SESSIONS, _("强制下线"), administrator=SECURITY),
    Permission(MANAGE_TOKENS, _("管理接口密钥"), administrator=SECURITY),
    Permission(SEE_AUDIT, _("查看审计日志"), administrator=AUDITOR),
)
