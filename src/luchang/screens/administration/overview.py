from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from luchang.kernel.identity.access import allow
from luchang.kernel.identity.passwords import REMEMBERED
from luchang.kernel.identity.policies import MANAGE_USERS, SEE_AUDIT, SEE_SESSIONS
from luchang.kernel.identity.services.users import DORMANT_AFTER


@dataclass(frozen=True)
class Rule:
    """One setting as it stands, and where a site changes it."""

    title: str | Promise
    value: object
    source: str = ""


@allow(MANAGE_USERS, SEE_SESSIONS, SEE_AUDIT)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Which security rules this installation runs by; changed on the server, not here."""
    rules = [
        Rule(_("账号锁定（连续失败次数）"), settings.AXES_FAILURE_LIMIT),
        Rule(_("地址锁定（失败次数）"), settings.ADDRESS_LIMIT),
        Rule(_("锁定时间（分钟）"), int(settings.AXES_COOLOFF_TIME * 60)),
        Rule(_("无操作超时（分钟）"), settings.IDLE_MINUTES, "LUCHANG_IDLE_MINUTES"),
        Rule(_("会话最长时间（小时）"), settings.SESSION_COOKIE_AGE // 3600),
        Rule(_("口令不得与最近几次相同"), REMEMBERED),
        Rule(_("多少天未用即停用"), DORMANT_AFTER.days),
        Rule(_("仅经加密连接（代理后）"), settings.BEHIND_PROXY, "LUCHANG_BEHIND_PROXY"),
        Rule(_("允许的主机名"), "、".join(settings.ALLOWED_HOSTS), "LUCHANG_HOSTS"),
        Rule(_("演示数据"), settings.DEMO, "LUCHANG_DEMO"),
    ]
    return render(request, "administration/overview.html", {"rules": rules})
