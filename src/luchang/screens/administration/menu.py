"""Where the administration stands in the menu."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.policies import (
    MANAGE_APPOINTMENTS,
    MANAGE_ORGANISATIONS,
    MANAGE_ROLES,
    MANAGE_TOKENS,
    MANAGE_USERS,
    SEE_SESSIONS,
    USE_TOKENS,
)
from luchang.kernel.ui.menu import MenuItem, Section, register

PAGES = (
    (_("机构"), "organisations", MANAGE_ORGANISATIONS, "sitemap"),
    (_("用户"), "users", MANAGE_USERS, "users"),
    (_("角色"), "roles", MANAGE_ROLES, "shield-lock"),
    (_("岗位"), "posts", MANAGE_APPOINTMENTS, "id-badge-2"),
    (_("任职"), "appointments", MANAGE_APPOINTMENTS, "user-check"),
    (_("在线用户"), "online", SEE_SESSIONS, "activity"),
    (_("登录日志"), "sign_ins", SEE_SESSIONS, "login"),
    (_("接口密钥"), "tokens", MANAGE_TOKENS, "key"),
    (_("我的接口密钥"), "own_tokens", USE_TOKENS, "key"),
    (_("安全设置"), "overview", MANAGE_USERS, "settings"),
)


def add_to_menu() -> None:
    register(
        *(
            MenuItem(
                section=Section.PLATFORM,
                title=title,
                url_name=f"administration.{name}",
                permission=permission,
                icon=icon,
                order=10 * (number + 1),
            )
            for number, (title, name, permission, icon) in enumerate(PAGES)
        )
    )
