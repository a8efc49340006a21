"""The only writers of organisations, accounts, roles, posts, tokens and sessions."""

from luchang.kernel.identity.services.organisations import (
    OrganisationInUse,
    close_organisation,
    found_organisation,
    move_organisation,
    rename_organisation,
)
from luchang.kernel.identity.services.posts import (
    announce_appointments,
    appoint,
    arrange_post,
    create_post,
    end_appointment,
)
from luchang.kernel.identity.services.roles import create_role, set_permissions, sync_roles
from luchang.kernel.identity.services.sessions import (
    end_session,
    end_sessions_of,
    expire_sessions,
    rotate_session,
    sign_in,
    sign_in_refused,
    sign_out,
)
from luchang.kernel.identity.services.tokens import issue_token, revoke_token
from luchang.kernel.identity.services.users import (
    change_password,
    create_user,
    disable_dormant,
    disable_user,
    enable_user,
    rename_user,
    reset_password,
    transfer_user,
)

__all__ = [
    "OrganisationInUse",
    "announce_appointments",
    "appoint",
    "arrange_post",
    "change_password",
    "close_organisation",
    "create_post",
    "create_role",
    "create_user",
    "disable_dormant",
    "disable_user",
    "enable_user",
    "end_appointment",
    "end_session",
    "end_sessions_of",
    "expire_sessions",
    "found_organisation",
    "issue_token",
    "move_organisation",
    "rename_organisation",
    "rename_user",
    "reset_password",
    "revoke_token",
    "rotate_session",
    "set_permissions",
    "sign_in",
    "sign_in_refused",
    "sign_out",
    "sync_roles",
    "transfer_user",
]
