from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from luchang.kernel.history import tracked
from luchang.kernel.identity.models.organisations import Organisation


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, username: str, password: str | None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


@tracked(exclude=["password", "last_login", "active_at", "theme", "language", "large_type"])
class User(AbstractBaseUser):
    """A person who signs in; the badge number of an officer, any name for a partner."""

    username = models.CharField(
        _("账号"),
        max_length=32,
        unique=True,
        validators=[RegexValidator(r"^[0-9A-Za-z._-]{3,32}$", _("3至32位字母、数字、点或横线"))],
    )
    name = models.CharField(_("姓名"), max_length=40)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="users", verbose_name=_("所属机构")
    )
    is_active = models.BooleanField(_("启用"), default=True)
    is_service = models.BooleanField(
        _("接口账号"),
        default=False,
        help_text=_("供程序使用，不能用口令登录"),
    )
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(max_length=8, default="light")
    large_type = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    active_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["username"]
        verbose_name = _("用户")

    def __str__(self) -> str:
        return f"{self.name} {self.username}"

    # Changes

    def take_password(self, password: str, *, must_change: bool, at: datetime) -> None:
        """Set a password and keep the old one's hash, so that it is not taken again soon."""
        if self.has_usable_password():
            FormerPassword.objects.create(user=self, password=self.password, at=at)
        self.set_password(password)
        self.must_change_password, self.password_changed_at = must_change, at
        self.save(update_fields=["password", "must_change_password", "password_changed_at"])

    def switch(self, *, active: bool) -> None:
        self.is_active = active
        self.save(update_fields=["is_active"])

    def note_active(self, *, at: datetime) -> None:
        """Begin the count of days without use anew."""
        self.active_at = at
        self.save(update_fields=["active_at"])

    def transfer(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.save(update_fields=["organisation"])

    def rename(self, name: str) -> None:
        self.name = name
        self.full_clean(exclude=["password"])
        self.save(update_fields=["name"])


class FormerPassword(models.Model):
    """The hash of a password a person once had."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%F}"


def display_name(user: User) -> str:
    """How a person is addressed on screens."""
    return user.name
