from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.kpi.querysets import KioskQuerySet
from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation, User


@tracked(exclude=["digest", "seen_at"])
class Kiosk(models.Model):
    """A screen on a wall that nobody signs in at: it shows the figures of one unit alone."""

    name = models.CharField(_("名称"), max_length=40)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属机构")
    )
    digest = models.CharField(max_length=64, unique=True)
    permissions = ArrayField(models.CharField(max_length=60), default=list)
    """What the issuer could see when it was issued; the wall never shows more."""
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("签发时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)
    seen_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    objects = models.Manager.from_queryset(KioskQuerySet)()

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = _("大屏令牌")
        constraints = [
            CheckConstraint(
                name="kiosk_expires_after_it_was_issued",
                condition=Q(expires_at__gt=F("issued_at")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def issue(self) -> None:
        self.full_clean()
        self.save(force_insert=True)

    def revoke(self, *, at: datetime) -> None:
        self.revoked_at = at
        self.save(update_fields=["revoked_at"])

    def see(self, *, at: datetime) -> None:
        self.seen_at = at
        self.save(update_fields=["seen_at"])

    def is_valid(self, at: datetime) -> bool:
        return self.revoked_at is None and self.issued_at <= at < self.expires_at
