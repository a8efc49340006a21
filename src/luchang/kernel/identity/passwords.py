"""What makes a password good enough, and one nobody can guess."""

import secrets

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from luchang.kernel.identity.models import User

REMEMBERED = 5
"""A new password differs from this many before it, the present one included."""

ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"
"""Without characters that are read as one another when a password is copied from paper."""


def random_password() -> str:
    """Sixteen characters in groups of four: 89 bits, to be typed once from paper."""
    groups = ("".join(secrets.choice(ALPHABET) for _each in range(4)) for _group in range(4))
    return "-".join(groups)


class NotRecentValidator:
    """Refuses a password among the person's last five."""

    def validate(self, password: str, user: object = None) -> None:
        if not isinstance(user, User) or user.pk is None:
            return
        former = user.former_passwords.values_list("password", flat=True)[: REMEMBERED - 1]
        if any(check_password(password, hashed) for hashed in (user.password, *former) if hashed):
            raise ValidationError(self.get_help_text(), code="password_recent")

    def get_help_text(self) -> str:
        return _("新口令不能与最近%(number)d次用过的相同。") % {"number": REMEMBERED}
