from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.records.kinds import MESSAGES, MessageStatus

LAST_ATTEMPT = 6


class ShortMessage(models.Model):
    """One text to one telephone, from being asked for until the gateway took it."""

    key = models.CharField(max_length=120, unique=True)
    number = EncryptedTextField(Kind.PHONE)
    text = EncryptedTextField()
    status = models.CharField(
        _("状态"), max_length=12, choices=MessageStatus.choices, default=MessageStatus.WAITING
    )
    gateway = models.CharField(_("通道"), max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    asked_at = models.DateTimeField(_("时间"))
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    error = models.CharField(_("错误"), max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("短信")
        indexes = [
            models.Index(
                name="message_due", fields=["next_at"], condition=models.Q(status="WAITING")
            )
        ]
        triggers = [MESSAGES.guard()]

    def __str__(self) -> str:
        return self.key

    def try_now(self, *, at: datetime) -> None:
        """Note the attempt before it is made: a killed sender waits like a failed one."""
        self.attempts += 1
        self.next_at = at + timedelta(seconds=min(10 * 2**self.attempts, 600))
        self.save(update_fields=["attempts", "next_at"])

    def sent(self, *, gateway: str, at: datetime) -> None:
        self.status, self.gateway, self.sent_at, self.error = MessageStatus.SENT, gateway, at, ""
        self.save(update_fields=["status", "gateway", "sent_at", "error"])

    def failed(self, error: str) -> None:
        self.error = error[:300]
        if self.attempts >= LAST_ATTEMPT:
            self.status = MessageStatus.FAILED
        self.save(update_fields=["status", "error"])
