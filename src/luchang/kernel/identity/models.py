from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity import permissions
from luchang.kernel.identity.querysets import AppointmentQuerySet, OrganisationQuerySet
from luchang.kernel.identity.states import OrganisationKind, Scope, SignOutReason

if TYPE_CHECKING:
    from luchang.kernel.identity.actors import Actor

STEP = 6
"""Characters of one step in a materialised path: a million children before it must grow."""

valid_code = RegexValidator(r"^[0-9A-Z]{12}$", _("机构代码为12位数字或大写字母"))


class Organisation(models.Model):
    """A unit of the force or a partner it works with; the tree of who answers to whom."""

    code = models.CharField(_("机构代码"), max_length=12, unique=True, validators=[valid_code])
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=24)
    kind = models.CharField(_("类别"), max_length=24, choices=OrganisationKind.choices)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=255, unique=True, db_collation="C")
    division_code = models.CharField(_("辖区代码"), max_length=12, blank=True)
    order = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = models.Manager.from_queryset(OrganisationQuerySet)()

    class Meta:
        ordering = ["path"]
        verbose_name = _("机构")
        constraints = [
            CheckConstraint(name="organisation_not_its_own_parent", condition=~Q(parent=F("id"))),
        ]
        indexes = [
            models.Index(
                name="organisation_path_prefix", fields=["path"], opclasses=["text_pattern_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.short_name

    # Changes

    @classmethod
    def found(cls, *, parent: "Organisation | None", **fields: Any) -> "Organisation":
        """A new organisation below `parent`; its path follows from its key."""
        made = cls(parent=parent, path=f"new:{fields['code']}", **fields)
        made.full_clean(exclude=["path"])
        made.save()
        made.path = (parent.path if parent else "") + f"{made.pk:0{STEP}d}/"
        made.save(update_fields=["path"])
        return made

    def move_below(self, parent: "Organisation") -> None:
        """Take the whole branch to another parent.

        Raises:
            ValueError: `parent` lies in this very branch.
        """
        if parent.path.startswith(self.path):
            raise ValueError(f"{parent} lies below {self}")
        old, new = self.path, f"{parent.path}{self.pk:0{STEP}d}/"
        branch = Organisation.objects.filter(path__startswith=old).exclude(pk=self.pk)
        for below in branch.order_by("path"):
            below.path = new + below.path.removeprefix(old)
            below.save(update_fields=["path"])
        self.parent, self.path = parent, new
        self.save(update_fields=["parent", "path"])

    # Questions

    @property
    def depth(self) -> int:
        """0 for a root."""
        return self.path.count("/") - 1


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, username: str, password: str | None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


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
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(max_length=8, default="light")
    large_type = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["username"]
        verbose_name = _("用户")

    def __str__(self) -> str:
        return f"{self.name} {self.username}"


def display_name(user: User) -> str:
    """How a person is addressed on screens."""
    return user.name


class Role(models.Model):
    """A named set of permissions."""

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    permissions = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        ordering = ["code"]
        verbose_name = _("角色")

    def __str__(self) -> str:
        return self.name

    def allow(self, codes: list[str]) -> None:
        """Replace the permissions of this role.

        Raises:
            permissions.UnknownPermission: a code nobody declared.
            ValueError: permissions of two separate administrators in one role.
        """
        permissions.check_known(codes)
        if len(permissions.administrators_of(codes)) > 1:
            raise ValueError(f"role {self.code} would join two separate administrators")
        self.permissions = sorted(set(codes))
        self.save(update_fields=["permissions"])


class Post(models.Model):
    """A place in an organisation that carries roles, whoever holds it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("岗位"), max_length=40)
    roles = models.ManyToManyField(Role, related_name="posts")
    scope = models.CharField(
        _("数据范围"), max_length=16, choices=Scope.choices, default=Scope.UNIT_AND_BELOW
    )
    chosen = models.ManyToManyField(Organisation, blank=True, related_name="+")

    class Meta:
        ordering = ["organisation", "title"]
        verbose_name = _("岗位")
        constraints = [
            UniqueConstraint(name="post_once_per_organisation", fields=["organisation", "title"])
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.title}"


class Appointment(models.Model):
    """A person holding a post from one day until another; scope moves with it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField(_("任职时间"))
    ends_at = models.DateTimeField(_("离任时间"), null=True, blank=True)

    objects = models.Manager.from_queryset(AppointmentQuerySet)()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("任职")
        constraints = [
            CheckConstraint(
                name="appointment_ends_after_it_starts",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
            UniqueConstraint(
                name="appointment_once_open",
                fields=["user", "post"],
                condition=Q(ends_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.post}"

    def end(self, *, at: datetime) -> None:
        self.ends_at = at
        self.save(update_fields=["ends_at"])


class SignIn(models.Model):
    """One session of one person, from signing in until it ended; the list of who is online."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(_("地址"), null=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)
    at = models.DateTimeField(_("登录时间"))
    seen_at = models.DateTimeField(_("最近活动"))
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    end_reason = models.CharField(max_length=16, choices=SignOutReason.choices, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("会话")
        constraints = [
            CheckConstraint(
                name="sign_in_ended_with_reason",
                condition=Q(ended_at__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%F %T}"

    def end(self, *, reason: SignOutReason, by: "Actor | None", at: datetime) -> None:
        self.ended_at, self.end_reason = at, reason
        self.ended_by_id = by.user_id if by else None
        self.save(update_fields=["ended_at", "end_reason", "ended_by"])


class ApiToken(models.Model):
    """A key by which a program acts for one account, with some of its permissions."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("用途"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    permissions = ArrayField(models.CharField(max_length=60), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("接口密钥")

    def __str__(self) -> str:
        return self.name
