from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.history import tracked
from luchang.kernel.identity.models.users import User
from luchang.kernel.identity.querysets import ApiTokenQuerySet


@tracked(exclude=["digest", "used_at"])
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
    per_minute = models.PositiveIntegerField(_("每分钟次数"), default=600)

    objects = models.Manager.from_queryset(ApiTokenQuerySet)()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("接口密钥")
        constraints = [
            CheckConstraint(
                name="token_expires_after_it_was_made",
                condition=Q(expires_at__gt=F("created_at")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def revoke(self, *, at: datetime) -> None:
        self.revoked_at = at
        self.save(update_fields=["revoked_at"])

    def touch(self, *, at: datetime) -> None:
        self.used_at = at
        self.save(update_fields=["used_at"])


class Allowance(models.Model):
    """How often something was done in one window of time; counted across all processes."""

    key = models.CharField(max_length=80)
    window = models.BigIntegerField()
    used = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(name="allowance_window", fields=["key", "window"])]
        indexes = [models.Index(name="allowance_at", fields=["at"])]

    def __str__(self) -> str:
        return f"{self.key} {self.used}"
