from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models.users import User
from luchang.kernel.identity.querysets import SignInQuerySet
from luchang.kernel.identity.states import RefusalReason, SignOutReason


class SignIn(models.Model):
    """One session of one person, from signing in until it ended; the list of who is online."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(_("地址"), null=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)
    at = models.DateTimeField(_("登录时间"))
    seen_at = models.DateTimeField(_("最近活动"))
    keeps_watch = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    end_reason = models.CharField(max_length=16, choices=SignOutReason.choices, blank=True)

    objects = models.Manager.from_queryset(SignInQuerySet)()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("会话")
        indexes = [
            models.Index(
                name="sign_in_open", fields=["seen_at"], condition=Q(ended_at__isnull=True)
            )
        ]
        constraints = [
            CheckConstraint(
                name="sign_in_ended_with_reason",
                condition=Q(ended_at__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%F %T}"

    def touch(self, *, at: datetime) -> None:
        self.seen_at = at
        self.save(update_fields=["seen_at"])

    def go_on_as(self, session_key: str) -> None:
        """The same session under a new key."""
        self.session_key = session_key
        self.save(update_fields=["session_key"])

    def end(self, *, reason: SignOutReason, by: Actor | None, at: datetime) -> None:
        self.ended_at, self.end_reason = at, reason
        self.ended_by_id = by.user_id if by else None
        self.save(update_fields=["ended_at", "end_reason", "ended_by"])


class SignInRefusal(models.Model):
    """Somebody who was not let in. A name nobody bears is masked: it may be a password."""

    username = models.CharField(_("账号"), max_length=32, blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="refusals")
    address = models.GenericIPAddressField(_("地址"), null=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))
    reason = models.CharField(_("原因"), max_length=16, choices=RefusalReason.choices)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("登录失败")
        indexes = [models.Index(name="refusal_at", fields=["at"])]

    def __str__(self) -> str:
        return f"{self.username} {self.reason} {self.at:%F %T}"
