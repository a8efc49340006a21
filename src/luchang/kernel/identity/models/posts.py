from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.history import tracked
from luchang.kernel.identity import permissions
from luchang.kernel.identity.actors import Reach
from luchang.kernel.identity.models.organisations import Organisation
from luchang.kernel.identity.models.users import User
from luchang.kernel.identity.querysets import AppointmentQuerySet
from luchang.kernel.identity.states import Scope


@tracked()
class Role(models.Model):
    """A named set of permissions."""

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    permissions = ArrayField(models.CharField(max_length=60), default=list)
    requires_totp = models.BooleanField(
        _("须用动态口令"), default=False, help_text=_("三类管理员始终须用动态口令")
    )
    keeps_watch = models.BooleanField(
        _("值守"), default=False, help_text=_("页面开着时会话不因无操作而超时")
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("角色")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def create(cls, *, code: str, name: str, name_en: str) -> "Role":
        made = cls(code=code, name=name, name_en=name_en)
        made.full_clean(exclude=["permissions"])
        made.save(force_insert=True)
        return made

    def allow(self, codes: list[str]) -> None:
        """Replace the permissions of this role by these and what they cannot be used without.

        Raises:
            permissions.UnknownPermission: a code nobody declared.
            ValueError: permissions of two separate administrators in one role.
        """
        permissions.check_known(codes)
        whole = permissions.with_implied(codes)
        if len(permissions.administrators_of(whole)) > 1:
            raise ValueError(f"role {self.code} would join two separate administrators")
        self.permissions = whole
        self.save(update_fields=["permissions"])

    def set_rules(self, *, requires_totp: bool, keeps_watch: bool) -> None:
        self.requires_totp, self.keeps_watch = requires_totp, keeps_watch
        self.save(update_fields=["requires_totp", "keeps_watch"])

    def rename(self, *, name: str, name_en: str) -> None:
        self.name, self.name_en = name, name_en
        self.full_clean(exclude=["permissions"])
        self.save(update_fields=["name", "name_en"])

    # Questions

    @property
    def administrators(self) -> frozenset[str]:
        """Which of the three separate administrators this role makes of its holder, if any."""
        return permissions.administrators_of(self.permissions)

    @property
    def needs_totp(self) -> bool:
        return self.requires_totp or bool(self.administrators)


@tracked()
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

    def arrange(
        self,
        *,
        title: str,
        scope: Scope,
        roles: Iterable[Role],
        chosen: Iterable[Organisation],
    ) -> None:
        """Replace what the post is called, carries and reaches."""
        self.title, self.scope = title, scope
        self.full_clean()
        self.save()
        self.roles.set(roles)
        self.chosen.set(chosen if scope == Scope.CHOSEN else ())

    @property
    def reach(self) -> Reach:
        """How far the permissions of this post reach."""
        match Scope(self.scope):
            case Scope.ALL:
                return Reach(everything=True)
            case Scope.UNIT_AND_BELOW:
                return Reach(below=frozenset({self.organisation.path}))
            case Scope.UNIT:
                return Reach(at=frozenset({self.organisation_id}))
            case Scope.CHOSEN:
                return Reach(at=frozenset(chosen.pk for chosen in self.chosen.all()))
            case Scope.OWN:
                return Reach(own=True)


@tracked()
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

    def begin(self) -> None:
        self.full_clean()
        self.save(force_insert=True)

    def end(self, *, at: datetime) -> None:
        """Take the post away at once; one that had not begun yet is taken back entirely."""
        if at <= self.starts_at:
            self.delete()
            return
        self.ends_at = at
        self.save(update_fields=["ends_at"])
