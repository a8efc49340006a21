"""The second step of signing in: counted, locked and used once, like the password."""

import time
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from luchang.kernel import clock
from luchang.kernel.identity import allowances
from luchang.kernel.identity.lockout import is_locked
from luchang.kernel.identity.models import User

FACTOR = "totp"


class CountedCode:
    """A code that fails counts towards the lock-out; a code that passed never passes again."""

    user: User
    authenticator: Any

    def clean_code(self) -> str:
        if is_locked(context.request, self.user.username):
            raise ValidationError(_("失败次数过多，已暂时锁定，请稍后再试。"))
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            self._failed()
            raise
        if self.authenticator.type == Authenticator.Type.TOTP and not self._first_use(code):
            self._failed()
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _first_use(self, code: str) -> bool:
        secret = decrypt(self.authenticator.data["secret"])
        counters = list(yield_hotp_counters_from_time())
        matching = (
            each
            for each in counters
            if format_hotp_value(hotp_value(secret, each)) == code.strip()
        )
        window = next(matching, int(time.time()))
        return allowances.use(f"totp:{self.user.pk}", window=window, at=clock.now()) == 1

    def _failed(self) -> None:
        user_login_failed.send(
            sender=type(self),
            credentials={"username": self.user.username, "factor": FACTOR},
            request=context.request,
        )


class SecondFactorForm(CountedCode, AuthenticateForm):  # type: ignore[misc]
    """At signing in."""


class SecondFactorAgainForm(CountedCode, ReauthenticateForm):  # type: ignore[misc]
    """Before something delicate."""
