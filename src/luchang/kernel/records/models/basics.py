from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """The last number given in one series; its row is locked while a number is taken."""

    series = models.CharField(max_length=80, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.last}"


class Intake(models.Model):
    """A key under which something was accepted once, and what became of it."""

    source = models.CharField(max_length=60)
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="intake_key_once_per_source", fields=["source", "key"])
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class Move(models.Model):
    """One change of state of one record: who, when, from where to where, and why."""

    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    before = models.CharField(max_length=24, blank=True)
    after = models.CharField(max_length=24)
    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("人员"), max_length=80)
    reason = models.CharField(_("原因"), max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(name="move_subject", fields=["subject", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.before} → {self.after}"
