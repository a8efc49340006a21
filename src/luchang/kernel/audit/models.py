import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from luchang.kernel.audit.states import Action


class AuditEntry(models.Model):
    """One thing somebody did; written in the same transaction as the deed, never changed."""

    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("人员"), max_length=80)
    organisation_path = models.CharField(max_length=255, blank=True)
    action = models.CharField(_("操作"), max_length=16, choices=Action.choices)
    subject = models.CharField(_("对象"), max_length=60)
    subject_id = models.CharField(_("对象编号"), max_length=64, blank=True)
    purpose = models.CharField(_("事由"), max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    address = models.CharField(_("地址"), max_length=45, blank=True)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name = _("审计记录")
        indexes = [
            models.Index(name="audit_subject", fields=["subject", "subject_id"]),
            models.Index(name="audit_actor_at", fields=["actor_id", "at"]),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.actor_name} {self.action} {self.subject} {self.subject_id}"
