"""Where allauth asks us: closed sign-up, one answer for every refusal, our password rules."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.models import User
from luchang.kernel.identity.requests import address_of
from luchang.kernel.identity.selectors import actor_for, standing_of

QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
"""Messages that tell a person what he has just done himself."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in with a username; everything a person may not do by himself is closed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("账号或口令不正确。"),
        "too_many_login_attempts": _("失败次数过多，已暂时锁定，请稍后再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Whom the credentials name; a disabled account is answered like a wrong password."""
        user = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        return user if isinstance(user, User) else None

    def set_password(self, user: User, password: str) -> None:
        """The password change page: other sessions end, the last five are refused before."""
        request = context.request
        services.change_password(
            user=user,
            password=password,
            by=actor_for(user, at=clock.now(), address=address_of(request)),
            at=clock.now(),
            session_key=request.session.session_key or "",
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        del request
        return str(settings.LOGIN_REDIRECT_URL)

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *rest: Any,
        **more: Any,
    ) -> None:
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *rest, **more)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps TOTP keys encrypted, and keeps those who need the second factor from dropping it."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not standing_of(authenticator.user, at=clock.now()).needs_totp


def _cipher() -> Fernet:
    key = hashlib.sha256(b"luchang second factor\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
